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

    /// Spends what some cells have left of their budgets on their subbands with price 0, in equal parts within the
    /// caps: there more power does no harm. At the rates of now it is of no use either; but the gain may be lower
    /// before the next decision comes.
    ///
    /// - Parameters:
    ///   - pricePerWatt: C x K, as announced.
    ///   - powerWatts: C x K.
    package static func fillFree(
        _ problem: Problem, cells: [Bool], pricePerWatt: [Double], _ powerWatts: inout [Double]
    ) {
        let subbands = problem.subbands
        for cell in cells.indices where cells[cell] {
            let row = cell * subbands..<(cell + 1) * subbands
            let caps = (0..<subbands).map { problem.powerCapWatts(cell: cell, subband: $0) }
            let free = row.filter { pricePerWatt[$0] == 0 && powerWatts[$0] < caps[$0 - row.lowerBound] }
            let left = problem.powerBudgetWatts[cell] - row.reduce(0) { $0 + powerWatts[$1] }
            guard left > 0, !free.isEmpty else { continue }
            for place in free {
                powerWatts[place] = min(caps[place - row.lowerBound], powerWatts[place] + left / Double(free.count))
            }
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
