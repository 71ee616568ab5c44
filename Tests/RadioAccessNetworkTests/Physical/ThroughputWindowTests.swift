import RadioAccessNetwork
import Testing

struct ThroughputWindowTests {
    private let window = ThroughputWindow(
        firstSlot: 1, slots: 1_000, throughputKbps: [1_000, 4_000, 0, 16_000],
        isBacklogged: [true, true, true, false])

    @Test func valueIsTheGeometricMeanWithAFloor() throws {
        // (1000 x 4000 x 1)^(1/3) kbit/s
        #expect(abs(try #require(window.networkValueMbps()) - 0.158_740_1) < 1e-6)
    }

    @Test func otherExponentsGiveOtherMeans() throws {
        // alpha = 0 is the arithmetic mean, 2 the harmonic one.
        let arithmetic = try #require(window.networkValueMbps(alpha: 0))
        let harmonic = try #require(window.networkValueMbps(alpha: 2))
        #expect(abs(arithmetic - 5.001 / 3) < 1e-9)
        #expect(abs(harmonic - 0.003 / 1.001_25) < 1e-9)
    }

    @Test func quantilesCountBackloggedUsersOnly() {
        #expect(window.throughputKbps(quantile: 0.05) == 0)
        #expect(window.throughputKbps(quantile: 0.5) == 1_000)
        #expect(window.throughputKbps(quantile: 1) == 4_000)
        let idle = ThroughputWindow(firstSlot: 1, slots: 1, throughputKbps: [0], isBacklogged: [false])
        #expect(idle.networkValueMbps() == nil && idle.throughputKbps(quantile: 0.05) == nil)
    }
}
