/// When a long computation says how far it is: a second after it began, then ever further apart, so that the lines are
/// bounded (some 115 in a week).
package struct ProgressPace: Sendable {
    /// Seconds since the beginning from which on the next line is due.
    package private(set) var nextSeconds = 1.0
    private var gapSeconds = 1.0
    private static let growth = 1.1

    package init() {}

    /// Whether a line is due this many seconds after the beginning; if so the next one is due later.
    package mutating func isDue(seconds: Double) -> Bool {
        guard seconds >= nextSeconds else { return false }
        gapSeconds *= ProgressPace.growth
        nextSeconds = seconds + gapSeconds
        return true
    }
}
