import Glibc
import Numerics
import ResourceAllocation
import Testing

/// Cells that may sleep, beside every choice of sleeping cells, association and powers.
@Suite struct SleepTests {
    private static let levels = [0.02, 0.1, 0.3, 1].map { SmallNetwork.budgetWatts * $0 }

    private static func network(_ seed: UInt64, weight: Double) -> SmallNetwork {
        var small = SmallNetwork(seed: seed, cells: 3, ues: 4, crossDb: -8, mayReassociate: true)
        for c in 0..<3 {
            small.problem.cells[c].circuitWatts = 100
            small.problem.cells[c].sleepWatts = 10
        }
        small.problem.energyWeightPerWatt = weight
        return small
    }

    @Test(arguments: [SolverName.pricing, .wmmse, .tabu], [1, 2, 3, 4, 5] as [UInt64])
    func whoSleepsIsAsGoodAsTheBestOfAll(name: SolverName, seed: UInt64) {
        for weight in [2e-3, 1e-2, 3e-2] { Self.compare(name, seed, weight) }
    }

    private static func compare(_ name: SolverName, _ seed: UInt64, _ weight: Double) {
        let small = network(seed, weight: weight)
        #expect(small.problem.flaw == nil)
        let outcome = ResourceSolver(name, seed: seed).solve(small.problem, deadline: .counted)
        #expect(outcome.report.violations.isEmpty, "\(outcome.report.violations)")
        let choice = outcome.allocation.choice
        let asleep = (0..<3).map { choice.asleepCells.contains($0) }
        let reached = small.objective(outcome.allocation)
        #expect(abs(reached - outcome.report.objective) < 0.01)
        let best = small.bestOfAll(levels: levels) { _ in true }
        #expect(reached > best - 0.1, "\(name), seed \(seed), \(weight): \(reached) of \(best), asleep \(asleep)")
        let awake = small.bestOfAll(levels: levels) { !$0.contains(true) }
        if best > awake + 0.1 { #expect(!choice.asleepCells.isEmpty) }
        let taken = small.problem.consumedWatts(outcome.allocation.powerWatts, asleepCells: choice.asleepCells)
        let sent = outcome.allocation.powerWatts.reduce(0, +)
        #expect(abs(taken - sent - 300 + 90 * Double(choice.asleepCells.count)) < 1e-9)
    }

    @Test func coverageKeepsCellsAwake() {
        // UE 3 is covered by cell 2 alone, and watts cost so much that else one cell would do.
        var small = Self.network(3, weight: 5e-2)
        small.problem.ues[3].gainDb = [[-125], [-125], [-100]]
        let free = ResourceSolver(.pricing).solve(small.problem, deadline: .counted)
        #expect(free.allocation.choice.asleepCells.count == 2)
        small.problem.coverageSnrDb = 20
        #expect(small.problem.covers(ue: 3) == [false, false, true])
        let covered = ResourceSolver(.pricing).solve(small.problem, deadline: .counted)
        #expect(covered.report.violations.isEmpty, "\(covered.report.violations)")
        #expect(!covered.allocation.choice.asleepCells.contains(2))
        var alone = covered.allocation
        alone.choice.asleepCells = [2]
        #expect(AllocationReport(small.problem, alone).violations.contains(.coverage(ue: 3)))
        // Out of everybody's reach no cell has to stay awake for it.
        small.problem.ues[3].gainDb = [[-190], [-190], [-190]]
        #expect(!AllocationReport(small.problem, alone).violations.contains(.coverage(ue: 3)))
    }

    @Test(arguments: SolverName.allCases.filter { ![.onOff, .network, .branchAndBound].contains($0) })
    func everySolverPutsToSleepOrSaysThatItDoesNot(name: SolverName) {
        let small = Self.network(2, weight: 5e-2)
        let outcome = ResourceSolver(name).solve(small.problem, deadline: .counted)
        #expect(outcome.report.violations.isEmpty, "\(outcome.report.violations)")
        let ignores = name.ignored(in: small.problem).contains { $0.hasPrefix("sleep") }
        #expect(ignores == (name == .equal || name == .random))
        if ignores { #expect(outcome.allocation.choice.asleepCells.isEmpty) }
        if name.aim != .leastRate && !ignores { #expect(!outcome.allocation.choice.asleepCells.isEmpty) }
        let nothing = ResourceSolver(name).solve(small.problem, deadline: Deadline(rounds: 0))
        #expect(nothing.report.violations.isEmpty && nothing.allocation.choice.asleepCells.isEmpty)
    }

    @Test func onlyIdleCellsSleepWhereNobodyMayMove() {
        var small = Self.network(4, weight: 1)
        small.problem.mayReassociate = false
        for u in 0..<4 { small.problem.ues[u].cell = u % 2 }
        let outcome = ResourceSolver(.pricing).solve(small.problem, deadline: .counted)
        #expect(outcome.allocation.choice.asleepCells == [2])
        #expect(outcome.allocation.choice.cellOfUE == [0, 1, 0, 1])
        var wrong = outcome.allocation
        wrong.choice.asleepCells = [0]
        #expect(AllocationReport(small.problem, wrong).violations == [.wakefulness(cell: 0)])
    }

    @Test func sleepOfABurdenedNetworkKeepsEveryCondition() {
        for seed in [1, 2, 3] as [UInt64] {
            var problem = ResourceDrop(seed: seed, mayReassociate: true).burdened()
            for c in problem.cells.indices {
                problem.cells[c].circuitWatts = 200
                problem.cells[c].sleepWatts = 5
            }
            problem.energyWeightPerWatt = 5e-2
            let outcome = ResourceSolver(.pricing, seed: seed).solve(problem, deadline: .counted)
            #expect(outcome.report.violations.isEmpty, "seed \(seed): \(outcome.report.violations)")
            var awake = problem
            for c in awake.cells.indices { awake.cells[c].sleepWatts = nil }
            let without = ResourceSolver(.pricing, seed: seed).solve(awake, deadline: .counted)
            #expect(outcome.report.objective >= without.report.objective)
        }
    }
}
