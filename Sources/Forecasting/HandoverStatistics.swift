internal import Glibc
package import NetworkModel

/// Handovers between the cells of a network as a Markov chain whose counts fade exponentially with time.
///
/// Only pairs of cells that are in use take memory: `maxPairs` at most, in order of (from, to).
package struct HandoverStatistics: Sendable, Codable {
    /// One directed pair of cells and how often it is used.
    package struct Flow: Hashable, Sendable {
        package let from: CellID
        package let to: CellID
        /// Handovers per second, averaged over the memory.
        package let rateHz: Double
    }

    /// Handovers of one directed pair.
    private struct Pair: Sendable, Codable {
        /// `from` in the upper half, `to` in the lower.
        let key: UInt64
        /// Faded number of handovers until the last advance.
        var count = 0.0
        /// Handovers since then.
        var fresh: UInt32 = 0
    }

    /// Cells of the network.
    package let cells: Int
    /// Time after which an event counts 1/e.
    package let memorySeconds: Double
    /// Pairs remembered at most; a new one takes the place of the least used.
    package let maxPairs: Int
    /// Ascending by key.
    private var pairs: [Pair] = []
    /// Seconds seen, faded like the counts: the rate of a regular series is exact from the first advance on.
    private var seconds = 0.0

    /// Faded count below which a pair is given up.
    private static let least = 1e-4

    /// - Parameter maxPairs: nil for 16 a cell and at least 256, which is about twice the neighbours of a cell.
    package init(cells: Int, memorySeconds: Double, maxPairs: Int? = nil) {
        precondition(cells > 0 && memorySeconds > 0 && maxPairs ?? 1 > 0)
        self.cells = cells
        self.memorySeconds = memorySeconds
        self.maxPairs = maxPairs ?? max(256, 16 * cells)
    }

    /// Counts one handover. Cells outside the network, and a handover to the same cell, are not counted.
    package mutating func note(from: CellID, to: CellID) {
        guard from.index < cells, to.index < cells, from != to else { return }
        let key = HandoverStatistics.key(from, to)
        var place = place(of: key)
        if place == pairs.count || pairs[place].key != key {
            if pairs.count == maxPairs {
                pairs.remove(at: leastUsed())
                place = self.place(of: key)
            }
            pairs.insert(Pair(key: key), at: place)
        }
        pairs[place].fresh &+= 1
    }

    /// Lets time pass: what was counted before this interval fades by `exp(-seconds / memorySeconds)`, and so does the
    /// time it was counted in; the handovers noted since the last call belong to this interval.
    package mutating func advance(seconds elapsed: Double) {
        precondition(elapsed >= 0)
        let factor = exp(-elapsed / memorySeconds)
        for index in pairs.indices {
            pairs[index].count = pairs[index].count * factor + Double(pairs[index].fresh)
            pairs[index].fresh = 0
        }
        pairs.removeAll { $0.count < HandoverStatistics.least }
        seconds = seconds * factor + elapsed
    }

    /// Handovers per second from one cell to another; 0 before any time has passed.
    package func rateHz(from: CellID, to: CellID) -> Double {
        guard from.index < cells, to.index < cells, seconds > 0 else { return 0 }
        let key = HandoverStatistics.key(from, to)
        let place = place(of: key)
        return place < pairs.count && pairs[place].key == key ? pairs[place].count / seconds : 0
    }

    /// Probability that the next handover out of `from` goes to `to`; 0 where none has been seen.
    package func probability(from: CellID, to: CellID) -> Double {
        let total = row(from).reduce(0) { $0 + $1.count }
        return total > 0 ? rateHz(from: from, to: to) * seconds / total : 0
    }

    /// Most likely next cell of a UE that leaves `from` (ties: the lower cell); nil where none has been seen.
    package func likeliestNext(from: CellID) -> CellID? {
        var best: Pair?
        for pair in row(from) where pair.count > best?.count ?? 0 { best = pair }
        return best.map { CellID(UInt32(truncatingIfNeeded: $0.key)) }
    }

    /// The busiest pairs, busiest first (ties: lower cells first), at most `limit`.
    package func strongest(limit: Int) -> [Flow] {
        guard seconds > 0 else { return [] }
        var used = pairs.filter { $0.count > 0 }
        used.sort { $0.count != $1.count ? $0.count > $1.count : $0.key < $1.key }
        return used.prefix(limit).map {
            Flow(
                from: CellID(UInt32($0.key >> 32)), to: CellID(UInt32(truncatingIfNeeded: $0.key)),
                rateHz: $0.count / seconds)
        }
    }

    // MARK: - Pairs

    private static func key(_ from: CellID, _ to: CellID) -> UInt64 {
        UInt64(from.rawValue) << 32 | UInt64(to.rawValue)
    }

    /// Pairs out of a cell.
    private func row(_ from: CellID) -> ArraySlice<Pair> {
        guard from.index < cells else { return [] }
        return pairs[place(of: UInt64(from.rawValue) << 32)..<place(of: (UInt64(from.rawValue) + 1) << 32)]
    }

    /// First place whose key is not below `key`.
    private func place(of key: UInt64) -> Int {
        var low = 0
        var high = pairs.count
        while low < high {
            let middle = (low + high) / 2
            if pairs[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Place of the least used pair; of equals the first.
    private func leastUsed() -> Int {
        var best = 0
        for index in pairs.indices {
            let (left, right) = (pairs[index], pairs[best])
            if left.count + Double(left.fresh) < right.count + Double(right.fresh) { best = index }
        }
        return best
    }
}
