import Benchmarking
import NetworkModel
import Simulator
import Testing
import TwinProtocol

struct SimulationTests {
    private func quick() -> SimulationOptions {
        var options = SimulationOptions()
        options.judgedEpochs = 0
        options.runsEqualPower = false
        return options
    }

    @Test(arguments: Hierarchy.allCases)
    func everyEpochIsDecidedInEveryHierarchy(hierarchy: Hierarchy) throws {
        var options = quick()
        options.warmUp = .milliseconds(100)
        let result = try Simulation.run(plan: Campus.plan(hierarchy), epochs: 150, options: options)
        #expect(result.summary.epochs == 140)
        #expect(result.summary.cellEpochs == 140 * 6)
        #expect(result.summary.missed == 0)
        #expect(result.summary.rejected.isEmpty)
        #expect(result.counts.gaps == 0 && result.counts.unreachable == 0)
        let breakdown = try #require(result.summary.breakdown)
        let mean = try #require(result.summary.fastMeanMicroseconds)
        #expect((breakdown.total - mean).magnitude < 0.01)
        // Every part is a time, and the long way to the cloud shows in link.
        #expect(breakdown.queue >= 0 && breakdown.l1 > 0 && breakdown.link > 0 && breakdown.barrier >= 0)
        #expect((hierarchy == .decentralised) == (breakdown.rrm == 0))
    }

    @Test func theEdgeIsFasterThanTheCloud() throws {
        let fast = try Hierarchy.allCases.map { hierarchy in
            try #require(Simulation.run(plan: Campus.plan(hierarchy), epochs: 60, options: quick()).summary.fast.p50)
        }
        // FCH and SCH go 300 km and back: 3 ms of fibre.
        #expect(fast[0] > 3_000 && fast[1] > 3_000)
        #expect(fast[2] < 1_500)
    }

    @Test(arguments: Hierarchy.allCases)
    func equalSeedsGiveEqualHistories(hierarchy: Hierarchy) throws {
        let plan = try Campus.plan(hierarchy)
        let first = try Simulation.run(plan: plan, epochs: 40, options: quick())
        let second = try Simulation.run(plan: plan, epochs: 40, options: quick())
        let other = try Simulation.run(plan: Campus.plan(hierarchy, seed: 2), epochs: 40, options: quick())
        #expect(first.historyHash == second.historyHash)
        #expect(first.row == second.row)
        #expect(first.historyHash != other.historyHash)
        #expect(first.historyHash.count == 16)
    }

    @Test func runningInPartsIsTheSameRun() throws {
        let plan = try Campus.plan(.semiCentralised)
        let whole = try Simulation(plan: plan, options: quick())
        whole.run(epochs: 30)
        let parts = try Simulation(plan: plan, options: quick())
        for _ in 0..<30 { parts.run(epochs: 1) }
        #expect(whole.historyHash == parts.historyHash)
    }

    @Test(arguments: Hierarchy.allCases)
    func latenciesDoNotDependOnTheClocksOfOthers(hierarchy: Hierarchy) throws {
        let plan = try Campus.plan(hierarchy)
        var options = quick()
        let together = try Simulation.run(plan: plan, epochs: 40, options: options)
        options.clockSkew = .seconds(3_600)
        let apart = try Simulation.run(plan: plan, epochs: 40, options: options)
        #expect(together.summary.fastMeanMicroseconds == apart.summary.fastMeanMicroseconds)
        #expect(together.summary.breakdown == apart.summary.breakdown)
    }

    @Test func withoutControlTheRolesLeaveTheNetworkAlone() throws {
        let plan = try Campus.plan(.semiCentralised, solver: SolverKind.none)
        var options = quick()
        options.runsEqualPower = true
        let result = try Simulation.run(plan: plan, epochs: 210, options: options)
        #expect(result.summary.decisions == 0)
        let value = try #require(result.row.valueMbps.value)
        #expect(result.row.valueEqualPowerMbps.value == value)
        #expect(result.row.fast.reason != nil)
    }

