internal import Glibc

/// Whitens a series of looks under one assumption about the noise of its residuals: a part that wanders, AR(1), beside
/// a part that is white, together of variance 1 (Kalman 1960). What the twins err by about other actions is a step of
/// the level at each change.
///
/// Four series go through the same filter: measured, forecast, one, and whether the action is in force. Sums of
/// products of their innovations, each divided by its variance, are inner products under the inverse covariance.
struct ResidualFilter: Sendable {
    /// Rows and columns of the products.
    static let (measured, forecast, one, action) = (0, 1, 2, 3)
    private static let series = 4

    /// Part of the variance that wanders, and its correlation from one second to the next.
    private let wandering: Double
    private let correlation: Double

    /// Expected offset of the level and of what wanders, per series; and their covariance.
    private var level = Array(repeating: 0.0, count: series)
    private var wander = Array(repeating: 0.0, count: series)
    private var levelVariance = 0.0
    private var covariance = 0.0
    private var wanderVariance: Double

    /// Inner products of the series [4 x 4], and the logarithm of the covariance's determinant.
    private var products = Array(repeating: 0.0, count: series * series)
    private(set) var logDeterminant = 0.0

    /// Variance of a step in that of the residual: twice its deviation. Actions do otherwise than forecast by 15 % and
    /// more (RESULTS, adopted actions against forks).
    private static let stepVariance = 4.0

    init(wandering: Double, correlation: Double) {
        self.wandering = wandering
        self.correlation = correlation
        wanderVariance = wandering
    }

    /// Goes on in time to the next look.
    mutating func advance(seconds: Double, isAfterChange: Bool) {
        let kept = pow(correlation, max(0, seconds))
        for index in wander.indices { wander[index] *= kept }
        wanderVariance = kept * kept * wanderVariance + wandering * (1 - kept * kept)
        covariance *= kept
        if isAfterChange { levelVariance += ResidualFilter.stepVariance }
    }

    /// Takes the values of a look [4].
    mutating func take(_ values: [Double]) {
        let (toLevel, toWander) = (levelVariance + covariance, covariance + wanderVariance)
        // Two looks at the same moment, of what wanders alone, would be one.
        let variance = max(toLevel + toWander + 1 - wandering, 1e-9)
        let innovation = values.indices.map { values[$0] - level[$0] - wander[$0] }
        for (row, first) in innovation.enumerated() {
            level[row] += toLevel / variance * first
            wander[row] += toWander / variance * first
            for (column, second) in innovation.enumerated() {
                products[row * ResidualFilter.series + column] += first * second / variance
            }
        }
        levelVariance -= toLevel * toLevel / variance
        covariance -= toLevel * toWander / variance
        wanderVariance -= toWander * toWander / variance
        logDeterminant += log(variance)
    }

    /// Inner product of two series.
    func product(_ first: Int, _ second: Int) -> Double { products[first * ResidualFilter.series + second] }

    /// All that it has learnt: offsets of level and wander [4 + 4], their three variances, products [16], logarithm.
    var figures: [Double] {
        level + wander + [levelVariance, covariance, wanderVariance] + products + [logDeterminant]
    }

    /// Goes on from the figures of another of the same assumption; `false` where they are not as many.
    mutating func take(figures: [Double]) -> Bool {
        let series = ResidualFilter.series
        guard figures.count == self.figures.count else { return false }
        level = Array(figures[0..<series])
        wander = Array(figures[series..<2 * series])
        (levelVariance, covariance, wanderVariance) = (
            figures[2 * series], figures[2 * series + 1], figures[2 * series + 2]
        )
        products = Array(figures[2 * series + 3..<2 * series + 3 + series * series])
        logDeterminant = figures[figures.count - 1]
        return true
    }
}
