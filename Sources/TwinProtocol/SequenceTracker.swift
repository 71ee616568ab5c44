/// Counts gaps, duplicates and reordering in one stream of (sender, recipient, traffic class).
package struct SequenceTracker: Hashable, Sendable {
    package enum Verdict: Hashable, Sendable {
        case inOrder
        /// This many messages before this one never came.
        case gap(UInt64)
        /// Seen before, or older than what was seen: must have no effect.
        case duplicate
        /// The sender was restarted; its numbers begin anew.
        case restarted
    }

    private var incarnation: UInt64 = 0
    private var last: UInt64 = 0
    /// Messages that never came; stays at the highest number there is.
    package private(set) var lost: UInt64 = 0
    /// Messages refused as duplicates, or as of an older incarnation.
    package private(set) var duplicates: UInt64 = 0

    package init() {}

    /// A session with this start of the sender stands: where it is numbered below those before, as after a host whose
    /// count of starts or clock fell, its messages are no old ones.
    package mutating func begin(incarnation: UInt64) {
        if incarnation < self.incarnation { (self.incarnation, last) = (incarnation, 0) }
    }

    /// Judges the next message of the stream.
    package mutating func observe(incarnation: UInt64, sequence: UInt64) -> Verdict {
        if incarnation > self.incarnation {
            let first = self.incarnation == 0
            self.incarnation = incarnation
            last = sequence
            return first ? .inOrder : .restarted
        }
        guard incarnation == self.incarnation, sequence > last else {
            duplicates += 1
            return .duplicate
        }
        let missing = sequence - last - 1
        last = sequence
        guard missing > 0 else { return .inOrder }
        let (sum, isOver) = lost.addingReportingOverflow(missing)
        lost = isOver ? .max : sum
        return .gap(missing)
    }
}
