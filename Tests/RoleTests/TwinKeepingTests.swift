import DTNetMessages
import EdgeTwin
import Learning
import NetworkModel
import Testing
import TwinProtocol

/// What an edge's twins have learnt outlives the edge: it asks for it to be kept, and another edge starts from it.
@Suite struct TwinKeepingTests {
    private static let epochs = 60

    /// An edge that has learnt from a run, and the last telemetry that it took.
    private func taughtEdge(_ baseline: TwinConfiguration.Baseline) throws -> (CampusScene, EdgeNode, Envelope) {
        let scene = try CampusScene(.semiCentralised, epoch: .milliseconds(50)) { $0.network.twin.baseline = baseline }
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        _ = edge.start(at: .zero)
        var ran = try scene.radioNetwork()
        var last: Envelope?
        for (epoch, telemetry) in CampusScene.epochs(Self.epochs, of: &ran).enumerated() {
            let now = Instant.zero + scene.plan.network.epoch * Int64(epoch + 1)
            for envelope in telemetry where envelope.recipient == edge.node {
                for due in edge.take(envelope, at: now).timers.sorted() { _ = edge.fireThrough(TimerID(2), at: due) }
                last = envelope
            }
        }
        return (scene, edge, try #require(last))
    }

    private func keptEngine(_ edge: EdgeNode) throws -> (node: String, engine: ChannelEngine) {
        let effects = edge.keep(at: .zero)
        guard effects.count == 1, case .run(.saveModel(_, let node, let engine)) = effects[0] else {
            throw NothingKept()
        }
        return (node, engine)
    }

    private struct NothingKept: Error {}

    /// Of a folder of states each edge starts from its own.
    @Test(arguments: [("states/", "states/NAME.l1"), ("fitted.l1", "fitted.l1")])
    func anEdgeFindsItsOwnState(model: String, expected: String) throws {
        let scene = try CampusScene(.semiCentralised) { $0.network.twin.model = model }
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        let asked = edge.start(at: .zero).compactMap { effect -> String? in
            if case .run(.prepareBaseline(let network)) = effect { network.twin.model } else { nil }
        }
        #expect(asked == [expected.replacing("NAME", with: scene.node(.edge).name)])
    }

    /// The state goes through the bytes of the file that `twin.model` names.
    @Test func anEdgeThatStartsFromWhatAnotherKeptPredictsTheSame() throws {
        let (scene, first, last) = try taughtEdge(.tr38901)
        let network = scene.plan.network
        let (node, engine) = try keptEngine(first)
        #expect(node == scene.node(.edge).name)
        let fresh = ChannelEngine(cells: network.cells.count, parameters: ChannelParameter.statistical)
        #expect(engine.inducingCount > 0 && engine != fresh)
        let bytes = SavedChannelModel(cells: network.cells.map(\.name), logDistance: nil, engine: engine).bytes()
        let match = try #require(try SavedChannelModel(bytes: bytes).matched(to: network.cells.map(\.name)))
        var second = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        let cell = scene.node(.edge).cells[0]
        // The powers in force are the telemetry's; nothing is learnt of it before the follow-up.
        for due in second.take(last).timers.sorted() { _ = second.fire(TimerID(2), at: due) }
        #expect(second.interferenceGrid(of: cell) != first.interferenceGrid(of: cell), "nothing was learnt")
        #expect(second.finish(.baseline(map: nil, engine: match.model.engine), at: .zero).records.isEmpty)
        #expect(try keptEngine(second).engine == engine)
        #expect(second.interferenceGrid(of: cell) == first.interferenceGrid(of: cell))
        for phone in 0..<20 {
            let query = ChannelQuery(
                cell: UInt32(phone % network.cells.count), phone: UInt32(phone), seconds: 4,
                place: ChannelPlace(position: SIMD3(Float(phone) * 20 - 100, Float(phone) * 7, 1.5)),
                baseline: BaselinePrediction(gainDb: -95, sensitivity: [1, 0.5]))
            #expect(match.model.engine.predict(query) == engine.predict(query))
        }
    }

    @Test func distanceLawsAreNotKept() throws {
        let (_, edge, _) = try taughtEdge(.logDistance)
        #expect(edge.keep(at: .zero).isEmpty)
    }

    /// Nothing is kept before the baseline is there.
    @Test func anEdgeWithoutItsBaselineKeepsNothing() throws {
        let scene = try CampusScene(.semiCentralised) {
            $0.network.twin.baseline = .ray
            $0.network.twin.scene = "any.xml"
        }
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        _ = edge.start(at: .zero)
        #expect(edge.keep(at: .zero).isEmpty)
    }

    /// Over rays an untaught twin assumes what the figures of `radio fit` were measured with.
    @Test func twinsOverRaysStartFromTheSettingsThatWereMeasured() throws {
        let scene = try CampusScene(.semiCentralised) {
            $0.network.twin.baseline = .ray
            $0.network.twin.scene = "any.xml"
        }
        let cells = scene.plan.network.cells.count
        let grid = BaselineMap.Grid(xMetres: 0, yMetres: 0, spacingMetres: 100, columns: 2, rows: 1)
        let map = BaselineMap(
            grid: grid, cells: cells, parameters: ChannelParameter.rayTraced(materials: ["itu_concrete"]),
            predictions: (0..<2 * cells).map { _ in BaselinePrediction(gainDb: -90, sensitivity: [1, 0, 0, 0, 1]) },
            departures: Array(repeating: [], count: 2 * cells))
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        _ = edge.finish(.baseline(map: map, engine: nil), at: .zero)
        let measured = ChannelEngine.Settings.rayTraced
        let own = try keptEngine(edge).engine.settings
        #expect(own == measured && own.kernel != ChannelKernel())
        // A formula holds nothing of streets: what is wide is left to be learnt.
        let formula = try CampusScene(.semiCentralised) { $0.network.twin.baseline = .tr38901 }
        let plain = try keptEngine(EdgeNode(plan: formula.plan, node: formula.node(.edge))).engine.settings
        #expect(plain.kernel == ChannelKernel())
    }

    @Test func whatCannotBeKeptIsAnAlarmOnce() throws {
        let scene = try CampusScene(.semiCentralised)
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        func alarms(_ result: EdgeJobResult) -> [String] {
            edge.finish(result, at: .zero).records.compactMap {
                if case .alarm(_, let text) = $0 { text } else { nil }
            }
        }
        #expect(alarms(.unsaved("a full disk")) == ["what the twins have learnt is not kept: a full disk"])
        #expect(alarms(.unsaved("a full disk")).isEmpty)
        #expect(edge.finish(.saved(bytes: 9), at: .zero).gauges == [Gauge("twin_saved_bytes", 9)])
        #expect(alarms(.unsaved("a full disk")).count == 1)
    }
}
