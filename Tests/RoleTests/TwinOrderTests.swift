import DTNetMessages
import EdgeTwin
import LanguageEngine
import NetworkModel
import Orchestrator
import Testing
import TwinProtocol

/// L3 orders what the error of a twin calls for; edges carry it out and say what came of it.
@Suite struct TwinOrderTests {
    private struct Missing: Error {}

    /// Feeds a global twin with a drift of cell 2 and its signs; the order that its rules send to the edge.
    ///
    /// - Parameter isApproved: L3 may adopt nothing by itself, and an operator approves what it proposes.
    private static func order(
        isApproved: Bool = false, weather: [RainPeriod] = [], _ change: (inout TwinStatus, Int) -> Void
    ) throws -> (order: TrainOrder, cell: UInt32) {
        let scene = try CampusScene(.semiCentralised, epoch: .milliseconds(20)) {
            if isApproved { $0.network.language.authority = [] }
            $0.network.weather = weather
        }
        var node = OrchestratorNode(plan: scene.plan, node: scene.node(.orchestrator))
        _ = node.start(at: .zero)
        let edge = scene.plan.nodes(of: .edge)[0]
        let drifting = edge.cells[0].rawValue
        func deliver(_ body: Body, _ sender: NodeID) {
            _ = node.take(Envelope(sender: sender, recipient: node.node, epoch: 100, body: body))
        }
        for region in scene.plan.nodes(of: .region) {
            let report = RegionReport.usual(of: region) { $0 == drifting ? 9 : 3 }
            deliver(.regionReport(report), region.id)
        }
        for edge in scene.plan.nodes(of: .edge) {
            var report = ChannelReport()
            (report.links, report.reportSubbands) = (1, 1)
            report.cell = edge.cells.map(\.rawValue)
            report.load = report.cell.map { _ in 1 }
            (report.throughputKbps, report.errorBeforeDb, report.errorAfterDb) = (report.load, report.load, report.load)
            deliver(.channelReport(report), edge.id)
        }
        var status = TwinStatus()
        status.cell = edge.cells.map(\.rawValue)
        let none = status.cell.map { _ in UInt32(0) }
        status.phase = status.cell.map { _ in .inUse }
        status.error = status.cell.map { $0 == drifting ? 9 : 3 }
        status.usualError = status.cell.map { _ in 3 }
        (status.samples, status.mobility, status.modelMobility, status.snapshots) = (none, none, none, none)
        (status.lastOrder, status.lastKind, status.orderAgeEpochs) = (none, none, none)
        (status.orderBefore, status.orderAfter) = (status.cell.map { _ in 0 }, status.cell.map { _ in 0 })
        change(&status, 0)
        deliver(.twinStatus(status), edge.id)
        _ = node.fire(TimerID(1), at: .zero)
        _ = node.fire(TimerID(2), at: Instant.zero + .seconds(10))
        var think: ThinkJob?
        for effect in node.finish(.collected(OperatorMail(), after: nil), at: Instant.zero + .seconds(10)) {
            if case .run(.think(let job, _)) = effect { think = job }
        }
        guard let think else { throw Missing() }
        var sends = node.finish(.thought(Thought(number: think.number)), at: .zero).sends
        if isApproved {
            guard sends.isEmpty else { throw Missing() }
            sends = node.finish(.collected(OperatorMail([.approve(number: think.number)]), after: nil), at: .zero).sends
        }
        for envelope in sends {
            if case .trainOrder(let order) = envelope.body, envelope.recipient == edge.id { return (order, drifting) }
        }
        throw Missing()
    }

    @Test func anErrorAtOnePlaceIsLearntAnewThere() throws {
        let (order, cell) = try Self.order { status, index in
            status.worstX = status.cell.map { _ in 40 }
            status.worstY = status.cell.map { _ in -25 }
            status.worstError = status.cell.indices.map { $0 == index ? 20 : 3 }
        }
        #expect(order.kind == .retrain && order.cell == [cell] && order.xMetres == 40 && order.radiusMetres > 0)
    }