    @Test func aWorldIsTheSameUnderAnyControl() throws {
        let plan = try Campus.plan(.decentralised)
        let first = try PlainRun(network: plan.network, control: .none, duration: .seconds(2))
        let genie = try PlainRun(
            network: plan.network, control: .genie(period: .milliseconds(10)), duration: .seconds(2))
        let again = try PlainRun(network: plan.network, control: .none, duration: .seconds(2))
        #expect(first.valueMbps == again.valueMbps)
        #expect(try #require(genie.valueMbps) > #require(first.valueMbps) * 1.02)
    }

    @Test func judgedEpochsGiveEfficiencyAndResiduals() throws {
        var options = SimulationOptions()
        options.judgedEpochs = 1
        options.runsEqualPower = false
        let result = try Simulation.run(plan: Campus.plan(.semiCentralised, epochMs: 20), epochs: 40, options: options)
        #expect(result.judged == 1)
        let efficiency = try #require(result.row.efficiency.value)
        #expect(efficiency > 0.5 && efficiency <= 1)
        let follower = try #require(result.row.followerResidual.value)
        #expect(follower >= 0 && follower < 0.1)
        #expect(try #require(result.row.leaderResidual.value) >= 0)
        #expect(result.row.details["efficiency_true"] != nil)
    }

    @Test func measuredTimesReplaceTheModel() throws {
        let plan = try Campus.plan(.decentralised)
        let own = try Simulation.run(plan: plan, epochs: 60, options: quick())
        var profile = own.latencyProfile
        for index in profile.links.indices { profile.links[index].quantilesNs = [2_000_000, 2_000_000] }
        for index in profile.residences.indices { profile.residences[index].quantilesNs = [300_000, 300_000] }
        var options = quick()
        options.latencyFrom = profile
        let replayed = try Simulation.run(plan: plan, epochs: 60, options: options)
        // Two wires of 2 ms, radio network and edge of 0.3 ms each, and little queueing.
        let mean = try #require(replayed.summary.fastMeanMicroseconds)
        #expect(mean >= 4_600 && mean < 5_200)
        options.latencyFrom = own.latencyProfile
        let like = try #require(try Simulation.run(plan: plan, epochs: 60, options: options).summary.fast.p50)
        let original = try #require(own.summary.fast.p50)
        #expect((like / original - 1).magnitude < 0.2)
    }

    @Test func studentsIntervalIsThatOfTheTable() throws {
        // Mean 2, deviation 1, n = 3: 2 - 4.303 / sqrt(3).
        let bound = try #require(ValueStudy.lowerBound([1, 2, 3]))
        #expect((bound - (2 - 4.303 / 3.0.squareRoot())).magnitude < 1e-9)
        #expect(ValueStudy.lowerBound([1]) == nil)
    }

    /// Where equal power leaves the weakest users nothing, they have no gain, and the mean is that of the other seeds.
    @Test func aGainOverNothingIsNoGain() {
        func pair(equalFifth: Double) -> ValueStudy.Pair {
            ValueStudy.Pair(
                seed: 1, controlledMbps: 3, equalPowerMbps: 2, genieMbps: 4, controlledFifthMbps: 1,
                equalPowerFifthMbps: equalFifth)
        }
        let study = ValueStudy(pairs: [pair(equalFifth: 0), pair(equalFifth: 0.5)])
        #expect(study.pairs.map(\.fifthPercentileGain) == [nil, 1])
        #expect(study.meanFifthPercentileGain == 1 && study.meanGain == 0.5)
        #expect(ValueStudy(pairs: [pair(equalFifth: 0)]).meanFifthPercentileGain == nil)
    }

    @Test func aStudyPairsItsSeeds() throws {
        let study = try ValueStudy.run(plan: Campus.plan(.fullyCentralised), seeds: [1, 2], epochs: 210)
        #expect(study.pairs.map(\.seed) == [1, 2])
        #expect(study.meanGain > 0)
        #expect(study.meanGenieGain > study.meanGain)
    }
}
