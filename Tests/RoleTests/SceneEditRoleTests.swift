import EdgeTwin
import Learning
import NetworkModel
import Testing
import TwinProtocol

/// An edge asks for its scene's edits beside the loop, and goes on with what they make of its baseline.
@Suite struct SceneEditRoleTests {
    private static func map(_ cells: Int, gainDb: Float) -> BaselineMap {
        let grid = BaselineMap.Grid(xMetres: 0, yMetres: 0, spacingMetres: 100, columns: 2, rows: 1)
        let count = cells * grid.count
        return BaselineMap(
            grid: grid, cells: cells, parameters: ChannelParameter.statistical,
            predictions: (0..<count).map {
                BaselinePrediction(gainDb: $0 % 2 == 0 ? -90 : gainDb, sensitivity: [1, 0])
            },
            departures: Array(repeating: [], count: count))
    }

    private static func edge(edits: String?) throws -> (edge: EdgeNode, cells: Int, own: CellID) {
        let scene = try CampusScene(.decentralised, epoch: .milliseconds(50)) {
            $0.network.twin.baseline = .ray
            $0.network.twin.scene = "any.xml"
            $0.network.twin.sceneEdits = edits
        }
        let node = scene.node(.edge)
        return (EdgeNode(plan: scene.plan, node: node), scene.plan.network.cells.count, node.cells[0])
    }

    private static func seen(_ effects: [Effect<EdgeJob>]) -> SceneEditsDigest? {
        for case .run(.followEdits(_, let seen)) in effects { return seen }
        return nil
    }

    @Test func withoutAFileNothingIsAsked() throws {
        let made = try Self.edge(edits: nil)
        var edge = made.edge
        let effects = edge.finish(.baseline(map: Self.map(made.cells, gainDb: -90), engine: nil), at: .zero)
        #expect(effects.timers.isEmpty && effects.records.isEmpty && Self.seen(effects) == nil)
    }

    /// A gauge says how many cells stand on the baseline that the topology names: none until it is there.
    @Test func whatTheTwinsStandOnIsReported() throws {
        let name = "twin_baseline_cells"
        let (made, cells, _) = try Self.edge(edits: nil)
        var edge = made
        #expect(edge.start(at: .zero).gauges == [Gauge(name, 0)])
        var failed = made
        let without = failed.finish(.failed("no"), at: .zero)
        #expect(without.gauges == [Gauge(name, 0)] && without.records.count == 1)
        let ready = edge.finish(.baseline(map: Self.map(cells, gainDb: -90), engine: nil), at: .zero)
        let own = try #require(ready.gauges.first).value
        #expect(ready.gauges.map(\.name) == [name] && own > 0 && own <= Double(cells))
        let plain = try CampusScene(.decentralised, epoch: .milliseconds(50))
        var law = EdgeNode(plan: plain.plan, node: plain.node(.edge))
        #expect(law.start(at: .zero).gauges.isEmpty)
        let statistical = try CampusScene(.decentralised, epoch: .milliseconds(50)) {
            $0.network.twin.baseline = .tr38901
        }
        var formula = EdgeNode(plan: statistical.plan, node: statistical.node(.edge))
        #expect(formula.start(at: .zero).gauges == [Gauge(name, own)])
    }

    @Test func editsAreAskedForAfterTheBaselineAndFollowed() throws {
        let (made, cells, own) = try Self.edge(edits: "edits.json")
        var edge = made
        var now = Instant.zero
        func due(_ effects: [Effect<EdgeJob>]) -> Instant? { effects.timers.first }
        var next = due(edge.finish(.baseline(map: Self.map(cells, gainDb: -90), engine: nil), at: now))
        let before = try #require(edge.interferenceGrid(of: own))
        let results: [EdgeJobResult] = [
            .unedited,
            .edited(map: Self.map(cells, gainDb: -120), digest: SceneEditsDigest(7), edits: 2, changedLinks: 9),
            .refusedEdits("edits.json: no", digest: SceneEditsDigest(8)),
        ]
        var asked: [SceneEditsDigest] = []
        var alarms = 0
        for result in results {
            now = try #require(next)
            asked.append(try #require(Self.seen(edge.fire(TimerID(3), at: now))))
            let effects = edge.finish(result, at: now)
            next = due(effects)
            for case .alarm in effects.records { alarms += 1 }
            if case .edited = result {
                #expect(effects.gauges.contains(Gauge("twin_scene_edits", 2)))
            }
        }
        #expect(asked == [.none, .none, SceneEditsDigest(7)])
        now = try #require(next)
        #expect(Self.seen(edge.fire(TimerID(3), at: now)) == SceneEditsDigest(8))
        // The same refusal again is no second alarm.
        let again = edge.finish(.refusedEdits("edits.json: no", digest: SceneEditsDigest(8)), at: now)
        #expect(alarms == 1 && again.records.isEmpty && !again.timers.isEmpty)
        // The map that the edits made serves: every second point is 30 dB weaker.
        let after = try #require(edge.interferenceGrid(of: own))
        #expect(abs(after.watts[0] / before.watts[0] - 1) < 1e-9)
        #expect(abs(after.watts[1] / before.watts[1] - 1e-3) < 1e-9)
    }
}
