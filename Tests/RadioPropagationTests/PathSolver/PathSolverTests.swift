import Numerics
import RadioPropagation
import Testing

/// Reflected paths against what is known: image lattices, an exhaustive search, a solver that has seen nothing before.
@Suite struct PathSolverTests {
    private static func solver(_ scene: Scene, depth: Int, _ interactions: Interactions = .exact) throws -> PathSolver {
        PathSolver(index: try SceneIndex(scene), settings: PathSettings(maxDepth: depth, interactions: interactions))
    }

    /// Lengths of all paths, shortest first.
    private static func lengths(_ paths: PathGeometry) -> [Double] {
        (0..<paths.count).map { paths.lengthMetres(of: $0) }.sorted()
    }

    /// Distances of the images of a point in a room of the given size, of up to `depth` reflections.
    private static func imageDistances(
        size: SIMD3<Double>, from: SIMD3<Double>, to: SIMD3<Double>, depth: Int
    ) -> [Double] {
        var distances: [Double] = []
        let orders = -depth...depth
        for i in orders {
            for j in orders {
                for k in orders where abs(i) + abs(j) + abs(k) <= depth {
                    var image = SIMD3<Double>.zero
                    for (axis, order) in [i, j, k].enumerated() {
                        image[axis] =
                            Double(order) * size[axis] + (order % 2 == 0 ? from[axis] : size[axis] - from[axis])
                    }
                    distances.append(((image - to) * (image - to)).sum().squareRoot())
                }
            }
        }
        return distances
    }

    /// A grid of points at street level, `columns` wide.
    static func grid(_ count: Int, columns: Int, step: Double, corner: SIMD2<Double>) -> [SIMD3<Double>] {
        (0..<count).map { number in
            let (column, row) = (Double(number % columns), Double(number / columns))
            return SIMD3(corner.x + column * step, corner.y + row * step, 1.5)
        }
    }

    @Test func aRoomHasItsLatticeOfImages() throws {
        let size = SIMD3<Double>(7, 5, 3)
        let scene = SceneSamples.scene([SceneSamples.box("room", from: .zero, to: SIMD3(7, 5, 3), isInsideOut: true)])
        let (from, to) = (SIMD3(1.317, 2.123, 1.731), SIMD3(5.239, 3.941, 0.827))
        for depth in 0...4 {
            var solver = try Self.solver(scene, depth: depth)
            let found = Self.lengths(try solver.solve(transmitter: from, receivers: [to]))
            var known = Self.imageDistances(size: size, from: from, to: to, depth: depth)
            known.sort()
            #expect(found.count == known.count, "depth \(depth)")
            #expect(zip(found, known).allSatisfy { abs($0 - $1) < 1e-6 }, "depth \(depth)")
        }
    }

