internal import Glibc

/// Attenuation by rain per kilometre, `k R^alpha`, by Recommendation ITU-R P.838-3: its formulas for the coefficients
/// of horizontal and vertical polarisation, which it gives for 1 to 1000 GHz, combined for a slant of 45 degrees on a
/// level path, as cellular antennas have.
package struct RainAttenuation: Hashable, Sendable {
    package let k: Double
    package let alpha: Double

    /// A sum of bell curves over the logarithm of the frequency, and a line.
    private struct Curve {
        var bells: [(height: Double, centre: Double, width: Double)]
        var slope: Double
        var offset: Double

        func value(_ logarithm: Double) -> Double {
            bells.reduce(slope * logarithm + offset) { sum, bell in
                let distance = (logarithm - bell.centre) / bell.width
                return sum + bell.height * exp(-distance * distance)
            }
        }
    }

    // Tables 1 to 4 of the recommendation: k and alpha, horizontal and vertical.
    private static let horizontalK = Curve(
        bells: [
            (-5.33980, -0.10008, 1.13098), (-0.35351, 1.26970, 0.45400), (-0.23789, 0.86036, 0.15354),
            (-0.94158, 0.64552, 0.16817),
        ], slope: -0.18961, offset: 0.71147)
    private static let verticalK = Curve(
        bells: [
            (-3.80595, 0.56934, 0.81061), (-3.44965, -0.22911, 0.51059), (-0.39902, 0.73042, 0.11899),
            (0.50167, 1.07319, 0.27195),
        ], slope: -0.16398, offset: 0.63297)
    private static let horizontalAlpha = Curve(
        bells: [
            (-0.14318, 1.82442, -0.55187), (0.29591, 0.77564, 0.19822), (0.32177, 0.63773, 0.13164),
            (-5.37610, -0.96230, 1.47828), (16.1721, -3.29980, 3.43990),
        ], slope: 0.67849, offset: -1.95537)
    private static let verticalAlpha = Curve(
        bells: [
            (-0.07771, 2.33840, -0.76284), (0.56727, 0.95545, 0.54039), (-0.20238, 1.14520, 0.26809),
            (-48.2991, 0.791669, 0.116226), (48.5833, 0.791459, 0.116479),
        ], slope: -0.053739, offset: 0.83433)

    /// - Parameter frequencyHz: below 1 GHz, of which the recommendation says nothing, there is no attenuation.
    package init(frequencyHz: Double) {
        let coefficients = RainAttenuation.coefficients(frequencyHz: max(frequencyHz, 1e9))
        let (horizontal, vertical) = (coefficients.horizontal, coefficients.vertical)
        // Equations (4) and (5) at a tilt of 45 degrees.
        let mean = (horizontal.k + vertical.k) / 2
        k = frequencyHz < 1e9 ? 0 : mean
        alpha = (horizontal.k * horizontal.alpha + vertical.k * vertical.alpha) / (2 * mean)
    }

    /// Coefficients of both polarisations at 1 to 1000 GHz.
    package static func coefficients(
        frequencyHz: Double
    ) -> (horizontal: (k: Double, alpha: Double), vertical: (k: Double, alpha: Double)) {
        let logarithm = log10(frequencyHz / 1e9)
        return (
            (pow(10, horizontalK.value(logarithm)), horizontalAlpha.value(logarithm)),
            (pow(10, verticalK.value(logarithm)), verticalAlpha.value(logarithm))
        )
    }

    /// Attenuation in dB per metre of a path through rain.
    package func dbPerMetre(millimetresPerHour rain: Double) -> Double {
        rain > 0 ? k * pow(rain, alpha) / 1_000 : 0
    }
}
