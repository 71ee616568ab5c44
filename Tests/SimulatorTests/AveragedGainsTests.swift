import Benchmarking
import NetworkModel
import Simulator
import Testing

struct AveragedGainsSimulationTests {
    private func run(_ hierarchy: Hierarchy, averaged: Bool, seed: UInt64 = 1) throws -> SimulationResult {
        var options = SimulationOptions()
        options.judgedEpochs = averaged ? 2 : 0
        options.warmUp = .milliseconds(1_000)
        let plan = try Campus.plan(hierarchy, epochMs: 100, seed: seed, averagedGains: averaged)
        #expect(plan.network.slot == .milliseconds(averaged ? 10 : 1))
        return try Simulation.run(plan: plan, epochs: 160, options: options)
    }

    @Test(arguments: Hierarchy.allCases)
    func equalSeedsGiveEqualHistories(hierarchy: Hierarchy) throws {
        let (first, second) = (try run(hierarchy, averaged: true), try run(hierarchy, averaged: true))
        #expect(first.historyHash == second.historyHash)
        #expect(first.row == second.row)
        #expect(try run(hierarchy, averaged: true, seed: 2).historyHash != first.historyHash)
        #expect(first.summary.missed == 0 && first.summary.rejected.isEmpty)
        #expect(first.row.details["averaged_gains"] == 1)
        #expect(first.judged == 2 && first.judgement.efficiencyTwin != nil)
    }

    /// A second that begins within the warm-up is not counted, be it by less than a slot.
    @Test func secondsOfThePlainRunBeginBehindItsWarmUp() throws {
        let network = try Campus.plan(.fullyCentralised, epochMs: 1_000, averagedGains: true).network
        func value(warmUpMs: Int64) throws -> Double? {
            try PlainRun(
                network: network, control: .none, duration: .milliseconds(1_000), warmUp: .milliseconds(warmUpMs)
            ).valueMbps
        }
        #expect(try value(warmUpMs: 0) != nil)
        #expect(try value(warmUpMs: 50) == nil)
    }

    /// What is lost is the scheduler's gain from fading. Control makes up for most of it, equal power cannot: the bands
    /// within which values of the two kinds of run relate.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func valuesLieInTheStatedBandOfThoseWithFading(seed: UInt64) throws {
        let mean = try run(.fullyCentralised, averaged: true, seed: seed).row
        let full = try run(.fullyCentralised, averaged: false, seed: seed).row
        let controlled = try #require(mean.valueMbps.value) / #require(full.valueMbps.value)
        let equal = try #require(mean.valueEqualPowerMbps.value) / #require(full.valueEqualPowerMbps.value)
        #expect(controlled > 0.8 && controlled < 1.05, "seed \(seed): \(controlled)")
        #expect(equal > 0.5 && equal < 0.75, "seed \(seed): \(equal)")
    }
}
