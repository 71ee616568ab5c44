import DTNetMessages
import EdgeTwin
import NetworkModel
import Orchestrator
import RegionalTwin
import Testing
import Topology
import TwinProtocol

/// L3 looks after the AI engines of L1 and L2: mirrors, orders, questions.
@Suite struct TwinManagementTests {
    private static func policy(_ scene: CampusScene, mirrorEpochs: UInt32) -> Policy {
        var policy = Policy()
        policy.revision = 1
        policy.expiresEpoch = .max
        policy.cell = scene.plan.network.cells.map(\.id.rawValue)
        policy.powerBudgetWatts = policy.cell.map { _ in 10 }
        policy.weight = policy.cell.map { _ in 1 }
        policy.mirrorPeriodEpochs = mirrorEpochs
        return policy
    }

    /// Runs an edge on its corrected twins; `visit` sees every epoch's deferred sends.
    private static func run(
        _ scene: CampusScene, epochs: Int, edge: inout EdgeNode, visit: (Int, inout EdgeNode, [Envelope]) -> Void
    ) throws {
        var ran = try scene.radioNetwork()
        for (epoch, telemetry) in CampusScene.epochs(epochs, of: &ran).enumerated() {
            let now = Instant.zero + scene.plan.network.epoch * Int64(epoch + 1)
            for envelope in telemetry where envelope.recipient == edge.node {
                let timers = edge.take(envelope, at: now).timers
                var sends: [Envelope] = []
                for due in timers.sorted() { sends += edge.fireThrough(TimerID(2), at: due).sends }
                _ = edge.followUp(at: now)
                visit(epoch, &edge, sends)
            }
        }
    }

    /// No scheme is recommended above a cap, and L2 is told of the cap.
    @Test func recommendedSchemesKeepToACap() throws {
        let scene = try CampusScene(.decentralised, epoch: .milliseconds(20))
        let region = scene.node(.region).id
        func schemes(cap: UInt32?) throws -> (mcs: [UInt32], highest: [UInt32]) {
            var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
            var policy = Self.policy(scene, mirrorEpochs: 0)
            policy.highestMCS = cap.map { index in policy.cell.map { _ in index } } ?? []
            let sent = Envelope(
                sender: scene.node(.orchestrator).id, recipient: edge.node, epoch: 0, body: .policy(policy))
            _ = edge.take(sent)
            var last: ChannelReport?
            try Self.run(scene, epochs: 30, edge: &edge) { _, _, sends in
                for envelope in sends where envelope.recipient == region {
                    if case .channelReport(let report) = envelope.body, !report.mcs.isEmpty { last = report }
                }
            }
            let report = try #require(last)
            return (report.mcs.filter { $0 != .max }, report.highestMCS)
        }
        let free = try schemes(cap: nil)
        #expect(free.highest.isEmpty && free.mcs.contains { $0 > 4 })
        let capped = try schemes(cap: 4)
        #expect(capped.mcs == free.mcs.map { min($0, 4) })
        #expect(!capped.highest.isEmpty && capped.highest.allSatisfy { $0 == 4 })
    }

    @Test func edgesMirrorAsOftenAsThePolicySays() throws {
        let scene = try CampusScene(.decentralised, epoch: .milliseconds(20))
        let global = scene.node(.orchestrator).id
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        let send = { (edge: inout EdgeNode, period: UInt32) in
            _ = edge.take(
                Envelope(
                    sender: global, recipient: edge.node, epoch: 0,
                    body: .policy(Self.policy(scene, mirrorEpochs: period))))
        }
        var mirrored: [Int] = []
        var links = 0
        try Self.run(scene, epochs: 30, edge: &edge) { epoch, edge, sends in
            if epoch == 2 { send(&edge, 5) }
            if epoch == 20 { send(&edge, 0) }
            for envelope in sends where envelope.recipient == global {
                if case .channelReport(let report) = envelope.body {
                    mirrored.append(epoch)
                    links = report.links
                    #expect(report.deviationDb.count == report.linkCell.count)
                }
            }
        }
        #expect(links > 1)
        #expect(mirrored.count == 4 && zip(mirrored, mirrored.dropFirst()).allSatisfy { $1 - $0 == 5 }, "\(mirrored)")
    }

