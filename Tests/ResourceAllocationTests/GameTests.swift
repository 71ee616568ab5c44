import ResourceAllocation
import Testing

@Suite struct GameTests {
    @Test func efficiencyIsAShareOfTheGap() throws {
        let half = try #require(Efficiency.share(valueMbps: 1.5, equalPowerMbps: 1, bestKnownMbps: 2))
        #expect(half == 0.5)
        #expect(Efficiency.share(valueMbps: 1.001, equalPowerMbps: 1, bestKnownMbps: 1.005) == nil)
        #expect(Efficiency.share(valueMbps: 3, equalPowerMbps: 1, bestKnownMbps: 2) == 1)
    }

    @Test(arguments: [2, 5, 7] as [UInt64], [true, false])
    func announcedPricesMakeTheDecidedPowersBestResponses(seed: UInt64, hasFading: Bool) {
        let problem = HexagonalDrop(hasFading: hasFading, seed: seed).problem()
        var kernel = PricingKernel()
        var budget = Budget(rounds: 200)
        _ = kernel.solve(problem, budget: &budget)
        let powers = kernel.powerWatts(problem)
        let prices = kernel.pricePerWatt(problem)
        let residuals = Residuals(problem, powerWatts: powers, pricePerWatt: prices, shares: kernel.shares(problem))
        #expect(residuals.follower < 0.01, "seed \(seed): \(residuals.follower)")
        #expect(residuals.leader ?? 1 < 0.005, "seed \(seed): \(residuals.leader ?? -1)")
        // Equal power is no equilibrium at these prices, and prices of 0 are no optimum of the leader.
        let equal = Residuals(
            problem, powerWatts: EqualPower.powerWatts(problem), pricePerWatt: prices, search: nil)
        #expect(equal.follower > 0.02, "seed \(seed): \(equal.follower)")
        let bad = prices.enumerated().map { $0 % 3 == 0 ? 10 * $1 + 1 : 0.2 * $1 }
        let led = Residuals(problem, powerWatts: powers, pricePerWatt: bad, search: nil)
        #expect(led.follower > 0.01, "seed \(seed): \(led.follower)")
    }

    @Test func leaderResidualSeesPricesThatAreTooHigh() {
        let problem = HexagonalDrop(seed: 4).problem()
        var kernel = PricingKernel()
        // Followers in equilibrium at ten times the harm: each price lowered is a gain.
        var powers = EqualPower.powerWatts(problem)
        var solver = ShareSolver()
        let shares = solver.solve(problem, powerWatts: powers)
        let prices = kernel.marginalHarmPrices(problem, powerWatts: powers, shares: shares).map { 30 * $0 }
        for _ in 0..<30 {
            let answer = kernel.respond(
                problem, ownCells: Array(repeating: true, count: 7), powerWatts: powers, pricePerWatt: prices)
            powers = zip(powers, answer).map { 0.5 * ($0 + $1) }
        }
        let residuals = Residuals(problem, powerWatts: powers, pricePerWatt: prices)
        #expect(residuals.leader ?? 0 > 0.005, "\(residuals)")
    }

    /// Of many prices only those are tried to the end that a short look says gain most: what they find is what trying
    /// every price finds.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func aShortLookFindsThePricesWorthTrying(seed: UInt64) throws {
        let problem = HexagonalDrop(seed: seed).problem()
        var kernel = PricingKernel()
        var budget = Budget(rounds: 100)
        _ = kernel.solve(problem, budget: &budget)
        // One price in seven is 30 times too high, and the followers have settled there.
        let prices = kernel.pricePerWatt(problem).enumerated().map { $0 % 7 == 3 ? 30 * $1 : $1 }
        var powers = kernel.powerWatts(problem)
        for _ in 0..<30 {
            let answer = kernel.respond(
                problem, ownCells: Array(repeating: true, count: 7), powerWatts: powers, pricePerWatt: prices)
            powers = zip(powers, answer).map { 0.5 * ($0 + $1) }
        }
        func leader(_ change: (inout Residuals.Search) -> Void) throws -> Double {
            var search = Residuals.Search()
            search.directions = 0
            change(&search)
            let residuals = Residuals(problem, powerWatts: powers, pricePerWatt: prices, search: search)
            return try #require(residuals.leader)
        }
        let every = try leader { $0.allPrices = .max }
        let chosen = try leader { ($0.allPrices, $0.chosenPrices) = (0, 16) }
        #expect(every > 1e-4, "seed \(seed): \(every)")
        #expect((0.95...1.01).contains(chosen / every), "seed \(seed): \(chosen) of \(every)")
        #expect(try leader { $0.allPrices = problem.cells * problem.subbands } == every)
        #expect(try leader { $0.singlePrices = false } == 0)
        #expect(try leader { ($0.allPrices, $0.chosenPrices) = (0, 0) } == 0, "nothing is tried beyond the choice")
    }

    @Test func theLeaderOfAllAndTheLeadersOfRegionsComeNearTheBestKnown() {
        var all: [Double] = []
        var regional: [Double] = []
        for seed in 1...6 as ClosedRange<UInt64> {
            let problem = HexagonalDrop(seed: seed).problem()
            var kernel = PricingKernel()
            var budget = Budget(rounds: 1_000)
            _ = kernel.solve(problem, budget: &budget)
            var game = MultiLeaderGame(problem, regionOfCell: [0, 0, 0, 0, 1, 1, 1])
            for _ in 0..<20 { game.exchange(.synchronous) }
            let best = BestKnown.solve(
                problem, seed: seed, candidates: [kernel.powerWatts(problem), game.powerWatts])
            let equal = Evaluation(problem, powerWatts: EqualPower.powerWatts(problem)).networkValueMbps
            func share(_ powers: [Double]) -> Double {
                Efficiency.share(
                    valueMbps: Evaluation(problem, powerWatts: powers).networkValueMbps, equalPowerMbps: equal,
                    bestKnownMbps: best.evaluation.networkValueMbps) ?? 1
            }
            all.append(share(kernel.powerWatts(problem)))
            regional.append(share(game.powerWatts))
        }
        #expect(all.reduce(0, +) / 6 >= 0.95, "\(all)")
        #expect(regional.reduce(0, +) / 6 >= 0.85, "\(regional)")
    }

    @Test func chargesBringRegionsNearerToTheWhole() {
        let problem = HexagonalDrop(hasFading: false, seed: 5).problem()
        func value(_ damping: Double) -> Double {
            var game = MultiLeaderGame(problem, regionOfCell: [0, 0, 0, 1, 1, 1, 1])
            game.chargeDamping = damping
            for _ in 0..<20 { game.exchange(.asynchronous) }
            return Evaluation(problem, powerWatts: game.powerWatts).networkValueMbps
        }
        // A damping of almost 0 keeps the charges at almost 0.
        #expect(value(0.5) > 1.02 * value(1e-9))
    }
}
