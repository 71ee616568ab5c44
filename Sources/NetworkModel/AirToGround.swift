internal import Glibc

/// The air-to-ground channel of Al-Hourani, Kandeepan, Lardner (IEEE Wireless Communications Letters 3, 2014): mean
/// path loss from a platform to the ground by the chance of line of sight at an elevation.
package struct AirToGround: Hashable, Sendable {
    /// Environments with the paper's parameters.
    package enum Environment: String, CaseIterable, Sendable {
        case suburban, urban
        case denseUrban = "dense-urban"
        case highRise = "high-rise"
    }

    /// Parameters of the S-curve of line of sight (no unit, degrees).
    package let a: Double
    package let b: Double
    /// Mean loss beyond free space in line of sight and without, in dB.
    package let lineOfSightDb: Double
    package let obstructedDb: Double

    package init(_ environment: Environment) {
        (a, b, lineOfSightDb, obstructedDb) =
            switch environment {
            case .suburban: (4.88, 0.43, 0.1, 21)
            case .urban: (9.61, 0.16, 1, 20)
            case .denseUrban: (12.08, 0.11, 1.6, 23)
            case .highRise: (27.23, 0.08, 2.3, 34)
            }
    }

    /// `1 / (1 + a exp(-b (theta - a)))`, theta in degrees.
    package func lineOfSightProbability(elevationDegrees: Double) -> Double {
        1 / (1 + a * exp(-b * (elevationDegrees - a)))
    }

    /// Free-space loss plus the mean excess loss, in dB.
    package func pathLossDb(horizontalMetres: Double, heightMetres: Double, frequencyHz: Double) -> Double {
        let distance = max(1, (horizontalMetres * horizontalMetres + heightMetres * heightMetres).squareRoot())
        let elevation = atan2(max(0, heightMetres), max(0, horizontalMetres)) * 180 / .pi
        let chance = lineOfSightProbability(elevationDegrees: elevation)
        let freeSpace = 20 * log10(4 * .pi * frequencyHz * distance / 299_792_458)
        return freeSpace + chance * lineOfSightDb + (1 - chance) * obstructedDb
    }

    /// The elevation at the edge of coverage at which a platform covers most: the root of
    /// `pi tan(theta) / (9 ln 10) + a b A exp(-b (theta - a)) / (1 + a exp(-b (theta - a)))^2 = 0`, A the difference of
    /// the excess losses (negative). Found by bisection between the steepest point of the S-curve and the zenith, where
    /// it changes sign once.
    package var bestElevationDegrees: Double {
        func slope(_ degrees: Double) -> Double {
            let decay = exp(-b * (degrees - a))
            let gain = a * b * (lineOfSightDb - obstructedDb) * decay / ((1 + a * decay) * (1 + a * decay))
            return .pi / (9 * log(10)) * tan(degrees * .pi / 180) + gain
        }
        // The S-curve is steepest where a exp(-b (theta - a)) = 1.
        var (low, high) = (a + log(a) / b, 89.999_999)
        if slope(low) > 0 { low = 0 }
        for _ in 0..<200 {
            let middle = 0.5 * (low + high)
            if slope(middle) < 0 { low = middle } else { high = middle }
        }
        return 0.5 * (low + high)
    }
}
