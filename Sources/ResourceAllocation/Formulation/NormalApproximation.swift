internal import Glibc

/// Rates of short code words (Polyanskiy, Poor, Verdu 2010, the normal approximation for the AWGN channel):
/// `R = log2(1 + g) - sqrt(V / n) Q^-1(eps) log2 e`, `V = 1 - (1 + g)^-2`, for words of n symbols of which a part eps
/// may be lost; 0 where that is negative.
///
/// `backoff` is `Q^-1(eps) log2(e) / sqrt(n)` throughout, 0 for words without end. Where the rate is above 0 it rises
/// with g: `dR/dg > 0` asks for `backoff ln 2 < (1+g)^2 sqrt(V)`, and R > 0 for `backoff ln 2 < ln(1+g) / sqrt(V)`,
/// which is less, because `ln(1+g) <= (1+g)^2 - 1`.
package enum NormalApproximation {
    /// bit/s/Hz that words of `symbols` symbols lack of the Shannon rate at high SNR, where V is 1.
    package static func backoff(symbols: Double, errorProbability: Double) -> Double {
        precondition(symbols > 0 && errorProbability > 0 && errorProbability <= 0.5)
        return NormalQuantile.upper(errorProbability) * M_LOG2E / symbols.squareRoot()
    }

    /// bit/s/Hz at an SNR `snr` (linear, at least 0).
    package static func efficiency(snr: Double, backoff: Double) -> Double {
        let shannon = log1p(snr) * M_LOG2E
        if backoff == 0 { return shannon }
        let dispersion = 1 - 1 / ((1 + snr) * (1 + snr))
        return max(0, shannon - backoff * dispersion.squareRoot())
    }

    /// Factor on the SNR at which the Shannon rate is that of the short words: by it a solver that knows Shannon's rate
    /// alone sees the right one at this SNR. At least `leastMargin`, where short words carry nothing.
    static func margin(snr: Double, backoff: Double) -> Double {
        if backoff == 0 || snr <= 0 { return 1 }
        return max(leastMargin, expm1(efficiency(snr: snr, backoff: backoff) / M_LOG2E) / snr)
    }

    private static let leastMargin = 1e-6

    /// SNR at which short words carry half of what long ones would; 0 for words without end.
    ///
    /// Margins for a search of powers are taken there at least: below, the rate falls to 0 within a few decibels, its
    /// margin with it, and a UE that is worth serving would seem not to be.
    static func halfwaySNR(backoff: Double) -> Double {
        if backoff == 0 { return 0 }
        var (low, high) = (1e-9, 1e9)
        for _ in 0..<100 {
            let middle = (low * high).squareRoot()
            let isEnough = efficiency(snr: middle, backoff: backoff) > 0.5 * log1p(middle) * M_LOG2E
            if isEnough { high = middle } else { low = middle }
        }
        return high
    }
}

/// The inverse of the standard normal distribution function.
package enum NormalQuantile {
    /// z with `P(Z > z) = probability`, for probabilities in (0, 0.5], by bisection on `erfc`.
    package static func upper(_ probability: Double) -> Double {
        var (low, high) = (0.0, 9.0)
        for _ in 0..<60 {
            let middle = 0.5 * (low + high)
            if 0.5 * erfc(middle / 2.0.squareRoot()) > probability { low = middle } else { high = middle }
        }
        return 0.5 * (low + high)
    }
}
