internal import DTNetMessages
package import NetworkModel
package import TwinProtocol

/// When each epoch was due, by the radio network's clock. The last `capacity` are kept; others, those that the radio
/// network skipped and those to come follow from the period.
package struct EpochSchedule: Sendable {
    /// Epochs remembered as they were stated.
    package static let capacity = 1_024

    private let period: Instant.Span
    private var scheduled: [Instant]
    private var tags: [UInt64]
    /// First epoch of this count of epochs, nil before it.
    package private(set) var first: UInt64?
    /// Newest epoch, nil before the first.
    package private(set) var last: UInt64?
    private var lastScheduled = Instant.zero

    package init(period: Instant.Span) {
        precondition(period > .zero, "an epoch lasts")
        self.period = period
        scheduled = Array(repeating: .zero, count: EpochSchedule.capacity)
        tags = Array(repeating: .max, count: EpochSchedule.capacity)
    }

    /// Notes an epoch that began; false where it is not newer than the last.
    package mutating func begin(_ start: EpochStart) -> Bool {
        if let last, start.epoch <= last { return false }
        if first == nil { first = start.epoch }
        last = start.epoch
        lastScheduled = start.scheduled
        let slot = Int(start.epoch % UInt64(EpochSchedule.capacity))
        tags[slot] = start.epoch
        scheduled[slot] = start.scheduled
        return true
    }

    /// When the epoch was due, or will be.
    package func due(_ epoch: UInt64) -> Instant {
        let slot = Int(epoch % UInt64(EpochSchedule.capacity))
        if tags[slot] == epoch { return scheduled[slot] }
        guard let last else { return .zero }
        // Far off: a directive of the wire may name any epoch.
        let distance = epoch >= last ? min(epoch - last, 1 << 20) : min(last - epoch, 1 << 20)
        let span = period * Int64(distance)
        return epoch >= last ? lastScheduled + span : lastScheduled - span
    }
}
