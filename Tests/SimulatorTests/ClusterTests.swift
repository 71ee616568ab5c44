import DTNetMessages
import NetworkModel
import Simulator
import Testing
import TwinProtocol

struct ClusterTests {
    @Test func eventsHappenInOrderOfTime() {
        let toys = ToyCluster()
        toys.run(ms: 1_001)
        // Timers at 10, 20, ... 1000 ms plus the work of each; two messages each.
        #expect(toys.role(ToyPlan.source).sent == 99 || toys.role(ToyPlan.source).sent == 100)
        let arrivals = toys.role(ToyPlan.sink).arrivals
        #expect(arrivals.count >= 98)
        #expect(zip(arrivals, arrivals.dropFirst()).allSatisfy { $0.arrived <= $1.arrived })
        #expect(arrivals.allSatisfy { $0.arrived <= $0.started })
    }

    @Test func stampsAreThoseOfTheRealShell() throws {
        let toys = ToyCluster()
        toys.run(ms: 15)
        let arrival = try #require(toys.role(ToyPlan.sink).arrivals.first)
        let hop = try #require(arrival.hops.first)
        #expect(hop.started == .zero + .milliseconds(10))
        // Work came before the message left, transport before it arrived.
        #expect(hop.sent > hop.started)
        #expect(arrival.arrived > hop.sent)
        #expect(arrival.arrived - hop.sent < .milliseconds(1))
    }

    @Test func shapedLinksAddTheirDelay() throws {
        let link = LinkPlan(medium: .fibre, bandwidthBitsPerSecond: 1e9, propagationDelay: .milliseconds(3))
        let toys = ToyCluster(link: link)
        toys.run(ms: 30)
        let arrival = try #require(toys.role(ToyPlan.sink).arrivals.first)
        let hop = try #require(arrival.hops.first)
        #expect(arrival.arrived - hop.sent >= .milliseconds(3))
    }

    @Test func whatIsLargerThanAMessageComesWholeOrNotAtAll() throws {
        var directive = Directive()
        (directive.subbands, directive.expiresEpoch) = (64, 1_000_000)
        directive.cell = (0..<6_000).map { UInt32($0) }
        directive.powerWatts = Array(repeating: 0.25, count: 64 * 6_000)
        // More cells than a whole body may have: all of it is refused, once all of it is there.
        let refused = ToyCluster(both: false, content: .directive(directive))
        refused.run(ms: 100)
        #expect(refused.watch.delivered.isEmpty && refused.cluster.counts.lost >= 8)
        directive.cell = Array(directive.cell.prefix(4_096))
        directive.powerWatts = Array(directive.powerWatts.prefix(64 * 4_096))
        let body = Body.directive(directive)
        let toys = ToyCluster(both: false, content: body)
        toys.run(ms: 205)
        let sent = toys.role(ToyPlan.source).sent
        #expect(sent >= 19)
        #expect(toys.watch.delivered.count >= Int(sent) - 1)
        #expect(toys.watch.delivered.allSatisfy { $0.body == body && $0.part == .whole })
        // 1.06 MB: two messages each.
        #expect(toys.cluster.counts.messages == 2 * sent)
    }

    @Test func aBodyOfWhichAPartIsLostNeverComes() throws {
        var telemetry = Telemetry()
        (telemetry.subbands, telemetry.links, telemetry.reportSubbands) = (64, 1, 1)
        telemetry.cell = (0..<4_096).map { UInt32($0) }
        telemetry.powerWatts = Array(repeating: 0.25, count: 64 * 4_096)
        telemetry.prbUsedPercent = Array(repeating: 50, count: 4_096)
        telemetry.throughputKbps = telemetry.prbUsedPercent
        let link = LinkPlan(
            medium: .sub6, bandwidthBitsPerSecond: 1e11, propagationDelay: .microseconds(10), lossProbability: 0.3)
        let toys = ToyCluster(link: link, seed: 5, both: false, content: .telemetry(telemetry))
        toys.run(ms: 1_005)
        let sent = Int(toys.role(ToyPlan.source).sent)
        // Of two messages each arrives with 0.7: half of the bodies are there.
        #expect(sent >= 99)
        #expect((sent / 4..<3 * sent / 4).contains(toys.watch.delivered.count), "seed 5")
        #expect(toys.watch.delivered.allSatisfy { $0.body == .telemetry(telemetry) })
    }

    @Test func aBusyProcessMakesTheNextEventWait() throws {
        // Both sinks share a process and get their messages at about the same time, 200 times.
        let toys = ToyCluster(periodMs: 1)
        toys.run(ms: 200)
        let all = toys.role(ToyPlan.sink).arrivals + toys.role(ToyPlan.neighbour).arrivals
        let queued = all.filter { $0.started > $0.arrived }
        #expect(!queued.isEmpty)
        // One thread: no two works of the process overlap, each takes at least a microsecond.
        let starts = all.map(\.started).sorted()
        #expect(zip(starts, starts.dropFirst()).allSatisfy { $1 - $0 >= .microseconds(1) })
    }

