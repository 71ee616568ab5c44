import Benchmarking
import NetworkModel
import Simulator
import Testing

/// Schemes by reports in the loop: what the twins recommend reaches the radio network, and is worth something.
struct LinkAdaptationTests {
    private func plan(
        _ hierarchy: Hierarchy, epochMs: Int64 = 10, seed: UInt64 = 1, solver: SolverKind? = nil,
        mcs: SchemeControl = .twin
    ) throws -> WiringPlan {
        var plan = try Campus.plan(hierarchy, epochMs: epochMs, seed: seed, solver: solver)
        guard case .emulated(var emulation) = plan.network.scenario else { return plan }
        emulation.linkAdaptation = .reported
        plan.network.scenario = .emulated(emulation)
        plan.network.game.mcs = mcs
        return plan
    }

    private func run(_ plan: WiringPlan, epochs: Int, equal: Bool = false) throws -> SimulationResult {
        var options = SimulationOptions()
        (options.judgedEpochs, options.runsEqualPower) = (0, equal)
        options.warmUp = .seconds(1)
        return try Simulation.run(plan: plan, epochs: epochs, options: options)
    }

    private func recommended(_ result: SimulationResult) -> UInt64 {
        result.summary.applied.first { $0.kind == .recommendedMCS }?.count ?? 0
    }

    @Test(arguments: [Hierarchy.fullyCentralised, .semiCentralised, .decentralised], [Int64(10), 20])
    func recommendationsReachTheRadioNetwork(hierarchy: Hierarchy, epochMs: Int64) throws {
        let epochs = Int(3_000 / epochMs)
        let result = try run(plan(hierarchy, epochMs: epochMs), epochs: epochs, equal: true)
        #expect(result.summary.rejected.isEmpty)
        // Six cells, two of three seconds counted.
        #expect(recommended(result) > UInt64(epochs * 3), "\(recommended(result))")
        let rate = try #require(result.row.details["block_error_rate"])
        #expect(rate > 0.01 && rate < 0.5, "\(rate)")
        // The baseline loses blocks by the same law.
        let equal = try #require(result.row.details["block_error_rate_equal_power"])
        #expect(equal > 0.01 && equal < 0.5, "\(equal)")
        let alone = try run(plan(hierarchy, epochMs: epochMs, mcs: .radioNetwork), epochs: epochs)
        #expect(recommended(alone) == 0 && alone.summary.rejected.isEmpty)
        #expect(alone.historyHash != result.historyHash)
    }

    /// Powers that are others in every epoch: reports tell of interference that is gone, recommendations of what comes.
    @Test func recommendationsRaiseGoodputWherePowersChange() throws {
        var gains: [Double] = []
        for seed in 1...3 {
            let values = try [SchemeControl.twin, .radioNetwork].map { mcs in
                let plan = try plan(.fullyCentralised, seed: UInt64(seed), solver: .random, mcs: mcs)
                return try #require(run(plan, epochs: 400).summary.valueMbps)
            }
            gains.append(values[0] / values[1] - 1)
        }
        #expect(gains.allSatisfy { $0 > 0 }, "\(gains)")
        #expect(gains.reduce(0, +) / 3 > 0.03, "\(gains)")
    }

    /// Without reports nothing is recommended, and the run is what it was.
    @Test func idealLinkAdaptationLosesNothing() throws {
        var plan = try plan(.decentralised)
        guard case .emulated(var emulation) = plan.network.scenario else { return }
        emulation.linkAdaptation = .ideal
        plan.network.scenario = .emulated(emulation)
        let result = try run(plan, epochs: 200, equal: true)
        #expect(recommended(result) == 0)
        #expect(result.row.details["block_error_rate"] == nil)
        #expect(result.row.details["block_error_rate_equal_power"] == nil)
        #expect(result.historyHash == (try run(Campus.plan(.decentralised), epochs: 200, equal: true).historyHash))
    }
}
