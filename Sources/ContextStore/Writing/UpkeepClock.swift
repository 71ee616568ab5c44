/// The time by which a store sums up and removes, made of a clock that people and NTP set: one that is a year ahead for
/// a minute must not remove what a year is kept.
package struct UpkeepClock: Sendable {
    private var last: Int64?
    private var doubts = 0

    /// What a clock may be ahead of the round before, beyond a period, microseconds.
    private static let mostAhead: Int64 = 60_000_000
    /// A clock that is ahead further is believed once it has been for so many rounds.
    private static let mostDoubts = 60

    package init() {}

    /// Whether a period has passed since a moment; also where the clock was set back behind it. nil is long ago.
    package static func isDue(_ period: Int64, after last: Int64?, at now: Int64) -> Bool {
        guard let last else { return true }
        return now < last || now - last >= period
    }

    /// The time of a round.
    ///
    /// - Parameters:
    ///   - now: by the clock, microseconds since 1970.
    ///   - period: between two rounds, microseconds.
    package mutating func time(at now: Int64, period: Int64) -> Int64 {
        guard let last, now > last, now - last > period + UpkeepClock.mostAhead, doubts < UpkeepClock.mostDoubts else {
            (last, doubts) = (now, 0)
            return now
        }
        doubts += 1
        let expected = last + period
        self.last = expected
        return expected
    }
}
