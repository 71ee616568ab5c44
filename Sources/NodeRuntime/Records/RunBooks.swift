internal import Benchmarking
internal import Foundation
internal import NetworkModel
internal import Synchronization
internal import TwinProtocol

/// The ledger of a run, kept where directives end: figures for `status` while it lasts, `result.json` and `latency.json`
/// in the run folder at its end. Filled by the thread that writes the history, off the loop.
final class RunBooks: Sendable {
    private struct State {
        var ledger: LatencyLedger
        var gauges: [Gauge] = []
        var computed = Instant.zero
    }

    /// Figures are computed anew no sooner than this.
    private static let period = Instant.Span.milliseconds(500)

    private let plan: WiringPlan
    private let state: Mutex<State>

    /// - Parameter warmUp: time after the first epoch that no figure counts.
    init(_ plan: WiringPlan, warmUp: Instant.Span) {
        self.plan = plan
        state = Mutex(State(ledger: LatencyLedger(LedgerConfiguration(plan, warmUp: warmUp))))
    }

    /// Takes the next record.
    func add(_ record: Record, at now: Instant) {
        state.withLock { state in
            state.ledger.add(record)
            guard now - state.computed >= RunBooks.period else { return }
            state.computed = now
            let summary = state.ledger.summary
            let figures: [(String, Double?)] = [
                ("fast_p50_us", summary.fast.p50), ("fast_p99_us", summary.fast.p99),
                ("applied", Double(summary.decisions)), ("missed", Double(summary.missed)),
                ("value_mbps", summary.valueMbps), ("age_ms", summary.ageMeanMs),
            ]
            state.gauges = figures.compactMap { name, value in value.map { Gauge(name, $0) } }
        }
    }

    var gauges: [Gauge] { state.withLock { $0.gauges } }

    /// Ends the books and leaves them in the run folder.
    ///
    /// - Parameters:
    ///   - history: path of the history, where the other processes have left what their nodes decided.
    ///   - end: end of the run.
    func close(folder: String, history: String, at end: Instant) throws {
        let others = RunBooks.decisions(ofOthersIn: history)
        let (summary, profile) = state.withLock { state in
            for record in others { state.ledger.add(record) }
            state.ledger.finish(at: end)
            return (state.ledger.summary, state.ledger.latencyProfile(plan))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let row = try encoder.encode(BenchRow(plan.network, summary))
        try row.write(to: URL(fileURLWithPath: "\(folder)/result.json"), options: .atomic)
        let latencies = try encoder.encode(profile)
        try latencies.write(to: URL(fileURLWithPath: "\(folder)/latency.json"), options: .atomic)
    }

    /// What followers and leaders have recorded: few and short lines, picked out without reading the rest as JSON.
    private static func decisions(ofOthersIn history: String) -> [Record] {
        guard let data = FileManager.default.contents(atPath: history) else { return [] }
        let marks = ["\"type\":\"late_offer\"", "\"type\":\"leader_decision\""].map { Data($0.utf8) }
        var lines = Data()
        for line in data.split(separator: UInt8(ascii: "\n")) {
            // The type stands right behind the name of the process.
            let head = line.prefix(128)
            guard marks.contains(where: { head.range(of: $0) != nil }) else { continue }
            lines.append(line)
            lines.append(UInt8(ascii: "\n"))
        }
        return RecordLine.read(lines)
    }
}
