import DTNetMessages
import EdgeTwin
import NetworkModel
import RRMLeader
import Testing
import TwinProtocol

@Suite struct LeaderNodeTests {
    /// Channel reports of all edges for some epochs.
    private func reports(_ scene: CampusScene, _ count: Int) throws -> [[Envelope]] {
        var ran = try scene.radioNetwork()
        var edges = scene.plan.nodes(of: .edge).map { EdgeNode(plan: scene.plan, node: $0) }
        return CampusScene.epochs(count, of: &ran).map { envelopes in
            envelopes.enumerated().compactMap { index, envelope in
                let sends = edges[index].take(envelope).sends + edges[index].fire(TimerID(2), at: .zero).sends
                return sends.first { $0.body.kind == .channelReport }
            }
        }
    }

    @Test func centralLeaderDirectsTheWholeNetworkWhenAllHaveReported() throws {
        let scene = try CampusScene(.fullyCentralised)
        var leader = LeaderNode(plan: scene.plan, node: scene.node(.rrm))
        let epochs = try reports(scene, 2)
        let opened = leader.take(epochs[0][0])
        #expect(opened.sends.isEmpty && opened.timers == [Instant(nanoseconds: 5_000_000)])
        let decided = leader.take(epochs[0][1], at: Instant(nanoseconds: 700_000))
        let (envelope, directive) = try #require(decided.directives.first)
        #expect(envelope.recipient == scene.node(.ran).id)
        #expect(directive.cell == scene.plan.network.cells.map(\.id.rawValue))
        #expect(envelope.hops.map(\.layer) == [.radioNetwork, .l1, .rrm])
        let width = directive.subbands
        for (index, cell) in scene.plan.network.cells.enumerated() {
            let total = directive.powerWatts[(index * width)..<((index + 1) * width)].reduce(0, +)
            #expect(total <= (cell.transmitPowerDbm > 38 ? 10.01 : 5.02))
        }
        let records = leader.followUp(at: .zero).records
        #expect(records.count == 1)
    }

    @Test func deadlineDecidesWithWhatIsThere() throws {
        let scene = try CampusScene(.fullyCentralised)
        var leader = LeaderNode(plan: scene.plan, node: scene.node(.rrm))
        let epochs = try reports(scene, 2)
        for envelope in epochs[0] { _ = leader.take(envelope) }
        _ = leader.followUp(at: .zero)
        _ = leader.take(epochs[1][1])
        let decided = leader.fire(TimerID(1), at: Instant(nanoseconds: 5_000_000))
        #expect(decided.directives.first?.0.epoch == 1)
        #expect(decided.directives.first?.1.oldestEpoch == 0)
        guard case .leaderDecision(let decision) = try #require(leader.followUp(at: .zero).records.first) else {
            Issue.record("no decision")
            return
        }
        #expect(decision.predictedCells == scene.node(.edge, 0).cells.count)
        // The report that comes too late changes nothing.
        #expect(leader.take(epochs[1][0]).sends.isEmpty)
    }

    @Test func semiCentralisedLeaderOffersToEachEdge() throws {
        let scene = try CampusScene(.semiCentralised)
        var leader = LeaderNode(plan: scene.plan, node: scene.node(.rrm))
        let epochs = try reports(scene, 1)
        _ = leader.take(epochs[0][0])
        let offers = leader.take(epochs[0][1]).offers
        #expect(offers.map(\.0.recipient) == scene.plan.nodes(of: .edge).map(\.id))
        for ((_, offer), edge) in zip(offers, scene.plan.nodes(of: .edge)) {
            #expect(offer.cell == edge.cells.map(\.rawValue))
            #expect(Set(offer.cell).union(offer.neighbourCell).count == scene.plan.network.cells.count)
            #expect(offer.price.contains { $0 > 0 })
        }
    }

    @Test func responseOfTheEdgeIsWhatTheLeaderExpects() throws {
        // A price is an honest one if the follower, answering on the same data, does what the leader announced.
        let scene = try CampusScene(.semiCentralised)
        var leader = LeaderNode(plan: scene.plan, node: scene.node(.rrm))
        var ran = try scene.radioNetwork()
        var edges = scene.plan.nodes(of: .edge).map { EdgeNode(plan: scene.plan, node: $0) }
        var moved: [Float] = []
        for epoch in CampusScene.epochs(40, of: &ran) {
            var offers: [(Envelope, Offer)] = []
            for (index, envelope) in epoch.enumerated() {
                let report = try #require(edges[index].take(envelope).sends.first)
                _ = edges[index].followUp(at: .zero)
                offers += leader.take(report).offers
            }
            for (index, (envelope, offer)) in offers.enumerated() {
                let directive = try #require(edges[index].take(envelope).directives.first).1
                let distance = zip(directive.powerWatts, offer.expectedPowerWatts).map { abs($0 - $1) }.reduce(0, +)
                moved.append(distance / offer.powerBudgetWatts.reduce(0, +))
            }
        }
        let settled = moved.suffix(20).sorted()
        #expect(settled[10] < 0.1, "half of the settled responses move more: \(settled)")
    }

    @Test func bordersChargeNeighbours() throws {
        let scene = try CampusScene(.decentralised)
        let plans = scene.plan.nodes(of: .rrm)
        var leaders = plans.map { LeaderNode(plan: scene.plan, node: $0) }
        var power: [[Double]] = []
        for envelopes in try reports(scene, 4) {
            var syncs: [Envelope] = []
            for (index, envelope) in envelopes.enumerated() {
                let effects = leaders[index].take(envelope)
                #expect(effects.offers.count == 1)
                syncs += effects.sends.filter { $0.body.kind == .leaderSync }
            }
            #expect(syncs.count == 2)
            for sync in syncs {
                guard case .leaderSync(let body) = sync.body else { continue }
                #expect(body.charge.contains { $0 > 0 })
                let receiver = try #require(plans.firstIndex { $0.id == sync.recipient })
                _ = leaders[receiver].take(sync)
            }
            power.append(leaders[0].lastPower)
        }
        #expect(power[0] != power[3])
    }

    @Test func returningLeaderStartsAboveEveryTermSeen() throws {
        let scene = try CampusScene(.semiCentralised)
        var leader = LeaderNode(plan: scene.plan, node: scene.node(.rrm))
        _ = leader.peerChanged(scene.node(.edge).id, to: .up(highestTerm: 6), at: .zero)
        #expect(leader.highestTermSeen == 7)
    }
}
