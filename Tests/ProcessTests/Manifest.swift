import Foundation

/// `run.json` of a run folder.
struct Manifest: Decodable {
    struct Start: Decodable {
        struct Identity: Decodable {
            var pid: pid_t
        }

        var process: String
        var incarnation: Int
        var identity: Identity
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

    func start(of process: String) -> Start? { processes.first { $0.process == process } }
}
