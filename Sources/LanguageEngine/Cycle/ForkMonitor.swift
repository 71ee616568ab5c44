internal import Glibc

/// The sequential test of one adopted action in emulation, where the same run without it is at hand (DESIGN 10): does
/// the network value lie below the fork's?
///
/// Run and fork share all exogenous randomness, so that the difference of their logarithms, second by second, holds
/// what the action does and what decisions that it sets off differ by. Its deviation is not known beforehand: the
/// evidence is that of the t-test with a normal prior of the mean in deviations (Lai 1976),
/// `(1 + n c^2)^(-1/2) (1 - T n c^2 / (1 + n c^2))^(-n/2)` with `T = (sum x)^2 / (n sum x^2)`, a martingale whatever
/// the deviation is where the action costs nothing. It ever exceeds 1/0.05 with a probability of 5 % at most (Ville
/// 1939), as far as seconds are independent.
package struct ForkMonitor: Sendable {
    private var sum = 0.0
    private var sumOfSquares = 0.0
    /// Pairs so far.
    package private(set) var samples = 0

    /// Squared deviation of the prior: losses of two deviations of a second are what is thought of.
    private static let priorVariance = 4.0

    package init() {}

    /// Takes the network values of one second in Mbit/s; `true` where harm is established.
    package mutating func observe(valueMbps: Double, forkMbps: Double) -> Bool {
        guard valueMbps > 0, forkMbps > 0, valueMbps.isFinite, forkMbps.isFinite else { return false }
        let loss = log(forkMbps / valueMbps)
        samples += 1
        sum += loss
        sumOfSquares += loss * loss
        let count = Double(samples)
        guard sum > -count * log(1 - EffectMonitor.lossFraction) else { return false }
        let prior = count * ForkMonitor.priorVariance
        let part = sum * sum / (count * sumOfSquares)
        let evidence = -0.5 * log(1 + prior) - 0.5 * count * log(1 - part * prior / (1 + prior))
        return evidence >= log(1 / EffectMonitor.falseAlarms)
    }
}
