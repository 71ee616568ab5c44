internal import Foundation
internal import NetworkModel

/// `run.json`: what was started, by whom, and what became of it.
struct RunManifest: Hashable, Sendable, Codable {
    /// One start of a process.
    struct Start: Hashable, Sendable, Codable {
        var process: String
        var executable: String
        /// Starts of this process before this one.
        var incarnation: Int
        var identity: ProcessIdentity
    }

    var dtnetVersion: String
    /// Version of the Swift compiler (`swift`), where the executable tells it, and of the libraries that the nodes run
    /// with, by name.
    var versions: [String: String]
    var operatingSystem: String
    var topology: String
    var file: String
    var hierarchy: Hierarchy
    var seed: UInt64
    var epochMs: Double
    var supervisor: ProcessIdentity
    /// Folder of the run's sockets, gone after the run.
    var sockets: String
    /// The newest start of each process.
    var processes: [Start] = []
    /// `completed`, `requested`, `interrupted` or `failed: ...`; nil while the run lasts.
    var outcome: String?

    mutating func note(_ start: Start) {
        processes.removeAll { $0.process == start.process }
        processes.append(start)
    }

    /// Takes what a node says it runs with: `name version`, separated by commas.
    mutating func note(versions text: Substring) {
        for entry in text.split(separator: ",").prefix(16) {
            let words = entry.split(separator: " ", maxSplits: 1)
            if words.count == 2 { versions[String(words[0])] = String(words[1]) }
        }
    }

    func jsonData() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(self)
    }
}

extension StopReason {
    /// As `run.json` and `result.json` hold it.
    var text: String {
        switch self {
        case .completed: "completed"
        case .requested: "requested"
        case .interrupted: "interrupted"
        case .failed(let why): "failed: \(why)"
        }
    }
}
