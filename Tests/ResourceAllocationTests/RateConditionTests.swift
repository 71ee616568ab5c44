import Glibc
import Numerics
import ResourceAllocation
import Testing

/// Short code words and caps of the spectral efficiency in the whole problem, beside everything tried.
@Suite struct RateConditionTests {
    private static let solvers = [SolverName.pricing, .wmmse, .localSearch]
    /// 0, and 40 dB below the budget in steps of 2 dB.
    private static let levels = [0] + (0...20).map { SmallNetwork.budgetWatts * pow(10, -0.2 * Double($0)) }

    @Test func theNormalApproximationIsThePapers() {
        // n = 500, eps = 1e-3, 0 dB: 1 - sqrt(0.75 / 500) 3.0902 log2 e.
        let backoff = NormalApproximation.backoff(symbols: 500, errorProbability: 1e-3)
        #expect(abs(NormalApproximation.efficiency(snr: 1, backoff: backoff) - 0.827_33) < 1e-5)
        // Long words and an error of one half cost nothing, short ones at low SNR everything.
        let even = NormalApproximation.backoff(symbols: 100, errorProbability: 0.5)
        #expect(abs(even) < 1e-9)
        #expect(NormalApproximation.efficiency(snr: 1e-3, backoff: backoff) == 0)
        for probability in [0.5, 0.1, 1e-3, 1e-5, 1e-9, 1e-12] {
            let z = NormalQuantile.upper(probability)
            #expect(abs(0.5 * erfc(z / 2.0.squareRoot()) / probability - 1) < 1e-6)
        }
    }

    @Test(arguments: [50.0, 200, 1_000]) func shortWordsCarryMoreAtAHigherSNR(symbols: Double) {
        let backoff = NormalApproximation.backoff(symbols: symbols, errorProbability: 1e-5)
        var last = 0.0
        for step in 0..<600 {
            let rate = NormalApproximation.efficiency(snr: pow(10, -3 + 0.01 * Double(step)), backoff: backoff)
            #expect(rate >= last)
            last = rate
        }
        #expect(last > 9)
    }

    @Test(arguments: solvers, [1, 2, 3, 4, 5, 6] as [UInt64])
    func shortWordsAreServedAsWellAsTheBestOfAGrid(name: SolverName, seed: UInt64) {
        var small = SmallNetwork(seed: seed, cells: 2, ues: 4, crossDb: -6)
        small.problem.slices = [
            .init(name: "urllc", blocklength: .init(symbols: 100, errorProbability: 1e-5))
        ]
        for u in 0..<3 { small.problem.ues[u].slice = 0 }
        #expect(small.problem.flaw == nil)
        let outcome = ResourceSolver(name, seed: seed).solve(small.problem, deadline: .counted)
        let reached = small.objective(outcome.allocation)
        #expect(abs(reached - outcome.report.objective) < 0.01, "seed \(seed)")
        let best = small.bestOfGrid(levels: Self.levels)
        #expect(exp((reached - best) / 4) > 0.97, "\(name), seed \(seed): \(exp((reached - best) / 4)) of the best")
        // With words without end the same powers carry more.
        var long = small.problem
        long.slices[0].blocklength = nil
        #expect(AllocationReport(long, outcome.allocation).networkValueMbps > outcome.report.networkValueMbps)
    }

    @Test(arguments: solvers + [.dual], [1, 2, 3, 4, 5, 6] as [UInt64])
    func capsAreKeptAsWellAsTheBestOfAGrid(name: SolverName, seed: UInt64) {
        var small = SmallNetwork(seed: seed, cells: 2, ues: 4, crossDb: -6)
        small.problem.ues[0].maxEfficiencyBpsPerHz = 1
        small.problem.cells[1].maxEfficiencyBpsPerHz = 2.5
        #expect(small.problem.flaw == nil)
        let outcome = ResourceSolver(name, seed: seed).solve(small.problem, deadline: .counted)
        let reached = small.objective(outcome.allocation)
        #expect(abs(reached - outcome.report.objective) < 0.01, "seed \(seed)")
        let best = small.bestOfGrid(levels: Self.levels)
        // Levels of dual decomposition are halves, sweeps of WMMSE do not know caps.
        let part = exp((reached - best) / 4)
        #expect(part > (name == .dual || name == .wmmse ? 0.85 : 0.97), "\(name), seed \(seed): \(part)")
        #expect(outcome.report.rateMbps[0] <= 10 * 1.0001 / 2 && outcome.report.rateMbps[1] <= 25 * 1.0001 / 2)
    }

