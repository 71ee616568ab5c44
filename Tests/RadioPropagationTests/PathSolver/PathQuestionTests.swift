import Foundation
import Numerics
import RadioPropagation
import Testing

/// What was asked decides what a solver looks for in a large scene, and how many processors it takes: never its paths.
@Suite struct PathQuestionTests {
    private static let transmitter = SIMD3<Double>(4, -3, 30)

    private static func solver(
        _ index: SceneIndex, depth: Int = 3, isLarge: Bool, spreading: WorkSpreading = .inOrder
    ) -> PathSolver {
        var settings = PathSettings(maxDepth: depth)
        settings.largeScenePieces = isLarge ? 0 : .max
        return PathSolver(index: index, settings: settings, spreading: spreading)
    }

    private static func places(_ count: Int, seed: UInt64) -> [SIMD3<Double>] {
        let draw = CounterGenerator(seed: seed, purpose: 12)
        return (0..<count).map { number in
            let key = UInt64(number)
            return SIMD3(draw.uniform(key, 0, in: -90..<90), draw.uniform(key, 1, in: -90..<90), 1.5)
        }
    }

    @Test(arguments: [UInt64(51), 52, 53], [2, 3, 4])
    func aTreeAroundReceiversHasTheirPaths(seed: UInt64, depth: Int) throws {
        let index = try SceneIndex(try CityBlocks(columns: 3, rows: 3, seed: seed).scene())
        let receivers = Self.places(20, seed: seed)
        var around = Self.solver(index, depth: depth, isLarge: true)
        var everywhere = Self.solver(index, depth: depth, isLarge: false)
        let expected = try everywhere.solve(transmitter: Self.transmitter, receivers: receivers)
        #expect(try around.solve(transmitter: Self.transmitter, receivers: receivers) == expected)
        let known = try #require(around.candidateCount(of: Self.transmitter))
        #expect(known < everywhere.candidateCount(of: Self.transmitter)!)
        // Within their boxes receivers move without anything being looked for.
        for step in 0..<6 {
            let (x, y) = (1.9 * cos(Double(step)), 1.9 * sin(Double(step)))
            let moved = receivers.map { $0 + SIMD3(x, y, step.isMultiple(of: 2) ? 0.4 : -0.4) }
            let paths = try everywhere.solve(transmitter: Self.transmitter, receivers: moved)
            #expect(try around.solve(transmitter: Self.transmitter, receivers: moved) == paths, "step \(step)")
            #expect(around.candidateCount(of: Self.transmitter) == known)
        }
        // One that leaves asks for all.
        let far = receivers.dropLast() + [SIMD3<Double>(120, -115, 1.5)]
        let paths = try everywhere.solve(transmitter: Self.transmitter, receivers: Array(far))
        #expect(try around.solve(transmitter: Self.transmitter, receivers: Array(far)) == paths)
        #expect(around.candidateCount(of: Self.transmitter) == everywhere.candidateCount(of: Self.transmitter))
    }

