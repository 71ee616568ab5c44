import DTNetMessages
import EdgeTwin
import NetworkModel
import Testing
import TwinProtocol

@Suite struct EdgeNodeTests {
    private func offer(_ plan: WiringPlan, _ edge: NodePlan, epoch: UInt64, price: Float = 0, term: UInt64 = 1)
        -> Envelope
    {
        let subbands = plan.network.carrier.subbands
        var offer = Offer()
        offer.offerEpoch = epoch
        offer.oldestEpoch = epoch
        offer.expiresEpoch = epoch + 8
        offer.subbands = subbands
        offer.cell = edge.cells.map(\.rawValue)
        offer.price = Array(repeating: price, count: offer.cell.count * subbands)
        offer.powerBudgetWatts = Array(repeating: 10, count: offer.cell.count)
        offer.neighbourCell = plan.network.cells.map(\.id.rawValue).filter { !offer.cell.contains($0) }
        offer.neighbourPowerWatts = Array(repeating: 1, count: offer.neighbourCell.count * subbands)
        offer.expectedPowerWatts = Array(repeating: 1, count: offer.cell.count * subbands)
        return Envelope(sender: NodeID(9), recipient: edge.id, epoch: epoch, term: term, body: .offer(offer))
    }

    private func telemetry(_ scene: CampusScene, _ count: Int) throws -> [Envelope] {
        var ran = try scene.radioNetwork()
        return CampusScene.epochs(count, of: &ran).map { $0[0] }
    }

    @Test func decentralisedEdgeActsAtOnceOnTheLastOffer() throws {
        let scene = try CampusScene(.decentralised)
        let plan = scene.node(.edge)
        var edge = EdgeNode(plan: scene.plan, node: plan)
        let epochs = try telemetry(scene, 3)
        // Without an offer there is nothing to answer, but the report goes up.
        let first = edge.take(epochs[0])
        #expect(first.directives.isEmpty && first.hasFollowUp)
        #expect(edge.followUp(at: .zero).isEmpty)
        #expect(first.timers == [Instant(nanoseconds: 3_750_000)])
        let reported = edge.fireThrough(TimerID(2), at: .zero).sends
        #expect(reported.map(\.recipient) == [scene.node(.rrm).id, scene.node(.region).id])
        #expect(reported.map(\.body.kind) == [.channelReport, .channelReport])
        #expect(edge.take(offer(scene.plan, plan, epoch: 0)).sends.isEmpty)
        let second = edge.take(epochs[1])
        let (envelope, directive) = try #require(second.directives.first)
        #expect(envelope.recipient == scene.node(.ran).id && envelope.epoch == 1)
        #expect(directive.offerEpoch == 0 && directive.oldestEpoch == 0 && directive.expiresEpoch == 9)
        #expect(envelope.hops.map(\.layer) == [.radioNetwork, .l1])
        // The directive is alone: reports and learning come when the decisions of the epoch are through.
        #expect(second.sends.count == 1)
        #expect(edge.fireThrough(TimerID(2), at: .zero).sends.count == 1)
    }

