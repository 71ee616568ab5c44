import Glibc
import ResourceAllocation
import Testing

@Suite struct MarginalHarmTests {
    @Test(arguments: [0.5, 1, 2], [1, 2] as [UInt64])
    func pricesAreTheGradientOfOthersUtility(alpha: Double, seed: UInt64) {
        let small = SmallProblem(alpha: alpha, seed: seed)
        let problem = small.problem()
        let powers = small.powers(problem)
        let shares = small.shares()
        var kernel = PricingKernel()
        let prices = kernel.marginalHarmPrices(problem, powerWatts: powers, shares: shares)
        for i in powers.indices {
            let own = i / problem.subbands
            let step = 1e-5 * powers[i]
            var (up, down) = (powers, powers)
            up[i] += step
            down[i] -= step
            let others = { (u: Int) in Int(problem.servingCell[u]) != own }
            let slope = utility(problem, up, shares, ues: others) - utility(problem, down, shares, ues: others)
            #expect(abs(prices[i] + slope / (2 * step)) < 1e-4 * abs(prices[i]) + 1e-6, "seed \(seed), place \(i)")
        }
    }

    @Test func nothingIsHarmedAtTheCeiling() {
        var small = SmallProblem(ceiling: 0.001)
        let problem = small.problem()
        var kernel = PricingKernel()
        let powers = EqualPower.powerWatts(problem)
        #expect(kernel.marginalHarmPrices(problem, powerWatts: powers, shares: small.shares()).allSatisfy { $0 == 0 })
        small.ceiling = 7
        let prices = kernel.marginalHarmPrices(small.problem(), powerWatts: powers, shares: small.shares())
        #expect(prices.allSatisfy { $0 > 0 })
    }

    @Test func chargesOfAllRegionsAndHarmInsideAddUpToTheHarm() {
        let small = SmallProblem()
        let problem = small.problem()
        let powers = small.powers(problem)
        let shares = small.shares()
        var kernel = PricingKernel()
        let all = kernel.marginalHarmPrices(problem, powerWatts: powers, shares: shares)
        let left = [true, false, false]
        let right = [false, true, true]
        let quotes = kernel.borderCharges(problem, powerWatts: powers, shares: shares, ownCells: left)
        let other = kernel.borderCharges(problem, powerWatts: powers, shares: shares, ownCells: right)
        let inside = kernel.marginalHarmPrices(problem, powerWatts: powers, shares: shares, victims: right)
        #expect(quotes.prefix(5).allSatisfy { $0 == 0 } && other.dropFirst(5).allSatisfy { $0 == 0 })
        for i in all.indices {
            let sum = i < 5 ? other[i] : quotes[i] + inside[i]
            #expect(abs(sum - all[i]) < 1e-6 * all[i])
        }
        // What a leader computes from its own UEs alone is what it quotes.
        let part = problem.restricted(toUEsOf: left)
        let alone = kernel.marginalHarmPrices(part, powerWatts: powers, shares: Array(shares.prefix(15)))
        #expect(zip(alone, quotes).allSatisfy { abs($0 - $1) <= 1e-6 * $1 })
    }
}

@Suite struct BestResponseTests {
    /// Coefficients of the cell's problem, from the formulas: a_u and e_u per subband.
    func coefficients(
        _ problem: Problem, cell: Int, powers: [Double], shares: [Double]
    ) -> [[(strength: Double, offset: Double)]] {
        let rates = Evaluation.rates(problem, powerWatts: powers, shares: shares)
        return (0..<problem.subbands).map { k in
            (Int(problem.cellStart[cell])..<Int(problem.cellStart[cell + 1])).map { u in
                var interference = 1e-11
                for l in 1..<problem.links {
                    let j = problem.cell(ue: u, link: l) ?? 0
                    interference +=
                        (1 - 0.2 * Double(j)) * powers[j * problem.subbands + k]
                        * problem.gain(ue: u, link: l, subband: k)
                }
                let lambda = problem.weight[u] * pow(rates[u], -problem.alpha)
                let width = problem.bandwidthHz[k] * 1e-6 / log(2)
                return (
                    lambda * shares[u * problem.subbands + k] * width,
                    problem.snrGap * interference / problem.gain(ue: u, link: 0, subband: k)
                )
            }
        }
    }

    func marginal(_ terms: [(strength: Double, offset: Double)], _ p: Double, ceiling: Double) -> Double {
        terms.reduce(0) { $0 + (p < (exp2(ceiling) - 1) * $1.offset ? $1.strength / ($1.offset + p) : 0) }
    }

