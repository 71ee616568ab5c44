/// The games of the three hierarchies played off line on one problem, solver by wiring (DESIGN 6 and 11).
package struct HierarchyTable: Sendable {
    /// One solver in one wiring.
    package struct Row: Sendable {
        package var solver: String
        package var wiring: String
        /// M of the powers in force, under the joint scheduler.
        package var networkValueMbps: Double
        /// Share of the gap between equal power and the best known; nil where there is none.
        package var efficiency: Double?
        /// Residuals at the prices in force; nil where none are announced.
        package var followerResidual: Double?
        package var leaderResidual: Double?
        /// Rounds of the solver, or exchanges between leaders.
        package var rounds: Int
    }

    package let rows: [Row]
    package let equalPowerMbps: Double
    package let bestKnownMbps: Double
    /// Solver that found the best known.
    package let bestSolver: String

    /// How long each game is played.
    package struct Effort: Sendable {
        package var rounds = 400
        package var exchanges = 20
        /// Search for the leader's residual; nil leaves it out.
        package var search: Residuals.Search?
        package var best = BestKnown.Effort()

        package init() {}
    }

    private struct Played {
        var solver: String
        var wiring: String
        var powers: [Double]
        var prices: [Double]?
        var rounds: Int
    }

    /// Plays every row, then the search for the best known, which starts from the best of them, too.
    ///
    /// - Parameter regionOfCell: region of each cell, from 0.
    package init(_ problem: Problem, regionOfCell: [Int], seed: UInt64, effort: Effort = Effort()) {
        let equal = EqualPower.powerWatts(problem)
        var played = [Played(solver: "none", wiring: "-", powers: equal, prices: nil, rounds: 0)]
        played += HierarchyTable.pricing(problem, effort)
        played += HierarchyTable.wmmse(problem, seed: seed, effort)
        played += HierarchyTable.regional(problem, regionOfCell, effort)
        let best = BestKnown.solve(problem, seed: seed, effort: effort.best, candidates: played.map(\.powers))
        let equalValue = Evaluation(problem, powerWatts: equal).networkValueMbps
        let bestValue = best.evaluation.networkValueMbps
        rows = played.map { play in
            let value = Evaluation(problem, powerWatts: play.powers).networkValueMbps
            let residuals = play.prices.map {
                Residuals(problem, powerWatts: play.powers, pricePerWatt: $0, search: effort.search)
            }
            return Row(
                solver: play.solver, wiring: play.wiring, networkValueMbps: value,
                efficiency: Efficiency.share(valueMbps: value, equalPowerMbps: equalValue, bestKnownMbps: bestValue),
                followerResidual: residuals?.follower, leaderResidual: residuals?.leader, rounds: play.rounds)
        }
        equalPowerMbps = equalValue
        bestKnownMbps = bestValue
        bestSolver = best.solver
    }

    /// FCH applies the leader's powers; SCH announces its prices and the powers to assume, and every edge answers.
    private static func pricing(_ problem: Problem, _ effort: Effort) -> [Played] {
        var kernel = PricingKernel()
        var budget = Budget(rounds: effort.rounds)
        let outcome = kernel.solve(problem, budget: &budget)
        let powers = kernel.powerWatts(problem)
        let prices = kernel.pricePerWatt(problem)
        return [
            Played(solver: "pricing", wiring: "fch", powers: powers, prices: prices, rounds: outcome.rounds),
            Played(
                solver: "pricing", wiring: "sch", powers: answers(problem, powers, prices), prices: prices,
                rounds: outcome.rounds),
        ]
    }

    /// The powers of WMMSE from a random start, which equal power would often hold, as they are, and as the edges'
    /// answer to the harm that they do.
    private static func wmmse(_ problem: Problem, seed: UInt64, _ effort: Effort) -> [Played] {
        var solver = WMMSE()
        var budget = Budget(rounds: effort.rounds)
        let powers = solver.solve(problem, startWatts: RandomPower.powerWatts(problem, seed: seed), budget: &budget)
        var shares = ShareSolver()
        var kernel = PricingKernel()
        let prices = kernel.marginalHarmPrices(
            problem, powerWatts: powers, shares: shares.solve(problem, powerWatts: powers))
        return [
            Played(solver: "wmmse", wiring: "fch", powers: powers, prices: prices, rounds: budget.spent),
            Played(
                solver: "wmmse", wiring: "sch", powers: answers(problem, powers, prices), prices: prices,
                rounds: budget.spent),
        ]
    }

    /// DCH: leaders exchange charges in turn, or all at once; and without any price.
    private static func regional(_ problem: Problem, _ regionOfCell: [Int], _ effort: Effort) -> [Played] {
        var free = PricingKernel.Settings()
        free.usesPrices = false
        let wirings: [(String, MultiLeaderGame.Timing, PricingKernel.Settings)] = [
            ("dch", .asynchronous, .init()), ("dch, all at once", .synchronous, .init()),
            ("dch, prices 0", .asynchronous, free),
        ]
        return wirings.map { wiring, timing, settings in
            var game = MultiLeaderGame(problem, regionOfCell: regionOfCell, settings: settings)
            for _ in 0..<effort.exchanges { game.exchange(timing) }
            return Played(
                solver: "pricing", wiring: wiring, powers: game.powerWatts,
                prices: settings.usesPrices ? game.pricePerWatt : nil, rounds: effort.exchanges)
        }
    }

    /// Every cell's best response to the prices and to the powers announced, all at once.
    private static func answers(_ problem: Problem, _ powers: [Double], _ prices: [Double]) -> [Double] {
        var edges = PricingKernel()
        return edges.respond(
            problem, ownCells: Array(repeating: true, count: problem.cells), powerWatts: powers, pricePerWatt: prices)
    }
}