    @Test func aCorridorReflectsBothWaysAtEachOrder() throws {
        let walls: [(name: String, vertices: [SIMD3<Float>], triangles: [SIMD3<UInt32>])] = [
            SceneSamples.rectangle("left", corner: SIMD3(-500, 0, -500), SIMD3(1000, 0, 0), SIMD3(0, 0, 1000)),
            SceneSamples.rectangle("right", corner: SIMD3(-500, 4, -500), SIMD3(1000, 0, 0), SIMD3(0, 0, 1000)),
        ]
        var solver = try Self.solver(SceneSamples.scene(walls), depth: 8)
        let paths = try solver.solve(transmitter: SIMD3(0, 1, 0), receivers: [SIMD3(30, 2.5, 1)])
        #expect(paths.count == 17)
        for order in 1...8 { #expect((0..<17).filter { paths.vertices(of: $0).count == order }.count == 2) }
        for path in 0..<paths.count {
            let hits = paths.vertices(of: path).map { paths.face[$0] }
            #expect(zip(hits, hits.dropFirst()).allSatisfy { $0 != $1 })
        }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func aCityHasThePathsOfAnExhaustiveSearch(seed: UInt64) throws {
        let scene = try CityBlocks(columns: 2, rows: 2, seed: seed).scene()
        let index = try SceneIndex(scene)
        let truth = ExhaustiveImages(index)
        let draw = CounterGenerator(seed: seed, purpose: 7)
        var solver = PathSolver(index: index, settings: PathSettings(maxDepth: 3))
        for trial in 0..<3 {
            let key = UInt64(trial)
            let transmitter = SIMD3(
                draw.uniform(key, 0, in: -60..<60), draw.uniform(key, 1, in: -60..<60), draw.uniform(key, 2, in: 3..<40)
            )
            let receivers = (0..<4).map { number in
                let at = key * 100 + UInt64(number)
                return SIMD3(
                    draw.uniform(at, 3, in: -60..<60), draw.uniform(at, 4, in: -60..<60), draw.uniform(at, 5, in: 1..<5)
                )
            }
            let paths = try solver.solve(transmitter: transmitter, receivers: receivers)
            for (number, receiver) in receivers.enumerated() {
                for depth in 1...3 {
                    let known = truth.paths(from: transmitter, to: receiver, depth: depth)
                    let found = paths.paths(of: number).filter { paths.vertices(of: $0).count == depth }
                    let sequences = found.map { path in paths.vertices(of: path).map { paths.face[$0] } }
                    #expect(sequences == known.map(\.faces), "seed \(seed), trial \(trial), depth \(depth)")
                    for (path, other) in zip(found, known) {
                        #expect(abs(paths.lengthMetres(of: path) - other.metres) < 1e-6)
                    }
                }
            }
        }
    }

    @Test(arguments: [UInt64(11), 12])
    func aWalkHasThePathsOfSolversThatHaveSeenNothing(seed: UInt64) throws {
        let scene = try CityBlocks(columns: 3, rows: 2, seed: seed).scene()
        let index = try SceneIndex(scene)
        let draw = CounterGenerator(seed: seed, purpose: 8)
        let transmitter = SIMD3<Double>(4, -3, 30)
        var walking = PathSolver(index: index)
        var places = (0..<6).map { number in
            SIMD3(draw.uniform(UInt64(number), 0, in: -80..<80), draw.uniform(UInt64(number), 1, in: -50..<50), 1.5)
        }
        for step in 0..<20 {
            for number in places.indices {
                let key = UInt64(100 + step * 10 + number)
                places[number] += SIMD3(draw.uniform(key, 0, in: -2..<2), draw.uniform(key, 1, in: -2..<2), 0)
            }
            var fresh = PathSolver(index: index)
            let expected = try fresh.solve(transmitter: transmitter, receivers: places)
            #expect(try walking.solve(transmitter: transmitter, receivers: places) == expected, "seed \(seed), \(step)")
            let alone = try walking.solve(transmitter: transmitter, receivers: [places[2]])
            #expect(
                alone.point == expected.paths(of: 2).flatMap { expected.vertices(of: $0).map { expected.point[$0] } })
        }
    }

    @Test(arguments: [UInt64(41), 42, 43])
    func halfTreesJoinedFindThePathsOfAWholeTree(seed: UInt64) throws {
        let index = try SceneIndex(try CityBlocks(columns: 3, rows: 3, seed: seed).scene())
        let draw = CounterGenerator(seed: seed, purpose: 9)
        for depth in 2...4 {
            var settings = PathSettings(maxDepth: depth)
            settings.largeScenePieces = 0
            for trial in 0..<8 {
                let key = UInt64(trial)
                let from = SIMD3(
                    draw.uniform(key, 0, in: -80..<80), draw.uniform(key, 1, in: -80..<80), 12 + 3 * Double(trial))
                let to = SIMD3(draw.uniform(key, 2, in: -80..<80), draw.uniform(key, 3, in: -80..<80), 1.5)
                var joining = PathSolver(index: index, settings: settings)
                let joined = try joining.solve(transmitter: from, receivers: [to])
                #expect(joining.candidateCount(of: from) == nil)
                #expect(try joining.solve(transmitter: from, receivers: [to]) == joined, "seed \(seed), \(trial)")
                #expect(joining.candidateCount(of: from) != nil)
            }
        }
    }

    @Test func manyReceiversAreAsGoodAsOneByOne() throws {
        let scene = try CityBlocks(columns: 2, rows: 2, seed: 21).scene()
        var solver = try Self.solver(scene, depth: 2)
        let transmitter = SIMD3<Double>(0, 0, 28)
        let receivers = Self.grid(3_000, columns: 60, step: 2, corner: SIMD2(-60, -50))
        let all = try solver.solve(transmitter: transmitter, receivers: receivers)
        for number in stride(from: 0, to: receivers.count, by: 37) {
            let one = try solver.solve(transmitter: transmitter, receivers: [receivers[number]])
            let range = all.paths(of: number)
            #expect(one.count == range.count)
            #expect(one.point == range.flatMap { all.vertices(of: $0).map { all.point[$0] } })
        }
    }

    @Test func facesInOnePlaneReflectOnce() throws {
        // Two sheets of different objects in one plane, overlapping by half.
        let sheets: [(name: String, vertices: [SIMD3<Float>], triangles: [SIMD3<UInt32>])] = [
            SceneSamples.rectangle("one", corner: SIMD3(-10, -10, 0), SIMD3(15, 0, 0), SIMD3(0, 20, 0)),
            SceneSamples.rectangle("two", corner: SIMD3(-5, -10, 0), SIMD3(15, 0, 0), SIMD3(0, 20, 0)),
        ]
        var solver = try Self.solver(SceneSamples.scene(sheets), depth: 1)
        let paths = try solver.solve(transmitter: SIMD3(-1, 0, 5), receivers: [SIMD3(1, 0.5, 5), SIMD3(9, 0, 5)])
        #expect(paths.paths(of: 0).count == 2)
        #expect(paths.paths(of: 1).count == 2)
    }
}
