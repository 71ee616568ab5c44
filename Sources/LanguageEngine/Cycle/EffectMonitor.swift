internal import Glibc

/// The sequential test of one adopted action (Wald 1945): does the measured network value lie below the forecast
/// without the action?
///
/// The twin's no-action forecast is the level of the logarithm of the value before the action, with the deviation of
/// its second-to-second changes. Each measurement adds its evidence for a loss of `lossFraction`; under no loss the
/// likelihood ratio is a martingale, so that it ever exceeds 1/0.05 with a probability of 5 % at most, however long the
/// action is watched (Ville 1939).
package struct EffectMonitor: Sendable {
    /// What the value was before, in logarithms: level and deviation of one measurement.
    private let level: Double
    private let deviation: Double
    private var evidence = 0.0
    private var sum = 0.0
    private var sumOfSquares = 0.0
    /// Measurements so far.
    package private(set) var samples = 0

    /// Loss that is looked for, and false alarms that are accepted.
    package static let lossFraction = 0.01
    package static let falseAlarms = 0.05

    /// - Parameters:
    ///   - level: mean of the logarithm of the value before the action.
    ///   - deviation: of one measurement about it; at least a thousandth is taken.
    package init(level: Double, deviation: Double) {
        self.level = level
        self.deviation = max(deviation, 1e-3)
    }

    /// Takes a measured network value in Mbit/s; `true` where harm is established.
    package mutating func observe(valueMbps: Double) -> Bool {
        guard valueMbps > 0, valueMbps.isFinite else { return false }
        let change = log(valueMbps) - level
        samples += 1
        sum += change
        sumOfSquares += change * change
        let loss = -log(1 - EffectMonitor.lossFraction)
        // Log-likelihood ratio of a mean of -loss against one of 0.
        evidence += loss / (deviation * deviation) * (-change - loss / 2)
        return evidence >= log(1 / EffectMonitor.falseAlarms)
    }

    /// Mean effect so far as a share of the value, and its standard deviation.
    package var effect: (mean: Double, deviation: Double) {
        guard samples > 0 else { return (0, 0) }
        return (exp(sum / Double(samples)) - 1, deviation / Double(samples).squareRoot())
    }
}

/// The value without an action, as it was lately: level and deviation of its logarithm, with a memory.
package struct ValueTrack: Sendable {
    private var level = 0.0
    private var variance = 0.0
    /// Measurements so far.
    package private(set) var samples = 0

    /// Weight of the newest measurement.
    private static let weight = 0.1
    /// Measurements before it says anything.
    package static let enough = 5

    package init() {}

    package mutating func observe(valueMbps: Double) {
        guard valueMbps > 0, valueMbps.isFinite else { return }
        let value = log(valueMbps)
        samples += 1
        if samples == 1 {
            level = value
            return
        }
        let weight = max(ValueTrack.weight, 1 / Double(samples))
        let change = value - level
        level += weight * change
        variance = (1 - weight) * (variance + weight * change * change)
    }

    /// A test that begins now; nil where too little was measured.
    package var monitor: EffectMonitor? {
        guard samples >= ValueTrack.enough else { return nil }
        return EffectMonitor(level: level, deviation: variance.squareRoot())
    }
}
