/// The association problem as a mixed-integer program on CBC: exact where it has the time.
package struct IntegerAssociation: AssociationSolver {
    /// Relative gap at which it stops.
    package var gap: Double
    /// Nodes of the search tree, at most; 0 for no limit.
    package var nodes: Int
    /// Seconds, at most; 0 for no limit, which repeats exactly.
    package var seconds: Double

    package init(gap: Double = 1e-6, nodes: Int = 100_000, seconds: Double = 0) {
        self.gap = gap
        self.nodes = nodes
        self.seconds = seconds
    }

    /// One round of `budget` is one call of the search; without it, or where CBC finds nothing better, the better of
    /// the start and the density greedy's answer.
    package mutating func solve(
        _ problem: AssociationProblem, start: AssociationOutcome? = nil, budget: inout Budget
    ) -> AssociationOutcome {
        var one = Budget(rounds: 1)
        var greedy = DensityGreedy()
        var best = greedy.solve(problem, budget: &one)
        if let start, let value = problem.value(of: start.cellOfUE), value > best.value {
            best.cellOfUE = start.cellOfUE
            best.value = value
        }
        guard problem.cell.count > 0, budget.spend() else { return best }
        // CBC stalls on costs of many decades: in units of the largest the least of them vanish.
        let unit = max(problem.value.max() ?? 0, .leastNormalMagnitude)
        let program = IntegerAssociation.program(problem, unit: unit)
        if let relaxed = program.solveRelaxation().solution {
            let prices = relaxed.duals.suffix(problem.cells).map { max(0, $0) * unit }
            let bound = problem.dualBound(pricePerPRB: prices)
            if bound < best.bound {
                best.bound = bound
                best.pricePerPRB = prices
            }
        }
        let limits = LinearProgram.Limits(gap: gap, nodes: nodes, seconds: seconds)
        guard let found = program.solve(limits).solution else { return best }
        let cellOfUE = (0..<problem.ues).map { u in
            (Int(problem.start[u])..<Int(problem.start[u + 1])).first { found.values[$0] > 0.5 }
                .map { problem.cell[$0] } ?? -1
        }
        if let value = problem.value(of: cellOfUE), value >= best.value {
            best.cellOfUE = cellOfUE
            best.value = value
        }
        // CBC leaves parts of its tree that promise less than the gap unsearched, and reports as bound what it found.
        best.bound = max(best.value, min(best.bound, found.bound * unit * (1 + max(gap, 1e-9))))
        return best
    }

    /// A column per pair, a row per UE, then a row per cell; values divided by `unit`.
    package static func program(_ problem: AssociationProblem, unit: Double = 1) -> LinearProgram {
        var program = LinearProgram(maximises: true)
        for value in problem.value { _ = program.addColumn(cost: value / unit, upper: 1, isInteger: true) }
        for u in 0..<problem.ues {
            program.addRow(upper: 1, (Int(problem.start[u])..<Int(problem.start[u + 1])).map { ($0, 1) })
        }
        var ofCell = [[(column: Int, factor: Double)]](repeating: [], count: problem.cells)
        for (e, cell) in problem.cell.enumerated() { ofCell[Int(cell)].append((e, Double(problem.need[e]))) }
        for c in 0..<problem.cells { program.addRow(upper: Double(problem.capacity[c]), ofCell[c]) }
        return program
    }
}
