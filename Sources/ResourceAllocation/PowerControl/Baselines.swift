internal import Numerics

/// Powers that decide nothing: what every solver is compared with.
package enum Baseline {
    /// Each cell's budget divided equally over the subbands that are not masked: the safe default, "no control".
    package static func equalPowerWatts(_ problem: Problem) -> [Double] {
        split(problem) { _, _ in 1 }
    }

    /// Each cell's budget divided in uniformly random parts, keyed by seed, cell and subband.
    package static func randomPowerWatts(_ problem: Problem, seed: UInt64) -> [Double] {
        let generator = CounterGenerator(seed: seed, purpose: 0x5241_4E44)
        return split(problem) { generator.uniform(UInt64($0), UInt64($1)) }
    }

    /// Budgets divided in proportion to `part(cell, subband)`, within the caps.
    static func split(_ problem: Problem, _ part: (Int, Int) -> Double) -> [Double] {
        var powers: [Double] = []
        powers.reserveCapacity(problem.cells * problem.subbands)
        for (cell, budget) in problem.powerBudgetWatts.enumerated() {
            let caps = (0..<problem.subbands).map { problem.powerCapWatts(cell: cell, subband: $0) }
            let parts = caps.enumerated().map { $1 > 0 ? part(cell, $0) : 0 }
            let total = parts.reduce(0, +)
            powers += zip(parts, caps).map { total > 0 ? min($1, budget * $0 / total) : 0 }
        }
        return powers
    }
}