    @Test func powerBeyondACapIsNotSpentWhereItCosts() {
        var small = SmallNetwork(seed: 1, cells: 1, ues: 1)
        small.problem.ues[0].gainDb = [[-95]]
        small.problem.ues[0].maxEfficiencyBpsPerHz = 2
        small.problem.energyWeightPerWatt = 1e-6
        let outcome = ResourceSolver(.pricing).solve(small.problem, deadline: .counted)
        // p_sat = (2^2 - 1) Gamma N / g.
        let saturated = 3 * pow(10, 0.3) * pow(10, -12.7) / pow(10, -9.5)
        #expect(abs(outcome.allocation.powerWatts[0] / saturated - 1) < 1e-3, "\(outcome.allocation.powerWatts)")
    }

    @Test func promisesAreJudgedByWhatShortWordsCarry() throws {
        // Half of what the cell carries in short words can be promised, though long ones would carry more; and what a
        // word loses is part of what a delay may violate.
        var problem = ResourceSolverTests.oneCell(ues: 2, gainDb: [-120, -120])
        problem.slices = [.init(name: "urllc", blocklength: .init(symbols: 64, errorProbability: 1e-4))]
        problem.ues[0].slice = 0
        let whole = ResourceSolverTests.wholeMbps(problem, ue: 0)
        #expect(whole < 0.9 * ResourceSolverTests.wholeMbps(problem, ue: 1))
        problem.slices[0].guaranteedMbps = 0.7 * whole
        let kept = ResourceSolver(.pricing).solve(problem, deadline: .counted)
        #expect(kept.report.violations.isEmpty, "\(kept.report.violations)")
        #expect(abs(kept.report.rateMbps[0] / (0.7 * whole) - 1) < 0.05)
        problem.slices[0].guaranteedMbps = 1.1 * whole
        let missed = ResourceSolver(.pricing).solve(problem, deadline: .counted)
        #expect(missed.report.violations.count == 1)
        let relaxation = try #require(missed.relaxations.first)
        #expect(relaxation.ue == 0 && abs(relaxation.keptPart - 1 / 1.1) < 1e-3)
        problem.slices[0].delay = .init(boundMs: 5, violation: 1e-3, packetBits: 1_000, meanMbps: 0.1)
        let least = 0.1 + 1e3 * log(1 / (1e-3 - 1e-4)) / 5e-3 * 1e-6
        problem.slices[0].guaranteedMbps = nil
        #expect(abs(problem.slices[0].leastMbps - least) < 1e-9)
        problem.slices[0].delay?.violation = 1e-5
        #expect(problem.flaw?.description.hasPrefix("slices[0].delay.violation: 1e-05 leaves nothing") == true)
    }

    @Test func solversOfLinksRefuseWhatTheyDoNotKnow() {
        let channel = ResourceProblem(InterferenceChannel.gaussian(users: 4, seed: 1), name: "links")
        for name in [SolverName.branchAndBound, .onOff, .network] {
            #expect(name.refusal(channel) == nil)
            var short = channel
            short.slices = [.init(name: "urllc", blocklength: .init(symbols: 100, errorProbability: 1e-5))]
            short.ues[0].slice = 0
            var capped = channel
            capped.ues[0].maxEfficiencyBpsPerHz = 0.1
            var sleepy = channel
            sleepy.cells[0].sleepWatts = 1
            for problem in [short, capped, sleepy] { #expect(name.refusal(problem) != nil) }
        }
        var capped = SmallNetwork(seed: 1, cells: 2, ues: 2).problem
        #expect(SolverName.wmmse.ignored(in: capped).isEmpty)
        capped.ues[0].maxEfficiencyBpsPerHz = 1
        #expect(SolverName.wmmse.ignored(in: capped).count == 1 && SolverName.pricing.ignored(in: capped).isEmpty)
    }
}
