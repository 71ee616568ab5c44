internal import Glibc

/// Path loss, line-of-sight probability and shadowing deviation of the urban macro scenario, outdoor users
/// (TR 38.901 v17 Table 7.4.1-1, Table 7.4.2-1, Table 7.5-6).
///
/// The height of the effective environment is 1 m, which holds for users up to 13 m high.
package struct UrbanMacroPathLoss: Sendable {
    /// Shadowing standard deviations in dB and correlation distances in metres (Tables 7.4.1-1 and 7.5-6).
    package static let lineOfSightDeviationDb = 4.0
    package static let obstructedDeviationDb = 6.0
    package static let lineOfSightCorrelationMetres = 37.0
    package static let obstructedCorrelationMetres = 50.0
    /// Correlation distance of the line-of-sight state (Table 7.6.3.1-2).
    package static let stateCorrelationMetres = 50.0
    /// Shortest horizontal distance of the model; nearer users are treated as if they stood here.
    package static let shortestDistanceMetres = 10.0

    private let carrierTermDb: Double
    private let frequencyHz: Double

    /// - Parameter frequencyHz: carrier frequency, 0.5 to 100 GHz.
    package init(frequencyHz: Double) {
        precondition(frequencyHz >= 0.5e9 && frequencyHz <= 100e9)
        self.frequencyHz = frequencyHz
        carrierTermDb = 20 * log10(frequencyHz / 1e9)
    }

    /// Distance at which the line-of-sight slope changes from 22 to 40 dB per decade, in metres (note 1 of the table).
    package func breakpointMetres(baseHeight: Double, userHeight: Double) -> Double {
        4 * (baseHeight - 1) * (userHeight - 1) * frequencyHz / 3e8
    }

    /// Path loss in dB with line of sight at horizontal distance `distance` (metres, at least 10).
    package func lineOfSightDb(distance: Double, baseHeight: Double, userHeight: Double = 1.5) -> Double {
        let rise = baseHeight - userHeight
        let slant = (distance * distance + rise * rise).squareRoot()
        let breakpoint = breakpointMetres(baseHeight: baseHeight, userHeight: userHeight)
        if distance <= breakpoint { return 28 + 22 * log10(slant) + carrierTermDb }
        return 28 + 40 * log10(slant) + carrierTermDb - 9 * log10(breakpoint * breakpoint + rise * rise)
    }

    /// Path loss in dB without line of sight: never below that with it.
    package func obstructedDb(distance: Double, baseHeight: Double, userHeight: Double = 1.5) -> Double {
        let rise = baseHeight - userHeight
        let slant = (distance * distance + rise * rise).squareRoot()
        let loss = 13.54 + 39.08 * log10(slant) + carrierTermDb - 0.6 * (userHeight - 1.5)
        return max(loss, lineOfSightDb(distance: distance, baseHeight: baseHeight, userHeight: userHeight))
    }

    /// Probability of line of sight at a horizontal distance in metres (Table 7.4.2-1, users up to 13 m high).
    package static func lineOfSightProbability(distance: Double) -> Double {
        guard distance > 18 else { return 1 }
        return 18 / distance + exp(-distance / 63) * (1 - 18 / distance)
    }
}
