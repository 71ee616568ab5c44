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
                let sends = edges[index].take(envelope).sends + edges[index].fireThrough(TimerID(2), at: .zero).sends
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
        let records = leader.fireThrough(LeaderNode.aheadTimer, at: .zero).records
        #expect(records.count == 1)
    }

    @Test(arguments: [Hierarchy.fullyCentralised, .semiCentralised]) func aSolverThatIsChosenIsRecordedWithItsReason(
        hierarchy: Hierarchy
    ) throws {
        let scene = try CampusScene(hierarchy) { $0.network.game.solver = .auto }
        var leader = LeaderNode(plan: scene.plan, node: scene.node(.rrm))
        for (index, epoch) in try reports(scene, 2).enumerated() {
            for envelope in epoch { _ = leader.take(envelope) }
            let records = leader.fireThrough(LeaderNode.aheadTimer, at: .zero).records
            guard case .leaderDecision(let decision) = try #require(records.first) else {
                Issue.record("\(records)")
                return
            }
            #expect(decision.epoch == UInt64(index) && [.pricing, .wmmse].contains(decision.solver))
            let reason = try #require(decision.reason)
            if hierarchy == .semiCentralised {
                #expect(decision.solver == .pricing && reason == "the pricing kernel alone announces prices")
            } else {
                #expect(reason.contains("% of the best on average"))
            }
            #expect(leader.lastPower.contains { $0 > 0 })
        }
    }

    @Test func aSolverThatIsFixedIsTheOneThatDecides() throws {
        let scene = try CampusScene(.fullyCentralised) { $0.network.game.solver = .wmmse }
        var leader = LeaderNode(plan: scene.plan, node: scene.node(.rrm))
        for epoch in try reports(scene, 2) {
            var directives: [Directive] = []
            for envelope in epoch { directives += leader.take(envelope).directives.map(\.1) }
            let directive = try #require(directives.first)
            let width = directive.subbands
            for (index, cell) in scene.plan.network.cells.enumerated() {
                let total = directive.powerWatts[(index * width)..<((index + 1) * width)].reduce(0, +)
                #expect(total <= (cell.transmitPowerDbm > 38 ? 10.01 : 5.02))
            }
            let records = leader.fireThrough(LeaderNode.aheadTimer, at: .zero).records
            guard case .leaderDecision(let decision) = try #require(records.first) else {
                Issue.record("\(records)")
                return
            }
            #expect(decision.solver == .wmmse && decision.reason == nil && leader.lastSolver == .wmmse)
        }
    }

    @Test func deadlineDecidesWithWhatIsThere() throws {
        let scene = try CampusScene(.fullyCentralised)
        var leader = LeaderNode(plan: scene.plan, node: scene.node(.rrm))
        let epochs = try reports(scene, 2)
        for envelope in epochs[0] { _ = leader.take(envelope) }
        _ = leader.fireThrough(LeaderNode.aheadTimer, at: .zero)
        _ = leader.take(epochs[1][1])
        let decided = leader.fire(TimerID(1), at: Instant(nanoseconds: 5_000_000))
        #expect(decided.directives.first?.0.epoch == 1)
        #expect(decided.directives.first?.1.oldestEpoch == 0)
        guard
            case .leaderDecision(let decision) = try #require(
                leader.fireThrough(LeaderNode.aheadTimer, at: .zero).records.first)
        else {
            Issue.record("no decision")
            return
        }
        #expect(decision.predictedCells == scene.node(.edge, 0).cells.count)
        // The report that comes too late changes nothing.
        #expect(leader.take(epochs[1][0]).sends.isEmpty)
    }

    /// A leader that decides epoch 1 at the deadline, with the report of its second edge alone; the load of the first
    /// edge's cells was 1 when it reported. Returns the power that the second edge is to assume of them.
    private func assumedPower(of missing: NodePlan, forecast: Float?) throws -> (watts: Float, budget: Float) {
        let scene = try CampusScene(.semiCentralised)
        var leader = LeaderNode(plan: scene.plan, node: scene.node(.rrm))
        let epochs = try reports(scene, 2)
        for var envelope in epochs[0] {
            guard case .channelReport(var report) = envelope.body else { continue }
            report.load = report.load.map { _ in 1 }
            envelope.body = .channelReport(report)
            _ = leader.take(envelope)
        }
        if let forecast {
            var report = RegionReport()
            report.cell = missing.cells.map(\.rawValue)
            report.forecastLoad = report.cell.map { _ in forecast }
            _ = leader.take(
                Envelope(
                    sender: scene.node(.region).id, recipient: scene.node(.rrm).id, epoch: 0,
                    body: .regionReport(report)))
        }
        _ = leader.take(epochs[1][1])
        let offers = leader.fire(TimerID(1), at: Instant(nanoseconds: 5_000_000)).offers
        let offer = try #require(offers.first { $0.0.recipient == scene.node(.edge, 1).id }).1
        let budget = try #require(offers.first { $0.0.recipient == missing.id }).1.powerBudgetWatts.reduce(0, +)
        var watts: Float = 0
        for (index, cell) in offer.neighbourCell.enumerated() where missing.cells.contains(CellID(cell)) {
            watts += offer.neighbourPowerWatts[(index * offer.subbands)..<((index + 1) * offer.subbands)].reduce(0, +)
        }
        return (watts, budget)
    }

    @Test func missingReportsAreAtTheLoadThatTheRegionForecasts() throws {
        let missing = try CampusScene(.semiCentralised).node(.edge, 0)
        let (known, _) = try assumedPower(of: missing, forecast: nil)
        let (idle, budget) = try assumedPower(of: missing, forecast: 0.25)
        #expect(idle > 0 && idle <= 0.2501 * budget, "\(idle) W of \(budget) W")
        #expect(known > 2 * idle, "\(known) W at full load")
    }

    @Test func answersAreHeldAgainstTheOffer() throws {
        let scene = try CampusScene(.semiCentralised)
        var leader = LeaderNode(plan: scene.plan, node: scene.node(.rrm))
        let epochs = try reports(scene, 2)
        _ = leader.take(epochs[0][0])
        let offers = leader.take(epochs[0][1]).offers
        func answer(_ index: Int, epoch: UInt64 = 0, change: (inout Response) -> Void = { _ in }) -> [Effect<NoJob>] {
            let (envelope, offer) = offers[index]
            var response = Response()
            response.subbands = offer.subbands
            (response.round, response.cell, response.powerWatts) = (offer.round, offer.cell, offer.expectedPowerWatts)
            change(&response)
            return leader.take(
                Envelope(
                    sender: envelope.recipient, recipient: envelope.sender, epoch: epoch, term: envelope.term,
                    body: .response(response)))
        }
        // Of another epoch, and of cells that are another edge's: no answers to this offer.
        #expect(answer(0, epoch: 7).gauges.isEmpty)
        #expect(answer(0) { $0.cell = offers[1].1.cell }.gauges.isEmpty)
        let honest = try #require(answer(0).gauges.first)
        #expect(honest.name == "response_gap" && honest.value < 1e-6)
        let moved = try #require(answer(1) { $0.powerWatts[3] += 2 }.gauges.first)
        let budget = offers.map { Double($0.1.powerBudgetWatts.reduce(0, +)) }.reduce(0, +)
        #expect(abs(moved.value - 2 / budget) < 1e-6)

        _ = leader.fireThrough(LeaderNode.aheadTimer, at: .zero)
        for envelope in epochs[1] { _ = leader.take(envelope) }
        guard
            case .leaderDecision(let decision) = try #require(
                leader.fireThrough(LeaderNode.aheadTimer, at: .zero).records.first)
        else {
            Issue.record("no decision")
            return
        }
        #expect(decision.responseGap == moved.value)
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

    /// The first decision of the western leader on cells of a load, charged so much for each of them that nothing is
    /// worth sending; or not charged.
    private func decision(load: Float, charge: Float) throws -> (leader: LeaderNode, sync: LeaderSync, west: [CellID]) {
        let scene = try CampusScene(.decentralised)
        let (plans, west) = (scene.plan.nodes(of: .rrm), scene.node(.edge, 0).cells)
        var leader = LeaderNode(plan: scene.plan, node: plans[0])
        var quoted = LeaderSync()
        (quoted.region, quoted.subbands) = (1, scene.plan.network.carrier.subbands)
        quoted.chargedCell = west.map(\.rawValue)
        quoted.charge = Array(repeating: charge, count: west.count * quoted.subbands)
        _ = leader.take(Envelope(sender: plans[1].id, recipient: plans[0].id, epoch: 0, body: .leaderSync(quoted)))
        var envelope = try reports(scene, 1)[0][0]
        guard case .channelReport(var report) = envelope.body else { throw CancellationError() }
        report.load = report.load.map { _ in load }
        envelope.body = .channelReport(report)
        for sent in leader.take(envelope).sends {
            if case .leaderSync(let sync) = sent.body { return (leader, sync, west) }
        }
        throw CancellationError()
    }

    /// What a cell does to others, and what it is charged for it, goes by the part of the time in which it sends.
    @Test func bordersAreCrossedWithTheLoadsOfCells() throws {
        let (leader, sync, west) = try decision(load: 0.25, charge: 0)
        #expect(sync.ownCell == west.map(\.rawValue))
        let decided = west.flatMap { leader.lastPower[$0.index * sync.subbands..<($0.index + 1) * sync.subbands] }
        #expect(decided.reduce(0, +) > 5)
        for (announced, watts) in zip(sync.ownPowerWatts, decided) {
            #expect(abs(Double(announced) - 0.25 * watts) <= 1e-5 * watts)
        }
        let damping = try CampusScene(.decentralised).plan.network.game.damping
        for load in [Float(1), 0.25] {
            let (charged, _, _) = try decision(load: load, charge: 1e11)
            for cell in west {
                let prices = charged.lastPrice[cell.index * sync.subbands..<(cell.index + 1) * sync.subbands]
                #expect(prices.allSatisfy { abs($0 / (1e11 * damping * Double(load)) - 1) < 1e-3 }, "\(prices)")
            }
        }
    }

    /// A leader of two regions announces the cells of both under the name of one; of nobody else's cells.
    @Test func powersAreTakenFromTheLeaderOfTheirCells() throws {
        let scene = try CampusScene(.decentralised) { plan in
            plan.network.regionNames.append("annex")
            plan.network.cells[plan.network.cells.count - 1].region = RegionID(2)
        }
        let plans = scene.plan.nodes(of: .rrm)
        let subbands = scene.plan.network.carrier.subbands
        #expect(plans[1].cells.count > 1 && plans[1].cells.last?.index == scene.plan.network.cells.count - 1)
        var leader = LeaderNode(plan: scene.plan, node: plans[0])
        var sync = LeaderSync()
        (sync.region, sync.subbands) = (1, subbands)
        sync.ownCell = scene.plan.network.cells.map(\.id.rawValue)
        sync.ownPowerWatts = Array(repeating: 0.375, count: sync.ownCell.count * subbands)
        _ = leader.take(Envelope(sender: plans[1].id, recipient: plans[0].id, epoch: 0, body: .leaderSync(sync)))
        for cell in scene.plan.network.cells.map(\.id) {
            let heard = leader.announcedPowerWatts[cell.index * subbands..<(cell.index + 1) * subbands]
            #expect(heard.allSatisfy { ($0 == 0.375) == plans[1].cells.contains(cell) }, "cell \(cell.index): \(heard)")
        }
    }

    @Test func returningLeaderStartsAboveEveryTermSeen() throws {
        let scene = try CampusScene(.semiCentralised)
        var leader = LeaderNode(plan: scene.plan, node: scene.node(.rrm))
        _ = leader.peerChanged(scene.node(.edge).id, to: .up(highestTerm: 6), at: .zero)
        #expect(leader.highestTermSeen == 7)
    }
}
