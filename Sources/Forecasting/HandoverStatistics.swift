internal import Glibc
package import NetworkModel

/// Handovers between the cells of a network as a Markov chain whose counts fade exponentially with time.
package struct HandoverStatistics: Sendable, Codable {
    /// One directed pair of cells and how often it is used.
    package struct Flow: Hashable, Sendable {
        package let from: CellID
        package let to: CellID
        /// Handovers per second, averaged over the memory.
        package let rateHz: Double
    }

    /// Cells of the network; memory is quadratic in it.
    package let cells: Int
    /// Time after which an event counts 1/e.
    package let memorySeconds: Double
    /// Faded number of handovers, [from, to].
    private var counts: [Double]
    /// Seconds seen, faded like the counts.
    private var seconds = 0.0

    package init(cells: Int, memorySeconds: Double) {
        precondition(cells > 0 && memorySeconds > 0)
        self.cells = cells
        self.memorySeconds = memorySeconds
        counts = Array(repeating: 0, count: cells * cells)
    }

    /// Counts one handover. Cells outside the network, and a handover to the same cell, are not counted.
    package mutating func note(from: CellID, to: CellID) {
        guard from.index < cells, to.index < cells, from != to else { return }
        counts[from.index * cells + to.index] += 1
    }

    /// Lets time pass: counts fade by `exp(-seconds / memorySeconds)`.
    package mutating func advance(seconds elapsed: Double) {
        precondition(elapsed >= 0)
        let factor = exp(-elapsed / memorySeconds)
        for index in counts.indices { counts[index] *= factor }
        seconds = seconds * factor + memorySeconds * (1 - factor)
    }

    /// Handovers per second from one cell to another; 0 before any time has passed.
    package func rateHz(from: CellID, to: CellID) -> Double {
        guard from.index < cells, to.index < cells, seconds > 0 else { return 0 }
        return counts[from.index * cells + to.index] / seconds
    }

    /// Probability that the next handover out of `from` goes to `to`; 0 where none has been seen.
    package func probability(from: CellID, to: CellID) -> Double {
        guard from.index < cells, to.index < cells else { return 0 }
        let row = counts[(from.index * cells)..<((from.index + 1) * cells)]
        let total = row.reduce(0, +)
        return total > 0 ? row[row.startIndex + to.index] / total : 0
    }

    /// Most likely next cell of a UE that leaves `from`; nil where none has been seen.
    package func likeliestNext(from: CellID) -> CellID? {
        guard from.index < cells else { return nil }
        var best: (cell: Int, count: Double)?
        for cell in 0..<cells where counts[from.index * cells + cell] > best?.count ?? 0 {
            best = (cell, counts[from.index * cells + cell])
        }
        return best.map { CellID(UInt32($0.cell)) }
    }

    /// The busiest pairs, busiest first (ties: lower cells first), at most `limit`, none below one handover per ten
    /// thousand memories.
    package func strongest(limit: Int) -> [Flow] {
        guard seconds > 0 else { return [] }
        var used = counts.indices.filter { counts[$0] > 1e-4 }
        used.sort { counts[$0] != counts[$1] ? counts[$0] > counts[$1] : $0 < $1 }
        return used.prefix(limit).map {
            Flow(from: CellID(UInt32($0 / cells)), to: CellID(UInt32($0 % cells)), rateHz: counts[$0] / seconds)
        }
    }
}
