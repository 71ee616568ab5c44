import DTNetMessages
import EdgeTwin
import NetworkModel
import RRMLeader
import RegionalTwin
import Testing
import TwinProtocol

/// A radio network whose host was started again numbers its epochs below those of before: every node hears it, and no
/// single wrong number keeps the true ones out.
@Suite struct EpochRestartTests {
    private static let high: UInt64 = 900_000
    private static let wrong: UInt64 = 1 << 47

    private func offer(_ plan: WiringPlan, _ edge: NodePlan, epoch: UInt64) -> Envelope {
        let subbands = plan.network.carrier.subbands
        var offer = Offer()
        (offer.offerEpoch, offer.oldestEpoch, offer.expiresEpoch) = (epoch, epoch, epoch + 8)
        offer.subbands = subbands
        offer.cell = edge.cells.map(\.rawValue)
        offer.price = Array(repeating: 0, count: offer.cell.count * subbands)
        offer.powerBudgetWatts = Array(repeating: 10, count: offer.cell.count)
        offer.neighbourCell = plan.network.cells.map(\.id.rawValue).filter { !offer.cell.contains($0) }
        offer.neighbourPowerWatts = Array(repeating: 1, count: offer.neighbourCell.count * subbands)
        offer.expectedPowerWatts = Array(repeating: 1, count: offer.cell.count * subbands)
        return Envelope(sender: NodeID(9), recipient: edge.id, epoch: epoch, term: 1, body: .offer(offer))
    }

    @Test func anEdgeHearsARadioNetworkThatNumbersAnew() throws {
        let scene = try CampusScene(.decentralised)
        let plan = scene.node(.edge)
        var edge = EdgeNode(plan: scene.plan, node: plan)
        var ran = try scene.radioNetwork()
        let telemetry = CampusScene.epochs(5, of: &ran).map { $0[0] }
        func take(_ index: Int, as epoch: UInt64, incarnation: UInt64) -> [Effect<EdgeNode.Job>] {
            var envelope = telemetry[index]
            (envelope.epoch, envelope.incarnation) = (epoch, incarnation)
            return edge.take(envelope)
        }
        #expect(edge.take(offer(scene.plan, plan, epoch: Self.high)).isEmpty)
        #expect(take(0, as: Self.high, incarnation: 4).directives.count == 1)
        // One wrong number does nothing; the next true one is answered.
        #expect(take(1, as: Self.wrong, incarnation: 4).isEmpty)
        #expect(take(1, as: Self.high + 1, incarnation: 4).directives.count == 1)
        // The offer in force names an epoch of before: it is no longer answered, a new one is.
        let first = take(2, as: 12, incarnation: 5)
        #expect(first.hasFollowUp && first.directives.isEmpty)
        #expect(edge.take(offer(scene.plan, plan, epoch: 12)).isEmpty)
        let (envelope, directive) = try #require(take(3, as: 13, incarnation: 5).directives.first)
        #expect(envelope.epoch == 13 && directive.offerEpoch == 12 && directive.expiresEpoch == 21)
    }

    /// A leader that was held up while the radio network was started again still offers for epochs of before.
    @Test(arguments: [100, 5_000] as [UInt64]) func anOfferOfANumberingThatIsOverIsNotAnswered(fall: UInt64) throws {
        let scene = try CampusScene(.decentralised)
        let plan = scene.node(.edge)
        var edge = EdgeNode(plan: scene.plan, node: plan)
        var ran = try scene.radioNetwork()
        let telemetry = CampusScene.epochs(4, of: &ran).map { $0[0] }
        func take(_ index: Int, as epoch: UInt64, incarnation: UInt64) -> [Effect<EdgeNode.Job>] {
            var envelope = telemetry[index]
            (envelope.epoch, envelope.incarnation) = (epoch, incarnation)
            return edge.take(envelope)
        }
        #expect(edge.take(offer(scene.plan, plan, epoch: Self.high)).isEmpty)
        #expect(take(0, as: Self.high, incarnation: 4).directives.count == 1)
        let low = Self.high - fall
        #expect(take(1, as: low, incarnation: 5).directives.isEmpty)
        #expect(edge.take(offer(scene.plan, plan, epoch: Self.high + 1)).isEmpty)
        #expect(take(2, as: low + 1, incarnation: 5).directives.isEmpty)
        #expect(edge.take(offer(scene.plan, plan, epoch: low + 1)).isEmpty)
        let (envelope, directive) = try #require(take(3, as: low + 2, incarnation: 5).directives.first)
        #expect(envelope.epoch == low + 2 && directive.offerEpoch == low + 1)
    }

