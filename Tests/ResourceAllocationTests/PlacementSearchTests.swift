import Numerics
import ResourceAllocation
import Testing

/// Annealing and tabu search of positions, against everything that there is on candidates.
@Suite struct PlacementSearchTests {
    private static let methods: [ChoiceSearch.Method] = [.annealing, .tabu]

    /// Value of a placement, recomputed from the limits; nil where it breaks one.
    private static func checked(_ problem: PlacementProblem, _ placement: Placement) -> Double? {
        let platform = problem.platform
        guard placement.positions.count <= problem.mostPlatforms,
            placement.positions.allSatisfy({ $0.z >= platform.lowestMetres && $0.z <= platform.highestMetres })
        else { return nil }
        return SmallPlacement.value(problem, placement.positions, placement.platformOfUser)
    }

    private static func search(
        _ problem: PlacementProblem, _ method: ChoiceSearch.Method, _ seed: UInt64, start: Placement? = nil,
        rounds: Int = .max
    ) -> Placement {
        var budget = Budget(rounds: rounds)
        let found = PlacementSearch(method: method, seed: seed).solve(problem, start: start, budget: &budget)
        if rounds < .max { #expect(budget.spent <= rounds) }
        return found
    }

    @Test(arguments: 0..<10 as Range<UInt64>) func searchesComeUpToTheBestOnCandidates(index: UInt64) {
        let seed = TestSeed.value &* 1_000 &+ index
        let problem = SmallPlacement.problem(seed, users: 6)
        let best = SmallPlacement.exhaustive(problem, SmallPlacement.grid(seed))
        for method in Self.methods {
            let found = Self.search(problem, method, seed)
            #expect(found.value >= 0.98 * best, "seed \(seed), \(method): \(found.value) of \(best)")
            let value = Self.checked(problem, found)
            #expect(abs((value ?? -1) - found.value) < 1e-9, "seed \(seed), \(method): breaks a limit")
            #expect(found.bound == nil)
        }
    }

    /// 24 users of whom two platforms of 25 PRBs can serve few: what is worked out at once beside CBC.
    @Test func whomPlatformsServeIsNearTheBest() {
        var parts: [Double] = []
        for index in 0..<20 as Range<UInt64> {
            let seed = TestSeed.value &* 1_000 &+ 50 &+ index
            let problem = SmallPlacement.problem(seed, users: 24)
            let positions = Array(SmallPlacement.grid(seed).prefix(2))
            let exact = PlacementSolver().place(problem, on: positions)
            var idle = exact
            idle.positions = positions
            idle.platformOfUser = Array(repeating: -1, count: 24)
            idle.value = -.infinity
            let quick = Self.search(problem, .annealing, seed, start: idle, rounds: 0)
            #expect(quick.value <= (exact.bound ?? .infinity) + 1e-6, "seed \(seed)")
            #expect(Self.checked(problem, quick) != nil, "seed \(seed): breaks a limit")
            if exact.value > 0 { parts.append(quick.value / exact.value) }
        }
        let mean = parts.reduce(0, +) / Double(max(1, parts.count))
        #expect(mean >= 0.9 && (parts.min() ?? 1) >= 0.65, "seed \(TestSeed.value): \(parts)")
    }

    @Test(arguments: [0, 1, 17, 300]) func everyBudgetGivesAFeasibleAnswerNoWorseThanTheStart(rounds: Int) {
        let seed = TestSeed.value &+ UInt64(rounds)
        let problem = SmallPlacement.problem(seed, users: 15)
        let placed = PlacementSolver().place(problem, on: SmallPlacement.grid(seed))
        for method in ChoiceSearch.Method.allCases {
            let fresh = Self.search(problem, method, seed, rounds: rounds)
            let value = Self.checked(problem, fresh)
            #expect(fresh.value >= 0 && abs((value ?? -1) - fresh.value) < 1e-9, "seed \(seed), \(method)")
            let warm = Self.search(problem, method, seed, start: placed, rounds: rounds)
            #expect(warm.value >= placed.value, "seed \(seed), \(method)")
            #expect(Self.checked(problem, warm) != nil, "seed \(seed), \(method): breaks a limit")
        }
    }

    @Test(arguments: methods) func oneSeedHasOneAnswer(method: ChoiceSearch.Method) {
        let problem = SmallPlacement.problem(TestSeed.value, users: 12)
        let (first, second) = (
            Self.search(problem, method, 5, rounds: 800), Self.search(problem, method, 5, rounds: 800)
        )
        #expect(first.positions == second.positions && first.platformOfUser == second.platformOfUser)
        #expect(first.value == second.value)
    }

    @Test(arguments: methods) func nobodyIsServedWhereNobodyCanBe(method: ChoiceSearch.Method) {
        var dear = SmallPlacement.problem(1, users: 5)
        dear.platform.valuePerJoule = 1
        var grounded = SmallPlacement.problem(1, users: 5)
        grounded.mostPlatforms = 0
        for problem in [dear, grounded, SmallPlacement.problem(1, users: 0)] {
            let found = Self.search(problem, method, 1, rounds: 500)
            #expect(found.positions.isEmpty && found.value == 0 && found.platformOfUser.allSatisfy { $0 == -1 })
        }
    }
}
