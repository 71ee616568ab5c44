internal import CCbc

/// A linear program, some of whose columns may have to be whole, solved by Clp and CBC (decision 0022).
///
/// `optimise sum cost x` with `lower <= x <= upper` and `lower <= sum factor x <= upper` for each row.
package struct LinearProgram: Sendable {
    /// What stands for no bound.
    package static let unbounded = 1e30

    package let maximises: Bool
    private var cost: [Double] = []
    private var columnLower: [Double] = []
    private var columnUpper: [Double] = []
    private var isInteger: [UInt8] = []
    private var rowLower: [Double] = []
    private var rowUpper: [Double] = []
    private var entries: [(column: Int32, row: Int32, factor: Double)] = []

    package init(maximises: Bool) { self.maximises = maximises }

    package var columns: Int { cost.count }
    package var rows: Int { rowLower.count }

    /// Adds a column and returns its index. All numbers are finite; `unbounded` stands for none.
    package mutating func addColumn(
        cost: Double, lower: Double = 0, upper: Double = unbounded, isInteger: Bool = false
    ) -> Int {
        precondition(cost.isFinite && lower.isFinite && upper.isFinite && lower <= upper)
        self.cost.append(cost)
        columnLower.append(lower)
        columnUpper.append(upper)
        self.isInteger.append(isInteger ? 1 : 0)
        return columns - 1
    }

    /// Adds a row over columns that are there, each at most once, and returns its index.
    @discardableResult
    package mutating func addRow(
        lower: Double = -unbounded, upper: Double = unbounded, _ terms: [(column: Int, factor: Double)]
    ) -> Int {
        precondition(lower.isFinite && upper.isFinite && lower <= upper)
        rowLower.append(lower)
        rowUpper.append(upper)
        for (column, factor) in terms where factor != 0 {
            precondition(column >= 0 && column < columns && factor.isFinite)
            entries.append((Int32(column), Int32(rows - 1), factor))
        }
        return rows - 1
    }

    /// What a program came to.
    package enum Answer<Solution: Sendable>: Sendable {
        case solved(Solution)
        case infeasible
        case unbounded
        /// Limits were met, or the solver gave up, before there was a solution.
        case none

        /// The solution where there is one.
        package var solution: Solution? {
            if case .solved(let solution) = self { return solution }
            return nil
        }
    }

    /// The optimum of a program without whole columns.
    package struct LinearSolution: Sendable {
        /// Value of each column.
        package var values: [Double]
        /// Change of the objective per unit of each row's bound.
        package var duals: [Double]
        package var objective: Double
    }

    /// The best solution found of a program with whole columns.
    package struct IntegerSolution: Sendable {
        package var values: [Double]
        package var objective: Double
        /// No solution is better than this.
        package var bound: Double
        /// The gap asked for was reached.
        package var isOptimal: Bool
    }

    /// When a search among whole columns ends.
    package struct Limits: Sendable {
        /// Relative gap between solution and bound.
        package var gap: Double
        /// Nodes of the search tree; 0 for no limit.
        package var nodes: Int
        /// Seconds of wall time, read inside CBC; 0 for no limit. A repeatable run leaves it 0.
        package var seconds: Double

        package init(gap: Double = 1e-9, nodes: Int = 0, seconds: Double = 0) {
            self.gap = gap
            self.nodes = nodes
            self.seconds = seconds
        }

        /// Limits at which every search ends, for callers who name none: 10,000 nodes, and 20 s, should the nodes take
        /// longer. A search that meets no more than its nodes repeats exactly.
        package static func bounded(gap: Double) -> Limits { Limits(gap: gap, nodes: 10_000, seconds: 20) }
    }

    /// Solves the program as if no column had to be whole.
    package func solveRelaxation() -> Answer<LinearSolution> {
        var solution = LinearSolution(
            values: Array(repeating: 0, count: columns), duals: Array(repeating: 0, count: rows), objective: 0)
        let status = withProblem { problem in
            ccbc_solve_linear(&problem, &solution.values, &solution.duals, &solution.objective)
        }
        return LinearProgram.answer(status, solution)
    }

    /// Solves the program.
    package func solve(_ limits: Limits = Limits()) -> Answer<IntegerSolution> {
        var solution = IntegerSolution(
            values: Array(repeating: 0, count: columns), objective: 0, bound: 0, isOptimal: false)
        let status = withProblem { problem in
            ccbc_solve_integer(
                &problem, limits.gap, Int32(clamping: limits.nodes), limits.seconds, &solution.values,
                &solution.objective, &solution.bound)
        }
        solution.isOptimal = status == CCBC_OPTIMAL
        return LinearProgram.answer(status, solution)
    }

    private static func answer<Solution>(_ status: ccbc_status, _ solution: Solution) -> Answer<Solution> {
        switch status {
        case CCBC_OPTIMAL, CCBC_FEASIBLE: .solved(solution)
        case CCBC_INFEASIBLE: .infeasible
        case CCBC_UNBOUNDED: .unbounded
        default: .none
        }
    }

    /// The program as C sees it, columns compressed.
    private func withProblem(_ body: (inout ccbc_problem) -> ccbc_status) -> ccbc_status {
        guard columns > 0 else { return rows == 0 ? CCBC_OPTIMAL : CCBC_NONE }
        var start = [Int32](repeating: 0, count: columns + 1)
        for entry in entries { start[Int(entry.column) + 1] += 1 }
        for column in 0..<columns { start[column + 1] += start[column] }
        var next = start
        var rowOf = [Int32](repeating: 0, count: max(1, entries.count))
        var value = [Double](repeating: 0, count: max(1, entries.count))
        for entry in entries {
            let at = Int(next[Int(entry.column)])
            rowOf[at] = entry.row
            value[at] = entry.factor
            next[Int(entry.column)] += 1
        }
        return start.withUnsafeBufferPointer { start in
            rowOf.withUnsafeBufferPointer { rowOf in
                value.withUnsafeBufferPointer { value in
                    withBounds { problem in
                        problem.column_start = start.baseAddress
                        problem.row_of = rowOf.baseAddress
                        problem.value = value.baseAddress
                        return body(&problem)
                    }
                }
            }
        }
    }

    private func withBounds(_ body: (inout ccbc_problem) -> ccbc_status) -> ccbc_status {
        let parts = columnLower + columnUpper + cost + rowLower + rowUpper
        return parts.withUnsafeBufferPointer { parts in
            isInteger.withUnsafeBufferPointer { isInteger in
                guard let base = parts.baseAddress else { return CCBC_NONE }
                var problem = ccbc_problem()
                problem.columns = Int32(columns)
                problem.rows = Int32(rows)
                problem.column_lower = base
                problem.column_upper = base + columns
                problem.cost = base + 2 * columns
                problem.row_lower = base + 3 * columns
                problem.row_upper = base + (3 * columns + rows)
                problem.is_integer = isInteger.baseAddress
                problem.maximises = maximises ? 1 : 0
                return body(&problem)
            }
        }
    }
}
