import ResourceAllocation
import Testing

@Suite struct SolverTests {
    func isFeasible(_ problem: Problem, _ powers: [Double]) -> Bool {
        (0..<problem.cells).allSatisfy { cell in
            let row = (0..<problem.subbands).map { powers[cell * problem.subbands + $0] }
            let withinCaps = row.indices.allSatisfy {
                row[$0] >= 0 && row[$0] <= problem.powerCapWatts(cell: cell, subband: $0) * (1 + 1e-6)
            }
            return withinCaps && row.reduce(0, +) <= problem.powerBudgetWatts[cell] * (1 + 1e-6)
        }
    }

    @Test(arguments: [0.5, 1, 2], [1, 2, 3] as [UInt64])
    func everySolverIsFeasibleAndNoWorseThanItsStart(alpha: Double, seed: UInt64) {
        let small = SmallProblem(alpha: alpha, seed: seed, maskedSubbands: seed == 2 ? [0, 3] : [])
        let problem = small.problem()
        let start = EqualPower.powerWatts(problem)
        let before = Evaluation(problem, powerWatts: start).networkValueMbps
        func check<Solver: PowerSolver>(_ solver: Solver) {
            var solver = solver
            var budget = Budget(rounds: 300)
            let powers = solver.solve(problem, startWatts: start, budget: &budget)
            let after = Evaluation(problem, powerWatts: powers).networkValueMbps
            #expect(isFeasible(problem, powers), "\(Solver.self), seed \(seed)")
            #expect(after >= before * (1 - 1e-3), "\(Solver.self), seed \(seed), alpha \(alpha)")
        }
        check(PricingKernel())
        check(WMMSE())
        check(LocalSearch())
        #expect(isFeasible(problem, start) && isFeasible(problem, RandomPower.powerWatts(problem, seed: seed)))
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func moreRoundsAreNeverWorse(seed: UInt64) {
        let problem = HexagonalDrop(seed: seed).problem()
        var last = -Double.infinity
        for rounds in [1, 3, 10, 30, 100] {
            var kernel = PricingKernel()
            var budget = Budget(rounds: rounds)
            let outcome = kernel.solve(problem, start: .equalPower, budget: &budget)
            #expect(outcome.rounds == rounds && budget.isExhausted)
            #expect(outcome.objective >= last, "seed \(seed), \(rounds) rounds")
            last = outcome.objective
        }
    }

    @Test func sameCallsSameAnswerAndACopyIsAValue() {
        let problem = HexagonalDrop(seed: 2).problem()
        var one = PricingKernel()
        var budget = Budget(rounds: 40)
        _ = one.solve(problem, budget: &budget)
        var copy = one
        for _ in 0..<2 {
            budget = Budget(rounds: 40)
            _ = one.solve(problem, budget: &budget)
        }
        for _ in 0..<2 {
            budget = Budget(rounds: 40)
            _ = copy.solve(problem, budget: &budget)
        }
        #expect(one.powerWatts(problem) == copy.powerWatts(problem))
        #expect(one.pricePerWatt(problem) == copy.pricePerWatt(problem))
    }

    @Test func wallTimeEndsASolve() {
        let problem = HexagonalDrop().problem()
        var kernel = PricingKernel()
        var budget = Budget(rounds: .max) { true }
        let outcome = kernel.solve(problem, budget: &budget)
        #expect(outcome.rounds == 0 && isFeasible(problem, kernel.powerWatts(problem)))
    }

    @Test func powersOutliveAChangeOfUEs() {
        let problem = HexagonalDrop(hasFading: false).problem()
        let fewer = HexagonalDrop(uesPerCell: 9, hasFading: false).problem()
        var kernel = PricingKernel()
        var budget = Budget(rounds: 200)
        _ = kernel.solve(problem, budget: &budget)
        let gained = Evaluation(fewer, powerWatts: kernel.powerWatts(problem)).networkValueMbps
        budget = Budget(rounds: 1)
        _ = kernel.solve(fewer, budget: &budget)
        let kept = Evaluation(fewer, powerWatts: kernel.powerWatts(fewer)).networkValueMbps
        #expect(kept > 0.97 * gained)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func subbandsOfEqualGainAreToldApart(seed: UInt64) {
        let problem = HexagonalDrop(hasFading: false, seed: seed).problem()
        var kernel = PricingKernel()
        var budget = Budget(rounds: 60)
        _ = kernel.solve(problem, budget: &budget)
        let value = Evaluation(problem, powerWatts: kernel.powerWatts(problem)).networkValueMbps
        let equal = Evaluation(problem, powerWatts: EqualPower.powerWatts(problem)).networkValueMbps
        #expect(value > 1.5 * equal, "seed \(seed): \(value / equal)")
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func reachesTheBestOnOffPattern(seed: UInt64) {
        let small = SmallProblem(subbands: 3, uesPerCell: 2, seed: seed)
        let problem = small.problem()
        var pattern = 0.0
        for bits in 0..<512 {
            var powers = [Double](repeating: 0, count: 9)
            for cell in 0..<3 {
                let open = (0..<3).filter { bits >> (cell * 3 + $0) & 1 == 1 }
                for k in open { powers[cell * 3 + k] = min(4, problem.powerBudgetWatts[cell] / Double(open.count)) }
            }
            pattern = max(pattern, Evaluation(problem, powerWatts: powers).networkValueMbps)
        }
        let best = BestKnown.solve(problem, seed: seed)
        #expect(best.evaluation.networkValueMbps >= 0.995 * pattern, "seed \(seed)")
    }

    @Test func oneCellAloneIsWaterFilling() {
        // Without interference the problem is convex: every solver must find the same value.
        let small = SmallProblem(cells: 1, subbands: 6, hasLoad: false)
        let problem = small.problem()
        var values: [Double] = []
        for index in 0..<3 {
            var budget = Budget(rounds: 3_000)
            let start = RandomPower.powerWatts(problem, seed: UInt64(index))
            var powers: [Double]
            switch index {
            case 0:
                var solver = WMMSE()
                powers = solver.solve(problem, startWatts: start, budget: &budget)
            case 1:
                var solver = LocalSearch()
                powers = solver.solve(problem, startWatts: start, budget: &budget)
            default:
                var solver = PricingKernel()
                powers = solver.solve(problem, startWatts: start, budget: &budget)
            }
            values.append(Evaluation(problem, powerWatts: powers).networkValueMbps)
        }
        #expect(abs(values[0] / values[2] - 1) < 2e-3 && abs(values[1] / values[2] - 1) < 1e-2)
    }

    @Test func withoutPricesEachCellPlaysForItself() {
        let problem = HexagonalDrop(seed: 3).problem()
        var settings = PricingKernel.Settings()
        settings.usesPrices = false
        var selfish = PricingKernel(settings: settings)
        var budget = Budget(rounds: 60)
        _ = selfish.solve(problem, budget: &budget)
        #expect(selfish.pricePerWatt(problem).allSatisfy { $0 == 0 })
        var priced = PricingKernel()
        budget = Budget(rounds: 60)
        _ = priced.solve(problem, budget: &budget)
        let values = [selfish.powerWatts(problem), priced.powerWatts(problem)].map {
            Evaluation(problem, powerWatts: $0).networkValueMbps
        }
        #expect(values[1] > 1.02 * values[0])
    }
}
