internal import Foundation

/// Reads in the logs of a run why processes ended: a node's last words are a line `error: ...`.
struct LogReader: Sendable {
    /// The newest reason read.
    private(set) var lastError: String?
    private static let tailBytes: UInt64 = 4_096

    /// The reason with which the log of a process ends; nil where there is none, or the same as the time before.
    mutating func newError(of process: String, in folder: RunFolder) -> String? {
        guard let line = LogReader.lastLine(of: folder.logPath(of: process)), line.hasPrefix("error: ") else {
            return nil
        }
        let error = String(line.dropFirst("error: ".count))
        guard error != lastError else { return nil }
        lastError = error
        return error
    }

    /// The last line of a file, nil where it has none.
    static func lastLine(of path: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        let end = (try? handle.seekToEnd()) ?? 0
        try? handle.seek(toOffset: end > tailBytes ? end - tailBytes : 0)
        let text = String(decoding: (try? handle.readToEnd()) ?? Data(), as: UTF8.self)
        return text.split(separator: "\n").last.map(String.init)
    }
}
