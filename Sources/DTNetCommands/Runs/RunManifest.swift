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
