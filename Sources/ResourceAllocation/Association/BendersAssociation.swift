/// Benders decomposition of `PoweredAssociation` (Benders 1962; Geoffrion 1972): CBC proposes an association, a linear
/// program prices its powers or says why there are none, and each answer becomes a cut for the next proposal.
///
/// With x given the powers solve `min cost p` under `p[c] g[u,c] - t[u] sum p[j] g[u,j] >= t[u] n[u] - M (1 - x[u,c])`,
/// M the most that the left side can lack. Where that has no solution, the least total lack has; its duals, too, make
/// a cut. Values of powers never rise as UEs are dropped, so that the duals are at least 0 and the cuts hold for all x.
package struct BendersAssociation: Sendable {
    /// Stops once value and bound differ by less than this part.
    package var tolerance = 1e-7

    package init() {}

    /// What the decomposition came to.
    package struct Outcome: Sendable {
        package var cellOfUE: [Int32]
        package var powerWatts: [Double]
        package var value: Double
        /// No association is worth more.
        package var bound: Double
        package var cuts: Int
        package var hasConverged: Bool
    }

    /// One round of `budget` is one cut. The best proposal so far is returned when it ends; serving nobody is the
    /// first.
    package func solve(_ problem: PoweredAssociation, budget: inout Budget) -> Outcome {
        var master = Master(problem)
        var best = Outcome(
            cellOfUE: Array(repeating: -1, count: problem.association.ues),
            powerWatts: Array(repeating: 0, count: problem.association.cells), value: 0, bound: .infinity, cuts: 0,
            hasConverged: false)
        while budget.spend() {
            guard let proposal = master.propose() else { break }
            best.bound = min(best.bound, proposal.bound)
            if let priced = Master.price(problem, proposal.chosen, isElastic: false) {
                let value = proposal.value - priced.cost
                if value > best.value {
                    best.value = value
                    best.cellOfUE = proposal.cellOfUE
                    best.powerWatts = priced.powers
                }
                master.cut(priced, isElastic: false)
            } else if let lacking = Master.price(problem, proposal.chosen, isElastic: true) {
                master.cut(lacking, isElastic: true)
            }
            best.cuts += 1
            if best.bound - best.value <= tolerance * max(1, abs(best.bound)) {
                best.hasConverged = true
                break
            }
        }
        best.bound = max(best.bound, best.value)
        return best
    }
}

/// The master program and its sub-program.
private struct Master {
    private var program: LinearProgram
    private let problem: PoweredAssociation
    /// Column of what the powers cost.
    private let costColumn: Int

    struct Proposal {
        /// Per pair.
        var chosen: [Bool]
        var cellOfUE: [Int32]
        var value: Double
        var bound: Double
    }

    /// What powers cost (or lack) for some association, and by how much more per pair chosen.
    struct Priced {
        var cost: Double
        var powers: [Double]
        /// Per pair, at least 0: dual times M.
        var slope: [Double]
        var chosen: [Bool]
    }

    init(_ problem: PoweredAssociation) {
        self.problem = problem
        program = IntegerAssociation.program(problem.association)
        let most = problem.limitWatts.reduce(0, +) * problem.costPerWatt
        costColumn = program.addColumn(cost: -1, upper: max(most, 1e-12))
    }

    func propose() -> Proposal? {
        guard let found = program.solve(.init(gap: 1e-10)).solution else { return nil }
        let association = problem.association
        let chosen = association.cell.indices.map { found.values[$0] > 0.5 }
        var cellOfUE = [Int32](repeating: -1, count: association.ues)
        var value = 0.0
        for u in 0..<association.ues {
            for e in Int(association.start[u])..<Int(association.start[u + 1]) where chosen[e] {
                cellOfUE[u] = association.cell[e]
                value += association.value[e]
            }
        }
        return Proposal(chosen: chosen, cellOfUE: cellOfUE, value: value, bound: found.bound)
    }

    /// `theta >= cost + sum slope (x - x_chosen)`, or for what is lacking `0 >= lack + sum slope (x - x_chosen)`.
    mutating func cut(_ priced: Priced, isElastic: Bool) {
        let atChosen = zip(priced.slope, priced.chosen).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
        var terms = priced.slope.enumerated().map { (column: $0.offset, factor: $0.element) }
        if !isElastic { terms.append((costColumn, -1)) }
        program.addRow(upper: atChosen - priced.cost, terms)
        guard isElastic else { return }
        // Whoever serves all of these, and perhaps more, fails as well.
        let together = irreducible(priced.chosen)
        if !together.isEmpty { program.addRow(upper: Double(together.count - 1), together.map { ($0, 1) }) }
    }

    /// Pairs chosen that together have no powers, though without any one of them they would: dropped one by one.
    private func irreducible(_ chosen: [Bool]) -> [Int] {
        let association = problem.association
        var cellOfUE = [Int32](repeating: -1, count: association.ues)
        var pairOfUE = [Int](repeating: -1, count: association.ues)
        for u in 0..<association.ues {
            for e in Int(association.start[u])..<Int(association.start[u + 1]) where chosen[e] {
                cellOfUE[u] = association.cell[e]
                pairOfUE[u] = e
            }
        }
        guard problem.leastPowers(cellOfUE) == nil else { return chosen.indices.filter { chosen[$0] } }
        for u in 0..<association.ues where cellOfUE[u] >= 0 {
            let cell = cellOfUE[u]
            cellOfUE[u] = -1
            if problem.leastPowers(cellOfUE) != nil { cellOfUE[u] = cell }
        }
        return (0..<association.ues).filter { cellOfUE[$0] >= 0 }.map { pairOfUE[$0] }
    }

    /// The sub-program in units of each UE's noise and each cell's limit; nil where it has no solution.
    static func price(_ problem: PoweredAssociation, _ chosen: [Bool], isElastic: Bool) -> Priced? {
        let association = problem.association
        let cells = association.cells
        var program = LinearProgram(maximises: false)
        for c in 0..<cells {
            _ = program.addColumn(cost: isElastic ? 0 : problem.costPerWatt * problem.limitWatts[c], upper: 1)
        }
        var slope = [Double](repeating: 0, count: association.cell.count)
        for u in 0..<association.ues {
            for e in Int(association.start[u])..<Int(association.start[u + 1]) {
                let c = Int(association.cell[e])
                // Power received over noise at the cell's limit.
                func level(_ j: Int) -> Double {
                    problem.gain[u * cells + j] * problem.limitWatts[j] / problem.noiseWatts[u]
                }
                let scale = problem.target[u] * (1 + (0..<cells).reduce(0) { $1 == c ? $0 : $0 + level($1) })
                var terms = (0..<cells).map {
                    (column: $0, factor: ($0 == c ? level(c) : -problem.target[u] * level($0)) / scale)
                }
                if isElastic { terms.append((program.addColumn(cost: 1), 1)) }
                slope[e] = 1
                program.addRow(lower: problem.target[u] / scale - (chosen[e] ? 0 : 1), terms)
            }
        }
        guard let found = program.solveRelaxation().solution else { return nil }
        for e in slope.indices { slope[e] *= max(0, found.duals[e]) }
        let powers = (0..<cells).map { found.values[$0] * problem.limitWatts[$0] }
        return Priced(cost: found.objective, powers: powers, slope: slope, chosen: chosen)
    }
}
