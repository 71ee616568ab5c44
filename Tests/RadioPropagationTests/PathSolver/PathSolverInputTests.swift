import RadioPropagation
import Testing

/// Positions that a user may well give, and searches that end early.
@Suite struct PathSolverInputTests {
    private static func city() throws -> PathSolver {
        PathSolver(index: try SceneIndex(try CityBlocks(columns: 2, rows: 2, seed: 5).scene()))
    }

    @Test func positionsMustBeFiniteAndOfThisWorld() throws {
        var solver = try Self.city()
        #expect(throws: PathError.transmitterOutOfRange) {
            try solver.solve(transmitter: SIMD3(.nan, 0, 1), receivers: [])
        }
        #expect(throws: PathError.receiverOutOfRange(index: 1)) {
            try solver.solve(transmitter: .zero, receivers: [.zero, SIMD3(0, .infinity, 1)])
        }
        for far in [SIMD3<Double>(0, 0, 1.1e9), SIMD3(-1e39, 0, 0), SIMD3(0, 1e300, 0), SIMD3(1, .nan, 1)] {
            #expect(throws: PathError.transmitterOutOfRange) { try solver.solve(transmitter: far, receivers: [.zero]) }
            #expect(throws: PathError.receiverOutOfRange(index: 0)) {
                try solver.solve(transmitter: SIMD3(0, 0, 40), receivers: [far])
            }
        }
    }

    @Test func aReceiverInsideAWallHasNoPath() throws {
        // The middle of the building at the lower left; its walls and roof close it but for the ground.
        var solver = try Self.city()
        let paths = try solver.solve(transmitter: SIMD3(0, 0, 40), receivers: [SIMD3(-27, -27, 1.5)])
        #expect(paths.count == 0)
        #expect(paths.isComplete)
    }

    @Test func aTransmitterFarOutsideStillReaches() throws {
        var solver = try Self.city()
        let paths = try solver.solve(transmitter: SIMD3(3_000, 100, 900), receivers: [SIMD3(0, 0, 1.5)])
        #expect(paths.count >= 2)
    }

    @Test func aReceiverAtTheTransmitterHasReflectionsOnly() throws {
        var solver = try Self.city()
        let place = SIMD3<Double>(0, 0, 1.5)
        let paths = try solver.solve(transmitter: place, receivers: [place])
        #expect(paths.count > 0)
        #expect((0..<paths.count).allSatisfy { paths.vertices(of: $0).count > 0 })
    }

    @Test func noReceiversNoPaths() throws {
        var solver = try Self.city()
        #expect(try solver.solve(transmitter: .zero, receivers: []).count == 0)
    }

    @Test func aStoppedSearchSaysSoAndTheNextOneStartsAfresh() throws {
        var solver = PathSolver(
            index: try SceneIndex(try CityBlocks(columns: 4, rows: 4, seed: 6).scene()),
            settings: PathSettings(maxDepth: 3))
        let receivers = PathSolverTests.grid(200, columns: 20, step: 4, corner: SIMD2(-40, -20))
        let stopped = try solver.solve(transmitter: SIMD3(0, 0, 30), receivers: receivers) { _ in false }
        #expect(!stopped.isComplete)
        let whole = try solver.solve(transmitter: SIMD3(0, 0, 30), receivers: receivers)
        #expect(whole.isComplete)
        #expect(whole.count > stopped.count)
    }

    @Test func aFullTableOfCandidatesSaysSo() throws {
        var settings = PathSettings(maxDepth: 4)
        settings.maxCandidates = 100
        var solver = PathSolver(
            index: try SceneIndex(try CityBlocks(columns: 3, rows: 3, seed: 7).scene()), settings: settings)
        let paths = try solver.solve(transmitter: SIMD3(0, 0, 30), receivers: [SIMD3(3, 4, 1.5)])
        #expect(!paths.isComplete)
        #expect(solver.candidateCount(of: SIMD3(0, 0, 30))! < 1_000)
    }
}
