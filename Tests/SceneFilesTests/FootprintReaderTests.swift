import Numerics
import RadioPropagation
import SceneFiles
import Testing

@Suite struct FootprintReaderTests {
    private static func collection(_ features: [String]) -> String {
        "{\"type\": \"FeatureCollection\", \"features\": [\(features.joined(separator: ", "))]}"
    }

    private static func polygon(_ rings: String, _ properties: String = "{\"height\": 10}") -> String {
        "{\"type\": \"Feature\", \"properties\": \(properties), "
            + "\"geometry\": {\"type\": \"Polygon\", \"coordinates\": \(rings)}}"
    }

    private static func load(_ text: String, _ change: (inout FootprintOptions) -> Void = { _ in }) throws -> Scene {
        let folder = try SceneFolder()
        try folder.write(text, to: "town.geojson")
        var options = FootprintOptions()
        options.coordinates = .metres
        options.origin = .zero
        change(&options)
        return try SceneFile.load("\(folder.path)/town.geojson", footprints: options)
    }

    private static func area(_ scene: Scene, _ name: String) -> Double {
        guard let object = scene.objects.firstIndex(where: { $0.name == name }) else { return 0 }
        let faces = SceneFaces(scene)
        return faces.faces.filter { $0.object == Int32(object) }.reduce(0) { $0 + $1.areaSquareMetres }
    }

    private static let square = "[[[0, 0], [20, 0], [20, 10], [0, 10], [0, 0]]]"

    @Test func aRectangleBecomesWallsRoofAndGround() throws {
        let scene = try Self.load(Self.collection([Self.polygon(Self.square)]))
        #expect(scene.objects.map(\.name) == ["building-0-walls", "building-0-roof", "ground"])
        #expect(scene.triangles.count == 8 + 2 + 2)
        #expect(abs(Self.area(scene, "building-0-walls") - 600) < 1e-6)
        #expect(abs(Self.area(scene, "building-0-roof") - 200) < 1e-6)
        #expect(scene.bounds() == SceneBounds(minimum: SIMD3(-50, -50, 0), maximum: SIMD3(70, 60, 10)))
        let faces = SceneFaces(scene)
        #expect(faces.faces.count == 6)
        for face in faces.faces where face.object == 0 {
            #expect(((face.origin - SIMD3(10, 5, 5)) * face.normal).sum() > 0, "walls look outwards")
        }
    }

    @Test func aCourtyardIsAHoleInTheRoof() throws {
        let ring = "[[[0, 0], [30, 0], [30, 30], [0, 30], [0, 0]], [[10, 10], [20, 10], [20, 20], [10, 20], [10, 10]]]"
        let scene = try Self.load(Self.collection([Self.polygon(ring)]))
        #expect(abs(Self.area(scene, "building-0-roof") - 800) < 1e-6)
        #expect(abs(Self.area(scene, "building-0-walls") - 1_600) < 1e-6)
        let index = try SceneIndex(scene)
        #expect(!index.isOccluded(from: SIMD3(15, 15, 1), to: SIMD3(15, 15, 30)))
        #expect(index.isOccluded(from: SIMD3(5, 5, 1), to: SIMD3(5, 5, 30)))
        #expect(index.isOccluded(from: SIMD3(15, 15, 1), to: SIMD3(25, 15, 1)))
    }

    /// A comb of teeth with holes: concave in many places.
    @Test func concaveOutlinesWithManyHolesAreCovered() throws {
        var outline = "[0, 0], [100, 0]"
        for tooth in (0..<10).reversed() {
            outline +=
                ", [\(tooth * 10 + 10), 50], [\(tooth * 10 + 8), 50], [\(tooth * 10 + 7), 20], [\(tooth * 10), 20]"
        }
        var rings = "[\(outline)]"
        for hole in 0..<10 {
            let (low, high) = (hole * 10 + 3, hole * 10 + 6)
            rings += ", [[\(low), 5], [\(high), 5], [\(high), 10], [\(low), 10]]"
        }
        let scene = try Self.load(Self.collection([Self.polygon("[\(rings)]")]))
        let teeth = 10 * (2.0 + 3.0) / 2 * 30
        #expect(abs(Self.area(scene, "building-0-roof") - (100 * 20 + teeth - 10 * 15)) < 1e-3)
        #expect(scene.notes.contains("11 outlines do not end where they began: closed"))
    }

