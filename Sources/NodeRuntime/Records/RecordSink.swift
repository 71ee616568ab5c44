package import TwinProtocol

/// Takes the records of a process's nodes; must not wait.
package protocol RecordSink: Sendable {
    /// Leaves a record to be kept.
    func append(_ record: Record)
    /// Records that could not be kept.
    var dropped: UInt64 { get }
    /// Figures of the run so far, for `status`.
    var gauges: [Gauge] { get }
}
