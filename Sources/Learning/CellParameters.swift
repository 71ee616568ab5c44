/// Corrections to intercept and exponent of one cell with their covariance: recursive least squares with forgetting.
struct CellParameters: Sendable, Codable {
    /// Added to the prior's intercept, dB.
    private(set) var intercept = 0.0
    /// Added to the prior's exponent.
    private(set) var exponent = 0.0
    private var varianceIntercept: Double
    private var varianceExponent: Double
    private var covariance = 0.0

    init(_ prior: LogDistanceModel.Prior) {
        varianceIntercept = prior.interceptDeviationDb * prior.interceptDeviationDb
        varianceExponent = prior.exponentDeviation * prior.exponentDeviation
    }

    /// What the corrections add to the path gain, dB.
    func correction(_ decades: Double) -> Double { intercept - 10 * exponent * decades }

    /// One step: `misfit` is reading less prediction (dB), `variance` that of the reading as a sample of the law.
    @inline(__always)
    mutating func take(_ misfit: Double, decades: Double, variance: Double, _ prior: LogDistanceModel.Prior) {
        let slope = -10 * decades
        let towardsIntercept = varianceIntercept + covariance * slope
        let towardsExponent = covariance + varianceExponent * slope
        let gain = 1 / (prior.forgetting * variance + towardsIntercept + slope * towardsExponent)
        intercept += gain * towardsIntercept * misfit
        exponent += gain * towardsExponent * misfit
        let grow = 1 / prior.forgetting
        varianceIntercept = grow * (varianceIntercept - gain * towardsIntercept * towardsIntercept)
        varianceExponent = grow * (varianceExponent - gain * towardsExponent * towardsExponent)
        covariance = grow * (covariance - gain * towardsIntercept * towardsExponent)
        bound(prior)
    }

    /// Keeps parameters within their bounds and the covariance no wider than the prior's, so that forgetting without
    /// news does not wind it up.
    @inline(__always)
    private mutating func bound(_ prior: LogDistanceModel.Prior) {
        let reach = 4 * prior.interceptDeviationDb
        intercept = min(reach, max(-reach, intercept))
        let range = prior.exponentRange
        exponent = min(range.upperBound, max(range.lowerBound, prior.exponent + exponent)) - prior.exponent
        let mostIntercept = prior.interceptDeviationDb * prior.interceptDeviationDb
        let mostExponent = prior.exponentDeviation * prior.exponentDeviation
        let excess = max(varianceIntercept / mostIntercept, varianceExponent / mostExponent)
        if excess > 1 {
            varianceIntercept /= excess
            varianceExponent /= excess
            covariance /= excess
        }
    }
}

/// Root of the mean of squares with a memory of about 2,000 values.
struct RunningSquare: Sendable, Codable {
    private var mean = 0.0
    private var count = 0

    var root: Double { mean.squareRoot() }

    mutating func note(_ value: Double) {
        count += 1
        mean += (value * value - mean) / Double(min(count, 2_000))
    }
}
