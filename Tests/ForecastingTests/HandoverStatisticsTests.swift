import Forecasting
import NetworkModel
import Testing

@Suite struct HandoverStatisticsTests {
    let a = CellID(0)
    let b = CellID(1)
    let c = CellID(2)

    @Test func countsRatesAndProbabilities() {
        var statistics = HandoverStatistics(cells: 3, memorySeconds: 60)
        for step in 0..<3_000 {
            if step % 2 == 0 { statistics.note(from: a, to: b) }
            if step % 10 == 0 { statistics.note(from: a, to: c) }
            statistics.advance(seconds: 0.1)
        }
        #expect(abs(statistics.rateHz(from: a, to: b) - 5) < 0.05)
        #expect(abs(statistics.rateHz(from: a, to: c) - 1) < 0.05)
        #expect(statistics.rateHz(from: b, to: a) == 0)
        #expect(abs(statistics.probability(from: a, to: b) - 5.0 / 6) < 0.01)
        #expect(statistics.likeliestNext(from: a) == b)
        #expect(statistics.likeliestNext(from: c) == nil)
    }

    @Test func forgets() {
        var statistics = HandoverStatistics(cells: 3, memorySeconds: 10)
        for _ in 0..<100 {
            statistics.note(from: a, to: b)
            statistics.advance(seconds: 1)
        }
        for _ in 0..<100 {
            statistics.note(from: a, to: c)
            statistics.advance(seconds: 1)
        }
        #expect(statistics.likeliestNext(from: a) == c)
        #expect(statistics.probability(from: a, to: b) < 1e-3)
        #expect(abs(statistics.rateHz(from: a, to: c) - 1) < 0.1)
    }

    @Test func listsTheStrongestInAFixedOrder() {
        var statistics = HandoverStatistics(cells: 3, memorySeconds: 10)
        for _ in 0..<2 { statistics.note(from: c, to: a) }
        statistics.note(from: b, to: a)
        statistics.note(from: a, to: b)
        statistics.advance(seconds: 1)
        let flows = statistics.strongest(limit: 10)
        #expect(flows.map(\.from) == [c, a, b] && flows.map(\.to) == [a, b, a])
        #expect(statistics.strongest(limit: 1).count == 1)
        #expect(flows[0].rateHz == statistics.rateHz(from: c, to: a))
    }

    @Test func ignoresCellsThatDoNotExistAndHandoversToTheSameCell() {
        var statistics = HandoverStatistics(cells: 3, memorySeconds: 10)
        statistics.note(from: a, to: a)
        statistics.note(from: .none, to: b)
        statistics.note(from: a, to: CellID(3))
        statistics.advance(seconds: 1)
        #expect(statistics.strongest(limit: 10).isEmpty)
        #expect(statistics.rateHz(from: a, to: .none) == 0 && statistics.likeliestNext(from: .none) == nil)
    }

    /// Four of five go to b: the probabilities err by 4/5 x 0.04 + 1/5 x 0.64, and persistence errs twice in five.
    @Test func theNextCellIsScoredAgainstPersistence() {
        var statistics = HandoverStatistics(cells: 3, memorySeconds: 1_000)
        // Of the first nothing was said.
        statistics.note(from: a, to: c)
        #expect(statistics.meanError == 0 && statistics.persistenceMeanError == 0)
        for step in 0..<5_000 {
            statistics.advance(seconds: 1)
            statistics.note(from: a, to: step % 5 == 4 ? c : b)
        }
        #expect(abs(statistics.meanError - 0.16) < 0.01, "\(statistics.meanError)")
        #expect(abs(statistics.persistenceMeanError - 0.4) < 0.02, "\(statistics.persistenceMeanError)")
    }

    /// Certain as long as all go the same way; when they go another, persistence errs once and the statistics until
    /// they have forgotten.
    @Test func aChangeShowsInTheError() {
        var statistics = HandoverStatistics(cells: 3, memorySeconds: 60)
        for _ in 0..<200 {
            statistics.note(from: a, to: b)
            statistics.advance(seconds: 1)
        }
        #expect(statistics.meanError == 0 && statistics.persistenceMeanError == 0)
        for _ in 0..<20 {
            statistics.note(from: a, to: c)
            statistics.advance(seconds: 1)
        }
        #expect(statistics.meanError > 0.05 && statistics.meanError < 0.1, "\(statistics.meanError)")
        #expect(statistics.persistenceMeanError > 0 && statistics.persistenceMeanError < 0.01)
        for _ in 0..<1_500 {
            statistics.note(from: a, to: c)
            statistics.advance(seconds: 1)
        }
        #expect(statistics.meanError < 0.01, "\(statistics.meanError)")
    }

    /// From the first period on, whatever the memory and the length of the periods.
    @Test func theRateOfARegularSeriesIsExact() {
        var statistics = HandoverStatistics(cells: 3, memorySeconds: 7)
        for step in 1...500 {
            let period = step % 3 == 0 ? 2.0 : 0.5
            for _ in 0..<Int(4 * period) { statistics.note(from: b, to: c) }
            statistics.advance(seconds: period)
            #expect(abs(statistics.rateHz(from: b, to: c) - 4) < 1e-9)
        }
    }

    @Test func thousandsOfCellsTakeAsManyPairsAsAreUsed() {
        var statistics = HandoverStatistics(cells: 5_000, memorySeconds: 10, maxPairs: 64)
        for step in 0..<10_000 as Range<UInt32> {
            statistics.note(from: a, to: b)
            statistics.note(from: CellID(step % 5_000), to: CellID((step * 7 + 1) % 5_000))
            if step % 16 == 0 { statistics.advance(seconds: 1) }
        }
        let flows = statistics.strongest(limit: 1_000)
        #expect(flows.count <= 64)
        #expect(flows[0].from == a && flows[0].to == b && abs(flows[0].rateHz - 16) < 0.5)
    }

    @Test func anIdleNetworkForgetsItsPairs() {
        var statistics = HandoverStatistics(cells: 3, memorySeconds: 1)
        statistics.note(from: a, to: b)
        for _ in 0..<20 { statistics.advance(seconds: 1) }
        #expect(statistics.strongest(limit: 10).isEmpty && statistics.probability(from: a, to: b) == 0)
    }
}
