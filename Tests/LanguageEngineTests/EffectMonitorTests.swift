import Foundation
import LanguageEngine
import Numerics
import Testing

@Suite struct EffectMonitorTests {
    /// Seconds in which the logarithm of measured over forecast wanders, AR(1), and what is forecast moves by itself.
    private struct World {
        /// Draws are those of this seed.
        var seed: UInt64
        var deviation = 0.03
        var correlation = 0.0
        /// Seconds measured before the action, and watched at most with it.
        var before = 8
        var watched = 60
        /// What the action takes from the value.
        var loss = 0.0
        /// What else takes from it, from the adoption on; and by how much the value moves in a second by itself, a
        /// random walk in the logarithm.
        var otherLoss = 0.0
        var step = 0.0
        /// Whether the twins' forecast follows all that.
        var isForeseen = true
        /// Seconds after the adoption in which another action is adopted, and by how much too good the twins believe
        /// it; nil for none.
        var otherChange: (second: Int, error: Double)?

        /// Seconds until harm is established, nil where it never is.
        func run() -> Int? {
            let generator = CounterGenerator(seed: seed)
            var track = ForecastTrack()
            var monitor = track.monitor
            var wander = generator.normal(0, 0)
            var change = 0.0
            for second in 0..<(before + watched) {
                let age = second - before
                change += step * generator.normal(1, UInt64(second))
                if age == 0 {
                    monitor = track.monitor
                    change += log(1 - otherLoss)
                }
                var forecast = log(4) + (isForeseen ? change : 0)
                if let otherChange, age >= otherChange.second {
                    forecast += log(1 + otherChange.error)
                    if age == otherChange.second { monitor.noteChange() }
                }
                let measured = log(5) + change + deviation * wander + (age < 0 ? 0 : log(1 - loss))
                if age < 0 {
                    track.observe(seconds: Double(second), valueMbps: exp(measured), forecastMbps: exp(forecast))
                } else {
                    let isHarmful = monitor.observe(
                        seconds: Double(second), valueMbps: exp(measured), forecastMbps: exp(forecast))
                    if isHarmful { return age + 1 }
                }
                let fresh = generator.normal(0, UInt64(second + 1))
                wander = correlation * wander + (1 - correlation * correlation).squareRoot() * fresh
            }
            return nil
        }
    }

    /// How many of so many seeds accuse the action, and the middle of the seconds that they take.
    private static func accused(_ seeds: UInt64, _ world: (UInt64) -> World) -> (count: Int, middle: Int) {
        let seconds = (1...seeds).compactMap { world($0).run() }.sorted()
        return (seconds.count, seconds.isEmpty ? 0 : seconds[seconds.count / 2])
    }

    /// However long and often they are looked at, 5 % at most are accused that do no harm, with level, deviation and
    /// correlation learnt from 8 seconds.
    @Test(arguments: [0.0, 0.5, 0.7, 0.9])
    func whatDoesNoHarmIsRarelyAccused(correlation: Double) {
        let (count, _) = Self.accused(400) { World(seed: $0, correlation: correlation) }
        print("accused without harm at correlation \(correlation): \(count) of 400 in 60 s")
        #expect(count <= 20)
    }

    /// Nor does a loss within what is tolerated accuse, and few seconds are little to know a level from.
    @Test(arguments: [(3, 0.0), (8, 0.0099), (60, 0.0)])
    func neitherFewSecondsNorToleratedLossesAccuse(before: Int, loss: Double) {
        let (count, _) = Self.accused(400) {
            World(seed: $0, deviation: 0.05, correlation: 0.4, before: before, loss: loss)
        }
        print("accused with \(before) s before and a loss of \(100 * loss) %: \(count) of 400")
        #expect(count <= 20)
    }

    /// A loss of 5 % in seconds that scatter by 2 % is found, and a larger one sooner.
    @Test func lossesAreFoundAndSoonerTheLargerTheyAre() {
        let found = { (loss: Double) in
            Self.accused(200) { World(seed: $0, deviation: 0.02, before: 20, loss: loss) }
        }
        let (small, large) = (found(0.05), found(0.2))
        print("found of 200, and middle of seconds, at 2 % a second: 5 % loss \(small), 20 % loss \(large)")
        #expect(small.count >= 175 && small.middle <= 15)
        #expect(large.count == 200 && large.middle <= 3 && large.middle < small.middle)
    }

    /// Users leave as the action is adopted, and the value falls: no action is accused of what the twins see too.
    @Test func whatTheTwinsForeseeIsNoHarm() {
        let accused = { (isForeseen: Bool) in
            Self.accused(200) {
                World(seed: $0, deviation: 0.02, before: 20, otherLoss: 0.15, isForeseen: isForeseen)
            }.count
        }
        let (foreseen, unforeseen) = (accused(true), accused(false))
        print("accused of a fall by something else: \(foreseen) of 200 where it is foreseen, else \(unforeseen)")
        #expect(foreseen <= 10 && unforeseen >= 190)
    }

