import RadioPropagation
import Testing

/// Bends, passages and scattering where the geometry is known.
@Suite struct PathInteractionTests {
    private static func solve(
        _ scene: Scene, _ interactions: Interactions, from: SIMD3<Double>, to: SIMD3<Double>,
        _ change: (inout PathSettings) -> Void = { _ in }
    ) throws -> PathGeometry {
        var settings = PathSettings(maxDepth: 1, interactions: interactions)
        change(&settings)
        var solver = PathSolver(index: try SceneIndex(scene), settings: settings)
        return try solver.solve(transmitter: from, receivers: [to])
    }

    private static let screen = SceneSamples.rectangle(
        "screen", corner: SIMD3(0, -50, 0), SIMD3(0, 100, 0), SIMD3(0, 0, 10))

    @Test func aScreenBendsOverItsEdgesAtEqualAngles() throws {
        let (from, to) = (SIMD3<Double>(-20, 0, 5), SIMD3<Double>(30, 4, 5))
        let paths = try Self.solve(SceneSamples.scene([Self.screen]), [.lineOfSight, .diffraction], from: from, to: to)
        #expect(paths.count == 4)
        #expect(paths.kind.allSatisfy { $0 == .diffraction })
        let (p, q) = ((20.0 * 20 + 25).squareRoot(), (30.0 * 30 + 25).squareRoot())
        let top = SIMD3(0, 4 * p / (p + q), 10)
        #expect(paths.point.contains { (($0 - top) * ($0 - top)).sum() < 1e-18 })
        for vertex in paths.point.indices {
            let wedge = try SceneIndex(SceneSamples.scene([Self.screen])).faces.wedges[Int(paths.face[vertex])]
            let along = wedge.b - wedge.a
            let (incoming, outgoing) = (paths.point[vertex] - from, to - paths.point[vertex])
            let one = (incoming * along).sum() / (incoming * incoming).sum().squareRoot()
            let two = (outgoing * along).sum() / (outgoing * outgoing).sum().squareRoot()
            #expect(abs(one - two) < 1e-9)
        }
    }

    /// Ways over the joint itself and beside it: from 25 m before the screen's top to 25 m behind it, so that the bend
    /// over the joint lies exactly there.
    @Test func aScreenInPiecesBendsAsOneEdge() throws {
        let pieces = [Float(-50), 0, 20].map { south in
            SceneSamples.rectangle(
                "piece \(south)", corner: SIMD3(0, south, 0), SIMD3(0, south < 0 ? 50 : south > 0 ? 30 : 20, 0),
                SIMD3(0, 0, 10))
        }
        let from = SIMD3<Double>(-20, 0, -5)
        for y in [-3, -1e-9, 0, 1e-9, 0.5, 39, 40, 41] {
            let to = SIMD3<Double>(20, y, -5)
            let whole = try Self.solve(SceneSamples.scene([Self.screen]), [.diffraction], from: from, to: to)
            let parts = try Self.solve(SceneSamples.scene(pieces), [.diffraction], from: from, to: to)
            #expect(whole.count == 2 && parts.count == 2, "foot and top, receiver at y = \(y): \(parts.count)")
            for (one, other) in zip(whole.point, parts.point) {
                #expect(((one - other) * (one - other)).sum() < 1e-18, "receiver at y = \(y)")
            }
        }
    }

    /// Vertices of Float put the joints of a skew wall up to some hundredths of a millimetre beside its line.
    @Test func jointsBesideTheLineBendOnce() throws {
        let ends = (0...8).map { SIMD3<Float>(Float(700 + 1.3 * Double($0)), Float(-500 + 1.7 * Double($0)), 0) }
        let pieces = (0..<8).map { piece in
            SceneSamples.rectangle(
                "piece \(piece)", corner: ends[piece], ends[piece + 1] - ends[piece], SIMD3(0, 0, 10))
        }
        var solver = PathSolver(
            index: try SceneIndex(SceneSamples.scene(pieces)),
            settings: PathSettings(maxDepth: 0, interactions: [.diffraction]))
        // Across the wall, so that bends wander over a joint in steps of 5 micrometres.
        let joint = SIMD3<Double>(ends[4])
        let across = SIMD3<Double>(-1.7, 1.3, 0)
        let along = SIMD3<Double>(1.3, 1.7, 0) / 2.14
        let receivers = (-100...100).map { joint - 10 * across + along * (Double($0) * 1e-5) + SIMD3(0, 0, 5) }
        let paths = try solver.solve(transmitter: joint + 10 * across + SIMD3(0, 0, 5), receivers: receivers)
        for receiver in receivers.indices {
            let tops = paths.paths(of: receiver).filter { paths.point[paths.vertices(of: $0).lowerBound].z > 9 }
            #expect(tops.count == 1, "receiver \(receiver)")
        }
    }

