import Glibc
import Learning
import Measurements
import Testing

@Suite struct SolvedMapTests {
    /// E-UTRAN cell identities: two cells of base station 1,000 and one of 2,000.
    static let names = ["256001", "256002", "512001"]

    static func levelDb(_ x: Double) -> Double { -80 + 8 * sin(x / 300) }

    /// A drive along a street of 1,500 m, served by the first cell, a reading every 5 m; then 500 m that the third one
    /// serves, 20 dB lower.
    static func drive() -> MeasurementSet {
        var set = MeasurementSet()
        set.cells = [names[0], names[2]]
        set.cellBits = 8
        for step in 0..<400 {
            let x = 5 * Double(step)
            let isFirst = step < 300
            set.rows.append(
                DriveReading(
                    line: step, seconds: Double(step), position: SIMD3(x, 0, 1.5), cell: isFirst ? 0 : 1, phone: 0,
                    readingDb: isFirst ? levelDb(x) : -100))
        }
        return set
    }

    /// A sibling that also names the second cell.
    static func asked(_ set: MeasurementSet) -> MeasurementSet {
        var asked = set.sibling()
        asked.cells.append(names[1])
        return asked
    }

    @Test func sitesAreTheHighBitsOfCellIdentities() {
        let set = Self.drive()
        #expect(Self.asked(set).sites == [0, 1, 0])
        var nameless = Self.asked(set)
        nameless.cellBits = nil
        #expect(nameless.sites == [0, 1, 2])
        nameless.cellBits = 8
        nameless.cells = ["north", "256001", "south", "256002"]
        #expect(nameless.sites == [0, 1, 2, 1])
    }

    @Test func aMapHoldsItsReadings() {
        let map = SolvedMap(fitting: Self.drive())
        for x in stride(from: 50.0, through: 1_400, by: 50) {
            let told = map.levelDb(cell: 0, position: SIMD3(x, 3, 1.5))
            #expect(abs(told - Self.levelDb(x)) < 1.5, "at \(x) m: \(told)")
        }
    }

    /// Beside the third cell's street: the second cell has the level of the first, its site's, and a stranger more of
    /// what serves there.
    @Test func aCellThatWasNeverHeardHasTheLevelOfItsSite() {
        let set = Self.drive()
        var asked = Self.asked(set)
        asked.cells.append("768001")
        let map = SolvedMap(fitting: set, asked: asked)
        let place = SIMD3(1_750.0, 0, 1.5)
        let (heard, sister) = (map.levelDb(cell: 1, position: place), map.levelDb(cell: 2, position: place))
        let stranger = map.levelDb(cell: 3, position: place)
        #expect(abs(heard + 100) < 3, "\(heard)")
        #expect(heard + 1 < stranger && stranger + 1 < sister, "\(heard), \(stranger), \(sister)")
        #expect(!map.knows(2) && map.knows(1))
    }

    @Test func farFromAllRoadsAMapSaysWhatPlacesShare() {
        let map = SolvedMap(fitting: Self.drive())
        let far = map.levelDb(cell: 9, position: SIMD3(1e6, 1e6, 1.5))
        #expect(abs(far - Double(map.predict(cell: 9).gainDb)) < 0.1)
        #expect((-100 ... -72).contains(far), "\(far)")
    }

    /// Many devices, so that no distance merges their readings: the bound on points holds.
    @Test func pointsAreBounded() {
        var set = MeasurementSet()
        set.cells = ["one"]
        for step in 0..<1_600 {
            set.rows.append(
                DriveReading(
                    line: step, seconds: Double(step), position: SIMD3(10 * Double(step), 0, 1.5), cell: 0,
                    phone: UInt32(step), readingDb: -90))
        }
        let map = SolvedMap(fitting: set)
        #expect(map.points.count == SolvedMap.mostPoints)
        #expect(abs(map.levelDb(cell: 0, position: SIMD3(8_000, 0, 1.5)) + 90) < 1e-6)
        for row in set.rows.indices { set.rows[row].phone = 0 }
        #expect((200..<1_000).contains(SolvedMap(fitting: set).points.count))
    }

    @Test func readingsWithoutPositionsAreNoMap() {
        var set = Self.drive()
        for row in set.rows.indices { set.rows[row].position = nil }
        let map = SolvedMap(fitting: set)
        #expect(map.points.isEmpty)
        #expect(map.levelDb(cell: 0, position: SIMD3(0, 0, 1.5)) == map.meanDb)
    }

    /// A fit over a map predicts cold what the map says, learns none of its readings again, and corrects it online.
    @Test func anEngineCorrectsAMap() {
        let set = Self.drive()
        let map = SolvedMap(fitting: set)
        var fit = ChannelFit(baseline: map, cells: 2, settings: ChannelFit.assumedMapSettings)
        #expect(fit.teach(set.rows) == 800 && fit.engine.readings == 0)
        var test = set.rows
        for row in test.indices {
            test[row].phone = 1
            test[row].readingDb -= 6
        }
        for (row, told) in zip(test, fit.predictCold(test)) {
            guard let position = row.position else { continue }
            #expect(abs(Double(told.meanDb) - map.levelDb(cell: row.cell, position: position)) < 1e-3)
        }
        func rmse(_ predictions: [ChannelPrediction]) -> Double {
            PredictionScore(
                predictionsDb: predictions.map { Double($0.meanDb) }, readingsDb: test.map(\.readingDb)
            ).rmseDb
        }
        let (cold, online) = (rmse(fit.predictCold(test)), rmse(fit.predictOnline(test, ahead: 10)))
        #expect(cold > 5 && online < 0.6 * cold, "\(cold), \(online)")
    }

    @Test func aSavedMapIsTheSameAndDamageIsRefused() throws {
        let set = Self.drive()
        let map = SolvedMap(fitting: set, asked: Self.asked(set))
        let fit = ChannelFit(baseline: map, cells: 3, settings: ChannelFit.assumedMapSettings)
        let cells = Self.asked(set).cells
        let bytes = SavedChannelModel(cells: cells, logDistance: nil, map: map, engine: fit.engine).bytes()
        let model = try SavedChannelModel(bytes: bytes)
        #expect(model.map == map && model.logDistance == nil && model.engine == fit.engine)
        for length in stride(from: 0, to: bytes.count, by: 101) {
            #expect(throws: SnapshotError.self) { try SavedChannelModel(bytes: Array(bytes[..<length])) }
        }
    }

    /// Brought to a network without the first cell, and in another order: what the first one told of its site stays.
    @Test func aMapIsBroughtToTheCellsOfANetwork() throws {
        let set = Self.drive()
        let map = SolvedMap(fitting: set, asked: Self.asked(set))
        let fit = ChannelFit(baseline: map, cells: 3, settings: ChannelFit.assumedMapSettings)
        let model = SavedChannelModel(
            cells: Self.asked(set).cells, logDistance: nil, map: map, engine: fit.engine)
        let match = try #require(model.matched(to: [Self.names[1], "new", Self.names[2]]))
        let moved = try #require(match.model.map)
        #expect(match.leftOut == [Self.names[0]] && match.untrained == ["new"])
        for x in stride(from: 0.0, through: 2_000, by: 250) {
            let place = SIMD3(x, 20, 1.5)
            #expect(moved.levelDb(cell: 0, position: place) == map.levelDb(cell: 2, position: place))
            #expect(moved.levelDb(cell: 2, position: place) == map.levelDb(cell: 1, position: place))
            #expect(moved.levelDb(cell: 1, position: place) == map.levelDb(cell: 7, position: place))
        }
        #expect(moved.knows(2) && !moved.knows(0) && !moved.knows(1))
    }
}
