import BaselineTracing
import EdgeTwin
import Foundation
import Learning
import NetworkModel
import RadioPropagation
import SceneFiles
import Synchronization
import Testing

/// What edges start from: scenes, exported paths and fitted states, worked out for a network.
@Suite struct BaselineTracerTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func network(_ change: (inout TwinConfiguration) -> Void) -> NetworkConfiguration {
        let cells = [SIMD2(0.0, 0.0), SIMD2(40.0, 30.0)].enumerated().map { index, place in
            CellConfiguration(
                id: CellID(UInt32(index)), name: "site-\(index + 1)", region: RegionID(0), xMetres: place.x,
                yMetres: place.y, heightMetres: 20)
        }
        var network = NetworkConfiguration(
            name: "test", seed: 1, hierarchy: .decentralised, epoch: .milliseconds(20), slot: .milliseconds(1),
            cells: cells, regionNames: ["all"])
        change(&network.twin)
        return network
    }

    private func temporary(_ text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).csv").path()
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// Transmitters at both cells of `network`, and a place.
    private static let twoSites = [
        "transmitter 0 0.0,0.0,20.0 a", "transmitter 1 40.0,30.0,20.0 b", "receiver 0 -50.0,0.0,1.5 west",
    ]

    /// A file of paths: its transmitters and receivers without the mark of a comment, then its rows.
    private func export(hertz: Double = 3.5e9, _ places: [String], rows: String = "") throws -> String {
        let head = ["sionna-paths 1", "frequency_hz \(hertz)"] + places
        return try temporary(
            head.map { "# \($0)\n" }.joined() + SionnaPaths.columns + "\n" + rows)
    }

    private func network(exported file: String, deadlineSeconds: Double? = nil) -> NetworkConfiguration {
        network {
            ($0.baseline, $0.paths) = (.paths, file)
            if let deadlineSeconds { $0.deadlineSeconds = deadlineSeconds }
        }
    }

    @Test func aShippedSceneBecomesAMap() throws {
        let network = network {
            $0.baseline = .ray
            $0.scene = Self.root.appending(path: "topologies/scenes/blocks/blocks.xml").path()
            $0.depth = 1
            $0.interactions = [.los, .specular]
            $0.spacingMetres = 10
        }
        guard case .baseline(let found, nil, _) = BaselineTracer().execute(.prepareBaseline(network)) else {
            Issue.record("the scene that ships cannot be traced")
            return
        }
        let map = try #require(found)
        #expect(map.cells == 2 && map.grid.spacingMetres == 10)
        // Under the first cell's antenna there is a straight way down, of free space's gain or a little more.
        let under = map.prediction(cell: 0, xMetres: 0, yMetres: 0)
        let away = map.prediction(cell: 0, xMetres: 60, yMetres: 60)
        #expect(under.gainDb > away.gainDb)
        #expect(under.parameters == map.parameters.count && map.parameters[0].name == "line-of-sight")
        // A free way carries the two elements of a crossed pair alike and apart.
        let pair = try #require(map.departures(cell: 0, xMetres: 0, yMetres: 0).first?.pair)
        #expect(pair.firstPower > 0 && abs(pair.secondPower / pair.firstPower - 1) < 1e-3)
        #expect(max(abs(pair.coherenceReal), abs(pair.coherenceImaginary)) < 1e-3 * pair.firstPower)
    }

    /// Each look at the clock is a second: lines on the way, further and further apart, and one at the end.
    @Test func tracingSaysHowFarItIs() throws {
        let scene = Self.root.appending(path: "topologies/scenes/blocks/blocks.xml").path()
        let network = network {
            $0.baseline = .ray
            $0.scene = scene
            $0.depth = 1
            $0.interactions = [.los, .specular]
            $0.spacingMetres = 10
            $0.deadlineSeconds = 1e9
        }
        final class Kept: Sendable {
            let seconds = Mutex(0.0)
            let lines = Mutex<[String]>([])
        }
        let kept = Kept()
        let tracer = BaselineTracer(clock: {
            kept.seconds.withLock {
                $0 += 1
                return $0
            }
        })
        let result = tracer.execute(.prepareBaseline(network)) { line in kept.lines.withLock { $0.append(line) } }
        guard case .baseline(let map?, nil, _) = result else {
            Issue.record("the scene that ships cannot be traced")
            return
        }
        let lines = kept.lines.withLock { $0 }
        #expect(lines.first == "tracing rays in \(scene): 0 %, 0 of 2 cells")
        #expect(lines.contains { $0.hasSuffix("1 of 2 cells") } && lines.count < 200)
        let last = try #require(lines.last)
        let ready = "the baseline is ready: rays in \(scene), 2 cells at \(map.grid.count) points each, in "
        #expect(last.hasPrefix(ready), "\(last)")
    }

    /// The south-western corner of all footprints as the origin: the ground reaches 50 m beyond it.
    @Test func footprintsStandWhereTheTopologyPutsThem() throws {
        let network = network {
            $0.baseline = .ray
            $0.scene = Self.root.appending(path: "topologies/scenes/courtyard.geojson").path()
            $0.sceneOrigin = .degrees(latitude: 48.1368, longitude: 11.5745)
            $0.depth = 0
            $0.interactions = [.los]
            $0.spacingMetres = 20
        }
        let grid = try #require(try BaselineTracer.map(for: network)).grid
        #expect(abs(grid.xMetres + 50) < 0.01 && abs(grid.yMetres + 50) < 0.01, "\(grid)")
    }

    /// Footprints around an origin of their own, half a degree south of the topology's.
    @Test func aSceneFarFromAllCellsIsRefused() throws {
        let network = network {
            $0.baseline = .ray
            $0.scene = Self.root.appending(path: "topologies/scenes/courtyard.geojson").path()
            $0.sceneOrigin = .degrees(latitude: 47.6368, longitude: 11.5745)
            $0.depth = 0
            $0.interactions = [.los]
        }
        guard case .failed(let reason) = BaselineTracer().execute(.prepareBaseline(network)) else {
            Issue.record("a scene was traced where no cell stands")
            return
        }
        #expect(reason.contains("courtyard.geojson: the scene reaches from x "), "\(reason)")
        #expect(reason.contains("more than 300.0 m from every cell (site-1 stands at x 0.0, y 0.0)"), "\(reason)")
    }

    /// A building that says no height stands between a cell and a place: low it hides nothing.
    @Test func footprintsAreAsHighAsTheTopologySays() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).geojson").path()
        try """
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry":
        {"type": "Polygon", "coordinates": [[[100, 50], [120, 50], [120, 60], [100, 60], [100, 50]]]}}]}
        """.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        func gainDb(height: Double?) throws -> Float {
            let network = network {
                $0.baseline = .ray
                $0.scene = file
                $0.sceneOrigin = .metres(x: 80, y: 45)
                $0.buildingHeightMetres = height
                $0.depth = 0
                $0.interactions = [.los]
            }
            let map = try #require(try BaselineTracer.map(for: network))
            return map.prediction(cell: 0, xMetres: 60, yMetres: 15).gainDb
        }
        let (low, usual, high) = (try gainDb(height: 2), try gainDb(height: nil), try gainDb(height: 30))
        #expect(low > usual + 5 && usual == high, "\(low), \(usual) and \(high) dB")
    }

    /// A fitted state tells what the drawing lacks; the edge traces its map with it.
    @Test func aFittedStateCorrectsTheScene() throws {
        let wall = SceneCorrection(hypotheses: [
            SceneHypothesis(clutter: [
                .crown(Clutter.Crown(centre: SIMD3(0, 0, 10), radiusMetres: 4, lossDbPerMetre: 1))
            ])
        ])
        let model = SavedChannelModel(
            cells: ["site-1", "site-2"], logDistance: nil, scene: wall,
            engine: ChannelEngine(cells: 2, parameters: ChannelParameter.rayTraced(materials: [])))
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).l1")
        try Data(model.bytes()).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        func map(_ state: String?) throws -> BaselineMap {
            let network = network {
                $0.baseline = .ray
                $0.scene = Self.root.appending(path: "topologies/scenes/blocks/blocks.xml").path()
                $0.depth = 0
                $0.interactions = [.los]
                $0.spacingMetres = 10
                $0.model = state
            }
            guard case .baseline(let found?, _, _) = BaselineTracer().execute(.prepareBaseline(network)) else {
                throw SceneFileError("blocks", "cannot be traced")
            }
            return found
        }
        let (drawn, corrected) = (try map(nil), try map(file.path()))
        let before = drawn.prediction(cell: 0, xMetres: 0, yMetres: 0).gainDb
        let after = corrected.prediction(cell: 0, xMetres: 0, yMetres: 0).gainDb
        // The grid's nearest point lies up to half its spacing aside: a chord of 7 to 8 m.
        #expect((7...8).contains(before - after), "\(before) and \(after) dB")
        #expect(corrected.differences(from: drawn) < 2 * drawn.grid.count, "what no crown touches stays")
    }

    /// A state that was fitted over other rays is taken, and it is said with both.
    @Test func aStateFittedOverOtherRaysIsNamed() throws {
        func notices(depth: Int, frequencyHz: Double) throws -> [String] {
            let model = SavedChannelModel(
                cells: ["site-1", "site-2"], logDistance: nil,
                tracing: TracingConditions(frequencyHz: frequencyHz, depth: depth, interactions: "los"),
                engine: ChannelEngine(cells: 2, parameters: ChannelParameter.rayTraced(materials: [])))
            let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).l1")
            try Data(model.bytes()).write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            let network = network {
                $0.baseline = .ray
                $0.scene = Self.root.appending(path: "topologies/scenes/blocks/blocks.xml").path()
                $0.depth = 0
                $0.interactions = [.los]
                $0.spacingMetres = 20
                $0.model = file.path()
            }
            guard case .baseline(_, _, let notices) = BaselineTracer().execute(.prepareBaseline(network)) else {
                throw SceneFileError("blocks", "cannot be traced")
            }
            return notices
        }
        let carrier = network { _ in }.carrier.frequencyHz
        #expect(try notices(depth: 0, frequencyHz: carrier).isEmpty)
        for (depth, frequencyHz) in [(3, carrier), (0, 2 * carrier)] {
            let told = try notices(depth: depth, frequencyHz: frequencyHz)
            let own = "\(carrier / 1e9) GHz, depth 0, los"
            #expect(told.count == 1 && told[0].contains("the topology traces \(own):"), "\(told)")
            let fitted = "over rays of \(frequencyHz / 1e9) GHz, depth \(depth), los,"
            #expect(told.first?.contains(fitted) == true, "\(told)")
        }
    }

    @Test func whatIsWrongIsSaidInWords() {
        let missing = network {
            $0.baseline = .ray
            $0.scene = "/nowhere/scene.xml"
        }
        guard case .failed(let reason) = BaselineTracer().execute(.prepareBaseline(missing)) else {
            Issue.record("a scene that is not there was traced")
            return
        }
        #expect(reason.contains("/nowhere/scene.xml"))
    }

    @Test func exportedPathsBecomeAMap() throws {
        let header = SionnaPaths.columns
        let file = try temporary(
            """
            # sionna-paths 1
            # frequency_hz 3500000000.0
            # transmitter 0 0.0,0.0,20.0 a
            # transmitter 1 40.0,30.0,20.0 b
            # receiver 0 -50.0,0.0,1.5 west
            # receiver 1 50.0,0.0,1.5 east
            \(header)
            0,0,0,180.0,1.0e-04,0.0,3.14159,1.9,0.0,1.2,0.0,,
            0,1,1,190.0,0.0,1.0e-05,0.0,1.9,3.1,1.2,0.0,R,20.0 44.0 0.0
            1,1,0,105.0,2.0e-04,0.0,-1.2,2.1,1.9,1.0,0.0,,
            """)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let network = network {
            $0.baseline = .paths
            $0.paths = file
        }
        let map = try #require(try BaselineTracer.map(for: network))
        #expect(abs(map.prediction(cell: 0, xMetres: -45, yMetres: 0).gainDb - -80) < 1e-3)
        #expect(abs(map.prediction(cell: 0, xMetres: 45, yMetres: 0).gainDb - -100) < 1e-3)
        let (_, reflected) = map.prediction(cell: 0, xMetres: 45, yMetres: 0)
            .corrected(Array(repeating: 0, count: map.parameters.count))
        #expect(reflected[4] == 1 && reflected[0] == 0 && map.parameters[4].name == "reflection")
        #expect(map.departures(cell: 1, xMetres: 45, yMetres: 0).first?.azimuthRadians == -1.2)
        #expect(map.departures(cell: 1, xMetres: -45, yMetres: 0).isEmpty)
    }

    @Test func anExportWithoutACellsSiteIsRefused() throws {
        let file = try export(["transmitter 0 0.0,0.0,20.0 a", "receiver 0 -50.0,0.0,1.5 west"])
        defer { try? FileManager.default.removeItem(atPath: file) }
        let network = network(exported: file)
        #expect(throws: SceneFileError.self) { try BaselineTracer.map(for: network) }
    }

    @Test func anExportOfAnotherCarrierIsRefused() throws {
        let file = try export(hertz: 2.6e9, BaselineTracerTests.twoSites)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let network = network(exported: file)
        guard case .failed(let reason) = BaselineTracer().execute(.prepareBaseline(network)) else {
            Issue.record("an export of another carrier was taken")
            return
        }
        #expect(reason.contains("at 2.6 GHz, the topology's carrier is 3.5 GHz"), "\(reason)")
    }

    /// Each look at the clock is a second: there is time to read the file, and none to make a map of it.
    @Test func aDeadlineBoundsTheMapOfAnExport() throws {
        let file = try export(BaselineTracerTests.twoSites)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let network = network(exported: file, deadlineSeconds: 1.5)
        let seconds = Mutex(0.0)
        let tracer = BaselineTracer(clock: {
            seconds.withLock {
                $0 += 1
                return $0
            }
        })
        guard case .failed(let reason) = tracer.execute(.prepareBaseline(network)) else {
            Issue.record("a map was made in no time")
            return
        }
        #expect(reason == "twin.deadline of 1.5 s: 0 of 2 cells are traced, missing: site-1, site-2")
    }

    /// Cells of one mast: the second hangs 0.6 m below the first, the third beside it is a sector of its own.
    @Test func cellsOfOneMastTakeTheirOwnTransmitters() throws {
        let file = try temporary(
            """
            # sionna-paths 1
            # frequency_hz 3500000000.0
            # transmitter 0 0.0,0.0,20.0 west
            # transmitter 1 0.0,0.0,19.4 low
            # transmitter 2 0.0,0.0,20.0 east
            # receiver 0 -50.0,0.0,1.5 place
            \(SionnaPaths.columns)
            0,0,0,180.0,1.0e-03,0.0,3.14159,1.9,0.0,1.2,0.0,,
            1,0,0,180.0,1.0e-04,0.0,3.14159,1.9,0.0,1.2,0.0,,
            2,0,0,180.0,1.0e-05,0.0,3.14159,1.9,0.0,1.2,0.0,,
            """)
        defer { try? FileManager.default.removeItem(atPath: file) }
        var network = network {
            $0.baseline = .paths
            $0.paths = file
        }
        network.cells = [("west", 20.0), ("low", 19.4), ("east", 20)].enumerated().map { index, cell in
            CellConfiguration(
                id: CellID(UInt32(index)), name: cell.0, region: RegionID(0), xMetres: 0, yMetres: 0,
                heightMetres: cell.1)
        }
        let map = try #require(try BaselineTracer.map(for: network))
        let gains = (0..<3).map { map.prediction(cell: $0, xMetres: -50, yMetres: 0).gainDb.rounded() }
        #expect(gains == [-60, -80, -100])
    }

    @Test func aFittedStateOfOtherCellsIsRefused() throws {
        let model = SavedChannelModel(
            cells: ["x"], logDistance: nil, engine: ChannelEngine(cells: 1, parameters: ChannelParameter.statistical))
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).l1")
        try Data(model.bytes()).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let network = network { $0.model = file.path() }
        guard case .failed(let reason) = BaselineTracer().execute(.prepareBaseline(network)) else {
            Issue.record("a state of other cells was taken")
            return
        }
        #expect(reason.contains("fitted to the cells x, the topology has site-1, site-2"), "\(reason)")
    }

    @Test func fittedLawsBecomeAMapAndTheirEngineGoesOn() throws {
        let laws = LogDistanceBaseline(
            laws: [LogDistanceLaw(site: SIMD2(0, 0), interceptDb: -30, exponent: 3.5), nil], meanDb: -90)
        let model = SavedChannelModel(
            cells: ["site-1", "site-2"], logDistance: laws,
            engine: ChannelEngine(cells: 2, parameters: ChannelParameter.statistical))
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).l1")
        try Data(model.bytes()).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let network = network { $0.model = file.path() }
        guard case .baseline(let map?, let engine?, _) = BaselineTracer().execute(.prepareBaseline(network)) else {
            Issue.record("a fitted state was not taken")
            return
        }
        #expect(engine == model.engine)
        let near = map.prediction(cell: 0, xMetres: 20, yMetres: 0).gainDb
        let far = map.prediction(cell: 0, xMetres: 200, yMetres: 0).gainDb
        let decades = 0.5 * log10((200.0 * 200 + 20 * 20) / (20.0 * 20 + 20 * 20))
        #expect(abs(Double(near - far) - 35 * decades) < 1.5, "exponent 3.5: \(near) and \(far)")
    }

    /// An edge that started from a fitted state keeps its own with the laws, the scene and the origin of that one, and
    /// the next edge loads it.
    @Test func whatAnEdgeKeepsIsLoadedAgain() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let laws = LogDistanceBaseline(
            laws: [LogDistanceLaw(site: SIMD2(0, 0), interceptDb: -30, exponent: 3.5), nil], meanDb: -90)
        let start = SavedChannelModel(
            cells: ["site-1", "site-2"], frame: .geodetic(latitude: 51.9, longitude: -8.4), logDistance: laws,
            engine: ChannelEngine(cells: 2, parameters: ChannelParameter.statistical))
        let file = folder.appending(path: "start.l1")
        try Data(start.bytes()).write(to: file)
        var network = network { $0.model = file.path() }
        let tracer = BaselineTracer(runFolder: folder.path())
        guard case .baseline(let first?, var engine?, _) = tracer.execute(.prepareBaseline(network)) else {
            Issue.record("the first state was not taken")
            return
        }
        for reading in 0..<30 {
            let x = Double(reading) * 5 - 80
            engine.learn(
                ChannelQuery(
                    cell: UInt32(reading % 2), phone: 1, seconds: Double(reading),
                    place: ChannelPlace(position: SIMD3(Float(x), 0, 1.5)),
                    baseline: first.prediction(cell: reading % 2, xMetres: x, yMetres: 0)),
                readingDb: -84 + Float(reading % 3), readingDeviationDb: 1)
        }
        // What is learnt online is no longer the start's: that file may be gone.
        try FileManager.default.removeItem(at: file)
        let job = EdgeJob.saveModel(network, node: "edge-west", engine: engine)
        guard case .saved(let bytes) = tracer.execute(job), case .saved = tracer.execute(job) else {
            Issue.record("the state was not kept")
            return
        }
        let kept = folder.appending(path: "twins/edge-west.l1")
        #expect(try Data(contentsOf: kept).count == bytes)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "twins").path()).count == 1)
        network.twin.model = kept.path()
        guard case .baseline(let map?, let again?, let notices) = BaselineTracer().execute(.prepareBaseline(network))
        else {
            Issue.record("the kept state was not taken")
            return
        }
        #expect(again == engine && again.inducingCount > 0)
        #expect(map == first, "the laws of the first state")
        #expect(notices.contains { $0.contains("(0, 0) at latitude 51.9, longitude -8.4") }, "\(notices)")
    }

    @Test func whatCannotBeKeptIsSaid() {
        let network = network { $0.baseline = .tr38901 }
        let job = EdgeJob.saveModel(
            network, node: "edge", engine: ChannelEngine(cells: 2, parameters: ChannelParameter.statistical))
        let lines = Mutex<[String]>([])
        let tracer = BaselineTracer(runFolder: "/no/such/folder")
        let result = tracer.execute(job) { line in lines.withLock { $0.append(line) } }
        guard case .unsaved(let reason) = result else {
            Issue.record("a folder that is not there was written")
            return
        }
        #expect(reason.contains("/no/such/folder/twins/edge.l1"), "\(reason)")
        #expect(lines.withLock { $0 } == [reason])
        guard case .unsaved = BaselineTracer().execute(job) else {
            Issue.record("without a run folder something was written")
            return
        }
    }

    /// A fit numbers cells as it meets them, and it meets cells that the topology does not have.
    @Test func aFittedStateIsMatchedByTheNamesOfItsCells() throws {
        let laws = LogDistanceBaseline(
            laws: [
                LogDistanceLaw(site: SIMD2(40, 30), interceptDb: -30, exponent: 3),
                LogDistanceLaw(site: SIMD2(500, 500), interceptDb: -10, exponent: 2),
                LogDistanceLaw(site: SIMD2(0, 0), interceptDb: -50, exponent: 3),
            ], meanDb: -90)
        let engine = ChannelEngine(cells: 3, parameters: ChannelParameter.statistical)
        let model = SavedChannelModel(
            cells: ["site-2", "elsewhere", "site-1"], frame: .geodetic(latitude: 51.9, longitude: -8.4),
            logDistance: laws, engine: engine)
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).l1")
        try Data(model.bytes()).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let network = network { $0.model = file.path() }
        guard
            case .baseline(let map?, let restored?, let notices) =
                BaselineTracer().execute(.prepareBaseline(network))
        else {
            Issue.record("a fitted state in another order was not taken")
            return
        }
        #expect(map.cells == 2 && restored.cells == 2)
        #expect(map.prediction(cell: 0, xMetres: 200, yMetres: 0).gainDb < -110, "site-1 begins at -50 dB")
        #expect(map.prediction(cell: 1, xMetres: 200, yMetres: 0).gainDb > -105, "site-2 begins at -30 dB")
        #expect(notices.count == 2 && notices[0].contains("also fitted to elsewhere, left out"), "\(notices)")
        #expect(notices.last?.contains("(0, 0) at latitude 51.9, longitude -8.4") == true, "\(notices)")
    }

    @Test func aCellThatTheFittedStateLacksStartsFromTheFormula() throws {
        let laws = LogDistanceBaseline(
            laws: [LogDistanceLaw(site: SIMD2(0, 0), interceptDb: -30, exponent: 3.5)], meanDb: -60)
        let model = SavedChannelModel(
            cells: ["site-1"], frame: .metres(originX: 0, originY: 0), logDistance: laws,
            engine: ChannelEngine(cells: 1, parameters: ChannelParameter.statistical))
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).l1")
        try Data(model.bytes()).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let network = network { $0.model = file.path() }
        guard
            case .baseline(let map?, let engine?, let notices) =
                BaselineTracer().execute(.prepareBaseline(network))
        else {
            Issue.record("a fitted state of one of two cells was not taken")
            return
        }
        #expect(engine.cells == 2)
        #expect(notices.count == 1 && notices[0].contains("holds nothing of site-2"), "\(notices)")
        let point = map.grid.position(map.grid.point(xMetres: 200, yMetres: 0))
        let formula = CellFormula(frequencyHz: network.carrier.frequencyHz)
        #expect(
            map.prediction(cell: 1, xMetres: 200, yMetres: 0)
                == formula.prediction(network.cells[1], xMetres: point.xMetres, yMetres: point.yMetres))
    }

    @Test func aMapAnswersForTheNearestPoint() {
        let grid = BaselineMap.Grid(xMetres: -10, yMetres: 20, spacingMetres: 5, columns: 4, rows: 3)
        let predictions = (0..<24).map { BaselinePrediction(gainDb: Float(-$0), sensitivity: [1, 0]) }
        let map = BaselineMap(
            grid: grid, cells: 2, parameters: ChannelParameter.statistical, predictions: predictions,
            departures: Array(repeating: [], count: 24))
        #expect(map.prediction(cell: 0, xMetres: -10, yMetres: 20).gainDb == 0)
        #expect(map.prediction(cell: 1, xMetres: 1, yMetres: 26).gainDb == -18)
        #expect(map.prediction(cell: 0, xMetres: 1e9, yMetres: -1e9).gainDb == -3)
        #expect(map.prediction(cell: 0, xMetres: .nan, yMetres: 31).gainDb == -8)
        for point in 0..<grid.count {
            let (x, y) = grid.position(point)
            #expect(grid.point(xMetres: x + 1.9, yMetres: y - 1.9) == point)
        }
    }
}