    @Test func receiversBesideEachOtherHaveTheirPathsOnce() throws {
        let index = try SceneIndex(try CityBlocks(columns: 3, rows: 3, seed: 54).scene())
        let crowd = PathSolverTests.grid(200, columns: 20, step: 0.7, corner: SIMD2(-8, 30))
        var around = Self.solver(index, isLarge: true)
        var everywhere = Self.solver(index, isLarge: false)
        #expect(
            try around.solve(transmitter: Self.transmitter, receivers: crowd)
                == (try everywhere.solve(transmitter: Self.transmitter, receivers: crowd)))
    }

    @Test func bendsAndScatteringSeeAllOfTheirLevels() throws {
        let index = try SceneIndex(try CityBlocks(columns: 2, rows: 2, seed: 55).scene())
        let receivers = Self.places(3, seed: 55)
        for reflections in 0...2 {
            var settings = PathSettings(maxDepth: 3, interactions: [.exact, .diffraction, .diffuse])
            settings.reflectionsBeforeDiffraction = reflections
            settings.largeScenePieces = .max
            var everywhere = PathSolver(index: index, settings: settings)
            settings.largeScenePieces = 0
            var around = PathSolver(index: index, settings: settings)
            #expect(
                try around.solve(transmitter: Self.transmitter, receivers: receivers)
                    == (try everywhere.solve(transmitter: Self.transmitter, receivers: receivers)),
                "\(reflections) reflections before a bend")
        }
    }

    @Test func aChangedSceneKeepsWhatIsKnownAroundReceivers() throws {
        let city = try CityBlocks(columns: 4, rows: 4, seed: 56).scene()
        let receivers = Self.places(20, seed: 56)
        var around = Self.solver(try SceneIndex(city), isLarge: true)
        _ = try around.solve(transmitter: Self.transmitter, receivers: receivers)
        let known = try #require(around.candidateCount(of: Self.transmitter))
        let lorry = SceneSamples.box("lorry", from: SIMD3(1.5, 5.5, 0), to: SIMD3(4.5, 8.5, 3.5))
        let parked = city.adding(
            name: "lorry", material: SceneSamples.concrete, vertices: lorry.vertices, triangles: lorry.triangles)
        let changed = try SceneIndex(parked.scene)
        around.replaceScene(by: changed, changed: parked.changed)
        var fresh = Self.solver(changed, isLarge: false)
        let expected = try fresh.solve(transmitter: Self.transmitter, receivers: receivers)
        #expect(try around.solve(transmitter: Self.transmitter, receivers: receivers) == expected)
        #expect(around.candidateCount(of: Self.transmitter)! < fresh.candidateCount(of: Self.transmitter)!)
        #expect(around.candidateCount(of: Self.transmitter) != known)
    }

    /// Some threads, each of which takes every so manieth part, the last first.
    private static func threads(_ workers: Int) -> WorkSpreading {
        WorkSpreading { count, part in
            DispatchQueue.concurrentPerform(iterations: workers) { worker in
                for number in stride(from: count - 1 - worker, through: 0, by: -workers) { part(number) }
            }
        }
    }

    @Test(arguments: [false, true])
    func processorsChangeNothing(isLarge: Bool) throws {
        let index = try SceneIndex(try CityBlocks(columns: 5, rows: 5, seed: 57).scene())
        let receivers = Self.places(30, seed: 57)
        var alone = Self.solver(index, isLarge: isLarge)
        let expected = try alone.solve(transmitter: Self.transmitter, receivers: receivers)
        let one = try alone.solve(transmitter: SIMD3(20, 11, 25), receivers: [receivers[0]])
        #expect(expected.count > 30)
        for workers in 1...3 {
            var spread = Self.solver(index, isLarge: isLarge, spreading: Self.threads(workers))
            #expect(
                try spread.solve(transmitter: Self.transmitter, receivers: receivers) == expected, "\(workers) workers")
            #expect(try spread.solve(transmitter: SIMD3(20, 11, 25), receivers: [receivers[0]]) == one)
            #expect(spread.candidateCount(of: Self.transmitter) == alone.candidateCount(of: Self.transmitter))
            #expect(spread.tracedBeamCount(of: Self.transmitter) == alone.tracedBeamCount(of: Self.transmitter))
        }
    }

    @Test func processorsChangeNothingOfAMap() throws {
        let index = try SceneIndex(try CityBlocks(columns: 4, rows: 4, seed: 61).scene())
        let settings = PathSettings(maxDepth: 2, interactions: [.exact, .transmission])
        // More than one part of straight rays, and groups of reflected ones in more than one round.
        let receivers = PathSolverTests.grid(20_000, columns: 200, step: 1, corner: SIMD2(-100, -50))
        var alone = PathSolver(index: index, settings: settings)
        let expected = try alone.solve(transmitter: Self.transmitter, receivers: receivers)
        for workers in 1...3 {
            var spread = PathSolver(index: index, settings: settings, spreading: Self.threads(workers))
            let paths = try spread.solve(transmitter: Self.transmitter, receivers: receivers)
            #expect(paths == expected, "\(workers) workers")
        }
        // By blocks as by the cells of space that a few receivers lie in.
        for number in stride(from: 0, to: receivers.count, by: 997) {
            let one = try alone.solve(transmitter: Self.transmitter, receivers: [receivers[number]])
            #expect(
                one.point == expected.paths(of: number).flatMap { expected.vertices(of: $0).map { expected.point[$0] } }
            )
        }
    }

    @Test(arguments: [10, 100, 300])
    func aFullTableIsCutAtTheSamePlace(limit: Int) throws {
        let index = try SceneIndex(try CityBlocks(columns: 4, rows: 4, seed: 58).scene())
        var settings = PathSettings(maxDepth: 3)
        settings.maxCandidates = limit
        var alone = PathSolver(index: index, settings: settings)
        var spread = PathSolver(index: index, settings: settings, spreading: Self.threads(3))
        let receivers = Self.places(10, seed: 58)
        let expected = try alone.solve(transmitter: Self.transmitter, receivers: receivers)
        #expect(!expected.isComplete)
        #expect(try spread.solve(transmitter: Self.transmitter, receivers: receivers) == expected)
        #expect(spread.candidateCount(of: Self.transmitter) == alone.candidateCount(of: Self.transmitter))
    }

    @Test func aStoppedSearchAroundReceiversStartsAfresh() throws {
        let index = try SceneIndex(try CityBlocks(columns: 5, rows: 5, seed: 59).scene())
        var solver = Self.solver(index, isLarge: true)
        let receivers = Self.places(10, seed: 59)
        let stopped = try solver.solve(transmitter: Self.transmitter, receivers: receivers) { _ in false }
        #expect(!stopped.isComplete)
        let whole = try solver.solve(transmitter: Self.transmitter, receivers: receivers)
        #expect(whole.isComplete)
        // So does one that was stopped while it looked for the rest.
        let far = Self.places(10, seed: 60)
        #expect(try !solver.solve(transmitter: Self.transmitter, receivers: far, goesOn: { _ in false }).isComplete)
        var fresh = Self.solver(index, isLarge: false)
        let expected = try fresh.solve(transmitter: Self.transmitter, receivers: far)
        #expect(try solver.solve(transmitter: Self.transmitter, receivers: far) == expected)
    }
}
