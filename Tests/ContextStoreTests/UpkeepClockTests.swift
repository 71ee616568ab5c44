import ContextStore
import Testing

/// The time of upkeep while people and NTP set the clock.
@Suite struct UpkeepClockTests {
    private static let second: Int64 = 1_000_000
    private static let period = 10 * second
    private static let year = 31_536_000 * second
    private static let begin: Int64 = 1_700_000_000 * second

    @Test func aClockThatGoesIsBelieved() {
        var clock = UpkeepClock()
        for round in 0..<100 {
            // Rounds may come late, as where a host slept for a minute.
            let now = Self.begin + Int64(round) * 7 * Self.period
            #expect(clock.time(at: now, period: Self.period) == now)
        }
    }

    @Test func aClockThatIsAheadForAWhileRemovesNothing() {
        var clock = UpkeepClock()
        _ = clock.time(at: Self.begin, period: Self.period)
        for round in 1...30 {
            let ahead = Self.begin + Self.year + Int64(round) * Self.period
            #expect(clock.time(at: ahead, period: Self.period) == Self.begin + Int64(round) * Self.period)
        }
        let back = Self.begin + 31 * Self.period
        #expect(clock.time(at: back, period: Self.period) == back)
    }

    @Test func aClockThatStaysAheadIsBelievedInTheEnd() {
        var clock = UpkeepClock()
        _ = clock.time(at: Self.begin, period: Self.period)
        let times = (1...61).map {
            clock.time(at: Self.begin + Self.year + Int64($0) * Self.period, period: Self.period)
        }
        #expect(times[59] == Self.begin + 60 * Self.period)
        #expect(times[60] == Self.begin + Self.year + 61 * Self.period)
    }

    @Test func aClockThatWasSetBackDelaysNothing() {
        #expect(UpkeepClock.isDue(Self.period, after: nil, at: Self.begin))
        #expect(!UpkeepClock.isDue(Self.period, after: Self.begin, at: Self.begin + Self.period - 1))
        #expect(UpkeepClock.isDue(Self.period, after: Self.begin, at: Self.begin + Self.period))
        #expect(UpkeepClock.isDue(Self.period, after: Self.begin, at: Self.begin - 1))
    }
}
