import RadioPropagation
import SceneFiles
import Testing

@Suite struct SceneEditsTests {
    private static let city = try? CityBlocks(columns: 2, rows: 2, seed: 3).scene()

    private static func parse(_ edits: String) throws(SceneFileError) -> SceneEdits {
        try SceneEdits.parse(Array(#"{"format": "dtnet scene edits 1", "edits": [\#(edits)]}"#.utf8), file: "e.json")
    }

    private static func fault(_ edits: String) -> String {
        do {
            _ = try parse(edits).applied(to: try #require(city), file: "e.json")
            return "no fault"
        } catch {
            return "\(error)"
        }
    }

    private static let lorry =
        #"{"add": "lorry", "material": "itu_metal", "centre": [0, 2], "size": [12, 2.5], "height": 4, "foot": 1}"#

    @Test func aBoxIsAnOutlineWithABearing() throws {
        let turned = try Self.parse(
            #"{"add": "a", "material": "itu_metal", "centre": [10, 20], "size": [6, 2], "bearing_deg": 90, "height":3}"#
        )
        guard case .add(let solid) = turned.edits[0] else {
            Issue.record("no addition")
            return
        }
        let x = solid.outline.map(\.x)
        let y = solid.outline.map(\.y)
        #expect(abs(x.min()! - 9) < 1e-9 && abs(x.max()! - 11) < 1e-9)
        #expect(abs(y.min()! - 17) < 1e-9 && abs(y.max()! - 23) < 1e-9)
        #expect(solid.footMetres == 0 && solid.topMetres == 3)
    }

    @Test func editsAreMadeInOrder() throws {
        let city = try #require(Self.city)
        let edits = try Self.parse(Self.lorry + #", {"remove": "building-0-1"}"#)
        let scene = try edits.applied(to: city, file: "e.json")
        #expect(scene.objects.map(\.name).contains("lorry") && !scene.objects.map(\.name).contains("building-0-1"))
        #expect(scene.materials.map(\.name).starts(with: city.materials.map(\.name)))
        let lorry = try #require(scene.objects.first { $0.name == "lorry" })
        // Four walls, a roof and, above the ground, a floor; closed, so that its faces look outwards.
        #expect(lorry.triangles.count == 12)
        let box = scene.bounds(of: lorry.triangles)
        #expect(box == SceneBounds(minimum: SIMD3(-6, 0.75, 1), maximum: SIMD3(6, 3.25, 4)))
    }

    /// Only what is not common to both states counts.
    @Test func whatChangedIsTheBoxAroundTheDifference() throws {
        let city = try #require(Self.city)
        let one = try Self.parse(Self.lorry)
        let both = try Self.parse(Self.lorry + #", {"remove": "building-0-1"}"#)
        let first = try one.applied(to: city, file: "e.json")
        let second = try both.applied(to: city, file: "e.json")
        let building = try #require(city.objects.first { $0.name == "building-0-1" })
        #expect(both.changed(from: one, before: first, after: second) == city.bounds(of: building.triangles))
        #expect(one.changed(from: both, before: second, after: first) == city.bounds(of: building.triangles))
        #expect(one.changed(from: one, before: first, after: first).isEmpty)
        let lorry = try #require(first.objects.first { $0.name == "lorry" })
        #expect(SceneEdits().changed(from: one, before: first, after: city) == first.bounds(of: lorry.triangles))
    }

    @Test func whatIsWrongIsNamedWithItsEdit() {
        let cases = [
            (#"{"add": "a", "remove": "b"}"#, "e.json: edits[0]: says neither 'add' nor 'remove', or both"),
            (Self.lorry + #", {"remove": "tower"}"#, "e.json: edits[1]: there is no object 'tower' to remove"),
            (Self.lorry + "," + Self.lorry, "e.json: edits[1]: there is an object 'lorry' already"),
            (#"{"remove": "a", "height": 2}"#, "e.json: edits[0]: 'remove' stands alone"),
            (#"{"add": "a", "height": 2}"#, "e.json: edits[0]: 'a' has no 'material'"),
            (
                #"{"add": "a", "material": "cheese", "centre": [0, 0], "size": [1, 1], "height": 2}"#,
                "e.json: edits[0]: "
            ),
            (
                #"{"add": "a", "material": "itu_metal", "centre": [0, 0], "size": [1, 0], "height": 2}"#,
                "e.json: edits[0]: 'a' has neither an 'outline' nor a 'centre'"
            ),
            (
                #"{"add": "a", "material": "itu_metal", "outline": [[0,0],[4,4],[4,0],[0,3]], "height": 2}"#,
                "e.json: edits[0]: 'a' has an outline that crosses itself"
            ),
            (
                #"{"add": "a", "material": "itu_metal", "outline": [[0,0],[4,0],[4,4]], "foot": 3, "height": 2}"#,
                "e.json: edits[0]: 'a': 'height' is above 'foot'"
            ),
            (#"{"ad": "a"}"#, "e.json: is no file of scene edits: edits[0]: unknown key 'ad'"),
        ]
        for (edits, expected) in cases {
            let found = Self.fault(edits)
            #expect(found.hasPrefix(expected), "\(edits): \(found)")
        }
        let cheese = Self.fault(cases[5].0)
        #expect(cheese.contains("cheese"), "\(cheese)")
        #expect(throws: SceneFileError.self) { try SceneEdits.parse(Array("{".utf8), file: "e.json") }
        #expect(throws: SceneFileError.self) {
            try SceneEdits.parse(Array(#"{"format": "dtnet scene edits 2", "edits": []}"#.utf8), file: "e.json")
        }
    }
}
