internal import Foundation

/// A value that is as likely anywhere in a range, or its logarithm is.
package struct PriorRange: Sendable {
    private let low: Double
    private let high: Double
    private let isLogarithmic: Bool
    /// Share of the range that a small step is long, as a standard deviation.
    private static let stepShare = 0.12

    /// - Parameter isLogarithmic: the logarithm is as likely anywhere; the range is above 0.
    package init(_ range: ClosedRange<Double>, isLogarithmic: Bool = false) {
        precondition(!isLogarithmic || range.lowerBound > 0)
        self.isLogarithmic = isLogarithmic
        low = isLogarithmic ? log(range.lowerBound) : range.lowerBound
        high = isLogarithmic ? log(range.upperBound) : range.upperBound
    }

    private func value(_ place: Double) -> Double { isLogarithmic ? exp(place) : place }

    /// The median.
    package var middle: Double { value((low + high) / 2) }

    package func draw(_ draws: inout Draws) -> Double { value(draws.uniform(in: low..<high)) }

    /// A value near another, mirrored back at the range's ends, so that going and coming are as likely.
    package func step(from now: Double, _ draws: inout Draws) -> Double {
        var place = (isLogarithmic ? log(now) : now) + PriorRange.stepShare * (high - low) * draws.normal()
        if place < low { place = 2 * low - place }
        if place > high { place = 2 * high - place }
        return value(min(high, max(low, place)))
    }
}
