import Numerics
import ResourceAllocation
import Testing

@Suite struct AssociationTests {
    /// A small random problem: 3 cells of 5 to 12 PRBs, 7 UEs with up to three pairs; values over `decades` decades.
    private static func small(_ seed: UInt64, decades: Double = 0.5) -> AssociationProblem {
        let g = CounterGenerator(seed: seed, purpose: 21)
        var start: [Int32] = [0]
        var (cell, need): ([Int32], [Int32]) = ([], [])
        var value: [Double] = []
        for u in 0..<7 as Range<UInt64> {
            for c in 0..<3 as Range<UInt64> where g.uniform(u, c) < 0.7 {
                cell.append(Int32(c))
                need.append(1 + Int32(g.bits(u, 10 + c) % 7))
                var worth = 1 + g.uniform(u, 20 + c)
                for _ in 0..<Int(decades * g.uniform(u, 30 + c)) { worth *= 10 }
                value.append(worth)
            }
            start.append(Int32(cell.count))
        }
        do {
            let capacity = (0..<3).map { 5 + Int32(g.bits(99, UInt64($0)) % 8) }
            return try AssociationProblem(capacity: capacity, start: start, cell: cell, need: need, value: value)
        } catch {
            fatalError("\(error)")
        }
    }

    /// The best value over all (cells + 1)^UEs associations.
    private static func exhaustive(_ problem: AssociationProblem) -> Double {
        var cellOfUE = [Int32](repeating: -1, count: problem.ues)
        func search(_ u: Int) -> Double {
            if u == problem.ues { return problem.value(of: cellOfUE) ?? -1 }
            var best = 0.0
            for c in -1..<Int32(problem.cells) where c < 0 || problem.pair(ue: u, cell: c) != nil {
                cellOfUE[u] = c
                best = max(best, search(u + 1))
            }
            cellOfUE[u] = -1
            return best
        }
        return search(0)
    }

