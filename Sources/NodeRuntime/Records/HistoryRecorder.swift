internal import Benchmarking
internal import NetworkModel
internal import TwinProtocol

/// Keeps the records of a process's nodes in `decisions.jsonl` of the run folder, a line each. All processes of a run
/// append to the same file, in batches of whole lines.
final class HistoryRecorder: RecordSink {
    private let file: BackgroundFile<Record>
    /// nil where the process hosts no radio network.
    private let figures: LiveFigures?

    /// Throws where the run folder cannot be written.
    init(folder: String, plan: WiringPlan, process: ProcessPlan, warmUp: Instant.Span) throws(RuntimeError) {
        let endsDirectives = process.nodes.contains { plan.nodes[Int($0.rawValue)].role == .ran }
        let figures = endsDirectives ? LiveFigures(plan, warmUp: warmUp) : nil
        let name = process.name
        let quiet = QuietTime(epoch: plan.network.epoch)
        file = try BackgroundFile(path: "\(folder)/decisions.jsonl", quiet: quiet) { record, bytes in
            RecordLine.append(record, process: name, to: &bytes)
            figures?.add(record, at: MonotonicClock.now())
        }
        self.figures = figures
    }

    func append(_ record: Record) { file.append(record) }
    var dropped: UInt64 { file.dropped }
    var gauges: [Gauge] { figures?.gauges ?? [] }

    func close() { file.close() }
}