    @Test(arguments: [
        ("{\"height\": 12.5}", 0.0, 12.5), ("{\"height\": \"12,5 m\"}", 0, 12.5),
        ("{\"building:levels\": \"4\"}", 0, 12), ("{\"height\": \"12.5m\"}", 0, 12.5),
        ("{\"height\": \"40 ft\"}", 0, 12.192), ("{\"height\": \"40'\"}", 0, 12.192),
        ("{\"height\": \"39'12\\\"\"}", 0, 12.192),
        ("{\"building:height\": 7}", 0, 7), ("{\"height\": 9, \"building:levels\": 1, \"min_height\": 3}", 3, 9),
        ("{\"building:levels\": 3, \"building:min_level\": 1}", 3, 9), ("{}", 0, 10), ("null", 0, 10),
    ])
    func heightsComeFromTheProperties(properties: String, foot: Double, top: Double) throws {
        let scene = try Self.load(Self.collection([Self.polygon(Self.square, properties)]))
        let bounds = scene.bounds(of: scene.objects[0].triangles)
        #expect(bounds.minimum.z == foot && bounds.maximum.z == Double(Float(top)))
        #expect(scene.objects.contains { $0.name == "building-0-floor" } == (foot > 0))
        let isNoted = scene.notes.contains("1 buildings say no height: taken as 10.0 m")
        #expect(isNoted == (top == 10))
    }