    @Test(arguments: [0, 0.3, 3, 1e6], [1, 2, 3, 4, 5] as [UInt64])
    func meetsTheOptimalityConditions(priceScale: Double, seed: UInt64) {
        let small = SmallProblem(seed: seed, maskedSubbands: seed == 3 ? [1] : [])
        let problem = small.problem()
        let powers = small.powers(problem)
        let shares = small.shares()
        var kernel = PricingKernel()
        let harm = kernel.marginalHarmPrices(problem, powerWatts: powers, shares: shares)
        for cell in 0..<problem.cells {
            let prices = harm[(cell * 5)..<(cell * 5 + 5)].map { priceScale * $0 }
            let p = kernel.bestResponse(
                problem, cell: cell, pricePerWatt: prices, powerWatts: powers, shares: shares, tolerance: 1e-7)
            let terms = coefficients(problem, cell: cell, powers: powers, shares: shares)
            let caps = (0..<5).map { problem.powerCapWatts(cell: cell, subband: $0) }
            // A multiplier nu must lie at or below f - pi just under each power, at or above it just over each power.
            let most =
                (0..<5).filter { p[$0] > 0 }
                .map { marginal(terms[$0], p[$0] * (1 - 1e-5), ceiling: 7.4) - prices[$0] }.min() ?? .infinity
            let least =
                (0..<5).filter { p[$0] < caps[$0] * (1 - 1e-6) }
                .map { marginal(terms[$0], p[$0] * (1 + 1e-5), ceiling: 7.4) - prices[$0] }.max() ?? -.infinity
            let slack = (prices.max() ?? 0) * 1e-4 + 1e-4
            let total = p.reduce(0, +)
            let budget = problem.powerBudgetWatts[cell]
            #expect(total <= budget * (1 + 1e-6) && zip(p, caps).allSatisfy { $0 >= 0 && $0 <= $1 })
            #expect(least <= most + slack && most >= -slack, "seed \(seed), cell \(cell): \(least) \(most)")
            #expect(total >= budget * (1 - 1e-5) || least <= slack, "seed \(seed), cell \(cell): \(least)")
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func isTheClosedFormForOneUE(seed: UInt64) {
        let small = SmallProblem(uesPerCell: 1, seed: seed)
        let problem = small.problem()
        let powers = small.powers(problem)
        let shares = [Double](repeating: 1, count: problem.ues * 5)
        var kernel = PricingKernel()
        let prices = [Double](repeating: 0.5, count: 5)
        let p = kernel.bestResponse(problem, cell: 1, pricePerWatt: prices, powerWatts: powers, shares: shares)
        let terms = coefficients(problem, cell: 1, powers: powers, shares: shares)
        let expected = terms.map { max(0, min(4, $0[0].strength / 0.5 - $0[0].offset)) }
        #expect(expected.reduce(0, +) < problem.powerBudgetWatts[1] && expected.contains { $0 > 0 })
        for (one, other) in zip(p, expected) { #expect(abs(one - other) <= 1e-5 * max(other, 1e-3), "seed \(seed)") }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func noPointOfAGridIsBetter(seed: UInt64) {
        let small = SmallProblem(subbands: 2, seed: seed)
        let problem = small.problem()
        let powers = small.powers(problem)
        let shares = small.shares()
        var kernel = PricingKernel()
        let prices = [0.4, 0.1]
        let p = kernel.bestResponse(problem, cell: 0, pricePerWatt: prices, powerWatts: powers, shares: shares)
        let terms = coefficients(problem, cell: 0, powers: powers, shares: shares)
        let reach = exp2(7.4) - 1
        func worth(_ p: [Double]) -> Double {
            (0..<2).reduce(0) { sum, k in
                terms[k].reduce(sum - prices[k] * p[k]) {
                    $0 + $1.strength * log(1 + min(p[k], reach * $1.offset) / $1.offset)
                }
            }
        }
        let budget = problem.powerBudgetWatts[0]
        for i in 0...80 {
            for j in 0...80 where Double(i + j) * 0.05 <= budget {
                #expect(worth(p) >= worth([Double(i) * 0.05, Double(j) * 0.05]) - 1e-6, "seed \(seed)")
            }
        }
    }

    @Test func atNoPriceItStopsWhereTheLastUEIsSaturated() {
        let small = SmallProblem(cells: 1, subbands: 1, ceiling: 1, hasLoad: false)
        let problem = small.problem()
        var kernel = PricingKernel()
        let p = kernel.bestResponse(
            problem, cell: 0, pricePerWatt: [0], powerWatts: [1], shares: [0.3, 0.3, 0.4])
        let needed = (0..<3).map { 2 * 1e-11 / problem.gain(ue: $0, link: 0, subband: 0) }.max() ?? 0
        #expect(abs(p[0] - needed) < 1e-5 * needed && needed < 4)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func theMultiplierOfTheLastCallDoesNotMatter(seed: UInt64) {
        let small = SmallProblem(seed: seed)
        let problem = small.problem()
        let powers = small.powers(problem)
        let shares = small.shares()
        var warm = PricingKernel()
        let harm = warm.marginalHarmPrices(problem, powerWatts: powers, shares: shares)
        for scale in [0, 10, 0.3, 1, 0, 3, 0.9, 1.1, 1e4, 0.5] {
            let prices = harm[5..<10].map { scale * $0 }
            var cold = PricingKernel()
            let ours = warm.bestResponse(
                problem, cell: 1, pricePerWatt: prices, powerWatts: powers, shares: shares)
            let fresh = cold.bestResponse(
                problem, cell: 1, pricePerWatt: prices, powerWatts: powers, shares: shares)
            for (one, other) in zip(ours, fresh) { #expect(abs(one - other) < 1e-4, "seed \(seed), scale \(scale)") }
        }
    }

    @Test func aWholeEdgeAnswersAsItsCellsDo() {
        let small = SmallProblem()
        let problem = small.problem()
        let powers = small.powers(problem)
        let shares = small.shares()
        var kernel = PricingKernel()
        let prices = kernel.marginalHarmPrices(problem, powerWatts: powers, shares: shares)
        let p = kernel.respond(
            problem, ownCells: [true, false, true], powerWatts: powers, pricePerWatt: prices, shareSteps: 400)
        let settled = kernel.shares(problem)
        #expect(Array(p[5..<10]) == Array(powers[5..<10]))
        for cell in [0, 2] {
            let rows = (cell * 5)..<(cell * 5 + 5)
            let alone = kernel.bestResponse(
                problem, cell: cell, pricePerWatt: Array(prices[rows]), powerWatts: powers, shares: settled)
            for (one, other) in zip(p[rows], alone) { #expect(abs(one - other) < 1e-3) }
        }
    }
}

@Suite struct FreePowerTests {
    /// Two cells with a user each; the gain between them is `cross`.
    private func problem(cross: Double) -> Problem {
        Problem(
            subbands: 4, links: 2, alpha: 1, snrGap: 1, maxSpectralEfficiency: 6,
            bandwidthHz: Array(repeating: 1e6, count: 4), powerBudgetWatts: [10, 10],
            powerCapWatts: [4, 4, 4, 0, 10, 10, 10, 10], load: [1, 1], cellStart: [0, 1, 2], weight: [1, 1],
            demandBps: [.infinity, .infinity], linkCell: cross > 0 ? [0, 1, 1, 0] : [0, -1, 1, -1],
            gain: [1e-9, cross, 1e-9, cross].flatMap { Array(repeating: $0, count: 4) },
            backgroundWatts: Array(repeating: 1e-12, count: 8))
    }

    /// Best responses to a leader's prices, with what is left of the budgets.
    private func decided(_ problem: Problem) -> (powers: [Double], prices: [Double]) {
        var kernel = PricingKernel()
        var budget = Budget(rounds: 64)
        _ = kernel.solve(problem, start: .equalPower, budget: &budget)
        let prices = kernel.pricePerWatt(problem)
        var powers = kernel.respond(
            problem, ownCells: [true, true], powerWatts: EqualPower.powerWatts(problem), pricePerWatt: prices)
        EqualPower.fillFree(problem, cells: [true, true], pricePerWatt: prices, &powers)
        return (powers, prices)
    }

    /// 63 mW a subband reach the ceiling: what is left of 10 W goes where it harms nobody, within the caps.
    @Test func whatNobodyHearsIsSpent() {
        let (powers, prices) = decided(problem(cross: 0))
        #expect(prices.allSatisfy { $0 == 0 })
        #expect(powers[3] == 0 && powers[..<3].allSatisfy { $0 > 2 && $0 <= 4 }, "\(powers)")
        #expect(powers[4...].allSatisfy { abs($0 - 2.5) < 1e-4 }, "\(powers)")
    }

    /// Where others hear it no power has price 0, even while they are at the ceiling themselves.
    @Test func whatOthersHearIsSaved() {
        let (powers, prices) = decided(problem(cross: 1e-14))
        #expect(prices.allSatisfy { $0 > 0 })
        #expect(powers.reduce(0, +) < 1, "\(powers)")
    }
}
