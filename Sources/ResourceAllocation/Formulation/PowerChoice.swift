/// What is frozen before powers and shares are decided: who serves whom, and the setting of every cell.
package struct PowerChoice: Sendable, Hashable {
    /// Cell of each UE, -1 where nobody serves it; U values.
    package var cellOfUE: [Int32]
    /// State in force of each cell, -1 where it has none; C values.
    package var stateOfCell: [Int32]
    /// Cells that sleep, ascending.
    package var asleepCells: [Int]

    package init(cellOfUE: [Int32], stateOfCell: [Int32], asleepCells: [Int] = []) {
        self.cellOfUE = cellOfUE
        self.stateOfCell = stateOfCell
        self.asleepCells = asleepCells
    }

    /// The association that the problem gives, and each cell's first state.
    package init(_ problem: ResourceProblem) {
        cellOfUE = problem.ues.map { Int32($0.cell ?? -1) }
        stateOfCell = problem.cells.map { $0.states.isEmpty ? -1 : 0 }
        asleepCells = []
    }
}

/// A `Problem` that stands for a choice, and which UE each of its rows is.
package struct PoweredProblem: Sendable {
    package let problem: Problem
    /// UE of each row; UEs that nobody serves are in none.
    package let ueOfRow: [Int]

    /// Shares of the rows as shares of all UEs, U x K.
    package func spread(shares: [Double], ues: Int) -> [Double] {
        let subbands = problem.subbands
        var all = [Double](repeating: 0, count: ues * subbands)
        for (row, ue) in ueOfRow.enumerated() {
            for k in 0..<subbands { all[ue * subbands + k] = shares[row * subbands + k] }
        }
        return all
    }
}
