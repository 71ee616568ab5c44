package import NetworkModel

/// The part of an epoch in which no decision is under way: when a process does what it does every so often (status,
/// heartbeats, records).
///
/// Epochs begin at the multiples of their length on the clock that all processes of the radio network's host share. The
/// decision and what it has put off (decision 0008) are through after five eighths of one; in the last eighth the
/// telemetry of the next is packed. Periods are multiples of most epochs' length: what once meets the decision would
/// meet it again for as long as the process runs. On other hosts the part lies anywhere in an epoch.
package struct QuietTime: Sendable {
    /// In a longer epoch the moment that such work takes is nothing, and heartbeats must not wait.
    private static let longestEpoch = Instant.Span.milliseconds(100)

    /// Nanoseconds; 0 where there is no need to wait.
    private let period: Int64

    /// - Parameter epoch: length of an epoch.
    package init(epoch: Instant.Span) {
        period = epoch <= QuietTime.longestEpoch ? epoch.nanoseconds : 0
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