    @Test func aPausedProcessHandlesWhatWaitedInOrder() {
        let pause = FaultSchedule.Entry(
            at: .zero + .milliseconds(25), fault: .pause(process: 1, lasting: .milliseconds(200)))
        let toys = ToyCluster(faults: [pause])
        toys.run(ms: 400)
        let arrivals = toys.role(ToyPlan.sink).arrivals
        let resumed = Instant.zero + .milliseconds(225)
        let waited = arrivals.filter { $0.arrived < resumed && $0.started >= resumed }
        #expect(waited.count >= 19)
        #expect(zip(arrivals, arrivals.dropFirst()).allSatisfy { $0.started < $1.started })
        #expect(toys.cluster.counts.lost == 0)
    }

    @Test func followUpsComeAfterTheSendsAndJobsComeBack() {
        let toys = ToyCluster()
        toys.run(ms: 55)
        let role = toys.role(ToyPlan.source)
        #expect(role.log.filter { $0 == "followUp" }.count == Int(role.sent))
        #expect(role.jobResults == [10, 20, 30, 40, 50])
    }

    @Test func sessionsStandFromTheStartWithPeersOfEveryKind() {
        let toys = ToyCluster()
        toys.run(ms: 1)
        #expect(toys.role(ToyPlan.source).peersUp.sorted() == [ToyPlan.sink, ToyPlan.neighbour])
        #expect(toys.role(ToyPlan.sink).peersUp.sorted() == [ToyPlan.source, ToyPlan.neighbour])
    }

    @Test func aKilledProcessLosesItsStateAndIsHeardOfAgain() {
        let faults = [
            FaultSchedule.Entry(at: .zero + .milliseconds(1_000), fault: .kill(process: 1)),
            FaultSchedule.Entry(at: .zero + .milliseconds(2_000), fault: .restart(process: 1)),
        ]
        let toys = ToyCluster(faults: faults)
        toys.run(ms: 1_400)
        #expect(toys.role(ToyPlan.source).peersDown.isEmpty)
        toys.run(ms: 1_600)
        #expect(toys.role(ToyPlan.source).peersDown.sorted() == [ToyPlan.sink, ToyPlan.neighbour])
        let before = toys.watch.delivered.count
        toys.run(ms: 1_990)
        #expect(toys.watch.delivered.count == before)
        toys.run(ms: 3_000)
        #expect(toys.role(ToyPlan.source).peersUp.count == 4)
        // Fresh nodes: only what came after the restart.
        #expect(toys.role(ToyPlan.sink).starts == 1)
        #expect((90...98).contains(toys.role(ToyPlan.sink).arrivals.count))
        #expect(toys.cluster.counts.lost > 0)
        #expect(toys.cluster.counts.kills == 1)
    }

    @Test func aRestartedSenderIsHeardAndItsOldFramesAreNot() {
        let faults = [
            FaultSchedule.Entry(at: .zero + .milliseconds(205), fault: .kill(process: 0)),
            FaultSchedule.Entry(at: .zero + .milliseconds(255), fault: .restart(process: 0)),
        ]
        let toys = ToyCluster(faults: faults)
        toys.run(ms: 500)
        #expect(toys.role(ToyPlan.sink).peersDown == [ToyPlan.source])
        #expect(toys.role(ToyPlan.sink).arrivals.count > 35)
        #expect(toys.cluster.counts.duplicates == 0)
    }

    @Test func duplicatesAreDroppedAndGapsCounted() {
        let fault = Fault.degrade(from: 0, to: 1, lasting: .seconds(10), loss: 0.3, duplication: 0.3)
        let toys = ToyCluster(faults: [FaultSchedule.Entry(at: .zero, fault: fault)])
        toys.run(ms: 5_000)
        let epochs = toys.role(ToyPlan.sink).log
        #expect(toys.cluster.counts.duplicates > 100)
        #expect(Set(epochs).count == epochs.count)
    }

    @Test(arguments: [true, false])
    func aPartitionHoldsOrLoses(holds: Bool) {
        let fault = Fault.partition(from: 0, to: 1, lasting: .milliseconds(300), holds: holds)
        let toys = ToyCluster(faults: [FaultSchedule.Entry(at: .zero + .milliseconds(105), fault: fault)], both: false)
        toys.run(ms: 400)
        #expect(toys.role(ToyPlan.sink).arrivals.count == (holds ? 10 : 10))
        toys.run(ms: 1_005)
        #expect(toys.role(ToyPlan.sink).arrivals.count == (holds ? 100 : 70))
        let arrivals = toys.role(ToyPlan.sink).log
        #expect(arrivals == arrivals.sorted { Self.number($0) < Self.number($1) })
    }

    private static func number(_ entry: String) -> Int { Int(entry.split(separator: "/")[1]) ?? 0 }

    @Test func clocksOfProcessesMayDiffer() throws {
        let toys = ToyCluster(skew: .seconds(1_000))
        toys.run(ms: 15)
        let arrival = try #require(toys.role(ToyPlan.sink).arrivals.first)
        #expect(arrival.arrived > .zero + .seconds(1_000))
        #expect(try #require(arrival.hops.first).sent < .zero + .seconds(1))
    }
}
