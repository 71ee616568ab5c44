/// Collects the reports of an epoch until all sources have spoken or the deadline has passed (DESIGN 5: a leader
/// decides when all reports are in, or at half an epoch, predicting the missing ones).
package struct EpochBarrier: Hashable, Sendable {
    package enum Verdict: Hashable, Sendable {
        /// Keep collecting.
        case wait
        /// This report opened the epoch: set the deadline timer, keep collecting.
        case opened
        /// All are in: decide now.
        case release
        /// The epoch has been decided, or is older than the one being collected.
        case late
    }

    private let sources: Int
    private var seen: [Bool]
    private var missing: Int
    /// Epoch being collected.
    package private(set) var epoch: UInt64?
    private var decided: UInt64?

    /// - Parameter sources: number of sources, addressed 0 ..< sources.
    package init(sources: Int) {
        precondition(sources > 0, "a barrier needs a source")
        self.sources = sources
        seen = Array(repeating: false, count: sources)
        missing = sources
    }

    /// A report of `source` for `epoch` came in. A newer epoch abandons the one being collected.
    package mutating func arrive(source: Int, epoch: UInt64) -> Verdict {
        if let decided, epoch <= decided { return .late }
        if let current = self.epoch, epoch < current { return .late }
        let opened = self.epoch != epoch
        if opened {
            self.epoch = epoch
            for index in seen.indices { seen[index] = false }
            missing = sources
        }
        if !seen[source] {
            seen[source] = true
            missing -= 1
        }
        if missing == 0 {
            close(epoch)
            return .release
        }
        return opened ? .opened : .wait
    }

    /// The deadline of `epoch` has passed: true where it is still being collected and must be decided now.
    package mutating func expire(epoch: UInt64) -> Bool {
        guard self.epoch == epoch else { return false }
        close(epoch)
        return true
    }

    /// Epochs are numbered anew: nothing has been decided of them.
    package mutating func restart() { (epoch, decided) = (nil, nil) }

    /// Whether the source's report of the epoch decided last had come.
    package func hasReported(_ source: Int) -> Bool { seen[source] }

    private mutating func close(_ epoch: UInt64) {
        decided = epoch
        self.epoch = nil
    }
}
