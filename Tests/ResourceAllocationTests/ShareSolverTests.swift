import Glibc
import ResourceAllocation
import Testing

@Suite struct ShareSolverTests {
    /// Rates per unit of share, U x K, from the formulas.
    func values(_ problem: Problem, _ powers: [Double]) -> [Double] {
        var values: [Double] = []
        for u in 0..<problem.ues {
            for k in 0..<problem.subbands {
                var shares = [Double](repeating: 0, count: problem.ues * problem.subbands)
                shares[u * problem.subbands + k] = 1
                values.append(Evaluation.rates(problem, powerWatts: powers, shares: shares)[u])
            }
        }
        return values
    }

    @Test(arguments: [0.5, 1, 2, 4], [1, 2, 3] as [UInt64])
    func sharesMeetTheOptimalityConditions(alpha: Double, seed: UInt64) {
        let small = SmallProblem(alpha: alpha, seed: seed)
        let problem = small.problem()
        let powers = small.powers(problem)
        var solver = ShareSolver(steps: 20_000, tolerance: 1e-5)
        let shares = solver.solve(problem, powerWatts: powers)
        let rates = Evaluation.rates(problem, powerWatts: powers, shares: shares)
        let lambda = rates.indices.map { problem.weight[$0] * pow(rates[$0], -alpha) }
        let values = values(problem, powers)
        var gap = 0.0
        var worth = 0.0
        for cell in 0..<problem.cells {
            for k in 0..<problem.subbands {
                let members = (cell * 3)..<(cell * 3 + 3)
                #expect(abs(members.reduce(0) { $0 + shares[$1 * 5 + k] } - 1) < 1e-5)
                gap += members.map { lambda[$0] * values[$0 * 5 + k] }.max() ?? 0
            }
        }
        for u in rates.indices { worth += lambda[u] * rates[u] }
        #expect(gap / worth - 1 < 1e-4 && gap / worth - 1 > -1e-5, "seed \(seed), gap \(gap / worth - 1)")
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func beatsEveryPointOfAGrid(seed: UInt64) {
        let small = SmallProblem(cells: 1, subbands: 2, uesPerCell: 2, seed: seed)
        let problem = small.problem()
        let powers = small.powers(problem)
        var solver = ShareSolver(steps: 20_000, tolerance: 1e-7)
        let best = utility(problem, powers, solver.solve(problem, powerWatts: powers))
        var grid = -Double.infinity
        for i in 0...100 {
            for j in 0...100 {
                let (a, b) = (Double(i) / 100, Double(j) / 100)
                grid = max(grid, utility(problem, powers, [a, b, 1 - a, 1 - b]))
            }
        }
        #expect(best >= grid - 1e-5, "seed \(seed)")
    }

    @Test func aDemandIsMetAndTheRestGoesToOthers() {
        var small = SmallProblem(cells: 1)
        let powers = small.powers(small.problem())
        let free = Evaluation(small.problem(), powerWatts: powers)
        small.demandBps = [2e5, .infinity, .infinity]
        let limited = Evaluation(small.problem(), powerWatts: powers, solver: ShareSolver(steps: 5_000, tolerance: 0))
        #expect(free.rateMbps[0] > 0.4)
        #expect(abs(limited.rateMbps[0] - 0.2) < 0.002)
        #expect(limited.rateMbps[1] > free.rateMbps[1] && limited.rateMbps[2] > free.rateMbps[2])
    }

    @Test func aWarmStartGetsThereAtOnce() {
        let small = SmallProblem()
        let problem = small.problem()
        let powers = small.powers(problem)
        var solver = ShareSolver(steps: 20_000, tolerance: 1e-7)
        let shares = solver.solve(problem, powerWatts: powers)
        var short = ShareSolver(steps: 16, tolerance: 0)
        let again = short.solve(problem, powerWatts: powers, shares: shares)
        #expect(utility(problem, powers, again) >= utility(problem, powers, shares) - 1e-5)
    }
}
