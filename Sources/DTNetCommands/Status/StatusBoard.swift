internal import Foundation
internal import NetworkModel

/// What the processes of a run have said about themselves, newest first.
struct StatusBoard: Sendable {
    private struct Entry: Sendable {
        var text = ""
        var report: NodeReport?
        var at: Instant?
        /// Bytes sent by the first report of the measured time, and when it came.
        var firstBytes: (count: Double, at: Instant)?
    }

    private let plan: WiringPlan
    private var entries: [Entry]
    private var isMeasuring = false
    private var lastAlarm: (text: String, at: Instant)?

    init(plan: WiringPlan) {
        self.plan = plan
        entries = Array(repeating: Entry(), count: plan.processes.count)
    }

    /// Takes the STATUS of a process; text that is no report is kept as it is.
    mutating func note(process: Int, status: String, at now: Instant) {
        let report = try? NodeReport(json: status)
        if let alarm = report?.alarm, alarm != entries[process].report?.alarm {
            note(alarm: "\(plan.processes[process].name): \(alarm)", at: now)
        }
        if let lost = report?.counters?.unrecorded, lost > 0, lost != entries[process].report?.counters?.unrecorded {
            note(
                alarm:
                    "\(plan.processes[process].name): \(Int(saturating: lost)) records not written: is the disk full?",
                at: now)
        }
        entries[process].text = report == nil ? status : ""
        entries[process].report = report
        entries[process].at = now
        if isMeasuring, entries[process].firstBytes == nil, let bytes = report?.counters?.sentBytes {
            entries[process].firstBytes = (bytes, now)
        }
    }

    /// The warm-up is over: bytes are counted from the next report of each process on.
    mutating func beginMeasuring() { isMeasuring = true }

    /// Bytes that all processes handed to their sockets per epoch, between the first and last report of each; nil where
    /// one that reports has reported only once.
    var bytesPerEpoch: Double? {
        var total = 0.0
        for entry in entries {
            guard let at = entry.at else { continue }
            guard let first = entry.firstBytes, let last = entry.report?.counters?.sentBytes, at > first.at,
                last >= first.count
            else { return nil }
            total += (last - first.count) / (at - first.at).seconds
        }
        return total > 0 ? total * plan.network.epoch.seconds : nil
    }

    /// Records and log lines that the processes could not write, as they said last.
    var unrecorded: Double { entries.reduce(0) { $0 + ($1.report?.counters?.unrecorded ?? 0) } }

    mutating func note(alarm: String, at now: Instant) { lastAlarm = (alarm, now) }

    /// Report of the radio network's process: epoch and latency of the whole run.
    private var radio: NodeReport? {
        plan.processes.firstIndex { $0.executable == "dtnet-ran" }.flatMap { entries[$0].report }
    }

    /// One line for the terminal, e.g. `12 s of 30 s: epoch 612, fast p50 812 us, 4284 applied, 0 missed`.
    func progressLine(elapsed: Instant.Span, warmUp: Instant.Span, duration: Instant.Span?) -> String {
        let measured = elapsed - warmUp
        var line: String
        if measured < .zero {
            line = "warm-up"
        } else {
            line = "\(Int(measured.seconds)) s" + (duration.map { " of \(Int($0.seconds.rounded(.up))) s" } ?? "")
        }
        var parts: [String] = []
        if let radio {
            if let epoch = radio.epoch { parts.append("epoch \(epoch)") }
            if let latency = radio.gauge("fast_p50_us") { parts.append("fast p50 \(Int(saturating: latency)) us") }
            if let applied = radio.gauge("applied") { parts.append("\(Int(saturating: applied)) applied") }
            if let missed = radio.gauge("missed") { parts.append("\(Int(saturating: missed)) missed") }
        }
        if !parts.isEmpty { line += ": " + parts.joined(separator: ", ") }
        return line
    }

    /// What `dtnet status` shows.
    func status(run: String, manifest: RunManifest, at now: Instant, processes: [RunStatus.Supervised]) -> RunStatus {
        var status = RunStatus(
            run: run, topology: manifest.topology, hierarchy: manifest.hierarchy.rawValue, seed: manifest.seed,
            epochMs: manifest.epochMs, supervisorPid: manifest.supervisor.pid)
        for (index, process) in plan.processes.enumerated() {
            let entry = entries[index]
            let age = entry.at.map { (now - $0).milliseconds.rounded() }
            status.processes.append(
                .init(
                    name: process.name, executable: process.executable, host: process.host,
                    nodes: process.nodes.map { plan.nodes[Int($0.rawValue)].name },
                    state: processes[index].word, pid: processes[index].pid, restarts: processes[index].restarts,
                    statusAgeMs: age, text: entry.text.isEmpty ? nil : entry.text))
            for peer in entry.report?.peers ?? [] {
                let heard = peer.ageMs.map { $0 + (age ?? 0) }
                status.links.append(.init(from: peer.name, to: process.name, isUp: peer.up, heardMs: heard))
            }
        }
        status.epoch = radio?.epoch
        status.fastP50Us = radio?.gauge("fast_p50_us")
        status.fastP99Us = radio?.gauge("fast_p99_us")
        status.missed = radio?.gauge("missed").map { UInt64(saturating: $0) }
        status.applied = radio?.gauge("applied").map { UInt64(saturating: $0) }
        status.responseGap = entries.compactMap { $0.report?.gauge("response_gap") }.max()
        status.sceneEdits = entries.compactMap { $0.report?.gauge("twin_scene_edits") }.min().map {
            Int(saturating: $0)
        }
        status.gauges = entries.reduce(into: [:]) { all, entry in
            all.merge((entry.report?.gauges ?? [:]).compactMapValues { $0 }) { $1 }
        }
        status.lastAlarm = lastAlarm?.text
        status.lastAlarmAgeMs = lastAlarm.map { (now - $0.at).milliseconds.rounded() }
        return status
    }
}

/// The STATUS text of a node's process.
struct NodeReport: Hashable, Sendable, Decodable {
    /// A connection to another process.
    struct Peer: Hashable, Sendable, Decodable {
        var name: String
        var up: Bool
        /// Time since its last message when the status was written.
        var ageMs: Double?
    }

    /// What its loop has counted.
    struct Counters: Hashable, Sendable, Decodable {
        var sentBytes: Double?
        /// Records and log lines that were not written.
        var unrecorded: Double?
    }

    var epoch: UInt64?
    var peers: [Peer]?
    /// Newest value of each named quantity, `node.quantity`; nil for one that is no number.
    var gauges: [String: Double?]?
    var counters: Counters?
    var alarm: String?

    init(json: String) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(NodeReport.self, from: Data(json.utf8))
    }

    /// A quantity of any node of the process.
    func gauge(_ name: String) -> Double? {
        gauges?.first { $0.key == name || $0.key.hasSuffix(".\(name)") }.flatMap(\.value)
    }
}
