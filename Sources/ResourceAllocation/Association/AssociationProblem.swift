/// Which cell serves which UE, where every cell has so many PRBs and a UE is served at its demand or not at all.
///
/// Maximise `sum value[u,c] x[u,c]` over `x` in {0, 1} with `sum_c x[u,c] <= 1` for each UE and
/// `sum_u need[u,c] x[u,c] <= capacity[c]` for each cell: a generalised assignment problem. Only pairs that can serve
/// are listed, UE by UE; values are in the caller's unit (weighted Mbit/s, utility), needs and capacities in PRBs.
package struct AssociationProblem: Sendable {
    /// PRBs of each cell, 0 ... `largestCapacity`.
    package let capacity: [Int32]
    /// First pair of each UE: U + 1 ascending values.
    package let start: [Int32]
    /// Cell of each pair; a UE names a cell at most once.
    package let cell: [Int32]
    /// PRBs that the UE needs there, at least 1.
    package let need: [Int32]
    /// What it is worth to serve the UE there, finite and at least 0.
    package let value: [Double]

    /// Most PRBs of one cell: the exact packing of a cell takes memory in proportion.
    package static let largestCapacity: Int32 = 1 << 14

    /// What is wrong with the arrays; none of it is repaired.
    package enum Fault: Error, Hashable, Sendable {
        /// Arrays whose lengths contradict each other.
        case shape
        /// A capacity below 0 or above `largestCapacity`.
        case capacity(cell: Int)
        /// A cell that is not there, or is named twice by one UE.
        case cell(ue: Int)
        /// A need below 1.
        case need(ue: Int)
        /// A value that is not finite, or below 0.
        case value(ue: Int)
    }

    package init(
        capacity: [Int32], start: [Int32], cell: [Int32], need: [Int32], value: [Double]
    ) throws(Fault) {
        guard let last = start.last, start[0] == 0, Int(last) == cell.count, need.count == cell.count,
            value.count == cell.count, zip(start, start.dropFirst()).allSatisfy({ $0 <= $1 })
        else { throw .shape }
        for (index, prbs) in capacity.enumerated() where prbs < 0 || prbs > AssociationProblem.largestCapacity {
            throw .capacity(cell: index)
        }
        var seenBy = [Int](repeating: -1, count: capacity.count)
        for u in 0..<(start.count - 1) {
            for e in Int(start[u])..<Int(start[u + 1]) {
                guard cell[e] >= 0, Int(cell[e]) < capacity.count, seenBy[Int(cell[e])] != u else {
                    throw .cell(ue: u)
                }
                seenBy[Int(cell[e])] = u
                guard need[e] >= 1 else { throw .need(ue: u) }
                guard value[e].isFinite, value[e] >= 0 else { throw .value(ue: u) }
            }
        }
        self.capacity = capacity
        self.start = start
        self.cell = cell
        self.need = need
        self.value = value
    }

    package var cells: Int { capacity.count }
    package var ues: Int { start.count - 1 }

    /// Pair of a UE and a cell; nil where the cell cannot serve it.
    package func pair(ue: Int, cell wanted: Int32) -> Int? {
        (Int(start[ue])..<Int(start[ue + 1])).first { cell[$0] == wanted }
    }

    /// Value of an association (cell of each UE, -1 for none); nil where it is not feasible.
    package func value(of cellOfUE: [Int32]) -> Double? {
        guard cellOfUE.count == ues else { return nil }
        var left = capacity.map(Int.init)
        var sum = 0.0
        for (u, chosen) in cellOfUE.enumerated() where chosen >= 0 {
            guard let e = pair(ue: u, cell: chosen) else { return nil }
            left[Int(chosen)] -= Int(need[e])
            sum += value[e]
        }
        return left.allSatisfy { $0 >= 0 } ? sum : nil
    }

    /// `sum_c price_c capacity_c + sum_u max(0, max_c value - price_c need)`: by Lagrangian duality no association is
    /// worth more, whatever the prices (at least 0, value per PRB).
    package func dualBound(pricePerPRB: [Double]) -> Double {
        precondition(pricePerPRB.count == cells && pricePerPRB.allSatisfy { $0 >= 0 })
        var sum = zip(pricePerPRB, capacity).reduce(0) { $0 + $1.0 * Double($1.1) }
        for u in 0..<ues {
            var best = 0.0
            for e in Int(start[u])..<Int(start[u + 1]) {
                best = max(best, value[e] - pricePerPRB[Int(cell[e])] * Double(need[e]))
            }
            sum += best
        }
        return sum
    }
}

/// An association and what is known of it.
package struct AssociationOutcome: Sendable {
    /// Cell of each UE, -1 for none.
    package var cellOfUE: [Int32]
    /// Its value.
    package var value: Double
    /// No association is worth more than this.
    package var bound: Double
    /// Value per PRB of each cell at which the bound was found: the warm start of the next call.
    package var pricePerPRB: [Double]
}

/// A solver of the association problem.
package protocol AssociationSolver: Sendable {
    /// The best association found within `budget`, always feasible; `start` is an earlier outcome on a problem of as
    /// many cells, whose prices (and, for as many UEs, cells) are taken up where they still fit.
    mutating func solve(
        _ problem: AssociationProblem, start: AssociationOutcome?, budget: inout Budget
    ) -> AssociationOutcome
}
