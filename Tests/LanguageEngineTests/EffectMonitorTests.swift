import Foundation
import LanguageEngine
import Numerics
import Testing

@Suite struct EffectMonitorTests {
    /// Seconds until harm is found; nil where it is not within `limit`.
    private static func run(seed: UInt64, loss: Double, deviation: Double, limit: Int) -> Int? {
        let generator = CounterGenerator(seed: seed)
        var monitor = EffectMonitor(level: log(5), deviation: deviation)
        for second in 0..<limit {
            let value = 5 * (1 - loss) * exp(deviation * generator.normal(0, UInt64(second)))
            if monitor.observe(valueMbps: value) { return second + 1 }
        }
        return nil
    }

    @Test func lossesAreFoundAndFasterTheLargerTheyAre() {
        let time = { (loss: Double) in
            (1...200).compactMap { Self.run(seed: UInt64($0), loss: loss, deviation: 0.03, limit: 2_000) }
        }
        let (small, large) = (time(0.02), time(0.1))
        #expect(small.count == 200 && large.count == 200)
        let mean = { (times: [Int]) in Double(times.reduce(0, +)) / Double(times.count) }
        print("mean seconds to find a loss of 2 %: \(mean(small)), of 10 %: \(mean(large)), at 3 % a second")
        #expect(mean(large) < mean(small) / 3)
        #expect(large.allSatisfy { $0 <= 20 })
    }

    /// However long they are watched, no more than 5 % are accused that cost nothing (three deviations of 400 draws).
    @Test func whatDoesNoHarmIsRarelyAccused() {
        let accused = (1...400).count { Self.run(seed: UInt64($0), loss: 0, deviation: 0.01, limit: 500) != nil }
        print("accused without harm: \(accused) of 400 in 500 s")
        #expect(accused <= 33)
    }

    @Test func theTrackGivesLevelAndDeviation() throws {
        var track = ValueTrack()
        #expect(track.monitor == nil)
        for second in 0..<50 { track.observe(valueMbps: second % 2 == 0 ? 5.1 : 4.9) }
        var monitor = try #require(track.monitor)
        for _ in 0..<10 {
            let isHarmful = monitor.observe(valueMbps: 5)
            #expect(!isHarmful)
        }
        #expect(abs(monitor.effect.mean) < 0.01 && monitor.samples == 10)
        // Values that are none change nothing.
        let (none, zero) = (monitor.observe(valueMbps: .nan), monitor.observe(valueMbps: 0))
        #expect(!none && !zero && monitor.samples == 10)
    }
}