    @Test(arguments: 0..<40 as Range<UInt64>, [0.5, 15])
    func answersAreFeasibleAndBoundedByTheirOwnBounds(index: UInt64, decades: Double) throws {
        let seed = TestSeed.value &* 1_000 &+ index
        let problem = Self.small(seed, decades: decades)
        let best = Self.exhaustive(problem)
        let solvers: [any AssociationSolver] = [DensityGreedy(), PricedAssociation(seed: seed), IntegerAssociation()]
        for (number, solver) in solvers.enumerated() {
            var solver = solver
            var budget = Budget(rounds: 10_000)
            let outcome = solver.solve(problem, start: nil, budget: &budget)
            let value = try #require(problem.value(of: outcome.cellOfUE), "seed \(seed), solver \(number)")
            #expect(abs(value - outcome.value) <= 1e-12 * value, "seed \(seed), solver \(number)")
            #expect(value <= best * (1 + 1e-12), "seed \(seed), solver \(number)")
            #expect(outcome.bound >= best * (1 - 1e-9), "seed \(seed), solver \(number)")
            #expect(problem.dualBound(pricePerPRB: outcome.pricePerPRB) >= best * (1 - 1e-12), "seed \(seed)")
            if number == 2 { #expect(value >= best * (1 - 2e-6), "seed \(seed): CBC \(value) of \(best)") }
        }
    }

    @Test func changesOfSideFindNearlyEveryOptimum() {
        var found = 0
        var least = 1.0
        for index in 0..<200 as Range<UInt64> {
            let problem = Self.small(TestSeed.value &* 1_000 &+ 500 &+ index)
            var solver = PricedAssociation(seed: index)
            var budget = Budget(rounds: 1_000)
            let share = solver.solve(problem, budget: &budget).value / max(Self.exhaustive(problem), 1e-9)
            least = min(least, share)
            if share > 1 - 1e-9 { found += 1 }
        }
        #expect(found >= 195, "seed \(TestSeed.value): optimum found on \(found) of 200, at least \(least) of it")
        #expect(least >= 0.8, "seed \(TestSeed.value): \(least)")
    }

    @Test(arguments: [1, 3]) func overloadedDropsComeNearTheirBounds(sectors: Int) throws {
        for index in 0..<3 as Range<UInt64> {
            var drop = AssociationDrop(seed: TestSeed.value &* 100 &+ index)
            drop.sectors = sectors
            drop.ues = sectors == 1 ? 500 : 1_000
            let problem = drop.problem()
            var solver = PricedAssociation()
            var budget = Budget(rounds: 10_000)
            let outcome = solver.solve(problem, budget: &budget)
            let relaxed = try #require(IntegerAssociation.program(problem).solveRelaxation().solution)
            #expect(outcome.bound <= 1.001 * relaxed.objective, "seed \(drop.seed)")
            #expect(outcome.bound >= (1 - 1e-6) * relaxed.objective, "seed \(drop.seed)")
            #expect(outcome.value >= 0.98 * relaxed.objective, "seed \(drop.seed)")
            #expect(outcome.cellOfUE.contains(-1), "an overloaded drop serves everybody, seed \(drop.seed)")
            var greedy = DensityGreedy()
            var one = Budget(rounds: 1)
            #expect(greedy.solve(problem, budget: &one).value < outcome.value, "seed \(drop.seed)")

            // Warm: a tenth of the UEs change; little work finds what the cold start found.
            var warmBudget = Budget(rounds: 10_000)
            let warm = solver.solve(problem, start: outcome, budget: &warmBudget)
            #expect(warm.value >= outcome.value * (1 - 1e-9), "seed \(drop.seed)")
            #expect(2 * warmBudget.spent < budget.spent, "seed \(drop.seed)")
        }
    }

    @Test func aBudgetOfNothingIsAnsweredWithSomethingFeasible() {
        let problem = Self.small(3)
        var budget = Budget(rounds: 0)
        var priced = PricedAssociation()
        #expect(problem.value(of: priced.solve(problem, budget: &budget).cellOfUE) ?? 0 > 0)
        var integer = IntegerAssociation()
        #expect(problem.value(of: integer.solve(problem, budget: &budget).cellOfUE) ?? 0 > 0)
        var greedy = DensityGreedy()
        #expect(greedy.solve(problem, budget: &budget).value == 0)
    }

    @Test func emptyProblemsAreSolved() throws {
        let nobody = try AssociationProblem(capacity: [10], start: [0], cell: [], need: [], value: [])
        let closed = try AssociationProblem(capacity: [0, 0], start: [0, 1, 1], cell: [1], need: [3], value: [2])
        for problem in [nobody, closed] {
            for solver in [DensityGreedy(), PricedAssociation(), IntegerAssociation()] as [any AssociationSolver] {
                var solver = solver
                var budget = Budget(rounds: 100)
                let outcome = solver.solve(problem, start: nil, budget: &budget)
                #expect(outcome.value == 0 && outcome.cellOfUE.allSatisfy { $0 == -1 })
            }
        }
    }

    @Test func whatIsNoProblemIsRefused() {
        func fault(
            capacity: [Int32] = [5, 5], start: [Int32] = [0, 2], cell: [Int32] = [0, 1], need: [Int32] = [1, 1],
            value: [Double] = [1, 1]
        ) -> AssociationProblem.Fault? {
            do {
                _ = try AssociationProblem(capacity: capacity, start: start, cell: cell, need: need, value: value)
                return nil
            } catch {
                return error
            }
        }
        #expect(fault() == nil)
        #expect(fault(start: [0, 3]) == .shape)
        #expect(fault(start: []) == .shape)
        #expect(fault(start: [0, 3, 2]) == .shape)
        #expect(fault(capacity: [5, -1]) == .capacity(cell: 1))
        #expect(fault(cell: [1, 1]) == .cell(ue: 0))
        #expect(fault(cell: [0, 2]) == .cell(ue: 0))
        #expect(fault(need: [1, 0]) == .need(ue: 0))
        #expect(fault(value: [.nan, 1]) == .value(ue: 0))
        #expect(fault(value: [1, -1]) == .value(ue: 0))
    }
}
