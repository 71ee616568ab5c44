/// Pairs by falling value per PRB, each taken where its UE is still free and its cell has room: the trivial reference.
///
/// Its bound uses, as the price of each cell, the density of the best pair that found no room there.
package struct DensityGreedy: AssociationSolver {
    package init() {}

    /// One round of `budget` is the whole run; without a round nobody is served.
    package mutating func solve(
        _ problem: AssociationProblem, start: AssociationOutcome? = nil, budget: inout Budget
    ) -> AssociationOutcome {
        var cellOfUE = [Int32](repeating: -1, count: problem.ues)
        var price = [Double](repeating: 0, count: problem.cells)
        guard budget.spend() else {
            return AssociationOutcome(
                cellOfUE: cellOfUE, value: 0, bound: problem.dualBound(pricePerPRB: price), pricePerPRB: price)
        }
        var ueOfPair = [Int32](repeating: 0, count: problem.cell.count)
        for u in 0..<problem.ues {
            for e in Int(problem.start[u])..<Int(problem.start[u + 1]) { ueOfPair[e] = Int32(u) }
        }
        let density = zip(problem.value, problem.need).map { $0 / Double($1) }
        let order = density.indices.sorted { density[$0] == density[$1] ? $0 < $1 : density[$0] > density[$1] }
        var room = problem.capacity
        var value = 0.0
        for e in order {
            let (u, c) = (Int(ueOfPair[e]), Int(problem.cell[e]))
            if cellOfUE[u] >= 0 { continue }
            if problem.need[e] <= room[c] {
                room[c] -= problem.need[e]
                cellOfUE[u] = problem.cell[e]
                value += problem.value[e]
            } else if price[c] == 0 {
                price[c] = density[e]
            }
        }
        return AssociationOutcome(
            cellOfUE: cellOfUE, value: value, bound: problem.dualBound(pricePerPRB: price), pricePerPRB: price)
    }
}