    @Test func aBendMayFollowAReflection() throws {
        // A wall beside the transmitter mirrors it; from the image the way leads over the screen.
        let wall = SceneSamples.rectangle("wall", corner: SIMD3(-60, -10, -50), SIMD3(120, 0, 0), SIMD3(0, 0, 100))
        let scene = SceneSamples.scene([Self.screen, wall])
        let (from, to) = (SIMD3<Double>(-20, 0, 5), SIMD3<Double>(30, 20, 5))
        let direct = try Self.solve(scene, [.diffraction], from: from, to: to)
        let both = try Self.solve(scene, [.diffraction], from: from, to: to) { $0.reflectionsBeforeDiffraction = 1 }
        #expect((0..<direct.count).allSatisfy { direct.vertices(of: $0).count == 1 })
        let mirrored = (0..<both.count).filter { both.vertices(of: $0).count == 2 }
        #expect(both.count == direct.count + mirrored.count)
        let image = SIMD3<Double>(-20, -20, 5)
        let found = mirrored.contains { path in
            let bend = both.point[both.vertices(of: path).lowerBound + 1]
            let (p, q) = ((20.0 * 20 + 25).squareRoot(), (30.0 * 30 + 25).squareRoot())
            let expected = SIMD3(0, (image.y * q + 20 * p) / (p + q), 10)
            return ((bend - expected) * (bend - expected)).sum() < 1e-16
        }
        #expect(found)
    }

    @Test func aWallInTheWayIsCrossedInOrder() throws {
        let scene = SceneSamples.scene([SceneSamples.box("house", from: SIMD3(-5, -5, 0), to: SIMD3(5, 5, 8))])
        let (from, to) = (SIMD3<Double>(-20, 1, 2), SIMD3<Double>(25, 1, 4))
        let paths = try Self.solve(scene, [.lineOfSight, .transmission], from: from, to: to)
        #expect(paths.count == 1)
        #expect(paths.kind == [.transmission, .transmission])
        #expect(abs(paths.point[0].x + 5) < 1e-9 && abs(paths.point[1].x - 5) < 1e-9)
        let none = try Self.solve(scene, [.lineOfSight, .transmission], from: from, to: to) { $0.maxCrossings = 1 }
        #expect(none.count == 0)
        let open = try Self.solve(scene, [.lineOfSight, .transmission], from: from, to: SIMD3(-20, 9, 2))
        #expect(open.count == 1 && open.point.isEmpty)
    }

    @Test func aFloorScattersFromEachOfItsPatches() throws {
        let floor = SceneSamples.rectangle("floor", corner: SIMD3(-10, -10, 0), SIMD3(20, 0, 0), SIMD3(0, 20, 0))
        let scene = SceneSamples.scene([floor])
        let ends = (SIMD3<Double>(-3, 0, 4), SIMD3<Double>(5, 1, 3))
        let paths = try Self.solve(scene, [.diffuse], from: ends.0, to: ends.1)
        #expect(paths.count == 100)
        #expect(abs(paths.patchArea.reduce(0, +) - 400) < 1)
        #expect(paths.point.allSatisfy { abs($0.z) < 1e-9 })
        #expect(try Self.solve(scene, [.diffuse], from: ends.0, to: ends.1) == paths)
        let other = try Self.solve(scene, [.diffuse], from: ends.0, to: ends.1) { $0.seed = 2 }
        #expect(other.point != paths.point)
        let few = try Self.solve(scene, [.diffuse], from: ends.0, to: ends.1) { $0.maxPatches = 20 }
        #expect((1...20).contains(few.count))
        #expect(try Self.solve(scene, [.diffuse], from: ends.0, to: SIMD3(5, 1, -3)).count == 0)
    }
}
