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
        /// How it ended when the run did; nil while the run lasts, and where nobody asked it to.
        var stop: Stop?
    }

    /// How a process ended that was asked to.
    struct Stop: Hashable, Sendable, Codable {
        /// From the request to the end.
        var milliseconds: Double
        /// `exit code 0`, or what else it was.
        var end: String
        /// Whether it was still there two seconds after the run's first request.
        var wasKilled: Bool
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

    mutating func note(_ stop: ProcessStop, of process: String) {
        guard let index = processes.firstIndex(where: { $0.process == process }) else { return }
        processes[index].stop = Stop(
            milliseconds: stop.time.milliseconds, end: stop.end.description, wasKilled: stop.wasKilled)
    }

    /// Libraries that are named, at most.
    private static let mostVersions = 64

    /// Takes what a node says it runs with: `name version`, separated by commas.
    mutating func note(versions text: Substring) {
        for entry in text.split(separator: ",").prefix(16) {
            let words = entry.split(separator: " ", maxSplits: 1)
            guard words.count == 2 else { continue }
            let (name, version) = (String(words[0].prefix(64)), String(words[1].prefix(64)))
            if versions[name] != nil || versions.count < RunManifest.mostVersions { versions[name] = version }
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
