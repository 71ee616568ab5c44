import Learning
import Testing

/// What is learnt of a cell goes with it to its new index.
@Suite struct RearrangedCellsTests {
    private func query(_ cell: UInt32, x: Float, phone: UInt32 = 7, seconds: Double) -> ChannelQuery {
        ChannelQuery(
            cell: cell, phone: phone, seconds: seconds,
            place: ChannelPlace(position: SIMD3(x, 10 * x.truncatingRemainder(dividingBy: 7), 1.5)),
            baseline: BaselinePrediction(gainDb: -80, sensitivity: [1, 0]))
    }

    /// Three cells, each at a level of its own.
    private func taught() -> ChannelEngine {
        var settings = ChannelEngine.Settings()
        settings.inducingPoints = 60
        settings.pathGroups = 1
        settings.persistence.sameCell = 0.5
        var engine = ChannelEngine(cells: 3, parameters: ChannelParameter.statistical, settings: settings)
        for step in 0..<45 {
            let cell = UInt32(step % 3)
            engine.learn(
                query(cell, x: Float(40 * step), seconds: Double(100 * step)), readingDb: -95 + 5 * Float(cell),
                readingDeviationDb: 1)
        }
        return engine
    }

    @Test func everyCellPredictsAsBefore() throws {
        let engine = taught()
        let places = [2, 0, 1]
        let moved = engine.rearranged(cells: 3, places: places)
        #expect(moved != engine)
        for cell in 0..<3 {
            for x in [0, 130, 777, 1_500] as [Float] {
                let before = engine.predict(query(UInt32(cell), x: x, seconds: 4_410))
                let after = moved.predict(query(UInt32(places[cell]), x: x, seconds: 4_410))
                #expect(abs(before.meanDb - after.meanDb) < 1e-3, "cell \(cell) at \(x)")
                #expect(abs(before.deviationDb - after.deviationDb) < 1e-3, "cell \(cell) at \(x)")
            }
        }
        #expect(try ChannelEngine(snapshot: moved.snapshot()) == moved)
        #expect(moved.rearranged(cells: 3, places: [1, 2, 0]) == engine)
    }

    @Test func aCellThatIsLeftOutIsForgottenAndANewOneIsUntrained() throws {
        let moved = taught().rearranged(cells: 2, places: [nil, nil, 1])
        #expect(moved.cells == 2 && moved.inducingCount == 15)
        #expect(try ChannelEngine(snapshot: moved.snapshot()) == moved)
        let away = query(0, x: 1e6, phone: .max, seconds: 4_410)
        let known = moved.parametricDb(away.baseline, cell: 1)
        let new = moved.parametricDb(away.baseline, cell: 0)
        #expect(known != new && new == away.baseline.corrected(moved.theta).gainDb)
    }
}
