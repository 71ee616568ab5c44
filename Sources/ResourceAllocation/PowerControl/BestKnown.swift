/// The best value that any solver finds on a problem: the denominator of efficiency (DESIGN 11).
package struct BestKnown: Sendable {
    /// Powers (C x K watts) of the best solution.
    package let powerWatts: [Double]
    /// Its exact value.
    package let evaluation: Evaluation
    /// Solver that found it.
    package let solver: String

    /// How much work the search does.
    package struct Effort: Sendable {
        /// Starts of WMMSE; the first is equal power.
        package var wmmseStarts = 10
        /// Rounds of each run of WMMSE.
        package var wmmseRounds = 200
        /// Rounds of each run of the price fixed point.
        package var pricingRounds = 400
        /// Rounds of the local search from the best of these.
        package var searchRounds = 400
        /// Rounds that the pricing kernel goes on from the best of all.
        package var finishRounds = 1_000

        package init() {}
    }

    /// Runs WMMSE from ten starts, the price fixed point from several, and local search from the best of them.
    /// `candidates` are further powers (C x K) to compare, for instance what a hierarchy has decided.
    package static func solve(
        _ problem: Problem, seed: UInt64, effort: Effort = Effort(), candidates: [[Double]] = []
    ) -> BestKnown {
        var best = consider(problem, EqualPower.powerWatts(problem), "equal power", nil)
        for candidate in candidates { best = consider(problem, candidate, "candidate", best) }
        for start in 0..<effort.wmmseStarts {
            let powers = startWatts(problem, seed: seed, start: start)
            best = run(WMMSE(), "wmmse", problem, from: powers, rounds: effort.wmmseRounds, best)
            if start < 2 {
                best = run(PricingKernel(), "pricing", problem, from: powers, rounds: effort.pricingRounds, best)
            }
        }
        for shift in 0..<3 {
            var kernel = PricingKernel()
            var budget = Budget(rounds: effort.pricingRounds)
            _ = kernel.solve(problem, start: .patterned(shift: shift), budget: &budget)
            best = consider(problem, kernel.powerWatts(problem), "pricing", best)
        }
        best = run(LocalSearch(), "local search", problem, from: best.powerWatts, rounds: effort.searchRounds, best)
        return run(PricingKernel(), "pricing", problem, from: best.powerWatts, rounds: effort.finishRounds, best)
    }

    private static func startWatts(_ problem: Problem, seed: UInt64, start: Int) -> [Double] {
        start == 0
            ? EqualPower.powerWatts(problem) : RandomPower.powerWatts(problem, seed: seed &+ UInt64(start))
    }

    private static func run<Solver: PowerSolver>(
        _ solver: Solver, _ name: String, _ problem: Problem, from start: [Double], rounds: Int, _ best: BestKnown
    ) -> BestKnown {
        var solver = solver
        var budget = Budget(rounds: rounds)
        return consider(problem, solver.solve(problem, startWatts: start, budget: &budget), name, best)
    }

    private static func consider(
        _ problem: Problem, _ powers: [Double], _ name: String, _ best: BestKnown?
    ) -> BestKnown {
        let evaluation = Evaluation(problem, powerWatts: powers)
        if let best, best.evaluation.networkValueMbps >= evaluation.networkValueMbps { return best }
        return BestKnown(powerWatts: powers, evaluation: evaluation, solver: name)
    }
}
