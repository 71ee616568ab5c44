import Glibc
import Numerics
import RadioPropagation
import Testing

/// Paths that are mirrored and pass walls.
@Suite struct ThroughWallsTests {
    /// A mirror along y = 0, and a wall across it from 1 m beside the mirror on.
    private static let scene = FieldScene.sheets([mirror, wall], materials: [FieldScene.concrete, glass])
    private static let mirror: [SIMD3<Float>] = [
        SIMD3(-50, 0, -50), SIMD3(50, 0, -50), SIMD3(50, 0, 50), SIMD3(-50, 0, 50),
    ]
    private static let wall: [SIMD3<Float>] = [
        SIMD3(5, 1, -40), SIMD3(5, 50, -40), SIMD3(5, 50, 50), SIMD3(5, 1, 50),
    ]
    private static let glass = RadioMaterial(
        name: "glass", law: .constant(relativePermittivity: 6.3, conductivity: 0.02), thicknessMetres: 0.02)

    private static func settings(_ reflections: Int, depth: Int) -> PathSettings {
        var settings = PathSettings(maxDepth: depth, interactions: [.lineOfSight, .specular, .transmission])
        settings.reflectionsThroughWalls = reflections
        return settings
    }

    private static func slab(_ material: RadioMaterial) throws -> SlabCoefficients {
        let (real, imaginary) = try material.complexPermittivity(frequencyHz: FieldScene.frequencyHz)
        return SlabCoefficients(
            cosine: 0.5.squareRoot(), permittivity: Complex(real, imaginary),
            wavenumberThickness: 2 * .pi * material.thicknessMetres / FieldScene.wavelength)
    }

    /// The wave meets both at 45 degrees, its field along both: Friis times the slab's passage times the slab's mirror.
    @Test func aMirroredPathLosesWhatItsWallTakes() throws {
        let (from, to) = (SIMD3<Double>(0, 10, 0), SIMD3<Double>(20, 10, 0))
        let index = try SceneIndex(Self.scene)
        var solver = PathSolver(index: index, settings: Self.settings(1, depth: 1))
        let paths = try solver.solve(transmitter: from, receivers: [to])
        #expect(paths.count == 2 && paths.isComplete)
        #expect(paths.kind == [.transmission, .transmission, .specular])
        let (wall, mirror) = (SIMD3<Double>(5, 5, 0), SIMD3<Double>(10, 0, 0))
        #expect(((paths.point[1] - wall) * (paths.point[1] - wall)).sum() < 1e-18)
        #expect(((paths.point[2] - mirror) * (paths.point[2] - mirror)).sum() < 1e-18)
        let fields = try FieldSolver(scene: Self.scene, faces: index.faces, frequencyHz: FieldScene.frequencyHz)
        let transfer = fields.solve(paths).transfer[1]
        let distance = 800.0.squareRoot()
        let turns = distance / FieldScene.wavelength
        let phase = -2 * .pi * (turns - turns.rounded())
        let friis = FieldScene.wavelength / (4 * .pi * distance) * Complex(cos(phase), sin(phase))
        let passed = try Self.slab(Self.glass).transmissionTE
        let mirrored = try Self.slab(FieldScene.concrete).reflectionTE
        #expect((transfer.thetaTheta - friis * passed * mirrored).magnitude < 1e-9 * friis.magnitude)
        #expect(transfer.thetaPhi.magnitude < 1e-9 * friis.magnitude)
    }

    @Test func withoutThemAllIsAsItWas() throws {
        let (from, to) = (SIMD3<Double>(0, 10, 0), SIMD3<Double>(20, 10, 0))
        let index = try SceneIndex(Self.scene)
        var straight = PathSolver(index: index, settings: Self.settings(0, depth: 1))
        #expect(try straight.solve(transmitter: from, receivers: [to]).kind == [.transmission])
        // Neither of the two alone asks for both in one path.
        for alone in [Interactions.specular, .transmission] {
            var settings = Self.settings(1, depth: 1)
            settings.interactions = [.lineOfSight, alone]
            var solver = PathSolver(index: index, settings: settings)
            let paths = try solver.solve(transmitter: from, receivers: [to])
            #expect(paths.kind == (alone == .transmission ? [.transmission] : []))
        }
        var few = Self.settings(1, depth: 1)
        few.maxCrossings = 0
        var solver = PathSolver(index: index, settings: few)
        #expect(try solver.solve(transmitter: from, receivers: [to]).count == 0)
    }

    /// In a city every sequence of faces that leads to a receiver is a path, once, whatever stands in the way; those
    /// with nothing in the way are the ones that are found without walls.
    @Test(arguments: [1, 2, 3] as [UInt64]) func everySequenceIsAPathOnce(seed: UInt64) throws {
        let scene = try CityBlocks(columns: 2, rows: 2, seed: seed).scene()
        let index = try SceneIndex(scene)
        let slow = ExhaustiveImages(index)
        let from = SIMD3<Double>(2.3, 1.7, 17)
        var solver = PathSolver(index: index, settings: Self.settings(2, depth: 2))
        var mirrors = PathSolver(index: index, settings: PathSettings(maxDepth: 2, interactions: [.specular]))
        for to in [SIMD3<Double>(31.3, 3.1, 1.5), SIMD3(-27.7, -29.1, 2.5), SIMD3(1.1, -44.3, 1.7)] {
            let paths = try solver.solve(transmitter: from, receivers: [to])
            #expect(paths.isComplete)
            let free = try mirrors.solve(transmitter: from, receivers: [to])
            for depth in 1...2 {
                let own = (0..<paths.count).map { path in
                    paths.vertices(of: path).filter { paths.kind[$0] == .specular }.map { paths.face[$0] }
                }.filter { $0.count == depth }
                let expected = slow.paths(from: from, to: to, depth: depth, throughWalls: true)
                #expect(
                    Self.sorted(own) == Self.sorted(expected.map(\.faces)), "seed \(seed), depth \(depth), to \(to)")
                let open = (0..<free.count).count { free.vertices(of: $0).count == depth }
                let crossed = (0..<paths.count).count { path in
                    let kinds = paths.vertices(of: path).map { paths.kind[$0] }
                    return kinds.contains(.transmission) && kinds.count { $0 == .specular } == depth
                }
                #expect(open + crossed == own.count)
            }
        }
    }

    private static func sorted(_ sequences: [[Int32]]) -> [[Int32]] {
        sequences.sorted { $0.lexicographicallyPrecedes($1) }
    }

    @Test func moreSequencesThanTheBoundAreNoWholeAnswer() throws {
        let index = try SceneIndex(Self.scene)
        var settings = Self.settings(2, depth: 2)
        #expect(settings.sequencesThroughWalls(faces: 2) == 4)
        settings.maxSequencesThroughWalls = 3
        var solver = PathSolver(index: index, settings: settings)
        let paths = try solver.solve(transmitter: SIMD3(0, 10, 0), receivers: [SIMD3(20, 10, 0)])
        #expect(!paths.isComplete && paths.count == 2)
    }
}