    @Test func anErrorEverywhereShortensTheMemory() throws {
        let (order, cell) = try Self.order { _, _ in }
        #expect(order.kind == .parameter && order.name == "memory" && order.cell == [cell])
        #expect(abs(order.value - 0.1) < 1e-6 && order.order > 0)
    }

    @Test func anOperatorsApprovalSendsTheOrder() throws {
        let (order, cell) = try Self.order(isApproved: true) { _, _ in }
        #expect(order.kind == .parameter && order.cell == [cell] && order.order > 0)
    }

    /// An L3 that was started again gives orders that twins take for new ones.
    @Test func ordersGoOnBehindThoseThatTwinsKnow() throws {
        let (order, _) = try Self.order { status, _ in status.order = 700 }
        #expect(order.order == 701)
    }

    @Test func fasterUsersShortenTheResidualsTime() throws {
        let (order, _) = try Self.order { status, index in
            (status.mobility[index], status.modelMobility[index]) = (3, 2)
        }
        #expect(order.kind == .parameter && order.name == "residual_time" && order.value == 0.25)
    }

    @Test func aConditionThatWasKeptIsGoneBackTo() throws {
        let (order, _) = try Self.order { status, index in
            (status.mobility[index], status.modelMobility[index], status.snapshots[index]) = (3, 2, 0b110)
        }
        #expect(order.kind == .adapter && order.name == "driving")
    }

