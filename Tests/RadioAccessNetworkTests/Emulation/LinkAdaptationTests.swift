import NetworkModel
import RadioAccessNetwork
import Testing

/// Link adaptation by reports: blocks that are lost, the outer loop, and schemes that a directive recommends.
struct LinkAdaptationTests {
    private let cell = CellID(0)
    private let ue = UEID(0)

    /// One cell and one user that stands still without fading, where reports and schemes are in the middle of their
    /// tables: the first of the seeds from a multiple of `seed` on that drops it there.
    private func steady(seed: UInt64) throws -> EmulatedNetwork {
        for candidate in (100 * seed)..<(100 * seed + 100) {
            let configuration = Scenarios.single(seed: candidate) {
                ($0.uesPerCell, $0.pedestrianSpeedKmh, $0.fastFading) = (1, 0, false)
                $0.linkAdaptation = .reported
            }
            let network = EmulatedNetwork(configuration: configuration)
            let sinrDb = try #require(network.measurements(cells: [cell]).sinrDb.first)
            if sinrDb > 6 && sinrDb < 15 { return network }
        }
        return try #require(nil, "no seed drops the user in the middle")
    }

    private func lostBlocks(_ network: EmulatedNetwork) -> Int {
        network.measurements(cells: [cell]).lostBlocks.reduce(0) { $0 + Int($1) }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func theOuterLoopLosesATenthOfTheBlocksOnASteadyChannel(seed: UInt64) throws {
        var network = try steady(seed: seed)
        network.advance(toSlot: 1_000)
        let early = lostBlocks(network)
        network.advance(toSlot: 5_000)
        // One block a slot, for a single user with a full buffer.
        #expect(network.measurements(cells: [cell]).blocks == [5_000])
        let rate = Double(lostBlocks(network) - early) / 4_000
        #expect(abs(rate - 0.1) < 0.01, "\(rate)")
        #expect(try #require(network.blockErrorRate()) < 0.12)
    }

    @Test func aWrongRecommendationHurtsUntilTheNextReport() throws {
        var network = try steady(seed: 4)
        network.advance(toSlot: 2_000)
        var untouched = network
        try network.applyRecommendedMCS(cell: cell, ues: [ue], schemes: Array(repeating: 27, count: 8))
        #expect(network.recommendedMCS(ue: ue) == Array(repeating: 27, count: 8))
        // Users report every ten slots.
        let before = lostBlocks(network)
        network.advance(toSlot: 2_010)
        #expect(lostBlocks(network) - before == 10)
        untouched.advance(toSlot: 2_010)
        let (after, plain) = (lostBlocks(network), lostBlocks(untouched))
        network.advance(toSlot: 4_010)
        untouched.advance(toSlot: 4_010)
        #expect(abs(lostBlocks(network) - after - (lostBlocks(untouched) - plain)) < 20)
    }

    @Test func recommendationsAreReleasedAndWithThemTheirEffect() throws {
        var network = try steady(seed: 5)
        network.advance(toSlot: 2_000)
        var untouched = network
        try network.applyRecommendedMCS(cell: cell, ues: [ue], schemes: Array(repeating: 27, count: 8))
        try network.releaseRecommendedMCS(cell: cell)
        #expect(network.recommendedMCS(ue: ue) == nil)
        network.advance(toSlot: 3_000)
        untouched.advance(toSlot: 3_000)
        #expect(network.measurements(cells: [cell]) == untouched.measurements(cells: [cell]))
    }

    @Test func recommendationsThatCannotActAreRefused() throws {
        var network = try steady(seed: 6)
        #expect(throws: ControlRefusal.wrongCount(found: 7, expected: 8)) {
            try network.applyRecommendedMCS(cell: cell, ues: [ue], schemes: Array(repeating: 3, count: 7))
        }
        #expect(throws: ControlRefusal.unknownScheme(28)) {
            try network.applyRecommendedMCS(cell: cell, ues: [ue], schemes: Array(repeating: 28, count: 8))
        }
        #expect(throws: ControlRefusal.unknownUE(UEID(1))) {
            try network.applyRecommendedMCS(cell: cell, ues: [UEID(1)], schemes: Array(repeating: 3, count: 8))
        }
        #expect(network.recommendedMCS(ue: ue) == nil)
        var ideal = EmulatedNetwork(configuration: Scenarios.single { $0.uesPerCell = 1 })
        #expect(throws: ControlRefusal.self) {
            try ideal.applyRecommendedMCS(cell: cell, ues: [ue], schemes: Array(repeating: 3, count: 8))
        }
        #expect(ideal.blockErrorRate() == nil && ideal.recommendedMCS(ue: ue) == nil)
    }

    /// The same blocks fail whatever is decided for other things, and a fork meets what its original meets.
    @Test func lossesAreAFunctionOfTheSeed() throws {
        let configuration = Scenarios.campus(seed: 3) { $0.linkAdaptation = .reported }
        var first = EmulatedNetwork(configuration: configuration)
        first.advance(toSlot: 300)
        var second = first
        first.advance(toSlot: 600)
        second.advance(toSlot: 600)
        let cells = Scenarios.cells(configuration)
        #expect(first.measurements(cells: cells) == second.measurements(cells: cells))
        let rate = try #require(first.blockErrorRate())
        #expect(rate > 0.02 && rate < 0.4, "\(rate)")
    }
}
