import Numerics
import ResourceAllocation
import Testing

@Suite struct BlankingTests {
    private static func radar(_ g: CounterGenerator, cells: Int, limit: Double) -> BlankingPlan.Radar {
        BlankingPlan.Radar(
            arrivalSeconds: 30, departureSeconds: 50, timeDeviationSeconds: 2, subbands: [1, 3],
            gainFromCell: (0..<cells).map { 1e-9 * g.exponential(UInt64($0), 1) }, gainDeviationDb: 3,
            limitWatts: limit)
    }

    private static func worth(_ g: CounterGenerator, cells: Int, subbands: Int) -> BlankingPlan.Worth {
        let entries = UInt64(cells * subbands)
        return BlankingPlan.Worth(
            powerWatts: (0..<entries).map { 1 + 4 * g.uniform($0, 2) },
            perEfficiency: (0..<entries).map { 0.1 + g.uniform($0, 3) },
            snrPerWatt: (0..<entries).map { 100 * g.exponential($0, 4) })
    }

    @Test(arguments: 0..<40 as Range<UInt64>) func theRadarIsProtectedAtAnyLimit(index: UInt64) {
        let seed = TestSeed.value &* 1_000 &+ index
        let g = CounterGenerator(seed: seed, purpose: 27)
        let limit = index == 0 ? 0 : 1e-9 * g.exponential(1_000, 9)
        let radar = Self.radar(g, cells: 9, limit: limit)
        let worth = Self.worth(g, cells: 9, subbands: 4)
        let plan = BlankingPlan(radar, cells: 9, subbands: 4, worth: worth, confidence: 1.645, leadSeconds: 0.1)
        // 1.645 deviations of 3 dB.
        let margin = 3.115_30
        for k in 0..<4 {
            let caps = (0..<9).map { plan.capWatts[$0 * 4 + k] }
            if k % 2 == 0 {
                #expect(caps.allSatisfy { $0 == .infinity }, "seed \(seed): subband \(k) is not the radar's")
                continue
            }
            let heard = zip(caps, radar.gainFromCell).reduce(0) { $0 + $1.0 * $1.1 * margin }
            #expect(heard <= limit * (1 + 1e-4), "seed \(seed): \(heard) above \(limit)")
            let told = plan.interference[k / 2]
            #expect(told.subband == k && abs(told.raisedWatts - heard) <= 1e-4 * heard + 1e-30, "seed \(seed)")
            #expect(abs(told.forecastWatts * margin - heard) <= 1e-4 * heard + 1e-30, "seed \(seed)")
            let open = (0..<9).reduce(0) { $0 + worth.powerWatts[$1 * 4 + k] * radar.gainFromCell[$1] }
            #expect(abs(told.uncappedWatts - open) <= 1e-9 * open, "seed \(seed)")
        }
        // One-sided 95 % for arrival, departure and gains.
        #expect(abs(plan.protection - 0.85) < 1e-4, "\(plan.protection)")
        #expect(plan.loss >= 0 && plan.loss <= plan.lossOfClosing * (1 + 1e-12), "seed \(seed)")
        #expect(abs(plan.fromSeconds - (30 - 1.645 * 2 - 0.1)) < 1e-9 && abs(plan.untilSeconds - 53.29) < 1e-9)
    }

