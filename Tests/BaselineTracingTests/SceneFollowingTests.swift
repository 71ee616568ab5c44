import BaselineTracing
import EdgeTwin
import Foundation
import Learning
import Measurements
import NetworkModel
import RadioPropagation
import SceneFiles
import Synchronization
import Testing

/// A running edge's baseline follows the file of scene edits: the same as traced afresh, for less work.
@Suite struct SceneFollowingTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static let lorry =
        #"{"add": "lorry", "material": "itu_metal", "centre": [-10, 0], "size": [10, 3], "height": 4}"#

    /// Three cells in the shipped blocks, and a file of edits beside them that is not there yet.
    private final class Site {
        let folder = FileManager.default.temporaryDirectory.appending(path: "edits-\(UUID().uuidString.prefix(8))")
        var network: NetworkConfiguration

        var file: String { folder.appending(path: "edits.json").path() }

        init() throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let cells = [SIMD2(-28.0, 0.0), SIMD2(70, 5), SIMD2(0, 45)].enumerated().map { index, place in
                CellConfiguration(
                    id: CellID(UInt32(index)), name: "site-\(index + 1)", region: RegionID(0), xMetres: place.x,
                    yMetres: place.y, heightMetres: 20)
            }
            network = NetworkConfiguration(
                name: "test", seed: 1, hierarchy: .decentralised, epoch: .milliseconds(20), slot: .milliseconds(1),
                cells: cells, regionNames: ["all"])
            network.twin.baseline = .ray
            network.twin.scene = SceneFollowingTests.root.appending(path: "topologies/scenes/blocks/blocks.xml").path()
            network.twin.depth = 2
            network.twin.spacingMetres = 4
            network.twin.sceneEdits = folder.appending(path: "edits.json").path()
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        func write(_ edits: String) throws {
            try #"{"format": "dtnet scene edits 1", "edits": [\#(edits)]}"#.write(
                toFile: file, atomically: true, encoding: .utf8)
        }
    }

    private static func edited(_ result: EdgeJobResult) -> (map: BaselineMap, digest: SceneEditsDigest, links: Int)? {
        guard case .edited(let map, let digest, _, let links) = result else { return nil }
        return (map, digest, links)
    }

    @Test func aLorryComesMovesAndGoes() throws {
        let site = try Site()
        let tracer = BaselineTracer()
        guard case .baseline(let first?, nil, _) = tracer.execute(.prepareBaseline(site.network)) else {
            Issue.record("the scene that ships cannot be traced")
            return
        }
        guard case .unedited = tracer.execute(.followEdits(site.network, seen: .none)) else {
            Issue.record("no file is no edit")
            return
        }
        var seen = SceneEditsDigest.none
        let states = [
            Self.lorry, Self.lorry.replacing("[-10, 0]", with: "[20, 1]"),
            Self.lorry + #", {"remove": "building-0-1"}"#,
        ]
        for state in states {
            try site.write(state)
            let followed = try #require(Self.edited(tracer.execute(.followEdits(site.network, seen: seen))), "\(state)")
            #expect(followed.digest != seen && followed.links > 0)
            // Traced afresh in a scene file that has the edits, on the points of the first map.
            let scene = try SceneEdits.read(site.file).applied(
                to: try SceneFile.load(try #require(site.network.twin.scene)), file: site.file)
            let fresh = try Self.trace(scene, site.network, first)
            #expect(followed.map == fresh, "\(state)")
            #expect(followed.links < 3 * first.grid.count, "not every link is touched")
            seen = followed.digest
            guard case .unedited = tracer.execute(.followEdits(site.network, seen: seen)) else {
                Issue.record("nothing has changed since")
                return
            }
        }
        try FileManager.default.removeItem(atPath: site.file)
        let last = try #require(Self.edited(tracer.execute(.followEdits(site.network, seen: seen))))
        #expect(last.map == first && last.digest == .none)
    }

    /// The map of a scene by a solver that has seen nothing, with the parameters of the map that an edit starts from.
    private static func trace(
        _ scene: Scene, _ network: NetworkConfiguration, _ like: BaselineMap
    ) throws -> BaselineMap {
        let original = try SceneFile.load(try #require(network.twin.scene))
        let hertz = network.carrier.frequencyHz
        let (old, new) = (try SceneIndex(original), try SceneIndex(scene))
        var baseline = RayTracedBaseline(
            index: old, fields: try FieldSolver(scene: original, faces: old.faces, frequencyHz: hertz),
            settings: PathSettings(maxDepth: 2, interactions: [.lineOfSight, .specular, .diffraction]),
            sites: network.cells.map { SIMD3($0.xMetres, $0.yMetres, $0.heightMetres) })
        baseline.antennas = network.cells.map(BaselineTracer.antenna)
        baseline.replaceScene(
            by: new, fields: try FieldSolver(scene: scene, faces: new.faces, frequencyHz: hertz))
        let receivers = (0..<like.grid.count).map { point in
            let (x, y) = like.grid.position(point)
            return SIMD3(x, y, BaselineTracer.userHeightMetres)
        }
        let links = try network.cells.flatMap { cell in
            var solver = baseline.solver()
            return try #require(
                baseline.trace(cell: cell.id.rawValue, positions: receivers, with: &solver, goesOn: { _ in true }))
        }
        return BaselineMap(
            grid: like.grid, cells: like.cells, parameters: like.parameters, predictions: links.map(\.link.prediction),
            departures: links.map(\.departures))
    }

    @Test func editsThatCannotBeMadeAreRefusedAndTheSceneStays() throws {
        let site = try Site()
        let tracer = BaselineTracer()
        _ = tracer.execute(.prepareBaseline(site.network))
        try site.write(Self.lorry)
        let good = try #require(Self.edited(tracer.execute(.followEdits(site.network, seen: .none))))
        try site.write(#"{"remove": "the-moon"}"#)
        guard case .refusedEdits(let reason, let digest) = tracer.execute(.followEdits(site.network, seen: good.digest))
        else {
            Issue.record("an object that is not there was removed")
            return
        }
        #expect(reason.contains("edits.json: edits[0]: there is no object 'the-moon'") && digest != good.digest)
        guard case .unedited = tracer.execute(.followEdits(site.network, seen: digest)) else {
            Issue.record("refused once is enough")
            return
        }
        try site.write(Self.lorry)
        let again = try #require(Self.edited(tracer.execute(.followEdits(site.network, seen: digest))))
        #expect(again.map == good.map)
    }

    /// A second edge of the process finds the map that the first had traced.
    @Test func edgesOfOneProcessShareTheWork() throws {
        let site = try Site()
        let tracer = BaselineTracer()
        _ = tracer.execute(.prepareBaseline(site.network))
        try site.write(Self.lorry)
        let one = try #require(Self.edited(tracer.execute(.followEdits(site.network, seen: .none))))
        guard case .baseline(let original?, _, _) = tracer.execute(.prepareBaseline(site.network)) else {
            Issue.record("no baseline for the second edge")
            return
        }
        let two = try #require(Self.edited(tracer.execute(.followEdits(site.network, seen: .none))))
        #expect(one.map === two.map && original != two.map)
    }

    /// No time is left for an edit: it is refused, and the scene is what it was. With time the next one is followed.
    @Test func anEditBeyondTheDeadlineLeavesTheSceneAsItWas() throws {
        let site = try Site()
        let seconds = Mutex(0.0)
        let secondsPerLook = Mutex(0.0)
        let tracer = BaselineTracer(clock: {
            let step = secondsPerLook.withLock { $0 }
            return seconds.withLock {
                $0 += step
                return $0
            }
        })
        guard case .baseline(let first?, _, _) = tracer.execute(.prepareBaseline(site.network)) else {
            Issue.record("the scene that ships cannot be traced")
            return
        }
        try site.write(Self.lorry)
        secondsPerLook.withLock { $0 = 2 * site.network.twin.deadlineSeconds }
        guard case .refusedEdits(let reason, let late) = tracer.execute(.followEdits(site.network, seen: .none)) else {
            Issue.record("an edit was followed in no time")
            return
        }
        #expect(reason.contains("0 of 3 cells are traced"), "\(reason)")
        secondsPerLook.withLock { $0 = 0 }
        let moved = Self.lorry.replacing("[-10, 0]", with: "[20, 1]")
        try site.write(moved)
        let followed = try #require(Self.edited(tracer.execute(.followEdits(site.network, seen: late))))
        let scene = try SceneEdits.read(site.file).applied(
            to: try SceneFile.load(try #require(site.network.twin.scene)), file: site.file)
        let fresh = try Self.trace(scene, site.network, first)
        #expect(followed.map == fresh && followed.map != first)
    }

    @Test func aDeadlineNamesTheCellsThatAreMissing() throws {
        let site = try Site()
        site.network.twin.deadlineSeconds = 0
        guard case .failed(let reason) = BaselineTracer().execute(.prepareBaseline(site.network)) else {
            Issue.record("no time was enough")
            return
        }
        #expect(reason == "twin.deadline of 0.0 s: 0 of 3 cells are traced, missing: site-1, site-2, site-3")
        var exported = site.network
        exported.twin.baseline = .paths
        exported.twin.paths = site.folder.appending(path: "paths.csv").path()
        try "# sionna-paths 1\n# frequency_hz 3.5e9\n".write(
            toFile: try #require(exported.twin.paths), atomically: true, encoding: .utf8)
        guard case .failed(let unread) = BaselineTracer().execute(.prepareBaseline(exported)) else {
            Issue.record("an export was read in no time")
            return
        }
        #expect(unread.contains("paths.csv:1:1: the time is over"), "\(unread)")
    }
}
