/// Each cell's budget divided equally over the subbands that are not masked: the safe default, "no control".
package enum EqualPower {
    /// Powers, C x K watts.
    package static func powerWatts(_ problem: Problem) -> [Double] {
        split(problem) { _, _ in 1 }
    }

    /// Gives those of the cells that serve nobody their budget in equal parts. Nobody can say what is best for such a
    /// cell, and it sends nothing; but the next user comes before the next decision, and must not find it without
    /// power.
    ///
    /// - Parameter powerWatts: C x K.
    package static func fillIdle(_ problem: Problem, cells: [Bool], _ powerWatts: inout [Double]) {
        let idle = cells.indices.filter { cells[$0] && problem.isIdle(cell: $0) }
        guard !idle.isEmpty else { return }
        let equal = EqualPower.powerWatts(problem)
        for cell in idle {
            let row = cell * problem.subbands..<(cell + 1) * problem.subbands
            powerWatts.replaceSubrange(row, with: equal[row])
        }
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
