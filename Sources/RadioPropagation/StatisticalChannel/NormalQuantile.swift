internal import Glibc

/// Inverse of the standard normal distribution function.
enum NormalQuantile {
    /// Quantile of a probability, which is clipped to [1e-9, 1 - 1e-9]; error below 2e-9.
    ///
    /// Rational start value (Abramowitz and Stegun 26.2.23) and two Newton steps on `erfc`.
    static func value(_ probability: Double) -> Double {
        let p = min(max(probability, 1e-9), 1 - 1e-9)
        let tail = min(p, 1 - p)
        let t = (-2 * log(tail)).squareRoot()
        var z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
        for _ in 0..<2 {
            let density = exp(-0.5 * z * z) / (2 * .pi).squareRoot()
            z += (0.5 * erfc(z / 2.0.squareRoot()) - tail) / density
        }
        return p < 0.5 ? -z : z
    }
}
