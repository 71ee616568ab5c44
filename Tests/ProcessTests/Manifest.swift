import Foundation

/// `run.json` of a run folder.
struct Manifest: Decodable {
    struct Start: Decodable {
        struct Identity: Decodable {
            var pid: pid_t
        }

        struct Stop: Decodable {
            var milliseconds: Double
            var end: String
            var wasKilled: Bool
        }

        var process: String
        var executable: String
        var incarnation: Int
        var identity: Identity
        var stop: Stop?
    }

    var versions: [String: String]
    var processes: [Start]
    var sockets: String
    var outcome: String?

    init(run: URL) throws {
        self = try JSONDecoder().decode(Manifest.self, from: Data(contentsOf: run.appending(path: "run.json")))
    }

    var pids: [pid_t] { processes.map(\.identity.pid) }

    /// Processes whose log does not say that they stopped: not asked, but killed, or gone before.
    func notStopped(in run: URL) throws -> [String] {
        try processes.map(\.process).filter { process in
            let log = try String(contentsOf: run.appending(path: "logs/\(process).log"), encoding: .utf8)
            return !log.contains("\"message\":\"stopped\"")
        }
    }

    /// Processes that did not end in order when they were asked to, with how they ended: none may be killed.
    var uncleanStops: [String] {
        processes.compactMap { start in
            guard let stop = start.stop else { return "\(start.process): not asked" }
            let isClean = stop.end == "exit code 0" && !stop.wasKilled
            return isClean ? nil : "\(start.process): \(stop.end) after \(stop.milliseconds) ms"
        }
    }

    func start(of process: String) -> Start? { processes.first { $0.process == process } }
}
