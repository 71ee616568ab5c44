import Foundation
import RadioPropagation
import SceneFiles
import Testing

/// The scenes that Sionna RT ships, where it is installed: in `.venv`, or in the folder named by
/// DTNET_SIONNA_SCENES (`.../sionna/rt/scenes`).
@Suite struct SionnaScenesTests {
    static let folder: String? = {
        if let given = ProcessInfo.processInfo.environment["DTNET_SIONNA_SCENES"] { return given }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let libraries = root.appending(path: ".venv/lib")
        let pythons = (try? FileManager.default.contentsOfDirectory(atPath: libraries.path)) ?? []
        return pythons.sorted().map { libraries.appending(path: "\($0)/site-packages/sionna/rt/scenes").path }
            .first { FileManager.default.fileExists(atPath: $0) }
    }()

    private static func load(_ name: String) throws -> Scene {
        try SceneFile.load("\(folder ?? "")/\(name)/\(name).xml")
    }

    @Test(.enabled(if: folder != nil, "no Sionna RT: set DTNET_SIONNA_SCENES"))
    func theStreetCanyonIsSixBoxesOnAFloor() throws {
        let scene = try Self.load("simple_street_canyon")
        #expect(scene.notes == [])
        #expect(scene.triangles.count == 74)
        #expect(scene.objects.count == 7)
        let faces = SceneFaces(scene)
        #expect(faces.faces.count == 6 * 6 + 1)
        var planes: [SIMD4<Double>] = []
        for face in faces.faces {
            let turn = face.normal.x + face.normal.y + face.normal.z < 0 ? -1.0 : 1.0
            let plane = SIMD4(face.normal * turn, face.offset * turn)
            let isKnown = planes.contains { (($0 - plane) * ($0 - plane)).sum().squareRoot() < 1e-3 }
            if !isKnown { planes.append(plane) }
        }
        #expect(planes.count == 20)
        #expect(faces.wedges.count { $0.faces.y >= 0 } == 6 * 12)
    }

    @Test(
        .enabled(if: folder != nil, "no Sionna RT: set DTNET_SIONNA_SCENES"),
        arguments: [
            ("etoile", 13_098), ("munich", 38_936), ("florence", 35_373), ("san_francisco", 268_041), ("box", 12),
            ("floor_wall", 4), ("simple_wedge", 4), ("simple_street_canyon_with_cars", 234), ("box_two_screens", 16),
        ])
    func everySceneIsReadWhole(name: String, triangles: Int) throws {
        let scene = try Self.load(name)
        let dropped = scene.notes.compactMap { $0.firstMatch(of: /dropped (\d+)/).flatMap { Int($0.output.1) } }
        #expect(scene.triangles.count + dropped.reduce(0, +) == triangles)
        let index = try SceneIndex(scene)
        #expect(index.faces.faces.count <= scene.triangles.count)
        #expect(index.faces.faceOfTriangle.allSatisfy { $0 >= 0 })
    }
}