    @Test(arguments: 0..<10 as Range<UInt64>) func noOtherPowersOnAGridLoseLess(index: UInt64) {
        let seed = TestSeed.value &* 1_000 &+ 100 &+ index
        let g = CounterGenerator(seed: seed, purpose: 28)
        let worth = Self.worth(g, cells: 2, subbands: 4)
        let radar = Self.radar(g, cells: 2, limit: 1e-9)
        let plan = BlankingPlan(radar, cells: 2, subbands: 4, worth: worth, confidence: 0, leadSeconds: 0)
        for k in [1, 3] {
            func value(_ p: [Double]) -> Double {
                (0..<2).reduce(0.0) {
                    $0 + worth.perEfficiency[$1 * 4 + k] * log2(1 + p[$1] * worth.snrPerWatt[$1 * 4 + k])
                }
            }
            let ours = value([plan.capWatts[k], plan.capWatts[4 + k]])
            for i in 0...200 {
                let first = worth.powerWatts[k] * Double(i) / 200
                let rest = 1e-9 - first * radar.gainFromCell[0]
                if rest < 0 { continue }
                let second = min(worth.powerWatts[4 + k], rest / radar.gainFromCell[1])
                #expect(value([first, second]) <= ours * (1 + 1e-3), "seed \(seed), subband \(k)")
            }
        }
    }

    /// log2 by halving, to need no mathematics library.
    private func log2(_ x: Double) -> Double {
        var (x, whole) = (x, 0.0)
        while x >= 2 { (x, whole) = (x / 2, whole + 1) }
        var part = 0.5
        for _ in 0..<50 {
            x *= x
            if x >= 2 { (x, whole) = (x / 2, whole + part) }
            part /= 2
        }
        return whole
    }

    @Test func vacatingByPlanIsWorthMoreThanClosingTheSubbands() {
        let problem = HexagonalDrop(seed: TestSeed.value).problem()
        let powers = EqualPower.powerWatts(problem)
        let evaluation = Evaluation(problem, powerWatts: powers)
        let worth = BlankingPlan.Worth(problem, powerWatts: powers, shares: evaluation.shares)
        let g = CounterGenerator(seed: TestSeed.value, purpose: 29)
        let radar = BlankingPlan.Radar(
            arrivalSeconds: 1, departureSeconds: 2, timeDeviationSeconds: 0, subbands: [2, 5, 6],
            gainFromCell: (0..<7).map { 1e-10 * g.exponential(UInt64($0)) }, gainDeviationDb: 0, limitWatts: 2e-10)
        let plan = BlankingPlan(radar, cells: 7, subbands: 8, worth: worth, confidence: 1, leadSeconds: 0)
        let planned = zip(powers, plan.capWatts).map { min($0, $1) }
        let closed = powers.enumerated().map { [2, 5, 6].contains($0 % 8) ? 0 : $1 }
        let value = Evaluation(problem, powerWatts: planned).networkValueMbps
        #expect(value > Evaluation(problem, powerWatts: closed).networkValueMbps, "seed \(TestSeed.value)")
        #expect(value < evaluation.networkValueMbps * 1.05, "seed \(TestSeed.value)")
        #expect(plan.loss < plan.lossOfClosing && plan.loss > 0)
    }

    @Test func aRadarThatHearsNothingCostsNothing() {
        let g = CounterGenerator(seed: 1)
        let worth = Self.worth(g, cells: 3, subbands: 4)
        let plan = BlankingPlan(
            Self.radar(g, cells: 3, limit: 1), cells: 3, subbands: 4, worth: worth, confidence: 3, leadSeconds: 0)
        #expect(plan.loss == 0)
    }

    @Test func onlyErrorsThatThereMayBeCountAgainstProtection() {
        let g = CounterGenerator(seed: 1)
        let worth = Self.worth(g, cells: 3, subbands: 4)
        func protection(_ seconds: Double, _ decibels: Double, _ confidence: Double) -> Double {
            var radar = Self.radar(g, cells: 3, limit: 1e-9)
            (radar.timeDeviationSeconds, radar.gainDeviationDb) = (seconds, decibels)
            return BlankingPlan(
                radar, cells: 3, subbands: 4, worth: worth, confidence: confidence, leadSeconds: 0
            ).protection
        }
        #expect(protection(0, 0, 0) == 1)
        #expect(abs(protection(0, 3, 0) - 0.5) < 1e-12)
        #expect(protection(2, 3, 0) == 0)
        #expect(abs(protection(2, 0, 3) - (1 - 2 * 0.001_349_898)) < 1e-8)
    }
}
