import DTNetMessages
import EdgeTwin
import Learning
import NetworkModel
import Orchestrator
import RRMLeader
import RegionalTwin
import Testing
import TwinProtocol

/// Alarms of the layers below L3: sent when they are raised and when they are over, and not in between.
@Suite struct AlarmTests {
    private static func alarms<Job: Sendable>(_ effects: [Effect<Job>]) -> [Alarm] {
        effects.sends.compactMap { if case .alarm(let alarm) = $0.body { alarm } else { nil } }
    }

    private static func result(_ cell: UInt32, _ outcome: DirectiveOutcome, to node: NodeID, epoch: UInt64) -> Envelope
    {
        var result = DirectiveResult()
        result.cell = [cell, cell]
        result.kind = [.power, .association]
        result.outcome = [outcome, .applied]
        result.effectKbps = [0, 0]
        return Envelope(sender: NodeID(0), recipient: node, epoch: epoch, body: .directiveResult(result))
    }

    private static func map(_ cells: Int) -> BaselineMap {
        let grid = BaselineMap.Grid(xMetres: 0, yMetres: 0, spacingMetres: 100, columns: 2, rows: 1)
        return BaselineMap(
            grid: grid, cells: cells, parameters: ChannelParameter.statistical,
            predictions: (0..<2 * cells).map { _ in BaselinePrediction(gainDb: -90, sensitivity: [1, 0]) },
            departures: Array(repeating: [], count: 2 * cells))
    }

    @Test func anAlarmOfAnEdgeIsSentOnceAndCleared() throws {
        let scene = try CampusScene(.decentralised, epoch: .milliseconds(50)) {
            $0.network.twin.baseline = .ray
            $0.network.twin.scene = "any.xml"
            $0.network.twin.sceneEdits = "edits.json"
        }
        let plan = scene.node(.edge)
        var edge = EdgeNode(plan: scene.plan, node: plan)
        let map = Self.map(scene.plan.network.cells.count)
        _ = edge.finish(.baseline(map: map, engine: nil), at: .zero)
        let first = edge.finish(.refusedEdits("no object", digest: SceneEditsDigest(7)), at: .zero)
        let raised = try #require(Self.alarms(first).first)
        #expect(first.sends.first?.recipient == scene.node(.orchestrator).id && first.records.count == 1)
        #expect(raised.code == .sceneEditsRefused && raised.severity == .warning)
        #expect(raised.cell == plan.cells.map(\.rawValue) && raised.text.hasSuffix("no object"))
        // Other edits that are refused are recorded, and the alarm stands as it did.
        let second = edge.finish(.refusedEdits("no file", digest: SceneEditsDigest(8)), at: .zero)
        #expect(second.records.count == 1 && Self.alarms(second).isEmpty)
        // An L3 that was gone is told of it again; another peer is not.
        let back = edge.peerChanged(scene.node(.orchestrator).id, to: .up(highestTerm: 0), at: .zero)
        #expect(Self.alarms(back).map(\.count) == [2])
        #expect(Self.alarms(edge.peerChanged(scene.node(.region).id, to: .up(highestTerm: 0), at: .zero)).isEmpty)
        let edits = EdgeJobResult.edited(map: map, digest: SceneEditsDigest(9), edits: 1, changedLinks: 2)
        let over = edge.finish(edits, at: .zero)
        #expect(Self.alarms(over).map(\.severity) == [.cleared] && Self.alarms(over).map(\.cell) == [raised.cell])
        #expect(Self.alarms(edge.finish(edits, at: .zero)).isEmpty)
    }

    @Test func aBaselineThatIsMissingIsAnAlarmOfTheEdge() throws {
        let scene = try CampusScene(.semiCentralised) { $0.network.twin.baseline = .ray }
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        let effects = edge.finish(.failed("missing.xml: cannot be opened"), at: .zero)
        #expect(Self.alarms(effects).map(\.code) == [.baselineMissing] && effects.records.count == 1)
    }

    /// Eight refusals in a row of one kind of control raise it, eight directives that are taken end it.
    @Test func aCellThatRefusesDirectivesIsAnAlarmUntilItTakesThem() throws {
        let scene = try CampusScene(.decentralised, epoch: .milliseconds(500))
        let plan = scene.node(.edge)
        let cell = plan.cells[0].rawValue
        var edge = EdgeNode(plan: scene.plan, node: plan)
        var epoch: UInt64 = 10
        func answer(_ outcome: DirectiveOutcome, _ count: Int) -> [Alarm] {
            (0..<count).flatMap { _ -> [Alarm] in
                epoch += 1
                return Self.alarms(edge.take(Self.result(cell, outcome, to: plan.id, epoch: epoch)))
            }
        }
        #expect(answer(.outOfRange, 7).isEmpty && answer(.applied, 1).isEmpty)
        // What a replay cannot show is no refusal.
        #expect(answer(.notObservable, 20).isEmpty)
        let raised = answer(.outOfRange, 30)
        #expect(raised.map(\.code) == [.directivesRefused] && raised.map(\.cell) == [[cell]])
        #expect(raised.first?.severity == .major && raised.first?.text.contains("outOfRange") == true)
        #expect(answer(.applied, 7).isEmpty)
        #expect(answer(.outOfRange, 1).isEmpty && answer(.applied, 7).isEmpty)
        #expect(answer(.applied, 20).map(\.severity) == [.cleared])
    }

