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
    /// Where the last handover out of each cell went, `CellID.none` where there was none [C].
    private var last: [UInt32]
    private var error = RunningError()
    private var persistenceError = RunningError()

    /// Faded count below which a pair is given up.
    private static let least = 1e-4

    /// - Parameter maxPairs: nil for 16 a cell and at least 256, which is about twice the neighbours of a cell.
    package init(cells: Int, memorySeconds: Double, maxPairs: Int? = nil) {
        precondition(cells > 0 && memorySeconds > 0 && maxPairs ?? 1 > 0)
        self.cells = cells
        self.memorySeconds = memorySeconds
        self.maxPairs = maxPairs ?? max(256, 16 * cells)
        last = Array(repeating: CellID.none.rawValue, count: cells)
    }

    /// Counts one handover. Cells outside the network, and a handover to the same cell, are not counted.
    package mutating func note(from: CellID, to: CellID) {
        guard from.index < cells, to.index < cells, from != to else { return }
        score(from: from, to: to)
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

    /// Scores what was said of the next cell before this handover was known. One that nothing was said of is not
    /// scored.
    private mutating func score(from: CellID, to: CellID) {
        defer { last[from.index] = to.rawValue }
        let row = row(from)
        let total = row.reduce(0) { $0 + $1.count }
        guard total > 0 else { return }
        var brier = 1.0
        for pair in row {
            let probability = pair.count / total
            brier += probability * probability
            if UInt32(truncatingIfNeeded: pair.key) == to.rawValue { brier -= 2 * probability }
        }
        error.note(brier / 2)
        persistenceError.note(last[from.index] == to.rawValue ? 0 : 1)
    }

    /// Mean error of the probabilities of the next cell over handovers, those before forgotten slowly: half the Brier
    /// score (Brier 1950), 0 for a certain prediction that came true and 1 for one that did not. 0 before the first.
    package var meanError: Double { error.mean }

    /// The same of persistence on the same handovers, which says with certainty that the next goes where the last out
    /// of that cell went: the part that did not.
    package var persistenceMeanError: Double { persistenceError.mean }

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
