import Glibc
import Numerics
import RadioPropagation
import Testing

/// Loss in foliage: metres by geometry, decibels by ITU-R P.833, both worked out by hand.
@Suite struct FoliageTests {
    /// 10 m x 10 m, crowns from 2 to 8 m.
    private static let grove = FoliageVolume(
        name: "grove", rings: [[SIMD2(0, 0), SIMD2(10, 0), SIMD2(10, 10), SIMD2(0, 10)]], footMetres: 2, topMetres: 8)

    @Test func metresInsideAreThoseOfTheSegment() {
        let cases: [(a: SIMD3<Double>, b: SIMD3<Double>, metres: Double)] = [
            (SIMD3(-5, 5, 4), SIMD3(25, 5, 4), 10),
            (SIMD3(25, 5, 4), SIMD3(-5, 5, 4), 10),
            // From within, and wholly within.
            (SIMD3(4, 5, 4), SIMD3(25, 5, 4), 6),
            (SIMD3(4, 5, 4), SIMD3(7, 5, 4), 3),
            // Over a corner at 45 degrees, from (-2, 4) to (8, 14): inside from x = 0 to y = 10, x = 4.
            (SIMD3(-2, 4, 4), SIMD3(8, 14, 4), 4 * 2.0.squareRoot()),
            // Down through the roof of the crowns: z from 14 to 2 over x from -10 to 10, at the top (z = 8) at x = 0.
            (SIMD3(-10, 5, 14), SIMD3(10, 5, 2), 0.5 * (20 * 20 + 12 * 12).squareRoot()),
            // Straight up through it.
            (SIMD3(5, 5, 0), SIMD3(5, 5, 20), 6),
            // Beside, above and below.
            (SIMD3(-5, 11, 4), SIMD3(25, 11, 4), 0), (SIMD3(-5, 5, 8.1), SIMD3(25, 5, 8.1), 0),
            (SIMD3(-5, 5, 1.5), SIMD3(25, 5, 1.5), 0),
            (SIMD3(3, 3, 4), SIMD3(3, 3, 4), 0),
        ]
        for (a, b, metres) in cases {
            #expect(abs(Self.grove.metres(from: a, to: b) - metres) < 1e-9, "\(a) to \(b)")
        }
    }

    /// `26.5 (1 - exp(-10 x 0.17 / 26.5)) = 1.64662`, the recommendation's at 949 MHz; beyond 2.1 GHz its slopes.
    @Test func decibelsAreThoseOfTheRecommendation() {
        let known = WoodlandAttenuation(frequencyHz: 949e6)
        #expect(known.specificDbPerMetre == 0.17 && known.maximumDb == 26.5)
        #expect(abs(known.attenuationDb(metres: 10) - 1.646_619_249) < 1e-8)
        #expect(abs(known.attenuationDb(metres: 50) - 7.271_568_019) < 1e-8)
        #expect(known.attenuationDb(metres: 0) == 0 && abs(known.attenuationDb(metres: 1e5) - 26.5) < 1e-9)
        let between = WoodlandAttenuation(frequencyHz: 1_300e6)
        #expect(abs(between.specificDbPerMetre - 0.222_094_046) < 1e-8)
        #expect(abs(between.maximumDb - 27.648_495_08) < 1e-7)
        let beyond = WoodlandAttenuation(frequencyHz: 3.5e9)
        #expect(abs(beyond.attenuationDb(metres: 10) - 4.597_663_515) < 1e-8)
        #expect(abs(beyond.attenuationDb(metres: 50) - 18.487_590_252) < 1e-8)
        let below = WoodlandAttenuation(frequencyHz: 30e6)
        #expect(below.specificDbPerMetre < 0.04 && below.maximumDb < 9.4)
    }

    /// A direct path through 10 m of crowns loses their decibels, one off the ground below them none, and one off the
    /// ground where crowns reach down its own.
    @Test func eachPathLosesItsOwnMetres() throws {
        let sheet: [[SIMD3<Float>]] = [
            [SIMD3(-90, -90, 0), SIMD3(90, -90, 0), SIMD3(90, 90, 0), SIMD3(-90, 90, 0)]
        ]
        let bare = FieldScene.sheets(sheet, materials: [FieldScene.concrete])
        let grown = Scene(
            name: bare.name, vertices: bare.vertices, triangles: bare.triangles, objects: bare.objects,
            materials: bare.materials, foliage: [Self.grove])
        let transmitter = SIMD3<Double>(-25, 5, 4)
        let receivers = [SIMD3<Double>(35, 5, 4), SIMD3(35, 30, 4)]
        func gains(_ scene: Scene) throws -> [[Double]] {
            let index = try SceneIndex(scene)
            var solver = PathSolver(index: index, settings: PathSettings(maxDepth: 1))
            let fields = try FieldSolver(scene: scene, faces: index.faces, frequencyHz: FieldScene.frequencyHz)
            let set = fields.solve(try solver.solve(transmitter: transmitter, receivers: receivers))
            return receivers.indices.map { set.amplitudes(receiver: $0).map { 10 * log10($0.squaredMagnitude) } }
        }
        let (before, after) = (try gains(bare), try gains(grown))
        #expect(before[0].count == 2 && after[0].count == 2)
        let woodland = WoodlandAttenuation(frequencyHz: FieldScene.frequencyHz)
        #expect(abs(before[0][0] - after[0][0] - woodland.attenuationDb(metres: 10)) < 1e-9)
        // The ground path meets the ground at x = 5, under the trees; it is above 2 m within 15 m of its ends only.
        #expect(abs(before[0][1] - after[0][1]) < 1e-9)
        #expect(before[1] == after[1])
        // With crowns down to the ground: in from x = 0 to x = 10, each half 5 m along, z changing by 2/15 a metre.
        var low = Self.grove
        low.footMetres = 0
        let dense = Scene(
            name: bare.name, vertices: bare.vertices, triangles: bare.triangles, objects: bare.objects,
            materials: bare.materials, foliage: [low])
        let metres = 10 * (1 + (4.0 / 30) * (4.0 / 30)).squareRoot()
        #expect(abs(before[0][1] - (try gains(dense))[0][1] - woodland.attenuationDb(metres: metres)) < 1e-9)
    }

    /// Editing a scene keeps its trees.
    @Test func editsKeepTheTrees() throws {
        var builder = SceneBuilder(try CityBlocks(columns: 1, rows: 1, seed: 1).scene())
        builder.add(Self.grove)
        let scene = builder.scene()
        #expect(scene.foliage == [Self.grove])
        #expect(scene.removing(name: "building-0-0").scene.foliage == [Self.grove])
        let added = scene.adding(
            name: "lorry", material: FieldScene.metal, vertices: [SIMD3(0, 0, 0), SIMD3(1, 0, 0), SIMD3(0, 1, 0)],
            triangles: [SIMD3(0, 1, 2)])
        #expect(added.scene.foliage == [Self.grove])
    }
}