    @Test func peersThatAreGoneAreAlarmsUntilTheyAreBack() throws {
        let scene = try CampusScene(.semiCentralised)
        let plan = scene.node(.edge)
        var edge = EdgeNode(plan: scene.plan, node: plan)
        for (role, code) in [(RoleKind.ran, AlarmCode.radioNetworkLost), (.rrm, .leaderLost)] {
            let peer = scene.node(role).id
            #expect(edge.peerChanged(peer, to: .up(highestTerm: 1), at: .zero).isEmpty)
            #expect(Self.alarms(edge.peerChanged(peer, to: .down, at: .zero)).map(\.code) == [code])
            #expect(edge.peerChanged(peer, to: .down, at: .zero).isEmpty)
            let back = Self.alarms(edge.peerChanged(peer, to: .up(highestTerm: 1), at: .zero))
            #expect(back.map(\.code) == [code] && back.map(\.severity) == [.cleared])
        }
    }

    @Test func aRegionSaysThatAnEdgeIsGone() throws {
        let scene = try CampusScene(.semiCentralised)
        let (plan, edge) = (scene.node(.region), scene.node(.edge))
        var region = RegionNode(plan: scene.plan, node: plan)
        let raised = try #require(Self.alarms(region.peerChanged(edge.id, to: .down, at: .zero)).first)
        #expect(raised.code == .reportsMissing && raised.cell == edge.cells.map(\.rawValue))
        #expect(raised.text.hasPrefix(edge.name))
        #expect(region.peerChanged(edge.id, to: .down, at: .zero).isEmpty)
        let over = Self.alarms(region.peerChanged(edge.id, to: .up(highestTerm: 0), at: .zero))
        #expect(over.map(\.severity) == [.cleared])
    }

    /// Of a process whose context store takes nothing one node says so, whichever it is; L3 says it to itself.
    @Test func aStoreThatFailsIsAnAlarmUntilItTakesRows() throws {
        let scene = try CampusScene(.decentralised)
        func fails<R: Role>(_ role: inout R) {
            let failed = role.storeChanged(to: .failed(reason: "the disk is full"), at: .zero)
            #expect(Self.alarms(failed).map(\.code) == [.storeFailed] && failed.records.count == 1)
            #expect(failed.sends.map(\.recipient) == [scene.node(.orchestrator).id])
            let back = role.peerChanged(scene.node(.orchestrator).id, to: .up(highestTerm: 0), at: .zero)
            #expect(Self.alarms(back).map(\.severity) == [.minor])
            let over = role.storeChanged(to: .recovered, at: .zero)
            #expect(Self.alarms(over).map(\.severity) == [.cleared] && over.records.count == 1)
            guard case .alarm(let node, let text)? = over.records.first else { return }
            // What the store has of it comes when it takes rows again, and says why it did not.
            #expect(node == role.node && text.hasSuffix("the disk is full"))
            #expect(role.storeChanged(to: .recovered, at: .zero).isEmpty)
        }
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        fails(&edge)
        var region = RegionNode(plan: scene.plan, node: scene.node(.region))
        fails(&region)
        var leader = LeaderNode(plan: scene.plan, node: scene.node(.rrm))
        fails(&leader)
        var global = OrchestratorNode(plan: scene.plan, node: scene.node(.orchestrator))
        let failed = global.storeChanged(to: .failed(reason: "the server is gone"), at: .zero)
        #expect(failed.sends.isEmpty && failed.records.count == 1)
        #expect(failed.gauges == [Gauge("standing_alarms", 1)])
        let over = global.storeChanged(to: .recovered, at: .zero)
        #expect(over.records.count == 1 && over.gauges == [Gauge("standing_alarms", 0)])
    }

    /// In FCH the leader directs, and says of the radio network what edges say elsewhere.
    @Test func aLeaderThatDirectsSaysThatItIsRefused() throws {
        let scene = try CampusScene(.fullyCentralised, epoch: .milliseconds(500))
        let plan = scene.node(.rrm)
        var leader = LeaderNode(plan: scene.plan, node: plan)
        let raised = (0..<20 as Range<UInt64>).flatMap { epoch in
            Self.alarms(leader.take(Self.result(3, .staleTerm, to: plan.id, epoch: epoch)))
        }
        #expect(raised.map(\.code) == [.directivesRefused] && raised.map(\.cell) == [[3]])
        let lost = Self.alarms(leader.peerChanged(scene.node(.ran).id, to: .down, at: .zero))
        #expect(lost.map(\.code) == [.radioNetworkLost] && lost.map(\.severity) == [.critical])
        let again = Self.alarms(leader.peerChanged(scene.node(.orchestrator).id, to: .up(highestTerm: 0), at: .zero))
        #expect(again.map(\.code) == [.directivesRefused, .radioNetworkLost])
    }
}