    /// Calm cells: figures each period, links rarely and without deviations; nothing once the policy has expired.
    @Test func contentsFollowThePolicyAndExpireWithIt() throws {
        let scene = try CampusScene(.decentralised, epoch: .milliseconds(20))
        let global = scene.node(.orchestrator).id
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        var policy = Self.policy(scene, mirrorEpochs: 5)
        policy.mirrorLinkPeriodEpochs = policy.cell.map { _ in 15 }
        policy.mirrorDeviations = policy.cell.map { _ in 0 }
        policy.expiresEpoch = 32
        _ = edge.take(Envelope(sender: global, recipient: edge.node, epoch: 0, body: .policy(policy)))
        var linked: [UInt64] = []
        var figures: [UInt64] = []
        try Self.run(scene, epochs: 60, edge: &edge) { epoch, edge, sends in
            if epoch == 40 {
                // Deviations that are asked for now wait for no period.
                policy.revision = 2
                policy.expiresEpoch = .max
                policy.mirrorDeviations = policy.cell.map { _ in 1 }
                _ = edge.take(Envelope(sender: global, recipient: edge.node, epoch: 40, body: .policy(policy)))
            }
            for envelope in sends where envelope.recipient == global {
                guard case .channelReport(let report) = envelope.body else { continue }
                #expect(!report.ueThroughputKbps.isEmpty)
                if report.links == 0 { figures.append(envelope.epoch) } else { linked.append(envelope.epoch) }
                let hasDeviations = report.links > 0 && envelope.epoch > 40
                #expect(report.deviationDb.isEmpty == !hasDeviations)
            }
        }
        let early = linked.filter { $0 < 32 }
        #expect(early.count == 3 && early[1] - early[0] == 15, "\(linked)")
        #expect(figures.filter { $0 < 32 }.count == 4, "\(figures)")
        #expect((linked + figures).allSatisfy { $0 < 32 || $0 > 40 }, "\(linked), \(figures)")
        #expect(linked.contains { $0 > 40 && $0 <= 43 }, "\(linked)")
    }

    @Test func aRetrainingOrderBeginsOneCellAnewAndIsAnswered() throws {
        let scene = try CampusScene(.decentralised, epoch: .milliseconds(50)) {
            $0.network.twin.baseline = .tr38901
        }
        let global = scene.node(.orchestrator).id
        let plan = scene.node(.edge)
        var edge = EdgeNode(plan: scene.plan, node: plan)
        var before: TwinStatus?
        var after: TwinStatus?
        var last: TwinStatus?
        try Self.run(scene, epochs: 120, edge: &edge) { epoch, edge, sends in
            if epoch == 0 {
                _ = edge.take(
                    Envelope(
                        sender: global, recipient: edge.node, epoch: 0,
                        body: .policy(Self.policy(scene, mirrorEpochs: 10))))
            }
            for envelope in sends where envelope.recipient == global {
                if case .twinStatus(let status) = envelope.body {
                    if epoch < 80 { before = status }
                    last = status
                }
            }
            guard epoch == 80 else { return }
            var order = TrainOrder()
            order.order = 1
            order.cell = [plan.cells[0].rawValue]
            let answer = edge.take(
                Envelope(sender: global, recipient: edge.node, epoch: 80, body: .trainOrder(order))
            ).sends
            if case .twinStatus(let status)? = answer.first?.body { after = status }
            // The same order again changes nothing.
            _ = edge.take(Envelope(sender: global, recipient: edge.node, epoch: 80, body: .trainOrder(order)))
        }
        let (known, begun, end) = (try #require(before), try #require(after), try #require(last))
        #expect(known.order == 0 && known.phase.allSatisfy { $0 == .inUse } && known.samples[0] > 500)
        #expect(begun.order == 1 && begun.phase[0] == .retraining && begun.samples[0] == 0)
        #expect(begun.phase[1] == .inUse && begun.samples[1] > 500)
        #expect(end.order == 1 && end.samples[0] > 0 && end.samples[0] < end.samples[1])
        #expect(!known.worstError.isEmpty && known.usualError.allSatisfy { $0 > 0 })
    }

    @Test func enginesAnswerQuestionsInWords() throws {
        let scene = try CampusScene(.semiCentralised)
        let global = scene.node(.orchestrator).id
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        var region = RegionNode(plan: scene.plan, node: scene.node(.region))
        let ask = { (engine: TwinEngine, to: NodeID) in
            Envelope(
                sender: global, recipient: to, epoch: 1, body: .clarify(Clarify(question: 7, engine: engine, cell: 0)))
        }
        for sends in [edge.take(ask(.channel, edge.node)).sends, region.take(ask(.traffic, region.node)).sends] {
            guard case .clarification(let answer)? = sends.first?.body else {
                Issue.record("no answer")
                continue
            }
            #expect(answer.question == 7 && answer.cell == 0 && answer.text.contains("error"), "\(answer.text)")
            #expect(sends.first?.recipient == global)
        }
        // An engine that the node does not run stays silent.
        #expect(edge.take(ask(.traffic, edge.node)).sends.isEmpty)
    }

    @Test func aForecastIsBegunAnewOnOrder() throws {
        let scene = try CampusScene(.semiCentralised)
        let plan = scene.node(.region)
        var region = RegionNode(plan: scene.plan, node: plan)
        var order = TrainOrder()
        order.order = 3
        order.engine = .traffic
        order.cell = [plan.cells[0].rawValue]
        let sends = region.take(
            Envelope(sender: scene.node(.orchestrator).id, recipient: plan.id, epoch: 1, body: .trainOrder(order))
        ).sends
        guard case .twinStatus(let status)? = sends.first?.body else {
            Issue.record("no status")
            return
        }
        #expect(status.order == 3 && status.engine == .traffic && status.phase[0] == .retraining)
        #expect(status.phase[1] == .warmingUp)
    }
}
