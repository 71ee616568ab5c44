import BaselineTracing
import DTNetMessages
import EdgeTwin
import Foundation
import NetworkModel
import RRMLeader
import RadioAccessNetwork
import Topology
import TwinProtocol

/// What one decision costs in this process's own work, step by step, without sockets: messages are packed, unpacked
/// and checked as a process does it, and the roles are those that ship. Prints the median over the epochs of each
/// step, and of all that an edge does in an epoch: until its directive is packed, and with what follows later in the
/// epoch. Twins that stand on rays, paths or a fitted state have them before the first epoch.
///
/// usage: decision-path FILE [fch|sch|dch] [EPOCHS [MS]]; epochs last MS, 5 unless said.
@main
enum DecisionPath {
    static func main() throws {
        let words = CommandLine.arguments
        guard words.count >= 2, let hierarchy = Hierarchy(rawValue: words.count > 2 ? words[2] : "sch"),
            let epochs = Int(words.count > 3 ? words[3] : "400"), epochs > 20,
            let milliseconds = Int64(words.count > 4 ? words[4] : "5"), milliseconds > 0
        else {
            FileHandle.standardError.write(Data("usage: decision-path FILE [fch|sch|dch] [EPOCHS > 20 [MS]]\n".utf8))
            exit(2)
        }
        let text = try String(contentsOfFile: words[1], encoding: .utf8)
        let overrides = TopologyOverrides(hierarchy: hierarchy, epoch: .milliseconds(milliseconds))
        let plan = try TopologyFile.load(text: text, path: words[1]).resolve(overrides).plan
        let chain = try DecisionChain(plan: plan)
        try chain.prepare()
        for _ in 0..<epochs { chain.decide() }
        chain.report()
    }
}

/// The nodes of a decision, called one after the other.
final class DecisionChain {
    private var ran: RANNode
    private var edges: [EdgeNode]
    private var leaders: [LeaderNode]
    private var due: [Instant]
    private let encoder = EnvelopeEncoder()
    private let decoder = EnvelopeDecoder()
    private let check: MessageCheck
    private let watch = Stopwatch()
    private let nodeIndex: [NodeID: Int]
    private let epoch: Instant.Span
    /// When the telemetry in hand was sent.
    private var now = Instant.zero

    init(plan: WiringPlan) throws {
        let radio = plan.nodes(of: .ran)[0]
        epoch = plan.network.epoch
        ran = RANNode(plan: plan, node: radio, network: try PhysicalNetwork(configuration: plan.network))
        edges = plan.nodes(of: .edge).map { EdgeNode(plan: plan, node: $0) }
        leaders = plan.nodes(of: .rrm).map { LeaderNode(plan: plan, node: $0) }
        check = MessageCheck(
            cells: plan.network.cells.count, nodes: plan.nodes.count, regions: plan.network.regionNames.count,
            ues: .max, subbands: plan.network.carrier.subbands, slices: plan.network.slices.count)
        due = ran.start(at: .zero).compactMap { if case .schedule(_, let at) = $0 { at } else { nil } }
        var index: [NodeID: Int] = [:]
        for (place, edge) in edges.enumerated() { index[edge.node] = place }
        for (place, leader) in leaders.enumerated() { index[leader.node] = place }
        nodeIndex = index
    }

    /// Works out what the twins stand on, where the topology names it.
    func prepare() throws {
        let tracer = BaselineTracer()
        for index in edges.indices {
            for case .run(let job) in edges[index].start(at: .zero) {
                let result = tracer.execute(job)
                if case .failed(let reason) = result { throw PreparationError(reason: reason) }
                _ = edges[index].finish(result, at: .zero)
            }
        }
    }

    struct PreparationError: Error { var reason: String }

    /// One epoch from the telemetry to the directives, then what waits until later in the epoch.
    func decide() {
        var telemetry: [Envelope] = []
        while telemetry.isEmpty {
            now = due.removeFirst()
            let effects = ran.fire(TimerID(1), at: now)
            telemetry = DecisionChain.sends(effects)
            due += effects.compactMap { if case .schedule(_, let at) = $0 { at } else { nil } }
            _ = ran.followUp(at: now)
        }
        var queue = telemetry
        while !queue.isEmpty {
            let envelope = queue.removeFirst()
            queue += pass(envelope)
        }
        let ofDecision = watch.taken
        for index in edges.indices {
            watch.measure("edge: after the decision", of: edges[index].node) { _ = edges[index].followUp(at: now) }
            var late: [Effect<EdgeJob>] = []
            watch.measure("edge: later in the epoch", of: edges[index].node) {
                late = edges[index].fire(TimerID(2), at: now)
            }
            for envelope in DecisionChain.sends(late) { _ = pass(envelope) }
        }
        for edge in edges {
            watch.add("edge: until its directive is packed", ofDecision[edge.node] ?? 0)
            watch.add("edge: all of an epoch", watch.taken[edge.node] ?? 0)
        }
        watch.taken = [:]
        for index in leaders.indices {
            watch.measure("leader: ahead", of: leaders[index].node) {
                _ = leaders[index].fire(LeaderNode.aheadTimer, at: .zero)
            }
        }
    }