    /// Bounds of a policy end with it, in the epoch that it names, whether or not L3 or the leader still speak.
    @Test func aPolicyEndsInItsEpoch() throws {
        let scene = try CampusScene(.decentralised)
        let plan = scene.node(.edge)
        var edge = EdgeNode(plan: scene.plan, node: plan)
        var policy = Policy()
        policy.expiresEpoch = 1
        policy.cell = plan.cells.map(\.rawValue)
        policy.powerBudgetWatts = Array(repeating: 2, count: policy.cell.count)
        policy.weight = Array(repeating: 1, count: policy.cell.count)
        _ = edge.take(Envelope(sender: NodeID(5), recipient: plan.id, body: .policy(policy)))
        _ = edge.take(offer(scene.plan, plan, epoch: 0))
        var ran = try scene.radioNetwork()
        let watts = try CampusScene.epochs(2, of: &ran).map { envelopes in
            let effects = edge.take(envelopes[0])
            return try #require(effects.directives.first).1.powerWatts.reduce(0, +)
        }
        let cells = Float(plan.cells.count)
        #expect(watts[0] <= 2.001 * cells && watts[1] > 3 * cells, "\(watts)")
    }

    @Test func aLeaderHearsEdgesThatNumberAnew() throws {
        let scene = try CampusScene(.fullyCentralised)
        var leader = LeaderNode(plan: scene.plan, node: scene.node(.rrm))
        var ran = try scene.radioNetwork()
        var edges = scene.plan.nodes(of: .edge).map { EdgeNode(plan: scene.plan, node: $0) }
        let reports = CampusScene.epochs(5, of: &ran).map { envelopes in
            envelopes.indices.map { edges[$0].take(envelopes[$0]).sends.first { $0.body.kind == .channelReport } }
        }
        func take(_ index: Int, of edge: Int, as epoch: UInt64) throws -> [Effect<NoJob>] {
            var envelope = try #require(reports[index][edge])
            envelope.epoch = epoch
            return leader.take(envelope)
        }
        #expect(edges.count == 2)
        #expect(try take(0, of: 0, as: Self.high).directives.isEmpty)
        #expect(try take(0, of: 1, as: Self.high).directives.first?.0.epoch == Self.high)
        #expect(try take(1, of: 0, as: Self.wrong).isEmpty)
        #expect(try take(2, of: 1, as: Self.high + 1).directives.isEmpty)
        #expect(try take(2, of: 0, as: Self.high + 1).directives.first?.0.epoch == Self.high + 1)
        // Below those of before: the first of each edge is doubted, the second is decided on.
        for edge in 0..<2 { #expect(try take(3, of: edge, as: 12).isEmpty) }
        #expect(try take(4, of: 0, as: 13).directives.isEmpty)
        #expect(try take(4, of: 1, as: 13).directives.first?.0.epoch == 13)
    }

    @Test func aRegionReportsOnEpochsThatAreNumberedAnew() throws {
        let scene = try CampusScene(.semiCentralised)
        let plan = scene.node(.region)
        var region = RegionNode(plan: scene.plan, node: plan)
        func take(_ epoch: UInt64) {
            var report = ChannelReport()
            report.cell = plan.cells.map(\.rawValue)
            (report.load, report.throughputKbps) = (report.cell.map { _ in 0.5 }, report.cell.map { _ in 5_000 })
            (report.errorBeforeDb, report.errorAfterDb) = (report.cell.map { _ in 6 }, report.cell.map { _ in 2 })
            _ = region.take(Envelope(sender: NodeID(1), recipient: plan.id, epoch: epoch, body: .channelReport(report)))
        }
        func reported() -> (epoch: UInt64, first: UInt64)? {
            for envelope in region.fire(TimerID(1), at: .zero).sends {
                if case .regionReport(let report) = envelope.body { return (envelope.epoch, report.firstEpoch) }
            }
            return nil
        }
        for epoch in [Self.high, Self.wrong, Self.high + 1] { take(epoch) }
        let before = try #require(reported())
        #expect(before.epoch == Self.high + 1 && before.first == Self.high)
        for epoch in [12, 13, 14] as [UInt64] { take(epoch) }
        let after = try #require(reported())
        #expect(after.epoch == 14 && after.first == 13)
    }
}
