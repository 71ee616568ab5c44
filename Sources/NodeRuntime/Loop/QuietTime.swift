package import NetworkModel

/// The part of an epoch in which no decision is under way: when a process does what it does every so often (status,
/// heartbeats, records, and what the twins of L2 and L3 do).
///
/// Epochs begin at the multiples of their length on the clock that all processes of the radio network's host share. The
/// decision and what it has put off (decision 0008) are through after five eighths of one; in the last eighth the
/// telemetry of the next is packed. Where a period is so many whole epochs, what once meets the decision would meet it
/// again for as long as the process runs; put off once, it stays in the quiet part. On other hosts than the radio
/// network's the part lies anywhere in an epoch.
package struct QuietTime: Sendable {
    /// Of this the periods are multiples. In epochs of which it is none they meet decisions now and then, and are left
    /// as they are; so are those in longer epochs, of which the moment that such work takes is nothing.
    private static let commonPeriod = Instant.Span.milliseconds(100)

    /// Nanoseconds; 0 where nothing is put off.
    private let period: Int64

    /// - Parameter epoch: length of an epoch.
    package init(epoch: Instant.Span) {
        period = QuietTime.commonPeriod.nanoseconds % epoch.nanoseconds == 0 ? epoch.nanoseconds : 0
    }

    /// The first quiet instant from `instant` on, three quarters of an epoch later at most.
    package func first(from instant: Instant) -> Instant {
        guard period > 0 else { return instant }
        let phase = instant.nanoseconds % period
        let (begin, end) = (period * 5 / 8, period * 7 / 8)
        if phase < begin { return instant + .nanoseconds(begin - phase) }
        return phase < end ? instant : instant + .nanoseconds(period + begin - phase)
    }
}
