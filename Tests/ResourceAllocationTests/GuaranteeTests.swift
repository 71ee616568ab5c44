import Glibc
import Numerics
import ResourceAllocation
import Testing

/// Guaranteed rates inside the pricing kernel, and in whoever answers its prices.
@Suite struct GuaranteeTests {
    /// A drop in which every fourth UE is guaranteed `mbps`.
    private static func problem(seed: UInt64, mbps: Double, subbands: Int = 4) -> Problem {
        var drop = HexagonalDrop()
        drop.cells = 4
        drop.subbands = subbands
        drop.uesPerCell = 6
        drop.links = 4
        drop.seed = seed
        drop.guaranteedMbps = mbps
        return drop.problem()
    }

    private static func guaranteed(_ problem: Problem) -> [Int] {
        problem.guaranteeMbps.indices.filter { problem.guaranteeMbps[$0] > 0 }
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64]) func whatIsMissedWithoutIsHeldWith(seed: UInt64) {
        let free = Self.problem(seed: seed, mbps: 0)
        var kernel = PricingKernel()
        var budget = Budget(rounds: 200)
        _ = kernel.solve(free, budget: &budget)
        let without = Evaluation(free, powerWatts: kernel.powerWatts(free))
        let users = Self.guaranteed(Self.problem(seed: seed, mbps: 1))
        // 30 % more than the worst of them gets by itself.
        let promise = 1.3 * (users.map { without.rateMbps[$0] }.min() ?? 0)
        let problem = Self.problem(seed: seed, mbps: promise)
        var steered = PricingKernel()
        budget = Budget(rounds: 200)
        let outcome = steered.solve(problem, budget: &budget)
        let powers = steered.powerWatts(problem)
        let with = Evaluation(problem, powerWatts: powers, fixedShares: steered.shares(problem))
        for u in users { #expect(with.rateMbps[u] > 0.97 * promise, "seed \(seed), UE \(u)") }
        // Others pay for it, and not more than it takes.
        #expect(with.networkValueMbps > 0.9 * without.networkValueMbps)
        #expect(outcome.objective.isFinite)
        let prices = steered.pricePerWatt(problem)
        let residual = Residuals(
            problem, powerWatts: powers, pricePerWatt: prices, shares: steered.shares(problem), search: nil)
        #expect(residual.follower < 0.02, "seed \(seed): \(residual.follower)")
        // An edge that knows its own cells alone, the announced prices and the others' powers answers the same.
        let own = (0..<4).map { $0 < 2 }
        var edge = PricingKernel()
        let local = problem.restricted(toUEsOf: own)
        let answer = edge.respond(local, ownCells: own, powerWatts: powers, pricePerWatt: prices)
        let jointly = Evaluation(problem, powerWatts: answer)
        for u in users { #expect(jointly.rateMbps[u] > 0.93 * promise, "seed \(seed), UE \(u)") }
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func sharesAreTheBestOfTheKinkedUtility(seed: UInt64) {
        // One cell, one subband: three UEs, one guaranteed; rates of any division known, a grid over all of them.
        let draw = CounterGenerator(seed: seed, purpose: 31)
        let gains = (0..<3).map { pow(10, -11 + 2 * draw.uniform(UInt64($0))) }
        for guarantee in [1.0, 20, 60, 500] {
            let problem = Problem(
                subbands: 1, links: 1, snrGap: 2, maxSpectralEfficiency: 7, bandwidthHz: [2e7],
                powerBudgetWatts: [10], powerCapWatts: [10], load: [1], cellStart: [0, 3], weight: [1, 1, 1],
                demandBps: [.infinity, .infinity, .infinity], guaranteeBps: [guarantee * 1e6, 0, 0],
                linkCell: [0, 0, 0], gain: gains, backgroundWatts: [1e-12, 1e-12, 1e-12])
            let whole = gains.map { 20 * min(7, log2(1 + 10 * $0 / 2e-12)) }
            func utility(_ x: [Double]) -> Double {
                let own = x[0] * whole[0]
                return zip(x, whole).reduce(0) { $0 + log(max(1e-3, $1.0 * $1.1)) }
                    - Guarantee.costOfMiss(rateMbps: own, guaranteeMbps: guarantee, alpha: 1)
            }
            var best = -Double.infinity
            for a in 1..<400 {
                for b in 1..<(400 - a) {
                    best = max(best, utility([Double(a) / 400, Double(b) / 400, Double(400 - a - b) / 400]))
                }
            }
            var solver = ShareSolver(steps: 2_000, tolerance: 0)
            let found = solver.solve(problem, powerWatts: [10])
            #expect(abs(found.reduce(0, +) - 1) < 1e-3)
            #expect(utility(found) > best - 5e-3, "seed \(seed), \(guarantee): \(utility(found)) of \(best)")
        }
    }

    @Test func anImpossibleGuaranteeCostsNoMoreThanItsBound() {
        let problem = Self.problem(seed: 1, mbps: 10_000)
        let free = Self.problem(seed: 1, mbps: 0)
        var kernel = PricingKernel()
        var budget = Budget(rounds: 200)
        _ = kernel.solve(problem, budget: &budget)
        let shares = kernel.shares(problem)
        let rates = Evaluation(problem, powerWatts: kernel.powerWatts(problem), fixedShares: shares).rateMbps
        var before = PricingKernel()
        budget = Budget(rounds: 200)
        _ = before.solve(free, budget: &budget)
        let usual = Evaluation(free, powerWatts: before.powerWatts(free)).rateMbps
        #expect(rates.allSatisfy { $0.isFinite })
        // With 32 times the weight beside five others, they keep some twentieth of the resources at the least.
        for u in rates.indices where problem.guaranteeMbps[u] == 0 { #expect(rates[u] > 0.005 * usual[u]) }
        for u in Self.guaranteed(problem) { #expect(rates[u] > usual[u]) }
    }

    @Test func withoutGuaranteesNothingIsOther() {
        let problem = Self.problem(seed: 2, mbps: 0)
        #expect(!problem.hasGuarantees && problem.guaranteeMbps.allSatisfy { $0 == 0 })
        // A guarantee that is met anyway changes no power.
        let modest = Self.problem(seed: 2, mbps: 1e-6)
        #expect(modest.hasGuarantees)
        var (first, second) = (PricingKernel(), PricingKernel())
        var (one, two) = (Budget(rounds: 100), Budget(rounds: 100))
        _ = first.solve(problem, budget: &one)
        _ = second.solve(modest, budget: &two)
        #expect(first.powerWatts(problem) == second.powerWatts(modest))
    }
}
