import Learning
import Testing

/// What a device reported last draws predictions for it, by a share that ages.
@Suite struct ReadingPersistenceTests {
    /// An engine of three cells that has heard device 1 on cell 0 at 100 s, and the same without persistence.
    private func pair(sameCell: Float = 0.5, otherCell: Float = 0, phones: Int = 8) -> (ChannelEngine, ChannelEngine) {
        var settings = ChannelEngine.Settings()
        settings.phones = phones
        var plain = ChannelEngine(cells: 3, parameters: [], settings: settings)
        settings.persistence.sameCell = sameCell
        settings.persistence.otherCell = otherCell
        settings.persistence.seconds = 10
        var drawn = ChannelEngine(cells: 3, parameters: [], settings: settings)
        plain.learn(query(), readingDb: -95, readingDeviationDb: 1)
        drawn.learn(query(), readingDb: -95, readingDeviationDb: 1)
        return (plain, drawn)
    }

    private func query(cell: UInt32 = 0, phone: UInt32 = 1, seconds: Double = 100) -> ChannelQuery {
        ChannelQuery(
            cell: cell, phone: phone, seconds: seconds, place: ChannelPlace(position: SIMD3(10, 20, 1.5)),
            baseline: BaselinePrediction(gainDb: -80, share: [1], interactions: []))
    }

    @Test func theShareHalvesWithAge() {
        let (plain, drawn) = pair()
        for (age, share) in [(0.0, Float(0.5)), (10, 0.25), (30, 0.125)] {
            let asked = query(seconds: 100 + age)
            let without = plain.predict(asked).meanDb
            let expected = without + share * (-95 - without)
            #expect(abs(drawn.predict(asked).meanDb - expected) < 1e-3, "after \(age) s")
        }
    }

    @Test func othersAreNotDrawn() {
        let (plain, drawn) = pair()
        for asked in [query(phone: 2), query(phone: .max), query(cell: 1)] {
            #expect(drawn.predict(asked) == plain.predict(asked))
        }
    }

    @Test func theCellBeforeAHandoverCountsWhereDevicesHearOneCell() {
        var (plain, drawn) = pair(otherCell: 0.8)
        let without = plain.predict(query(cell: 1)).meanDb
        #expect(abs(drawn.predict(query(cell: 1)).meanDb - (without + 0.8 * (-95 - without))) < 1e-3)
        // An older reading of the asked cell gives way to the newest; where all cells are heard its own counts.
        drawn.learn(query(cell: 1, seconds: 110), readingDb: -60, readingDeviationDb: 1)
        plain.learn(query(cell: 1, seconds: 110), readingDb: -60, readingDeviationDb: 1)
        let base = plain.predict(query(seconds: 110)).meanDb
        #expect(abs(drawn.predict(query(seconds: 110)).meanDb - (base + 0.8 * (-60 - base))) < 1e-3)
        drawn.expectAllCells()
        #expect(abs(drawn.predict(query(seconds: 110)).meanDb - (base + 0.25 * (-95 - base))) < 1e-3)
    }

    @Test func whatIsForgottenDrawsNoMore() {
        var (plain, drawn) = pair()
        plain.forget(cell: 0)
        drawn.forget(cell: 0)
        #expect(drawn.predict(query()) == plain.predict(query()))
    }

    @Test func memoryIsBoundedAndTheOldestGivesWay() throws {
        var (plain, drawn) = pair(phones: 2)
        for (phone, seconds) in [(UInt32(2), 101.0), (3, 102)] {
            plain.learn(query(phone: phone, seconds: seconds), readingDb: -60, readingDeviationDb: 1)
            drawn.learn(query(phone: phone, seconds: seconds), readingDb: -60, readingDeviationDb: 1)
        }
        let first = query(seconds: 103)
        #expect(drawn.predict(first) == plain.predict(first))
        let second = query(phone: 2, seconds: 103)
        #expect(drawn.predict(second) != plain.predict(second))
        let restored = try ChannelEngine(snapshot: drawn.snapshot())
        #expect(restored == drawn)
        #expect(restored.predict(second) == drawn.predict(second))
    }
}
