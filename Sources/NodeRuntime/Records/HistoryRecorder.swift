internal import Benchmarking
internal import TwinProtocol

/// Keeps the records of a process's nodes in `decisions.jsonl` of the run folder, a line each. All processes of a run
/// append to the same file, in batches of whole lines.
final class HistoryRecorder: RecordSink {
    static let fileName = "decisions.jsonl"

    private let file: BackgroundFile<Record>

    /// Throws where the run folder cannot be written.
    init(folder: String, process: String) throws(RuntimeError) {
        file = try BackgroundFile(path: "\(folder)/\(HistoryRecorder.fileName)") { record, bytes in
            RecordLine.append(record, process: process, to: &bytes)
        }
    }

    func append(_ record: Record) { file.append(record) }
    var dropped: UInt64 { file.dropped }
    func close() { file.close() }
}
