/// Limits and times of a socket; the same on both ends of every connection of a run.
package struct SocketOptions: Hashable, Sendable {
    /// Messages that may wait for one peer, either way; the next one is refused and counted, never queued without
    /// bound.
    package var highWaterMark: Int32 = 1_000
    /// A larger message ends the connection that sent it.
    package var maxMessageBytes: Int64 = 1 << 20
    /// Interval of ZMTP heartbeats: without them a frozen peer goes unnoticed.
    package var heartbeatIntervalMilliseconds: Int32 = 100
    /// A peer that says nothing for this long is disconnected.
    package var heartbeatTimeoutMilliseconds: Int32 = 300
    /// First wait before a lost connection is tried again; doubles up to `reconnectMaximumMilliseconds`.
    package var reconnectMilliseconds: Int32 = 10
    package var reconnectMaximumMilliseconds: Int32 = 1_000
    /// Time that the rest of the send queue is given when a socket closes.
    package var lingerMilliseconds: Int32 = 100
    /// A connection that has not finished its ZMTP handshake after this time is dropped.
    package var handshakeMilliseconds: Int32 = 5_000

    package init() {}
}