    /// Packs a message, unpacks and checks it, and gives it to its node; what that sends comes back.
    private func pass(_ envelope: Envelope) -> [Envelope] {
        let kind = "\(envelope.body.kind)"
        var bytes: [UInt8] = []
        watch.measure("\(kind): pack", of: envelope.sender) {
            encoder.encode(envelope) { count in
                bytes = [UInt8](repeating: 0, count: count)
                return bytes.withUnsafeMutableBytes { UnsafeMutableRawBufferPointer(rebasing: $0[...]) }
            }
        }
        var received: Envelope?
        watch.measure("\(kind): unpack, check", of: envelope.recipient) {
            received = try? bytes.withUnsafeBytes { try decoder.decode($0) }
            if let received { try? check.check(received) }
        }
        guard let received, let place = nodeIndex[envelope.recipient] else { return [] }
        var sent: [Envelope] = []
        if edges.indices.contains(place), edges[place].node == envelope.recipient {
            watch.measure("\(kind): edge", of: edges[place].node) {
                sent = DecisionChain.sends(edges[place].receive(received, arrived: now, at: now))
            }
            if envelope.body.kind == .telemetry {
                watch.measure("edge: while the leader thinks", of: edges[place].node) {
                    _ = edges[place].followUp(at: now)
                }
            }
        } else {
            var decides = false
            watch.measure("\(kind): leader", of: leaders[place].node) {
                sent = DecisionChain.sends(leaders[place].receive(received, arrived: .zero, at: .zero))
                decides = !sent.isEmpty
            }
            if decides { watch.rename(last: "\(kind): leader", to: "\(kind): leader, decides") }
        }
        return sent
    }

    private static func sends<Job>(_ effects: [Effect<Job>]) -> [Envelope] {
        effects.compactMap { if case .send(let envelope) = $0 { envelope } else { nil } }
    }

    func report() { watch.report(epoch: epoch) }
}

/// Times of named steps.
final class Stopwatch {
    private var steps: [(name: String, microseconds: [Double])] = []
    /// What each node has taken since this was last emptied, microseconds.
    var taken: [NodeID: Double] = [:]

    func measure(_ name: String, of node: NodeID, _ body: () -> Void) {
        let start = ContinuousClock.now
        body()
        let took = ContinuousClock.now - start
        let microseconds = Double(took.components.attoseconds) * 1e-12
        add(name, microseconds)
        taken[node, default: 0] += microseconds
    }

    func add(_ name: String, _ microseconds: Double) {
        if let index = steps.firstIndex(where: { $0.name == name }) {
            steps[index].microseconds.append(microseconds)
        } else {
            steps.append((name, [microseconds]))
        }
    }

    /// Books the last time of a step under another name.
    func rename(last name: String, to other: String) {
        guard let index = steps.firstIndex(where: { $0.name == name }),
            let value = steps[index].microseconds.popLast()
        else { return }
        add(other, value)
    }

    func report(epoch: Instant.Span) {
        print("us per call, median and 99th percentile over \(steps.first?.microseconds.count ?? 0) calls")
        for step in steps where !step.microseconds.isEmpty {
            let sorted = step.microseconds.sorted()
            let name = step.name.padding(toLength: 34, withPad: " ", startingAt: 0)
            let (median, high) = (sorted[sorted.count / 2], sorted[sorted.count * 99 / 100])
            print(name, String(format: "%8.1f %8.1f  x %d", median, high, sorted.count))
            guard step.name == "edge: all of an epoch" else { continue }
            let missed = sorted.count { $0 * 1e-6 > epoch.seconds }
            print("  longest \(Int(sorted[sorted.count - 1])) us; longer than an epoch: \(missed) of \(sorted.count)")
        }
    }
}