    @Test func semiCentralisedEdgeWaitsForTheOfferOfTheEpoch() throws {
        let scene = try CampusScene(.semiCentralised)
        let plan = scene.node(.edge)
        var edge = EdgeNode(plan: scene.plan, node: plan)
        let epochs = try telemetry(scene, 3)
        let up = edge.take(epochs[0])
        #expect(up.sends.first?.body.kind == .channelReport && up.directives.isEmpty)
        _ = edge.followUp(at: .zero)
        let answered = edge.take(offer(scene.plan, plan, epoch: 0))
        #expect(answered.sends.map(\.body.kind) == [.directive])
        let later = edge.fireThrough(TimerID(2), at: .zero).sends
        #expect(later.map(\.body.kind) == [.response, .channelReport])
        #expect(later.map(\.recipient) == [scene.node(.rrm).id, scene.node(.region).id])
        #expect(answered.directives.first?.1.offerEpoch == 0)
        // Late: the offer of epoch 0 is used when the timer of epoch 1 is due, and counted.
        _ = edge.take(epochs[1])
        _ = edge.followUp(at: .zero)
        let late = edge.fire(TimerID(1), at: Instant(nanoseconds: 9_000_000))
        #expect(late.directives.first?.0.epoch == 1)
        #expect(late.directives.first?.1.offerEpoch == 0)
        let records = edge.followUp(at: .zero).records
        #expect(
            records.contains { if case .lateOffer(_, 1, let cells) = $0 { cells == plan.cells.count } else { false } })
        // The right offer after that answers nothing twice.
        #expect(edge.take(offer(scene.plan, plan, epoch: 1)).directives.isEmpty)
    }

    @Test func fullyCentralisedEdgeOnlyReports() throws {
        let scene = try CampusScene(.fullyCentralised)
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        let effects = edge.take(try telemetry(scene, 1)[0])
        #expect(Set(effects.sends.map(\.body.kind)) == [.channelReport])
        #expect(edge.take(offer(scene.plan, scene.node(.edge), epoch: 0)).sends.isEmpty)
    }

    @Test func offersOfOldTermsOrTimesOrOthersCellsAreIgnored() throws {
        let scene = try CampusScene(.semiCentralised)
        let (plan, other) = (scene.node(.edge, 0), scene.node(.edge, 1))
        var edge = EdgeNode(plan: scene.plan, node: plan)
        let epochs = try telemetry(scene, 2)
        _ = edge.take(epochs[0])
        #expect(!edge.take(offer(scene.plan, plan, epoch: 0, term: 4)).directives.isEmpty)
        _ = edge.take(epochs[1])
        #expect(edge.take(offer(scene.plan, plan, epoch: 1, term: 3)).directives.isEmpty)
        var foreign = offer(scene.plan, other, epoch: 1, term: 4)
        foreign.recipient = plan.id
        #expect(edge.take(foreign).directives.isEmpty)
        #expect(!edge.take(offer(scene.plan, plan, epoch: 1, term: 4)).directives.isEmpty)
        #expect(edge.highestTermSeen == 4)
    }

    @Test func pricesAndPolicyBoundThePower() throws {
        let scene = try CampusScene(.decentralised)
        let plan = scene.node(.edge)
        let epochs = try telemetry(scene, 1)
        func power(price: Float, budget: Float?) throws -> Float {
            var edge = EdgeNode(plan: scene.plan, node: plan)
            if let budget {
                var policy = Policy()
                policy.expiresEpoch = 100
                policy.cell = plan.cells.map(\.rawValue)
                policy.powerBudgetWatts = Array(repeating: budget, count: policy.cell.count)
                policy.weight = Array(repeating: 1, count: policy.cell.count)
                _ = edge.take(Envelope(sender: NodeID(5), recipient: plan.id, body: .policy(policy)))
            }
            _ = edge.take(offer(scene.plan, plan, epoch: 0, price: price))
            let effects = edge.take(epochs[0])
            return try #require(effects.directives.first).1.powerWatts.reduce(0, +)
        }
        let free = try power(price: 0, budget: nil)
        let dear = try power(price: 50, budget: nil)
        let bound = try power(price: 0, budget: 2)
        let cells = Float(plan.cells.count)
        #expect(free <= cells * 10.01 && free > cells * 5)
        #expect(dear < 0.5 * free)
        #expect(bound <= cells * 2.001)
    }

    /// From the epoch on in which a policy is void, its bounds bind no answer.
    @Test func aPolicyThatHasExpiredBoundsNothing() throws {
        let scene = try CampusScene(.decentralised)
        let plan = scene.node(.edge)
        var edge = EdgeNode(plan: scene.plan, node: plan)
        var policy = Policy()
        policy.expiresEpoch = 1
        policy.cell = plan.cells.map(\.rawValue)
        policy.powerBudgetWatts = policy.cell.map { _ in 2 }
        policy.weight = policy.cell.map { _ in 1 }
        _ = edge.take(Envelope(sender: NodeID(5), recipient: plan.id, body: .policy(policy)))
        _ = edge.take(offer(scene.plan, plan, epoch: 0))
        let watts = try telemetry(scene, 2).map { envelope in
            try #require(edge.take(envelope).directives.first).1.powerWatts.reduce(0, +)
        }
        let cells = Float(plan.cells.count)
        #expect(watts[0] <= cells * 2.001 && watts[1] > cells * 5, "\(watts)")
    }

    /// The weight of a slice in one cell reaches its users there and nobody else, until the policy expires.
    @Test func aSlicesWeightHoldsInItsCell() throws {
        let scene = try CampusScene(.fullyCentralised, epoch: .milliseconds(100))
        let plan = scene.node(.edge)
        var edge = EdgeNode(plan: scene.plan, node: plan)
        var policy = Policy()
        policy.expiresEpoch = 1
        policy.cell = plan.cells.map(\.rawValue)
        policy.powerBudgetWatts = policy.cell.map { _ in 10 }
        policy.weight = policy.cell.map { _ in 3 }
        policy.slices = 2
        policy.sliceWeight = policy.cell.indices.flatMap { (index: Int) -> [Float] in index == 1 ? [1, 4] : [1, 1] }
        _ = edge.take(Envelope(sender: NodeID(5), recipient: plan.id, body: .policy(policy)))
        for (epoch, envelope) in try telemetry(scene, 2).enumerated() {
            guard case .telemetry(var telemetry) = envelope.body else { continue }
            telemetry.ueSlice = telemetry.ue.indices.map { UInt32($0 % 2) }
            var sliced = envelope
            sliced.body = .telemetry(telemetry)
            let reports = edge.take(sliced).sends.compactMap { send -> ChannelReport? in
                if case .channelReport(let report) = send.body, report.links > 0 { report } else { nil }
            }
            _ = edge.fireThrough(TimerID(2), at: .zero)
            let report = try #require(reports.first)
            let raised = report.ue.indices.filter { report.ueCell[$0] == policy.cell[1] && report.ueSlice[$0] == 1 }
            #expect(!raised.isEmpty && raised.count < report.ue.count)
            for row in report.ue.indices {
                #expect(report.weight[row] == (epoch > 0 ? 1 : raised.contains(row) ? 12 : 3))
            }
        }
    }

    /// A cell below full buffer that sends on half of its subbands is busy where half of all PRBs are.
    @Test func loadsCountTheSubbandsThatACellSendsOn() throws {
        let scene = try CampusScene(.fullyCentralised)
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        var envelope = try telemetry(scene, 1)[0]
        guard case .telemetry(var body) = envelope.body else { return }
        let width = body.subbands
        body.backlogBytes = body.backlogBytes.map { _ in 1_000 }
        body.prbUsedPercent = body.cell.map { _ in 30 }
        // The first cell sends on half of them, the second on none, the others on all.
        for k in 0..<width / 2 { body.powerWatts[k] = 0 }
        for k in 0..<width { body.powerWatts[width + k] = 0 }
        envelope.body = .telemetry(body)
        guard case .channelReport(let report) = try #require(edge.take(envelope).sends.first).body else { return }
        #expect(abs(report.load[0] - 0.6) < 1e-6 && report.load[1] == 1)
        #expect(report.load.count > 2 && report.load.dropFirst(2).allSatisfy { abs($0 - 0.3) < 1e-6 })
    }

    /// L2 hears every 50 ms: what was handed over in the epochs between is in the next short form, and only there.
    @Test func handoversWaitForTheNextShortForm() throws {
        let scene = try CampusScene(.decentralised)
        let plan = scene.node(.edge)
        var edge = EdgeNode(plan: scene.plan, node: plan)
        var short: [ChannelReport] = []
        for (epoch, envelope) in try telemetry(scene, 7).enumerated() {
            guard case .telemetry(var body) = envelope.body else { continue }
            if epoch == 1 || epoch == 2 {
                (body.handoverUE, body.handoverFrom) = ([UInt32(epoch)], [UInt32(epoch + 3)])
                body.handoverTo = [plan.cells[0].rawValue]
            }
            var told = envelope
            told.body = .telemetry(body)
            let now = Instant.zero + .milliseconds(10) * Int64(epoch)
            let sends = edge.take(told, at: now).sends + edge.fireThrough(TimerID(2), at: now).sends
            for case .channelReport(let report) in sends.map(\.body) {
                if report.links == 0 { short.append(report) } else { #expect(report.handoverUE.isEmpty) }
            }
        }
        // At 0 and at 50 ms.
        #expect(short.map(\.handoverUE) == [[], [1, 2]])
        #expect(short.map(\.handoverFrom) == [[], [4, 5]])
        #expect(short.map(\.handoverTo) == [[], [plan.cells[0].rawValue, plan.cells[0].rawValue]])
    }

    @Test func learningLowersTheTwinsError() throws {
        let scene = try CampusScene(.fullyCentralised, epoch: .milliseconds(100))
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        var report: ChannelReport?
        for envelope in try telemetry(scene, 30) {
            for send in edge.take(envelope).sends {
                if case .channelReport(let value) = send.body, value.links > 0 { report = value }
            }
            _ = edge.fireThrough(TimerID(2), at: .zero)
        }
        let last = try #require(report)
        let before = last.errorBeforeDb.reduce(0, +)
        let after = last.errorAfterDb.reduce(0, +)
        #expect(after > 0 && after < 0.5 * before, "before \(before), after \(after)")
        #expect(last.deviationDb.allSatisfy { $0 > 0 && $0 < 20 })
    }
}