    @Test(arguments: ["12 yd", "1.2 km", "about 12", "12-14", "m"])
    func aHeightInAnotherUnitIsNoted(height: String) throws {
        let tall = Self.polygon(Self.square, "{\"height\": \"\(height)\"}")
        let scene = try Self.load(Self.collection([tall, Self.polygon(Self.square)]))
        #expect(scene.objects.count == 3)
        #expect(
            scene.notes.contains(
                "left out 1 footprints with a height that is no number above their foot, first feature 0"))
    }

    @Test func partsOfAMultiPolygonAreBuildings() throws {
        let feature =
            "{\"type\": \"Feature\", \"id\": 7, \"properties\": {}, \"geometry\": {\"type\": \"MultiPolygon\", "
            + "\"coordinates\": [\(Self.square), [[[50, 0], [60, 0], [60, 10]]]]}}"
        let scene = try Self.load(feature)
        #expect(scene.objects.map(\.name) == ["7_0-walls", "7_0-roof", "7_1-walls", "7_1-roof", "ground"])
    }

    @Test(arguments: [
        ("[[[0, 0], [20, 10], [20, 0], [0, 14]]]", "an outline that crosses itself or its holes"),
        ("[[[0, 0], [20, 0], [20, 10], [0, 10]], [[10, 5], [30, 5], [10, 8]]]", "an outline that crosses itself"),
        ("[[[0, 0], [20, 0]]]", "an outline of fewer than 3 points or without area"),
        ("[[[0, 0], [20, 0], [10, 0]]]", "an outline of fewer than 3 points or without area"),
    ])
    func whatCannotBeBuiltIsLeftOutAndNoted(rings: String, reason: String) throws {
        let scene = try Self.load(Self.collection([Self.polygon(rings), Self.polygon(Self.square)]))
        #expect(scene.objects.count == 3)
        #expect(
            scene.notes.contains { $0.hasPrefix("left out 1 footprints with \(reason)") && $0.hasSuffix("feature 0") })
    }

    @Test func degreesBecomeMetres() throws {
        // One degree of latitude at 48 degrees is 111,200 m, of longitude 74,630 m (WGS84).
        let ring = "[[[11.0, 48.0], [11.001, 48.0], [11.001, 48.001], [11.0, 48.001], [11.0, 48.0]]]"
        let scene = try Self.load(Self.collection([Self.polygon(ring)])) {
            $0.coordinates = .automatic
            $0.origin = nil
            $0.groundMarginMetres = 0
        }
        let size = scene.bounds().size
        #expect(abs(size.x - 74.63) < 0.01 && abs(size.y - 111.2) < 0.01)
        let note = "coordinates taken as degrees; (0, 0) is longitude 11.0005, latitude 48.0005"
        #expect(scene.notes.contains(note))
    }

    @Test func projectedCoordinatesAreSeenByTheirSize() throws {
        let ring = "[[[691000, 5334000], [691010, 5334000], [691010, 5334010]]]"
        let scene = try Self.load(Self.collection([Self.polygon(ring)])) {
            $0.coordinates = .automatic
            $0.origin = nil
        }
        #expect(scene.bounds().size == SIMD3(110, 110, 10))
        #expect(scene.notes.contains { $0.hasPrefix("coordinates taken as metres; (0, 0) is x 691005.0, y 5334005.0") })
    }

    @Test(arguments: [
        ("{", "town.geojson: "),
        ("{\"type\": \"Topology\"}", "town.geojson: type: 'Topology' where FeatureCollection or Feature was expected"),
        ("{\"type\": \"FeatureCollection\"}", "town.geojson: 'features' is missing"),
        (collection([polygon("[[[0, \"x\"]]]")]), "features[0].geometry.coordinates[0][0][1]: "),
        (collection([polygon("[[[0]]]")]), "feature 0, ring 0, point 0: is no point: [0.0]"),
        (collection([polygon("[[[1e400, 0]]]")]), "town.geojson: "),
        (collection([]), "holds no polygon"),
        (collection([polygon("[[[0, 0], [20, 0]]]")]), "holds no building that can be built"),
        (collection([polygon(square, "{\"height\": -3}")]), "holds no building that can be built"),
        (String(repeating: "[", count: 100_000), "town.geojson: "),
    ])
    func whatIsBrokenIsNamed(text: String, message: String) throws {
        do {
            _ = try Self.load(text)
            Issue.record("no error")
        } catch {
            #expect("\(error)".contains(message), "\(error)")
        }
    }

    /// Outlines at random: many cross themselves, some do not. None may end the process, what is built is a building.
    @Test(arguments: [3, 4, 5, 6]) func randomOutlinesAreBuiltOrLeftOut(points: Int) throws {
        let generator = CounterGenerator(seed: 23, purpose: UInt64(points))
        var outlines = [Self.polygon(Self.square)]
        for outline in 0..<200 {
            let ring = (0..<points).map { point in
                let places = (0..<2).map {
                    (generator.uniform(UInt64(outline), UInt64(2 * point + $0)) * 20).rounded() * 3
                }
                return "[\(places[0]), \(places[1])]"
            }
            outlines.append(Self.polygon("[[\(ring.joined(separator: ", "))]]"))
        }
        let scene = try Self.load(Self.collection(outlines))
        let roofs = scene.objects.filter { $0.name.hasSuffix("-roof") }
        let walls = scene.objects.filter { $0.name.hasSuffix("-walls") }
        #expect(roofs.count == walls.count && roofs.count > 1, "seed 23")
        for (roof, wall) in zip(roofs, walls) {
            #expect(roof.triangles.count == wall.triangles.count / 2 - 2, "seed 23, \(roof.name)")
        }
    }

    @Test func unknownEndingsAndMaterialsAreRefused() throws {
        #expect(throws: SceneFileError.self) { try SceneFile.load("scene.obj") }
        #expect(throws: SceneFileError.self) {
            try Self.load(Self.collection([Self.polygon(Self.square)])) { $0.wallMaterial = "gold" }
        }
    }

    /// A wood with a clearing, and a forest that says nothing; no walls stand there.
    @Test func treesBecomeVolumes() throws {
        let holed = "[[[0, 0], [40, 0], [40, 20], [0, 20], [0, 0]], [[10, 5], [30, 5], [30, 15], [10, 15], [10, 5]]]"
        let wood = Self.polygon(holed, #"{"name": "wood", "natural": "wood", "height": "9 m", "min_height": 2}"#)
        let forest = Self.polygon(Self.square, #"{"landuse": "forest"}"#)
        let broken = Self.polygon("[[[0, 0], [4, 4], [4, 0], [0, 3], [0, 0]]]", #"{"natural": "tree_row"}"#)
        let scene = try Self.load(Self.collection([wood, forest, broken, Self.polygon(Self.square)]))
        #expect(scene.objects.map(\.name) == ["building-3-walls", "building-3-roof", "ground"])
        #expect(scene.foliage.map(\.name) == ["wood", "building-1"])
        #expect(scene.foliage.map(\.footMetres) == [2, 0] && scene.foliage.map(\.topMetres) == [9, 12])
        // Straight through at 5 m: the clearing does not count. Below the crowns nothing does.
        #expect(abs(scene.foliage[0].metres(from: SIMD3(-5, 10, 5), to: SIMD3(45, 10, 5)) - 20) < 1e-9)
        #expect(scene.foliage[0].metres(from: SIMD3(-5, 10, 1.5), to: SIMD3(45, 10, 1.5)) == 0)
        #expect(scene.notes.contains { $0.contains("left out 1 footprints with an outline that crosses itself") })
        #expect(throws: SceneFileError.self) {
            try MitsubaWriter(scene).write(to: try SceneFolder().path, name: "wood")
        }
    }
}
