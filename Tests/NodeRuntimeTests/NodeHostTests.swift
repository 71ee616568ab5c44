import DTNetMessages
import NetworkModel
import NodeRuntime
import Testing
import TwinProtocol

/// Keeps what a host asks for.
private final class RecordingSink: EffectSink {
    var sent: [Envelope] = []
    var scheduled: [(TimerID, NodeAddress, Instant)] = []
    var cancelled: [TimerID] = []
    var reported: [Gauge] = []
    var followUps: [NodeAddress] = []
    var refusedJobs = 0
    /// What was asked for, in order.
    var calls: [String] = []

    func send(_ envelope: Envelope) {
        sent.append(envelope)
        calls.append("send \(envelope.epoch)")
    }
    func handOver() { calls.append("hand over") }
    func prepare(_ envelope: Envelope) {}
    func schedule(_ timer: TimerID, of node: NodeAddress, at deadline: Instant) {
        scheduled.append((timer, node, deadline))
    }
    func cancel(_ timer: TimerID, of node: NodeAddress) { cancelled.append(timer) }
    func record(_ record: Record) {}
    func report(_ gauge: Gauge, of node: NodeAddress) {
        reported.append(gauge)
        calls.append("report")
    }
    func followUp(_ node: NodeAddress) { followUps.append(node) }
    func jobRefused(of node: NodeAddress) { refusedJobs += 1 }
}

/// A node whose state is as large as asked, and that says where it lies.
private struct Bulky: Role {
    typealias Job = NoJob
    typealias JobResult = NoJob

    let node: NodeID
    var state: [UInt64]

    mutating func receive(_ envelope: Envelope, arrived: Instant, at now: Instant) -> [Effect<NoJob>] {
        state[Int(envelope.epoch) % state.count] &+= 1
        let place = state.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        return [.report(Gauge("place", Double(place)))]
    }
}

/// A node that keeps a number, and asks for more jobs than can be done.
private struct Keeper: Role {
    typealias Job = Int
    typealias JobResult = Int

    let node: NodeID

    mutating func receive(_ envelope: Envelope, arrived: Instant, at now: Instant) -> [Effect<Int>] { [.run(1)] }
    mutating func finish(_ result: Int, at now: Instant) -> [Effect<Int>] { [] }
    func keep(at now: Instant) -> [Effect<Int>] { [.run(70 + Int(node.rawValue))] }
}

/// A node that sends two messages, reports, and sends a third.
private struct Talker: Role {
    typealias Job = NoJob
    typealias JobResult = NoJob

    let node: NodeID

    mutating func receive(_ envelope: Envelope, arrived: Instant, at now: Instant) -> [Effect<NoJob>] {
        let messages = [1, 2, 3].map { (epoch: UInt64) in
            Effect<NoJob>.send(
                Envelope(sender: node, recipient: NodeID(9), epoch: epoch, body: .heartbeat(Heartbeat())))
        }
        return [messages[0], messages[1], .report(Gauge("told", 2)), messages[2]]
    }
}

/// A node that asks for a job that waits for somebody, 1, for one that computes, 2, and for a brief one, 3.
private struct Hasty: Role {
    typealias Job = Int
    typealias JobResult = Int

    let node: NodeID

    mutating func receive(_ envelope: Envelope, arrived: Instant, at now: Instant) -> [Effect<Int>] {
        [.run(1), .run(2), .run(3)]
    }
    mutating func finish(_ result: Int, at now: Instant) -> [Effect<Int>] {
        [.report(Gauge("result", Double(result)))]
    }
    static func kind(of job: Int) -> JobKind { [1: .asking, 2: .computing][job] ?? .brief }
}

@Suite(.serialized) struct NodeHostTests {
    private let envelope = Envelope(
        sender: NodeID(1), recipient: NodeID(0), epoch: 3, body: .heartbeat(Heartbeat()))

    @Test func effectsAreDoneInOrderAndNamedByTheirNode() {
        let sink = RecordingSink()
        let observer = Observer()
        let radios = [0, 1].map { TestRadio(node: NodeID($0), observer: observer) }
        let host = NodeHost(radios)
        host.attach(index: 4, to: sink, wake: {})
        host.peerChanged(1, NodeID(9), to: .up(highestTerm: 0), at: Instant(nanoseconds: 5))
        host.fire(1, TimerID(1), at: Instant(nanoseconds: 6))
        host.peerChanged(1, NodeID(9), to: .down, at: Instant(nanoseconds: 7))
        #expect(sink.scheduled.map(\.1) == [NodeAddress(host: 4, slot: 1), NodeAddress(host: 4, slot: 1)])
        #expect(sink.sent.map(\.sender) == [NodeID(1)])
        #expect(sink.cancelled == [TimerID(1)])
    }

    @Test func sendsThatFollowEachOtherLeaveTogether() {
        let sink = RecordingSink()
        let host = NodeHost([Talker(node: NodeID(0))])
        host.attach(index: 0, to: sink, wake: {})
        host.receive(0, envelope, arrived: .zero, at: .zero)
        #expect(sink.calls == ["send 1", "send 2", "hand over", "report", "send 3", "hand over"])
    }