    /// While the last order settles nothing new is ordered.
    @Test func anOrderUnderWayIsWaitedFor() {
        #expect(throws: Missing.self) {
            _ = try Self.order { status, index in
                (status.lastOrder[index], status.lastKind[index], status.orderBefore[index]) = (4, 2, 9)
            }
        }
    }

    /// It may never settle: nobody comes to its place any more.
    @Test func anOrderIsNotWaitedForWithoutEnd() throws {
        let (order, _) = try Self.order { status, index in
            (status.lastOrder[index], status.lastKind[index], status.orderBefore[index]) = (4, 1, 9)
            status.orderAgeEpochs[index] = 6_000
        }
        #expect(order.kind == .parameter && order.order > 0)
    }

    /// Rain that a twin has been through is gone back to by the condition's name.
    @Test func theWeatherOfBeforeIsGoneBackTo() throws {
        let rain = [RainPeriod(fromSeconds: 0, untilSeconds: 1e6, millimetresPerHour: 40)]
        let found = try Self.order(weather: rain) { status, index in
            status.weather = status.cell.map { _ in 3 }
            status.modelWeather = status.cell.map { _ in 1 }
            let conditions = TwinCondition.count * status.cell.count
            status.conditionBefore = Array(repeating: 0, count: conditions)
            status.conditionAfter = status.conditionBefore
            status.conditionReadings = Array(repeating: 0, count: conditions)
            (status.mobility[index], status.modelMobility[index], status.snapshots[index]) = (2, 2, 0b10 | 1 << 7)
        }
        #expect(found.order.kind == .adapter && found.order.name == "walking_heavy_rain")
    }

    // MARK: - Edges

    /// An edge runs on its telemetry; at an epoch it gets an order. Its statuses, the answer first.
    private static func statuses(
        _ order: TrainOrder, at epoch: Int, of epochs: Int, change: (inout WiringPlan) -> Void = { _ in }
    ) throws -> [TwinStatus] {
        let scene = try CampusScene(.decentralised, epoch: .milliseconds(50), change: change)
        let global = scene.node(.orchestrator).id
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        var policy = Policy()
        (policy.revision, policy.expiresEpoch, policy.mirrorPeriodEpochs) = (1, .max, 20)
        _ = edge.take(Envelope(sender: global, recipient: edge.node, epoch: 0, body: .policy(policy)))
        var ran = try scene.radioNetwork()
        var found: [TwinStatus] = []
        func keep(_ sends: [Envelope], _ from: Int, isAnswer: Bool = false) {
            for envelope in sends where from > epoch || isAnswer {
                if case .twinStatus(let status) = envelope.body { found.append(status) }
            }
        }
        for (number, telemetry) in CampusScene.epochs(epochs, of: &ran).enumerated() {
            let now = Instant.zero + scene.plan.network.epoch * Int64(number + 1)
            for envelope in telemetry where envelope.recipient == edge.node {
                for due in edge.take(envelope, at: now).timers.sorted() {
                    keep(edge.fireThrough(TimerID(2), at: due).sends, number)
                }
                _ = edge.followUp(at: now)
            }
            guard number == epoch else { continue }
            var order = order
            order.cell = [scene.node(.edge).cells[0].rawValue]
            keep(
                edge.take(
                    Envelope(sender: global, recipient: edge.node, epoch: UInt64(number), body: .trainOrder(order))
                ).sends, number, isAnswer: true)
        }
        return found
    }

    @Test(arguments: [TrainKind.parameter, .adapter, .retrain])
    func anEdgeAnswersWithTheErrorBeforeAndAfter(kind: TrainKind) throws {
        var order = TrainOrder()
        (order.order, order.kind, order.name, order.value) = (7, kind, kind == .adapter ? "walking" : "memory", 0.1)
        // By then something is kept to go back to.
        let statuses = try Self.statuses(order, at: 600, of: 1_000)
        let (first, last) = (try #require(statuses.first), try #require(statuses.last))
        #expect(first.lastOrder[0] == 7 && first.lastKind[0] == kind.rawValue && first.lastOrder[1] == 0)
        #expect(first.orderBefore[0] > 0 && first.orderAfter[0] == 0, "\(first.orderBefore)")
        #expect(last.orderAfter[0] > 0 && last.orderAgeEpochs[0] > 300, "\(last.orderAfter)")
        #expect(last.mobility[0] == 2 && last.conditionReadings[1] > 0, "pedestrians walk: \(last.mobility)")
        #expect(last.snapshots[0] & 0b10 != 0, "what is known of them is kept")
    }

    /// At 28 GHz, with heavy rain for half a minute: errors and snapshots are kept by the weather, and an order takes a
    /// twin back to what it knew in the rain.
    @Test func anEdgeKeepsWhatItKnewInTheRain() throws {
        var order = TrainOrder()
        (order.order, order.kind, order.name) = (7, .adapter, "walking_heavy_rain")
        let statuses = try Self.statuses(order, at: 1_700, of: 1_760) {
            $0.network.carrier.frequencyHz = 28e9
            $0.network.weather = [RainPeriod(fromSeconds: 40, untilSeconds: 75, millimetresPerHour: 50)]
        }
        let last = try #require(statuses.last)
        #expect(last.weather[0] == 1 && last.conditionReadings.count == 9 * last.cell.count)
        #expect(last.conditionReadings[1] > 1_000 && last.conditionReadings[7] > 1_000, "\(last.conditionReadings)")
        #expect(last.snapshots[0] & 0b10 != 0 && last.snapshots[0] & 1 << 7 != 0, "\(last.snapshots)")
        #expect(last.lastOrder[0] == 7 && last.lastKind[0] == TrainKind.adapter.rawValue)
        #expect(last.modelWeather[0] == 3, "\(last.modelWeather)")
    }

    /// What L2 is told of mobility and weather is what the edge keeps its own errors under.
    @Test func aRegionIsToldOfTheConditions() throws {
        let scene = try CampusScene(.decentralised, epoch: .milliseconds(50)) {
            $0.network.weather = [RainPeriod(fromSeconds: 5, untilSeconds: 1_000, millimetresPerHour: 5)]
        }
        let region = scene.node(.region).id
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        var ran = try scene.radioNetwork()
        var told: [UInt32] = []
        for (number, telemetry) in CampusScene.epochs(400, of: &ran).enumerated() {
            let now = Instant.zero + scene.plan.network.epoch * Int64(number + 1)
            for envelope in telemetry where envelope.recipient == edge.node {
                for due in edge.take(envelope, at: now).timers.sorted() {
                    for sent in edge.fireThrough(TimerID(2), at: due).sends {
                        guard case .channelReport(let report) = sent.body else { continue }
                        #expect(sent.recipient == region || report.condition.isEmpty)
                        if !report.condition.isEmpty { told = report.condition }
                    }
                }
                _ = edge.followUp(at: now)
            }
        }
        #expect(told.count == scene.node(.edge).cells.count)
        #expect(told.contains(UInt32(TwinCondition(.walking, .rain).index)), "\(told)")
    }

    /// An L3 that was started again counts its policies from 1: an edge reports to it all the same.
    @Test func anEdgeReportsToAnL3ThatWasStartedAgain() throws {
        let scene = try CampusScene(.decentralised, epoch: .milliseconds(50))
        let global = scene.node(.orchestrator).id
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        func adopt(_ revision: UInt64, until: UInt64, at epoch: UInt64) {
            var policy = Policy()
            (policy.revision, policy.expiresEpoch, policy.mirrorPeriodEpochs) = (revision, until, 5)
            _ = edge.take(Envelope(sender: global, recipient: edge.node, epoch: epoch, body: .policy(policy)))
        }
        adopt(3_600, until: 20, at: 0)
        var ran = try scene.radioNetwork()
        var reported: [Int] = []
        for (number, telemetry) in CampusScene.epochs(60, of: &ran).enumerated() {
            if number == 40 { adopt(1, until: .max, at: 40) }
            let now = Instant.zero + scene.plan.network.epoch * Int64(number + 1)
            for envelope in telemetry where envelope.recipient == edge.node {
                for due in edge.take(envelope, at: now).timers.sorted() {
                    let sends = edge.fireThrough(TimerID(2), at: due).sends
                    if sends.contains(where: { $0.recipient == global }) { reported.append(number) }
                }
            }
        }
        #expect(reported.contains { $0 < 20 } && !reported.contains { (22..<40).contains($0) })
        #expect(reported.contains { $0 > 40 }, "\(reported)")
    }

    /// Distance laws, too, say where they err most. An order for a place is measured by the error there; the law and
    /// its error go on.
    @Test func distanceLawsKnowWhereTheyErr() throws {
        var order = TrainOrder()
        (order.order, order.kind, order.radiusMetres) = (7, .retrain, 300)
        let statuses = try Self.statuses(order, at: 600, of: 1_000)
        let (first, last) = (try #require(statuses.first), try #require(statuses.last))
        #expect(first.lastOrder[0] == 7 && first.phase[0] == .retraining && first.error[0] > 0, "\(first.error)")
        #expect(first.orderBefore[0] > 0 && first.orderBefore[0] != first.error[0], "\(first.orderBefore)")
        #expect(last.orderAfter[0] > 0 && last.orderAfter[0] != last.error[0], "\(last.orderAfter)")
        try #require(last.worstError.count == last.cell.count)
        let (x, y) = (last.worstX[0], last.worstY[0])
        #expect(last.worstError[0] > 0 && abs(x) < 1_000 && abs(y) < 1_000, "\(last.worstError[0]) at \(x), \(y)")
    }

    /// An order that nothing can be done about leaves no trace of an order under way.
    @Test(arguments: ["walking", "flying"]) func anOrderThatChangesNothingIsNotWaitedFor(condition: String) throws {
        var order = TrainOrder()
        (order.order, order.kind, order.name) = (7, .adapter, condition)
        let statuses = try Self.statuses(order, at: 5, of: 60)
        let (first, last) = (try #require(statuses.first), try #require(statuses.last))
        #expect(first.order == 7 && last.order == 7)
        #expect(first.lastOrder.allSatisfy { $0 == 0 } && last.lastOrder.allSatisfy { $0 == 0 })
    }
}
