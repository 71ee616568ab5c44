package import DTNetMessages
package import NetworkModel

/// Decides per cell and control kind whether a directive may act (DESIGN 5): its term is not below the highest seen,
/// its epoch is newer than the last one applied and has begun, and it has not expired. Nothing is applied twice.
package struct DirectiveFence: Hashable, Sendable {
    private struct Entry: Hashable, Sendable {
        var term: UInt64 = 0
        /// Epoch applied last, plus one; 0 where none was.
        var nextEpoch: UInt64 = 0
        /// First epoch in which what is in force is no longer valid; 0 where nothing is.
        var expires: UInt64 = 0
        var writer: NodeID?
    }

    private var entries: [Entry]
    private let kinds = ControlKind.allCases.count
    /// Highest term seen on any cell and kind.
    package private(set) var highestTerm: UInt64 = 0

    package init(cells: Int) {
        entries = Array(repeating: Entry(), count: cells * ControlKind.allCases.count)
    }

    private func index(_ cell: CellID, _ kind: ControlKind) -> Int { cell.index * kinds + Int(kind.rawValue) - 1 }

    /// Whether a directive would be applied; changes nothing.
    package func judge(
        cell: CellID, kind: ControlKind, writer: NodeID, term: UInt64, epoch: UInt64, expires: UInt64, now: UInt64
    ) -> DirectiveOutcome {
        let entry = entries[index(cell, kind)]
        if term < entry.term { return .staleTerm }
        if now >= expires { return .expired }
        if let holder = entry.writer, holder != writer, term == entry.term, now < entry.expires {
            return .unauthorised
        }
        // One that has not begun is of a numbering before a restart, or wrong: its fence would keep the true ones out.
        if epoch < entry.nextEpoch || epoch > now { return .staleEpoch }
        return .applied
    }

    /// Notes a directive that `judge` let pass.
    package mutating func commit(
        cell: CellID, kind: ControlKind, writer: NodeID, term: UInt64, epoch: UInt64, expires: UInt64
    ) {
        entries[index(cell, kind)] = Entry(term: term, nextEpoch: epoch + 1, expires: expires, writer: writer)
        highestTerm = max(highestTerm, term)
    }

    /// Ends what has expired at the start of an epoch; the cells and kinds fall back to the safe default.
    package mutating func expire(at epoch: UInt64) -> [(cell: CellID, kind: ControlKind)] {
        var ended: [(cell: CellID, kind: ControlKind)] = []
        for slot in entries.indices where entries[slot].expires > 0 && epoch >= entries[slot].expires {
            entries[slot].expires = 0
            entries[slot].writer = nil
            guard let kind = ControlKind(rawValue: UInt32(slot % kinds) + 1) else { continue }
            ended.append((CellID(UInt32(slot / kinds)), kind))
        }
        return ended
    }
}
