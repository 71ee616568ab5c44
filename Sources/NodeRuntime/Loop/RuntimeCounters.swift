internal import DTNetMessages
package import NetworkModel

/// What a reactor has done and what it had to drop, by traffic class (`TrafficClass.rawValue`) where that matters.
package struct RuntimeCounters: Hashable, Sendable {
    /// Messages handed to the transport, or by a call within the process.
    package var sent: [UInt64] = [0, 0, 0]
    package var sentBytes: UInt64 = 0
    package var received: [UInt64] = [0, 0, 0]
    package var receivedBytes: UInt64 = 0
    /// Dropped because the peer's queue was full or its connection had just gone; the receiver counts them as gaps.
    package var wouldBlock: [UInt64] = [0, 0, 0]
    /// Not sent because no session stood; these take no sequence number.
    package var notConnected: [UInt64] = [0, 0, 0]
    /// Lost or refused by the shaped link.
    package var lostOnLink: [UInt64] = [0, 0, 0]
    /// Messages that never came, told from the sequence numbers.
    package var gaps: [UInt64] = [0, 0, 0]
    package var duplicates: [UInt64] = [0, 0, 0]
    /// Sends to a node that no wire of the plan leads to, or of messages over the size limit: faults of this program.
    package var unsendable: UInt64 = 0
    /// Messages from peers that were refused.
    package var refused: UInt64 = 0
    /// Jobs refused because too many were waiting.
    package var jobsRefused: UInt64 = 0
    /// Records and log lines that the disk did not keep up with.
    package var unrecorded: UInt64 = 0
    /// Frames that a shaped link held back: how many, and how much later than due they left.
    package var delayed: UInt64 = 0
    package var latenessSum = Instant.Span.zero
    package var latenessMax = Instant.Span.zero

    package init() {}
}
