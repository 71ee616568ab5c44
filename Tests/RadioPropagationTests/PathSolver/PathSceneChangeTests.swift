import RadioPropagation
import Testing

/// A solver that goes on in a changed scene finds what one made for the new scene finds, with less work.
@Suite struct PathSceneChangeTests {
    @Test(arguments: [UInt64(31), 32, 33])
    func aLorryComesAndGoes(seed: UInt64) throws {
        let city = try CityBlocks(columns: 4, rows: 4, seed: seed).scene()
        let transmitter = SIMD3<Double>(3, 2, 26)
        let receivers = PathSolverTests.grid(60, columns: 12, step: 9, corner: SIMD2(-60, -20))
        var solver = PathSolver(index: try SceneIndex(city))
        let before = try solver.solve(transmitter: transmitter, receivers: receivers)
        let cold = try #require(solver.tracedBeamCount(of: transmitter))
        let lorry = SceneSamples.box("lorry", from: SIMD3(1.5, 5.5, 0), to: SIMD3(4.5, 8.5, 3.5))
        let parked = city.adding(
            name: "lorry", material: SceneSamples.concrete, vertices: lorry.vertices, triangles: lorry.triangles)
        let changed = try SceneIndex(parked.scene)
        solver.replaceScene(by: changed, changed: parked.changed)
        let some = try #require(solver.tracedBeamCount(of: transmitter))
        #expect(some < cold)
        var fresh = PathSolver(index: changed)
        let expected = try fresh.solve(transmitter: transmitter, receivers: receivers)
        #expect(try solver.solve(transmitter: transmitter, receivers: receivers) == expected)
        #expect(expected != before)
        let gone = parked.scene.removing(name: "lorry")
        solver.replaceScene(by: try SceneIndex(gone.scene), changed: gone.changed)
        #expect(try solver.solve(transmitter: transmitter, receivers: receivers) == before)
    }

    /// Told to stop, a solver forgets what its transmitters reach, and finds it again in the new scene when asked.
    @Test(arguments: [0, 1]) func aChangeEndsWhenToldTo(after answers: Int) throws {
        let city = try CityBlocks(columns: 3, rows: 3, seed: 31).scene()
        let transmitter = SIMD3<Double>(3, 2, 26)
        let receivers = PathSolverTests.grid(20, columns: 5, step: 9, corner: SIMD2(-30, -20))
        var solver = PathSolver(index: try SceneIndex(city))
        _ = try solver.solve(transmitter: transmitter, receivers: receivers)
        #expect(solver.tracedBeamCount(of: transmitter) != nil)
        let lorry = SceneSamples.box("lorry", from: SIMD3(1.5, 5.5, 0), to: SIMD3(4.5, 8.5, 3.5))
        let parked = city.adding(
            name: "lorry", material: SceneSamples.concrete, vertices: lorry.vertices, triangles: lorry.triangles)
        let changed = try SceneIndex(parked.scene)
        var asked = 0
        solver.replaceScene(by: changed, changed: parked.changed) {
            asked += 1
            return asked <= answers
        }
        #expect(asked > answers)
        #expect(solver.tracedBeamCount(of: transmitter) == nil)
        var fresh = PathSolver(index: changed)
        let expected = try fresh.solve(transmitter: transmitter, receivers: receivers)
        #expect(try solver.solve(transmitter: transmitter, receivers: receivers) == expected)
    }
}
