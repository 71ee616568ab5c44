internal import Glibc

/// The alpha-fair utility of a rate.
package enum Utility {
    /// `R^(1-alpha) / (1-alpha)`, at alpha = 1 the natural logarithm; R in Mbit/s, floored at 1 kbit/s.
    package static func value(_ rateMbps: Double, alpha: Double) -> Double {
        let rate = max(rateMbps, Evaluation.rateFloorMbps)
        return alpha == 1 ? log(rate) : pow(rate, 1 - alpha) / (1 - alpha)
    }
}
