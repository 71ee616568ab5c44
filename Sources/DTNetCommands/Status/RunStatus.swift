internal import Foundation
internal import NetworkModel

/// State of a run at one moment, as the control socket tells it and `dtnet status --json` prints it.
package struct RunStatus: Hashable, Sendable, Codable {
    /// What the supervisor knows of a process.
    struct Supervised: Hashable, Sendable {
        var state: Supervision.ProcessState
        var restarts: Int

        var word: String {
            switch state {
            case .launching: "starting"
            case .running(_, let isReady): isReady ? "ready" : "connecting"
            case .waiting: "waiting to restart"
            case .external: "external"
            case .ended: "ended"
            }
        }

        var pid: Int32? {
            if case .running(let pid, _) = state { return pid }
            return nil
        }
    }

    package struct Process: Hashable, Sendable, Codable {
        package var name: String
        package var executable: String
        package var host: String
        package var nodes: [String]
        package var state: String
        package var pid: Int32?
        package var restarts: Int
        /// Time since its last STATUS.
        package var statusAgeMs: Double?
        package var text: String?
    }

    /// A connection between two processes, as its receiver sees it.
    package struct Link: Hashable, Sendable, Codable {
        package var from: String
        package var to: String
        package var isUp: Bool
        /// Time since the last message.
        package var heardMs: Double?
    }

    package var run: String
    package var topology: String
    package var hierarchy: String
    package var seed: UInt64
    package var epochMs: Double
    package var supervisorPid: Int32
    package var processes: [Process] = []
    /// The language model's server, which the run does without when it must; its text is its address.
    package var modelServer: Process?
    package var links: [Link] = []
    package var epoch: UInt64?
    package var fastP50Us: Double?
    package var fastP99Us: Double?
    package var applied: UInt64?
    package var missed: UInt64?
    /// Largest distance of followers' answers from what their leader announced, as a share of their power budgets.
    package var responseGap: Double?
    /// Edits of the scene that every traced twin has followed; nil before any.
    package var sceneEdits: Int?
    /// Newest value of each quantity that a node reports, by `node.quantity`.
    package var gauges: [String: Double]?
    package var lastAlarm: String?
    package var lastAlarmAgeMs: Double?

    init(run: String, topology: String, hierarchy: String, seed: UInt64, epochMs: Double, supervisorPid: Int32) {
        self.run = run
        self.topology = topology
        self.hierarchy = hierarchy
        self.seed = seed
        self.epochMs = epochMs
        self.supervisorPid = supervisorPid
    }

    /// Whether every process that is not external has carried a round trip on each of its wires.
    package var isReady: Bool { processes.allSatisfy { $0.state == "ready" || $0.state == "external" } }

    /// Whether the processes have also reported each connection as up, which they do twice a second.
    var isConnected: Bool { isReady && links.allSatisfy(\.isUp) }

    /// Indented JSON with sorted keys in snake case.
    func json() -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        guard let data = try? encoder.encode(self) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    package init(json: String) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(RunStatus.self, from: Data(json.utf8))
    }

    /// The status as text for people.
    var lines: [String] {
        var lines = ["\(topology) (\(hierarchy)), seed \(seed), epoch \(epochMs) ms: \(run)"]
        var figures: [String] = []
        if let epoch { figures.append("epoch \(epoch)") }
        if let fastP50Us { figures.append("fast p50 \(Int(saturating: fastP50Us)) us") }
        if let fastP99Us { figures.append("p99 \(Int(saturating: fastP99Us)) us") }
        if let applied { figures.append("\(applied) applied") }
        if let missed { figures.append("\(missed) missed") }
        if let responseGap { figures.append("answers \(SimulateCommand.digits(responseGap * 100)) % off the offers") }
        if let sceneEdits { figures.append("\(sceneEdits) scene edits followed") }
        if !figures.isEmpty { lines.append(figures.joined(separator: ", ")) }
        lines.append("")
        var table = TextTable(["process", "state", "pid", "restarts", "heard", "nodes"], numeric: [2, 3])
        for process in processes + [modelServer].compactMap({ $0 }) {
            table.add([
                process.name, process.state, process.pid.map(String.init) ?? "-", "\(process.restarts)",
                process.nodes.isEmpty ? "-" : RunStatus.age(process.statusAgeMs),
                process.nodes.isEmpty ? process.text ?? "" : process.nodes.joined(separator: " "),
            ])
        }
        lines += table.lines
        if !links.isEmpty {
            var table = TextTable(["from", "to", "link", "last heard"])
            for link in links {
                table.add([link.from, link.to, link.isUp ? "up" : "down", RunStatus.age(link.heardMs)])
            }
            lines += [""] + table.lines
        }
        let alarm = lastAlarm.map { "\($0) (\(RunStatus.age(lastAlarmAgeMs)) ago)" } ?? "none"
        return lines + ["", "last alarm: \(alarm)"]
    }

    private static func age(_ milliseconds: Double?) -> String {
        guard let milliseconds else { return "never" }
        return milliseconds < 10_000
            ? "\(Int(saturating: milliseconds)) ms" : "\(Int(saturating: milliseconds / 1_000)) s"
    }
}
