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
}