    @Test func aNodeIsMutatedWhereItLies() {
        let sink = RecordingSink()
        let host = NodeHost([Bulky(node: NodeID(0), state: Array(repeating: 0, count: 1 << 20))])
        host.attach(index: 0, to: sink, wake: {})
        for _ in 0..<100 { host.receive(0, envelope, arrived: .zero, at: .zero) }
        #expect(Set(sink.reported.map(\.value)).count == 1)
    }

    @Test func anEventCostsTheSameForALargeState() {
        func cheapestEvent(words: Int) -> Int64 {
            let sink = RecordingSink()
            let host = NodeHost([Bulky(node: NodeID(0), state: Array(repeating: 0, count: words))])
            host.attach(index: 0, to: sink, wake: {})
            return (0..<200).map { _ in
                let start = MonotonicClock.now()
                for _ in 0..<10 { host.receive(0, envelope, arrived: .zero, at: .zero) }
                return (MonotonicClock.now() - start).nanoseconds
            }.min() ?? 0
        }
        let small = cheapestEvent(words: 1)
        let large = cheapestEvent(words: 1 << 20)
        // A copy of 8 MB would cost some thousand times an event.
        #expect(large < 20 * small, "8 B: \(small) ns, 8 MB: \(large) ns for ten events")
    }

    @Test func tooManyJobsAreRefused() {
        let sink = RecordingSink()
        let observer = Observer()
        // The first job is held up until every job was submitted.
        let gate = Observer()
        let host = NodeHost([TestEdge(node: NodeID(0), observer: observer)]) { job in
            _ = gate.wait { !$0.results.isEmpty }
            return job
        }
        host.attach(index: 0, to: sink, wake: { observer.add(result: -1) })
        for _ in 0..<100 { host.followUp(0, at: .zero) }
        #expect(sink.refusedJobs == 36)
        gate.add(result: 0)
        #expect(observer.wait { $0.results.count { $0 == -1 } == 64 })
        host.finishJobs(at: .zero)
        #expect(observer.results.count { $0 == 20 } == 64)
        host.stop(at: .zero)
    }

    /// Each job ends before the one that was asked for before it, which is of another kind.
    @Test func aJobDoesNotWaitForOneOfAnotherKind() {
        let sink = RecordingSink()
        let observer = Observer()
        let gate = Observer()
        let host = NodeHost([Hasty(node: NodeID(0))]) { job in
            if job < 3 { _ = gate.wait { $0.results.count >= 3 - job } }
            observer.add(result: job)
            return job
        }
        host.attach(index: 0, to: sink, wake: { observer.add(result: -1) })
        host.receive(0, envelope, arrived: .zero, at: .zero)
        #expect(observer.wait { $0.results == [3, -1] }, "\(observer.results)")
        host.finishJobs(at: .zero)
        #expect(sink.reported.map(\.value) == [3])
        gate.add(result: 0)
        #expect(observer.wait { $0.results == [3, -1, 2, -1] }, "\(observer.results)")
        host.finishJobs(at: .zero)
        #expect(sink.reported.map(\.value) == [3, 2])
        gate.add(result: 0)
        #expect(observer.wait { $0.results == [3, -1, 2, -1, 1, -1] }, "\(observer.results)")
        host.finishJobs(at: .zero)
        #expect(sink.reported.map(\.value) == [3, 2, 1])
        host.stop(at: .zero)
    }

    @Test func whatNodesKeepIsDoneWhenTheyAreAsked() {
        let observer = Observer()
        let host = NodeHost([Keeper(node: NodeID(0)), Keeper(node: NodeID(1))]) { job in
            observer.add(result: job)
            return job
        }
        let sink = RecordingSink()
        host.attach(index: 0, to: sink, wake: {})
        host.keep(1, at: .zero)
        #expect(observer.wait { $0.results == [71] })
        host.stop(at: .zero)
        #expect(sink.refusedJobs == 0)
    }

    /// At the end the states of all nodes are kept, before `stop` returns; jobs that wait are not done any more.
    @Test func whatNodesKeepIsDoneBeforeTheEnd() {
        let observer = Observer()
        let gate = Observer()
        let host = NodeHost([Keeper(node: NodeID(0)), Keeper(node: NodeID(1))]) { job in
            observer.add(result: job)
            if job == 1 { _ = gate.wait { !$0.results.isEmpty } }
            return job
        }
        let sink = RecordingSink()
        host.attach(index: 0, to: sink, wake: {})
        for _ in 0..<3 { host.receive(0, envelope, arrived: .zero, at: .zero) }
        #expect(observer.wait { $0.results == [1] })
        gate.add(result: 0)
        host.stop(at: .zero)
        // How many of the three had begun is the machine's affair.
        #expect(observer.results.suffix(2) == [70, 71], "\(observer.results)")
        host.receive(0, envelope, arrived: .zero, at: .zero)
        #expect(observer.results.suffix(2) == [70, 71] && sink.refusedJobs == 1)
    }
}
