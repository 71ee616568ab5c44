import Benchmarking
import NetworkModel
import Simulator
import Testing

/// What a topology may say of the game beside the defaults of its hierarchy: timing and a fixed solver.
struct GameTimingTests {
    /// A run that is judged once, at epochs of 20 ms.
    private func judged(
        _ hierarchy: Hierarchy, timing: GameTiming? = nil, solver: SolverKind? = nil
    ) throws -> SimulationResult {
        var options = SimulationOptions()
        options.judgedEpochs = 1
        options.runsEqualPower = false
        options.warmUp = .milliseconds(200)
        let plan = try Campus.plan(hierarchy, epochMs: 20, solver: solver, timing: timing)
        return try Simulation.run(plan: plan, epochs: 40, options: options)
    }

    /// Every epoch is decided, and better than by equal power.
    private func checkDecisions(_ result: SimulationResult) throws {
        #expect(result.summary.epochs == 30 && result.summary.cellEpochs == 30 * 6)
        #expect(result.summary.missed == 0 && result.summary.rejected.isEmpty)
        let efficiency = try #require(result.row.efficiency.value)
        #expect(efficiency > 0.3 && efficiency <= 1, "\(efficiency)")
    }

    @Test func followersOfAnAsynchronousCentralLeaderDoNotWaitForIt() throws {
        let result = try judged(.semiCentralised, timing: .asynchronous)
        try checkDecisions(result)
        #expect(result.row.hierarchy == "sch" && result.row.timing.value == "asynchronous")
        // The leader is not on the path, and the offer in force is of an epoch before.
        #expect(try #require(result.summary.breakdown).rrm == 0)
        #expect(try #require(result.summary.offerAgeMs) > 20)
        #expect(result.row.lateOffers.reason == "asynchronous: nobody waits for an offer")
    }

    @Test func followersOfSynchronousRegionalLeadersWaitForTheOfferOfTheEpoch() throws {
        let result = try judged(.decentralised, timing: .synchronous)
        try checkDecisions(result)
        #expect(result.row.hierarchy == "dch" && result.row.timing.value == "synchronous")
        #expect(try #require(result.summary.breakdown).rrm > 0)
        #expect(try #require(result.summary.offerAgeMs) < 20)
        #expect(result.row.lateOffers.value == 0)
    }

    @Test func aCentralLeaderKeepsToTheSolverThatIsFixed() throws {
        let result = try judged(.fullyCentralised, solver: .wmmse)
        try checkDecisions(result)
        #expect(result.row.hierarchy == "fch" && result.row.solver == "wmmse")
        #expect(result.row.timing.value == "synchronous")
        let other = try judged(.fullyCentralised)
        #expect(other.row.solver == "pricing" && other.historyHash != result.historyHash)
    }
}
