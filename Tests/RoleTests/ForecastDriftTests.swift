import DTNetMessages
import LanguageEngine
import NetworkModel
import Orchestrator
import RegionalTwin
import Testing
import TwinProtocol

/// A traffic forecast that errs more than it usually does is ordered to be fitted anew, and L2 says what came of it.
@Suite struct ForecastDriftTests {
    private struct Missing: Error {}

    private static func quiet(_ cells: [CellID], load: Float = 1) -> ChannelReport {
        var report = ChannelReport()
        (report.links, report.reportSubbands) = (1, 1)
        report.cell = cells.map(\.rawValue)
        report.load = report.cell.map { _ in load }
        (report.throughputKbps, report.errorBeforeDb, report.errorAfterDb) = (report.load, report.load, report.load)
        return report
    }

    // MARK: - L3

    /// What a region says of its forecasts: the first cell's errs three times as much as usual.
    private static func status(of region: NodePlan) -> TwinStatus {
        var status = TwinStatus()
        status.engine = .traffic
        status.cell = region.cells.map(\.rawValue)
        status.phase = status.cell.map { _ in .inUse }
        status.error = status.cell.indices.map { $0 == 0 ? 0.3 : 0.1 }
        status.usualError = status.cell.map { _ in 0.1 }
        status.samples = status.cell.map { _ in 500 }
        let none = status.cell.map { _ in UInt32(0) }
        (status.mobility, status.modelMobility, status.snapshots) = (none, none, none)
        (status.lastOrder, status.lastKind, status.orderAgeEpochs) = (none, none, none)
        (status.orderBefore, status.orderAfter) = (status.cell.map { _ in 0 }, status.cell.map { _ in 0 })
        return status
    }

    /// The order that a global twin sends to a region on its status.
    private static func order(
        _ change: (inout TwinStatus) -> Void
    ) throws -> (order: TrainOrder, cell: UInt32, finding: String) {
        let scene = try CampusScene(.semiCentralised, epoch: .milliseconds(20))
        var node = OrchestratorNode(plan: scene.plan, node: scene.node(.orchestrator))
        _ = node.start(at: .zero)
        func deliver(_ body: Body, _ sender: NodeID) {
            _ = node.take(Envelope(sender: sender, recipient: node.node, epoch: 100, body: body))
        }
        for region in scene.plan.nodes(of: .region) { deliver(.regionReport(.usual(of: region)), region.id) }
        for edge in scene.plan.nodes(of: .edge) { deliver(.channelReport(quiet(edge.cells)), edge.id) }
        let region = scene.plan.nodes(of: .region)[0]
        var status = status(of: region)
        change(&status)
        deliver(.twinStatus(status), region.id)
        _ = node.fire(TimerID(1), at: .zero)
        _ = node.fire(TimerID(2), at: Instant.zero + .seconds(10))
        var think: ThinkJob?
        for effect in node.finish(.collected(OperatorMail(), after: nil), at: Instant.zero + .seconds(10)) {
            if case .run(.think(let job, _)) = effect { think = job }
        }
        guard let think, let finding = think.findings.first else { throw Missing() }
        for envelope in node.finish(.thought(Thought(number: think.number)), at: .zero).sends {
            if case .trainOrder(let order) = envelope.body, envelope.recipient == region.id {
                return (order, region.cells[0].rawValue, finding.text(slices: []))
            }
        }
        throw Missing()
    }

    @Test func aForecastThatDriftsIsFittedAnew() throws {
        let (order, cell, finding) = try Self.order { _ in }
        #expect(finding == "traffic forecast of cell \(cell) errs 30 %, usually 10 %")
        #expect(order.engine == .traffic && order.kind == .parameter && order.cell == [cell])
        #expect(order.name == "smoothing" && order.value == 0.5 && order.order > 0)
    }

    @Test func aFitThatDidNotHelpIsFollowedByABeginning() throws {
        let (order, _, _) = try Self.order { status in
            (status.lastOrder[0], status.lastKind[0]) = (3, TrainKind.parameter.rawValue)
            (status.orderBefore[0], status.orderAfter[0]) = (0.3, 0.29)
        }
        #expect(order.engine == .traffic && order.kind == .retrain && order.name.isEmpty)
    }

    /// While an order settles, of a young forecast, and where it errs as usual nothing is ordered.
    @Test(arguments: 0..<3) func nothingIsOrderedTooSoon(reason: Int) {
        #expect(throws: Missing.self) {
            _ = try Self.order { status in
                switch reason {
                case 0: (status.lastOrder[0], status.lastKind[0], status.orderBefore[0]) = (3, 2, 0.3)
                case 1: status.samples[0] = 150
                default: status.error[0] = 0.14
                }
            }
        }
    }

    // MARK: - L2

    /// Runs a region on a pattern of three steps, which a season of ten does not fit, and gives it an order after 400
    /// of them; its last status after 60 more.
    private static func status(after order: TrainOrder) throws -> (answer: TwinStatus, last: TwinStatus) {
        let scene = try CampusScene(.semiCentralised)
        let plan = scene.node(.region)
        let global = scene.node(.orchestrator).id
        var region = RegionNode(plan: scene.plan, node: plan)
        var (answer, last): (TwinStatus?, TwinStatus?)
        for step in 0..<460 {
            if step == 400 {
                var order = order
                order.cell = [plan.cells[0].rawValue]
                let sends = region.take(
                    Envelope(sender: global, recipient: plan.id, epoch: 400, body: .trainOrder(order))
                ).sends
                if case .twinStatus(let status)? = sends.first?.body { answer = status }
            }
            let report = quiet(plan.cells, load: [0.2, 0.8, 0.5][step % 3])
            _ = region.take(
                Envelope(
                    sender: NodeID(1), recipient: plan.id, epoch: UInt64(step + 1), body: .channelReport(report)))
            let sends = region.fire(TimerID(1), at: Instant.zero + .milliseconds(100) * Int64(step + 1)).sends
            for envelope in sends { if case .twinStatus(let status) = envelope.body { last = status } }
        }
        return (try #require(answer), try #require(last))
    }

    @Test func aRegionFitsItsForecastAndSaysWhatItWasWorth() throws {
        var order = TrainOrder()
        (order.order, order.engine, order.kind, order.name, order.value) = (7, .traffic, .parameter, "smoothing", 0.5)
        let (answer, last) = try Self.status(after: order)
        #expect(answer.order == 7 && answer.lastOrder[0] == 7 && answer.lastKind[0] == TrainKind.parameter.rawValue)
        #expect(answer.phase.allSatisfy { $0 == .inUse } && answer.orderAfter[0] == 0 && answer.lastOrder[1] == 0)
        #expect(last.orderBefore[0] > 0.25 && last.orderAfter[0] > 0, "\(last.orderBefore)")
        #expect(last.orderAfter[0] < 0.85 * last.orderBefore[0], "\(last.orderAfter)")
        // The other cells go on as before.
        #expect(last.error[0] < 0.85 * last.error[1], "\(last.error)")
        #expect(last.usualError[0] < last.usualError[1])
    }

    /// What it does not know leaves no trace of an order.
    @Test(arguments: ["memory", "smoothing"]) func whatChangesNothingLeavesNoTrace(name: String) throws {
        var order = TrainOrder()
        (order.order, order.engine, order.kind, order.name) = (7, .traffic, .parameter, name)
        order.value = name == "memory" ? 0.5 : 0.1
        let (answer, _) = try Self.status(after: order)
        #expect(answer.order == 7 && answer.lastOrder[0] == 0)
    }
}
