import Foundation
import Measurements
import Testing

/// Ranges that sizes of what a drawing lacks are drawn from.
struct PriorRangeTests {
    /// Shares of the values below three cuts of the range: quarters of it, or of its logarithm.
    private func shares(_ values: [Double], _ cuts: [Double]) -> [Double] {
        cuts.map { cut in Double(values.count { $0 < cut }) / Double(values.count) }
    }

    @Test(arguments: [(false, [3.75, 5.5, 7.25]), (true, [2.9907, 4.4721, 6.6874])])
    func drawsAreAsLikelyEverywhere(isLogarithmic: Bool, cuts: [Double]) {
        let range = PriorRange(2...(isLogarithmic ? 10 : 9), isLogarithmic: isLogarithmic)
        #expect((range.middle - cuts[1]).magnitude < 0.01)
        var draws = Draws(seed: 1)
        let values = (0..<4_000).map { _ in range.draw(&draws) }
        #expect(values.allSatisfy { $0 >= 2 && $0 <= 10 })
        for (share, expected) in zip(shares(values, cuts), [0.25, 0.5, 0.75]) {
            #expect((share - expected).magnitude < 0.03, "\(share) of \(expected)")
        }
    }

    /// A chain of small steps alone, wherever it begins, comes to lie as often anywhere in the range: going and coming
    /// are as likely, also at its ends.
    @Test(arguments: [false, true])
    func smallStepsKeepTheRange(isLogarithmic: Bool) {
        let range = PriorRange(2...10, isLogarithmic: isLogarithmic)
        let cuts = isLogarithmic ? [2.9907, 4.4721, 6.6874] : [4.0, 6, 8]
        var draws = Draws(seed: 2)
        var value = 2.0
        var values: [Double] = []
        for _ in 0..<60_000 {
            value = range.step(from: value, &draws)
            values.append(value)
        }
        #expect(values.allSatisfy { $0 >= 2 - 1e-12 && $0 <= 10 + 1e-12 })
        // Steps that stopped at the ends, instead of turning there, would leave thousands of values on them.
        #expect(values.count { $0 < 2 + 1e-9 || $0 > 10 - 1e-9 } < 10)
        for (share, expected) in zip(shares(values, cuts), [0.25, 0.5, 0.75]) {
            #expect((share - expected).magnitude < 0.04, "\(share) of \(expected)")
        }
        // And they are small: an eighth of the range, or of its logarithm.
        let places: [Double] = isLogarithmic ? values.map { log($0) } : values
        let moves = zip(places, places.dropFirst()).map { abs($1 - $0) }
        let width: Double = isLogarithmic ? log(5) : 8
        let mean = moves.reduce(0, +) / Double(moves.count)
        #expect(mean < 0.12 * width, "\(mean) of \(width)")
    }

    @Test func aMeanOfLawsIsOfTheirLogarithms() throws {
        var (low, high) = (ReadingLaw(), ReadingLaw())
        (low.shadowDeviationDb, high.shadowDeviationDb) = (2, 8)
        (low.noiseDeviationDb, high.noiseDeviationDb) = (1, 1)
        let mean = try #require(ReadingLaw.mean(of: [low, high]))
        #expect((mean.shadowDeviationDb - 4).magnitude < 1e-9)
        #expect((mean.noiseDeviationDb - 1).magnitude < 1e-9)
        #expect((mean.shadowMetres - ReadingLaw().shadowMetres).magnitude < 1e-9)
        #expect(ReadingLaw.mean(of: []) == nil)
    }
}
