import DTNetMessages
import EdgeTwin
import NetworkModel
import RRMLeader
import RadioAccessNetwork
import Testing
import TwinProtocol

/// The closed loop of the latency bench: epochs of 10 ms by the clock, rounds of 1 ms.
@Suite struct ClosedLoopTests {
    private static func at(_ microseconds: Int64) -> Instant { .zero + .microseconds(microseconds) }

    private func radioNetwork(_ scene: CampusScene) throws -> RANNode {
        RANNode(
            plan: scene.plan, node: scene.node(.ran),
            network: try PhysicalNetwork(configuration: scene.plan.network), isClosedLoop: true)
    }

    private func directive(_ scene: CampusScene, _ edge: NodePlan, epoch: UInt64) -> Envelope {
        var directive = Directive()
        directive.offerEpoch = epoch
        directive.oldestEpoch = epoch
        directive.expiresEpoch = epoch + 8
        directive.subbands = scene.plan.network.carrier.subbands
        directive.cell = edge.cells.map(\.rawValue)
        directive.powerWatts = Array(repeating: 0.2, count: edge.cells.count * directive.subbands)
        return Envelope(sender: edge.id, recipient: NodeID(0), epoch: epoch, term: 1, body: .directive(directive))
    }

    private func starts(_ effects: [Effect<NoJob>]) -> [EpochStart] {
        effects.records.compactMap { if case .epochStarted(let start) = $0 { start } else { nil } }
    }

    @Test func anEpochBeginsWhenAllCellsOfTheOneBeforeAreDecided() throws {
        let scene = try CampusScene(.decentralised)
        let (west, east) = (scene.node(.edge, 0), scene.node(.edge, 1))
        var ran = try radioNetwork(scene)
        let begun = try #require(ran.start(at: Self.at(50)).timers.first)
        #expect(begun == Self.at(50))
        let opened = ran.fire(TimerID(2), at: begun)
        let first = ran.epoch
        #expect(Set(opened.sends.map(\.epoch)) == [first] && opened.timers == [Self.at(10_050)])
        let prepared = ran.followUp(at: begun)
        #expect(starts(prepared) == [EpochStart(epoch: first, scheduled: begun)])
        #expect(prepared.prepared.map(\.epoch) == [first + 1, first + 1] && ran.network.slot == 1)

        // West alone does not close the loop, and nothing closes it twice.
        let half = ran.take(directive(scene, west, epoch: first), at: Self.at(400))
        #expect(half.sends.map(\.body.kind) == [.directiveResult] && half.timers.isEmpty && ran.epoch == first)
        #expect(ran.network.appliedPower(cell: west.cells[0]).allSatisfy { $0 == 0.2 }, "it acts at once")
        #expect(ran.take(directive(scene, west, epoch: first), at: Self.at(450)).timers.isEmpty)
        let closed = ran.take(directive(scene, east, epoch: first), at: Self.at(600))
        #expect(closed.sends.map(\.body.kind) == [.telemetry, .telemetry, .directiveResult])
        #expect(closed.sends.prefix(2).allSatisfy { $0.epoch == first + 1 && $0.hops.map(\.arrived) == [Self.at(600)] })
        #expect(zip(closed.sends, prepared.prepared).allSatisfy { $0.body == $1.body })
        #expect(closed.timers == [Self.at(10_600)] && ran.epoch == first + 1)

        // The history tells the directives of an epoch before the next one.
        let told = ran.followUp(at: Self.at(610)).records
        let epochs = told.map { record -> UInt64? in
            switch record {
            case .directive(let directive): directive.epoch
            case .epochStarted(let start): start.epoch
            default: nil
            }
        }
        #expect(epochs == [first, first, first, first + 1])
        #expect(ran.network.slot == 2)
    }

    @Test func anEpochThatIsNotDecidedEndsWithTheClock() throws {
        let scene = try CampusScene(.fullyCentralised)
        var ran = try radioNetwork(scene)
        _ = ran.start(at: .zero)
        _ = ran.fire(TimerID(2), at: .zero)
        _ = ran.followUp(at: .zero)
        let first = ran.epoch
        let late = ran.fire(TimerID(2), at: Self.at(10_000))
        #expect(Set(late.sends.map(\.epoch)) == [first + 1] && late.timers == [Self.at(20_000)])
        _ = ran.followUp(at: Self.at(10_000))
        // What comes for the old epoch acts, but decides nothing of the new one.
        let leader = scene.node(.rrm)
        let old = ran.take(directive(scene, leader, epoch: first), at: Self.at(10_100))
        #expect(old.timers.isEmpty && ran.epoch == first + 1)
        let new = ran.take(directive(scene, leader, epoch: first + 1), at: Self.at(10_200))
        #expect(new.timers == [Self.at(20_200)] && ran.epoch == first + 2)
    }

    @Test func aRestartedRadioNetworkGoesOnAboveItsEpochs() throws {
        let scene = try CampusScene(.decentralised)
        var ran = try radioNetwork(scene)
        _ = ran.start(at: .zero)
        var now = Instant.zero
        for _ in 0..<100 {
            _ = ran.fire(TimerID(2), at: now)
            _ = ran.followUp(at: now)
            now = now + .microseconds(20)
        }
        var again = try radioNetwork(scene)
        _ = again.start(at: now)
        #expect(again.epoch > ran.epoch)
    }

    /// What an edge puts off comes as often as by the clock, and its leader still hears of every epoch.
    @Test func anEdgeIsNotPutOffForEver() throws {
        let scene = try CampusScene(.decentralised)
        var ran = try scene.radioNetwork()
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        var (due, fired): ([Instant], Int) = ([], 0)
        var reported: [UInt64] = []
        for (round, envelopes) in CampusScene.epochs(10, of: &ran).enumerated() {
            let now = Self.at(Int64(round) * 1_000)
            if fired < due.count, due[fired] <= now {
                fired += 1
                let sends = edge.fireThrough(TimerID(2), at: now).sends
                reported += sends.filter { $0.recipient == scene.node(.rrm).id }.map(\.epoch)
            }
            let effects = edge.take(envelopes[0], at: now)
            due += effects.timers
            reported += effects.sends.filter { $0.body.kind == .channelReport }.map(\.epoch)
            _ = edge.followUp(at: now)
        }
        // 3.75 ms after the first telemetry, and after the first one behind that.
        #expect(due == [Self.at(3_750), Self.at(7_750), Self.at(11_750)])
        #expect(reported == [0, 1, 2, 3, 4, 5, 6, 7, 8])
    }

    @Test func aLeaderIsNotPutOffForEver() throws {
        let scene = try CampusScene(.fullyCentralised)
        var ran = try scene.radioNetwork()
        var edges = scene.plan.nodes(of: .edge).map { EdgeNode(plan: scene.plan, node: $0) }
        var leader = LeaderNode(plan: scene.plan, node: scene.node(.rrm))
        var ahead: [Instant] = []
        for (round, envelopes) in CampusScene.epochs(3, of: &ran).enumerated() {
            let now = Self.at(Int64(round) * 1_000)
            for (index, envelope) in envelopes.enumerated() {
                for report in edges[index].take(envelope, at: now).sends where report.body.kind == .channelReport {
                    let effects = leader.take(report, at: now)
                    if !effects.directives.isEmpty { ahead += effects.timers }
                }
            }
        }
        #expect(ahead == [Self.at(4_375)])
    }
}