    /// The value moves by itself more than the action takes: with the forecast the harm is found in seconds, without it
    /// hardly.
    @Test func harmIsFoundInAValueThatMoves() {
        let found = { (isForeseen: Bool) in
            Self.accused(200) {
                World(seed: $0, deviation: 0.02, before: 20, loss: 0.1, step: 0.03, isForeseen: isForeseen)
            }
        }
        let (foreseen, unforeseen) = (found(true), found(false))
        print("10 % of a moving value, of 200: \(foreseen) with the forecast, \(unforeseen) without")
        #expect(foreseen.count >= 190 && foreseen.middle <= 5 && unforeseen.count <= 140)
        let harmless = Self.accused(200) { World(seed: $0, deviation: 0.02, before: 20, step: 0.03) }
        #expect(harmless.count <= 10, "\(harmless)")
    }

    /// Another action that is adopted at once, and worth less than the twins believe, is not held against this one.
    @Test func anotherActionThatDisappointsIsNotHeldAgainstThisOne() {
        let accused = Self.accused(200) {
            World(seed: $0, before: 20, watched: 30, step: 0.03, otherChange: (1, 0.1))
        }
        print("accused of another's disappointing: \(accused.count) of 200")
        #expect(accused.count <= 10)
    }

    @Test func theEffectIsGivenWithItsDeviation() {
        let generator = CounterGenerator(seed: 3)
        var track = ForecastTrack()
        for second in 0..<40 {
            track.observe(
                seconds: Double(second), valueMbps: 5 * exp(0.01 * generator.normal(1, UInt64(second))),
                forecastMbps: 4)
        }
        var monitor = track.monitor
        #expect(monitor.effect.mean == 0 && monitor.effect.deviation == 0 && monitor.samples == 0)
        for second in 40..<60 {
            let value = 5.5 * exp(0.01 * generator.normal(1, UInt64(second)))
            let isHarmful = monitor.observe(seconds: Double(second), valueMbps: value, forecastMbps: 4)
            #expect(!isHarmful)
        }
        #expect(abs(monitor.effect.mean - 0.1) < 0.02 && monitor.samples == 20, "\(monitor.effect)")
        #expect((0.001...0.02).contains(monitor.effect.deviation), "\(monitor.effect)")
        // Values that are none change nothing.
        for value in [Double.nan, 0, .infinity] {
            let measured = monitor.observe(seconds: 61, valueMbps: value, forecastMbps: 4)
            let forecast = monitor.observe(seconds: 61, valueMbps: 5, forecastMbps: value)
            #expect(!measured && !forecast && monitor.samples == 20)
        }
    }

    /// Evidence that was kept goes on as if nothing had been; what is none is refused.
    @Test func keptEvidenceGoesOn() throws {
        var track = ForecastTrack()
        for second in 0..<8 {
            track.observe(seconds: Double(second), valueMbps: second % 2 == 0 ? 2.01 : 1.99, forecastMbps: 1.5)
        }
        #expect(ForecastTrack().monitor.kept == nil, "nothing was looked at")
        var monitor = track.monitor
        for second in 8..<12 {
            _ = monitor.observe(seconds: Double(second), valueMbps: second % 2 == 0 ? 2 : 1.98, forecastMbps: 1.5)
        }
        let kept = try #require(monitor.kept)
        let stored = try JSONDecoder().decode(EffectMonitor.Kept.self, from: JSONEncoder().encode(kept))
        #expect(stored == kept)
        var again = try #require(EffectMonitor(stored))
        for second in 12..<16 {
            let value = 1.7 - 0.01 * Double(second)
            let one = monitor.observe(seconds: Double(second), valueMbps: value, forecastMbps: 1.5)
            let other = again.observe(seconds: Double(second), valueMbps: value, forecastMbps: 1.5)
            #expect(one == other && monitor.kept == again.kept)
        }
        #expect(again.samples == 8 && again.effect.mean == monitor.effect.mean)

        let text = String(decoding: try JSONEncoder().encode(kept), as: UTF8.self)
        for (part, wrong) in [(#""looks":12"#, #""looks":0"#), (#""samples":4"#, #""samples":13"#)] {
            #expect(text.contains(part), "\(text)")
            let changed = text.replacingOccurrences(of: part, with: wrong)
            let form = try JSONDecoder().decode(EffectMonitor.Kept.self, from: Data(changed.utf8))
            #expect(EffectMonitor(form) == nil, "\(wrong)")
        }
        let short = #"{"first":[0,0,0],"filters":[[1]],"lastSeconds":0,"isChanged":false,"looks":1,"samples":0}"#
        #expect(EffectMonitor(try JSONDecoder().decode(EffectMonitor.Kept.self, from: Data(short.utf8))) == nil)
    }
}
