internal import Benchmarking
internal import NetworkModel
internal import TwinProtocol

/// Keeps the records of a process's nodes in `decisions.jsonl` of the run folder, a line each. All processes of a run
/// append to the same file, in batches of whole lines.
final class HistoryRecorder: RecordSink {
    private let file: BackgroundFile<Record>
    private let folder: String
    private let path: String
    /// nil where the process hosts no radio network.
    private let books: RunBooks?

    /// Throws where the run folder cannot be written.
    init(folder: String, plan: WiringPlan, process: ProcessPlan, warmUp: Instant.Span) throws(RuntimeError) {
        self.folder = folder
        path = "\(folder)/decisions.jsonl"
        let endsDirectives = process.nodes.contains { plan.nodes[Int($0.rawValue)].role == .ran }
        let books = endsDirectives ? RunBooks(plan, warmUp: warmUp) : nil
        let name = process.name
        file = try BackgroundFile(path: path) { record, bytes in
            RecordLine.append(record, process: name, to: &bytes)
            books?.add(record, at: MonotonicClock.now())
        }
        self.books = books
    }

    func append(_ record: Record) { file.append(record) }
    var dropped: UInt64 { file.dropped }
    var gauges: [Gauge] { books?.gauges ?? [] }

    /// Writes what is left, and the result of the run where directives end here.
    func close() throws {
        let end = MonotonicClock.now()
        file.close()
        try books?.close(folder: folder, history: path, at: end)
    }
}
