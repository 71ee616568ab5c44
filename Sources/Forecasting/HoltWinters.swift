/// Additive Holt-Winters forecast of one series, updated value by value and scored online against persistence.
///
/// With level l, trend b and season s of length m (Hyndman and Athanasopoulos, Forecasting: Principles and Practice,
/// section 8.3): `l' = a (y - s) + (1 - a)(l + b)`, `b' = beta (l' - l) + (1 - beta) phi b`,
/// `s' = gamma (y - l - b) + (1 - gamma) s`; the trend is damped by phi. The first season only fills the memory. Values
/// that are not finite are left out.
///
/// Fixed weights lose to persistence by 40 % where the series is a random walk. The published forecast is therefore
/// that of whichever of the two has erred less of late, so that it follows the better one at the cost of a few steps.
package struct HoltWinters: Sendable, Codable {
    /// Weights of the newest value in level, trend and season, each in [0, 1], and what remains of the trend per step.
    package struct Smoothing: Sendable, Codable {
        package var level: Double
        package var trend: Double
        package var season: Double
        package var trendDamping: Double

        package init(level: Double = 0.3, trend: Double = 0.05, season: Double = 0.2, trendDamping: Double = 0.9) {
            precondition((0...1).contains(level) && (0...1).contains(trend) && (0...1).contains(season))
            precondition((0...1).contains(trendDamping))
            self.level = level
            self.trend = trend
            self.season = season
            self.trendDamping = trendDamping
        }
    }

    /// Steps in a season; 1 is none.
    package let seasonLength: Int
    package let smoothing: Smoothing
    /// Values taken in.
    package private(set) var count = 0

    private var level = 0.0
    private var trend = 0.0
    private var season: [Double]
    private var last = 0.0
    private var error = RunningError()
    private var persistenceError = RunningError()
    /// Smoothing and persistence since the first season was over: the smaller error publishes.
    private var smoothingTrial = RunningError(memory: 100)
    private var persistenceTrial = RunningError(memory: 100)

    package init(seasonLength: Int = 1, smoothing: Smoothing = Smoothing()) {
        precondition(seasonLength >= 1)
        self.seasonLength = seasonLength
        self.smoothing = smoothing
        season = Array(repeating: 0, count: seasonLength)
    }

    /// Mean absolute error of the published one-step forecasts, forgetting slowly; 0 before the second value.
    package var meanAbsoluteError: Double { error.mean }

    /// The same of persistence, which forecasts the last value, on the same steps.
    package var persistenceMeanAbsoluteError: Double { persistenceError.mean }

    /// Absolute errors of one step.
    package struct StepErrors: Hashable, Sendable, Codable {
        package var published: Double
        package var persistence: Double
    }

    /// Those of the last value; nil before the second.
    package private(set) var lastErrors: StepErrors?

    /// Whether the last value is forecast: during the first season, and while smoothing has erred more.
    package var isPersistence: Bool { count <= seasonLength || smoothingTrial.mean > persistenceTrial.mean }

    /// Forecast of the value `stepsAhead` steps after the last one.
    package func forecast(stepsAhead: Int) -> Double {
        precondition(stepsAhead >= 1)
        return isPersistence ? last : smoothed(stepsAhead)
    }

    private func smoothed(_ stepsAhead: Int) -> Double {
        var damped = 0.0
        var factor = 1.0
        for _ in 0..<min(stepsAhead, 1_000) {
            factor *= smoothing.trendDamping
            damped += factor
        }
        return level + damped * trend + season[(count + stepsAhead - 1) % seasonLength]
    }

    /// A forecast whose weights and season are fitted to values, all of which it has taken in: of a grid the one that
    /// errs least over their later half, one step ahead; its own if no other errs less. Errors are counted anew, since
    /// those behind were chosen by.
    ///
    /// - Parameter seasons: lengths to choose from.
    package func refitted(to values: [Double], seasons: [Int]) -> HoltWinters {
        var best = HoltWinters(seasonLength: seasonLength, smoothing: smoothing)
        var least = best.laterError(values)
        for season in seasons {
            for level in HoltWinters.levels {
                for trend in HoltWinters.trends {
                    for seasonal in season > 1 ? HoltWinters.seasonals : [0] {
                        let weights = Smoothing(
                            level: level, trend: trend, season: seasonal, trendDamping: smoothing.trendDamping)
                        var other = HoltWinters(seasonLength: season, smoothing: weights)
                        let error = other.laterError(values)
                        if error < least { (best, least) = (other, error) }
                    }
                }
            }
        }
        (best.error, best.persistenceError) = (RunningError(), RunningError())
        return best
    }

    private static let levels = [0.1, 0.3, 0.5, 0.7, 0.9]
    private static let trends = [0, 0.05, 0.2]
    private static let seasonals = [0.2, 0.5]

    /// Takes values in; the sum of the absolute errors over their later half.
    private mutating func laterError(_ values: [Double]) -> Double {
        var sum = 0.0
        for (index, value) in values.enumerated() {
            update(value)
            if 2 * index >= values.count, let lastErrors { sum += lastErrors.published }
        }
        return sum
    }

    /// Scores the forecast of this step, then takes the value in.
    package mutating func update(_ value: Double) {
        guard value.isFinite else { return }
        if count > 0 {
            let errors = StepErrors(
                published: abs(value - forecast(stepsAhead: 1)), persistence: abs(value - last))
            persistenceError.note(errors.persistence)
            error.note(errors.published)
            lastErrors = errors
        }
        if count > seasonLength {
            smoothingTrial.note(abs(value - smoothed(1)))
            persistenceTrial.note(abs(value - last))
        }
        let place = count % seasonLength
        if count < seasonLength {
            fillFirstSeason(value, place)
        } else {
            let expected = level + smoothing.trendDamping * trend
            let next = smoothing.level * (value - season[place]) + (1 - smoothing.level) * expected
            trend = smoothing.trend * (next - level) + (1 - smoothing.trend) * smoothing.trendDamping * trend
            if seasonLength > 1 {
                season[place] = smoothing.season * (value - expected) + (1 - smoothing.season) * season[place]
            }
            level = next
        }
        last = value
        count += 1
    }

    /// The level is the mean of the first season, the season what differs from it.
    private mutating func fillFirstSeason(_ value: Double, _ place: Int) {
        level += (value - level) / Double(place + 1)
        season[place] = value
        guard place == seasonLength - 1 else { return }
        for index in season.indices { season[index] -= level }
    }
}

/// Mean of absolute errors that forgets: a plain mean at first, an exponential one from `memory` steps on.
struct RunningError: Sendable, Codable {
    let memory: Int
    private(set) var mean = 0.0
    private var steps = 0

    init(memory: Int = 200) { self.memory = memory }

    mutating func note(_ value: Double) {
        steps = min(steps + 1, memory)
        mean += (value - mean) / Double(steps)
    }
}
