/// Share of the gap between equal power and the best known that a solution closes (DESIGN 11).
package enum Efficiency {
    /// The best known must be this much above equal power for the share to mean anything.
    package static let leastGain = 1.01

    /// `(M - M_equal) / (M_best - M_equal)`; nil where `M_best < 1.01 M_equal`, and where there is no user
    /// to have a value. M_best is at least M.
    package static func share(valueMbps: Double, equalPowerMbps: Double, bestKnownMbps: Double) -> Double? {
        let best = max(valueMbps, bestKnownMbps)
        guard equalPowerMbps > 0, best >= leastGain * equalPowerMbps else { return nil }
        return (valueMbps - equalPowerMbps) / (best - equalPowerMbps)
    }
}
