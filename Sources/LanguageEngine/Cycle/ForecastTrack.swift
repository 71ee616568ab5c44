internal import Glibc

/// How the twins' forecast of the network value has come true lately: looks at what was measured beside what the twins
/// said for the same moment under the policy in force, with a bounded memory.
package struct ForecastTrack: Sendable {
    /// What was measured at a moment and what was forecast for it, as logarithms of Mbit/s.
    struct Look: Sendable {
        var seconds: Double
        var measured: Double
        var forecast: Double
        /// What is in force has changed since the look before.
        var isAfterChange: Bool
    }

    private var looks: [Look] = []
    private var isChanged = false

    /// Looks that are remembered, and those with which an action can be followed up well.
    private static let memory = 64
    package static let enough = 5

    package init() {}

    /// Takes a look; values that are none are left out.
    ///
    /// - Parameter seconds: of the moment, by any clock.
    package mutating func observe(seconds: Double, valueMbps: Double, forecastMbps: Double) {
        guard
            let look = ForecastTrack.look(
                seconds: seconds, valueMbps: valueMbps, forecastMbps: forecastMbps, isAfterChange: isChanged)
        else { return }
        isChanged = false
        if looks.count >= ForecastTrack.memory { looks.removeFirst() }
        looks.append(look)
    }

    /// What is in force has changed: how large the twins believe the change to be is not taken on trust.
    package mutating func noteChange() { isChanged = true }

    /// A test that begins now.
    package var monitor: EffectMonitor { EffectMonitor(looks, isChanged: isChanged) }

    /// nil where a value is none.
    static func look(seconds: Double, valueMbps: Double, forecastMbps: Double, isAfterChange: Bool) -> Look? {
        guard valueMbps > 0, valueMbps.isFinite, forecastMbps > 0, forecastMbps.isFinite else { return nil }
        return Look(
            seconds: seconds, measured: log(valueMbps), forecast: log(forecastMbps), isAfterChange: isAfterChange)
    }
}
