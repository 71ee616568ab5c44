/// Keeps the 90 % interval honest: the factor on the standard deviation follows the share of readings outside it.
///
/// Adaptive conformal inference (Gibbs and Candes 2021) on the log of the factor: a reading outside the interval widens
/// it by `0.9 step`, one inside narrows it by `0.1 step`, so that in the long run 10 % lie outside whatever the errors'
/// law is.
package struct CalibrationScale: Sendable, Equatable {
    /// Step of the factor's logarithm.
    package static let step = 0.05
    /// Factor's bounds.
    package static let range = 0.25...6.0

    /// Factor on the standard deviation.
    package private(set) var factor = 1.0

    package init() {}

    init(factor: Double) { self.factor = CalibrationScale.bounded(factor) }

    /// Takes one error (dB) beside the standard deviation (dB, before calibration) that was predicted for it.
    package mutating func note(error: Double, deviation: Double) {
        guard error.isFinite, deviation > 0 else { return }
        let isOutside = abs(error) > 1.645 * factor * deviation
        let moved = factor * (isOutside ? 1 + 0.9 * CalibrationScale.step : 1 - 0.1 * CalibrationScale.step)
        factor = CalibrationScale.bounded(moved)
    }

    private static func bounded(_ factor: Double) -> Double { min(range.upperBound, max(range.lowerBound, factor)) }
}
