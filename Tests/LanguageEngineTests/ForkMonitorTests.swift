import Foundation
import LanguageEngine
import Numerics
import Testing

/// What run and fork say of an action.
@Suite struct ForkMonitorTests {
    /// Seconds until harm is established, nil for never; differences have a mean and a deviation.
    private static func seconds(mean: Double, deviation: Double, _ seed: UInt64, of seconds: Int) -> Int? {
        let generator = CounterGenerator(seed: seed, purpose: 0x464F)
        var monitor = ForkMonitor()
        for second in 0..<seconds {
            let level = 5 * exp(0.2 * generator.normal(UInt64(second), 1))
            let change = mean + deviation * generator.normal(UInt64(second), 2)
            if monitor.observe(valueMbps: level * exp(change), forkMbps: level) { return second + 1 }
        }
        return nil
    }

    @Test(arguments: [0.01, 0.03, 0.08]) func harmlessActionsAreSeldomCondemned(deviation: Double) {
        let alarms = (0..<1_000 as Range<UInt64>).count {
            Self.seconds(mean: 0, deviation: deviation, $0, of: 60) != nil
        }
        #expect(alarms <= 50, "\(alarms) of 1000")
    }

    @Test(arguments: [(-0.05, 0.01, 5), (-0.05, 0.05, 40), (-0.02, 0.02, 40)])
    func harmIsFound(mean: Double, deviation: Double, within: Int) {
        let found = (0..<200 as Range<UInt64>).count {
            Self.seconds(mean: mean, deviation: deviation, $0, of: within) != nil
        }
        #expect(found >= 180, "\(found) of 200")
    }

    @Test func valuesThatAreNoneAreLeftOut() {
        var monitor = ForkMonitor()
        for value in [0, -1, .nan, .infinity] {
            #expect(!monitor.observe(valueMbps: value, forkMbps: 5) && !monitor.observe(valueMbps: 5, forkMbps: value))
        }
        #expect(monitor.samples == 0)
    }
}
