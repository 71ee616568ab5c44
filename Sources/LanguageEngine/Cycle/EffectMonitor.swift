internal import Glibc

/// The sequential test of one adopted action (DESIGN 10): does the measured network value lie below the twins' forecast
/// without the action, by more than is tolerated?
///
/// Before and after the adoption `log measured = level + trust * log forecast + noise`, and the action adds its effect.
/// Level and deviation of the noise are not known: both are integrated out under their right Haar prior, before and
/// after alike, so that evidence depends on neither, and few looks before the action weigh as little as they should
/// (Lai 1976). How much the noise wanders and how far the forecast is to be trusted are not known either: the evidence
/// is the mean likelihood of all `noises` and `trusts` with an effect, drawn from a normal prior, over the mean without
/// one. Without harm that is a martingale of mean 1: it ever exceeds 1/0.05 with a probability of 5 % at most in the
/// mean of these assumptions, however long and often one looks (Ville 1939). That neither a gain nor a loss that is
/// tolerated is evidence makes it less.
package struct EffectMonitor: Sendable {
    private var filters = EffectMonitor.noises.map {
        ResidualFilter(wandering: $0.wandering, correlation: $0.correlation)
    }
    /// The first look, which the others are counted from.
    private var first: ForecastTrack.Look?
    private var lastSeconds = 0.0
    private var isChanged = false
    /// Looks in all.
    private var looks = 0
    /// Looks since the adoption.
    package private(set) var samples = 0

    /// Loss that is tolerated, and false alarms that are accepted.
    package static let lossFraction = 0.01
    package static let falseAlarms = 0.05

    /// What residuals may be like: the part that wanders, and its correlation over a second.
    private static let noises: [(wandering: Double, correlation: Double)] = [
        (0, 0), (1, 0.3), (1, 0.6), (1, 0.8), (1, 0.95), (0.5, 0.8), (0.5, 0.95),
    ]
    /// Part of a forecast change that comes true.
    private static let trusts = [0.0, 0.5, 1]
    /// Variance of the effect that is thought of, in that of the residual: losses of two deviations of a look.
    private static let effectVariance = 4.0
    /// Residuals of less than a thousandth are not believed.
    private static let leastDeviation = 1e-3

    /// - Parameters:
    ///   - looks: those before the action.
    ///   - isChanged: what is in force has changed since the last of them.
    init(_ looks: [ForecastTrack.Look], isChanged: Bool) {
        for look in looks { take(look, isInForce: false) }
        self.isChanged = isChanged
    }

    /// Takes a look while the action is in force; `true` where harm is established.
    ///
    /// - Parameters:
    ///   - seconds: of the moment, by the clock of the looks before.
    ///   - forecastMbps: network value that the twins see without the action.
    package mutating func observe(seconds: Double, valueMbps: Double, forecastMbps: Double) -> Bool {
        guard
            let look = ForecastTrack.look(
                seconds: seconds, valueMbps: valueMbps, forecastMbps: forecastMbps, isAfterChange: isChanged)
        else { return false }
        isChanged = false
        samples += 1
        take(look, isInForce: true)
        return evidence >= log(1 / EffectMonitor.falseAlarms)
    }

    /// The evidence as it is kept while the process is gone.
    package struct Kept: Hashable, Sendable, Codable {
        /// One look: its time, and logarithms of what was measured and forecast.
        var first: [Double]
        var filters: [[Double]]
        var lastSeconds: Double
        var isChanged: Bool
        var looks: Int
        var samples: Int
    }

    /// nil before the first look, and where a figure is none.
    package var kept: Kept? {
        let figures = filters.map(\.figures)
        guard let first, figures.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
        return Kept(
            first: [first.seconds, first.measured, first.forecast], filters: figures, lastSeconds: lastSeconds,
            isChanged: isChanged, looks: looks, samples: samples)
    }

    /// Goes on with kept evidence; nil where its parts are not those of this test.
    package init?(_ kept: Kept) {
        let figures = kept.first + kept.filters.flatMap { $0 } + [kept.lastSeconds]
        guard kept.first.count == 3, kept.filters.count == filters.count, figures.allSatisfy({ abs($0) < 1e15 }),
            (1...EffectMonitor.mostLooks).contains(kept.looks), (0...kept.looks).contains(kept.samples)
        else { return nil }
        for index in filters.indices where !filters[index].take(figures: kept.filters[index]) { return nil }
        first = ForecastTrack.Look(
            seconds: kept.first[0], measured: kept.first[1], forecast: kept.first[2], isAfterChange: false)
        (lastSeconds, isChanged, looks, samples) = (kept.lastSeconds, kept.isChanged, kept.looks, kept.samples)
    }

    /// Looks of one action, far above what its time holds.
    private static let mostLooks = 1_000_000

    /// Something else that is in force has changed.
    package mutating func noteChange() { isChanged = true }

    private mutating func take(_ look: ForecastTrack.Look, isInForce: Bool) {
        let origin = first ?? look
        let values = [
            look.measured - origin.measured, look.forecast - origin.forecast, 1, isInForce ? 1 : 0,
        ]
        for index in filters.indices {
            if first != nil {
                filters[index].advance(seconds: look.seconds - lastSeconds, isAfterChange: look.isAfterChange)
            }
            filters[index].take(values)
        }
        (first, lastSeconds) = (origin, look.seconds)
        looks += 1
    }

    // MARK: - Evidence

    /// What the looks say under one assumption about noise and forecast, level and deviation integrated out.
    private struct Reading {
        /// Logarithm of the likelihood without an effect beyond what is tolerated, and with one.
        var without: Double
        var with: Double
        /// Effect in the logarithm, and its deviation.
        var effect: Double
        var deviation: Double
    }

    private func reading(_ filter: ResidualFilter, trust: Double) -> Reading {
        let (measured, forecast) = (ResidualFilter.measured, ResidualFilter.forecast)
        let (one, action) = (ResidualFilter.one, ResidualFilter.action)
        let tolerated = -log(1 - EffectMonitor.lossFraction)
        // Measured less forecast, with the tolerated loss given back where the action is in force.
        let parts = [(measured, 1.0), (forecast, -trust), (action, tolerated)]
        let against = { (other: Int) in parts.reduce(0) { $0 + $1.1 * filter.product($1.0, other) } }
        let ones = filter.product(one, one)
        let projected = { (first: Double, second: Double, product: Double) in product - first * second / ones }
        let square = parts.reduce(0) { $0 + $1.1 * against($1.0) }
        let floor = Double(looks) * EffectMonitor.leastDeviation * EffectMonitor.leastDeviation
        let left = max(0, projected(against(one), against(one), square)) + floor
        let inForce = filter.product(one, action)
        let room = max(0, projected(inForce, inForce, filter.product(action, action)))
        let change = projected(against(one), inForce, against(action))
        let freedom = Double(looks - 1)
        let without = -0.5 * (filter.logDeterminant + log(ones) + freedom * log(left))
        let prior = EffectMonitor.effectVariance
        let explained = prior * change * change / (1 + prior * room) / left
        let gain = -0.5 * log(1 + prior * room) - 0.5 * freedom * log(max(1e-12, 1 - explained))
        guard room > 1e-9 else { return Reading(without: without, with: without, effect: 0, deviation: 0) }
        let rest = max(0, left - change * change / room) / max(1, freedom - 1)
        return Reading(
            without: without, with: without + gain, effect: change / room - tolerated,
            deviation: (rest / room).squareRoot())
    }

    private var readings: [Reading] {
        filters.flatMap { filter in EffectMonitor.trusts.map { reading(filter, trust: $0) } }
    }

    /// Logarithm of the evidence for a loss beyond what is tolerated.
    private var evidence: Double {
        let readings = readings
        let best = readings.reduce(-Double.infinity) { max($0, $1.without) }
        let tolerated = log(1 - EffectMonitor.lossFraction)
        // An effect the other way is no evidence.
        let with = readings.reduce(0) { $0 + ($1.effect < tolerated ? exp($1.with - best) : 0) }
        let without = readings.reduce(0) { $0 + exp($1.without - best) }
        return log(with / without)
    }

    /// Mean effect so far as a share of the value, and its standard deviation; zeros before there is any.
    package var effect: (mean: Double, deviation: Double) {
        guard samples > 0, let best = readings.max(by: { $0.with < $1.with }) else { return (0, 0) }
        return (exp(best.effect) - 1, best.deviation)
    }
}
