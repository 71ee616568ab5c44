internal import Benchmarking
internal import NetworkModel
internal import Synchronization
internal import TwinProtocol

/// Latency and misses of the run so far, for `status`: a ledger kept where directives end, filled by the thread that
/// writes the history, off the loop. The result of a run is read from its history.
final class LiveFigures: Sendable {
    private struct State {
        let scenario: ScenarioConfiguration
        var ledger: LatencyLedger
        var gauges: [Gauge] = []
        var computed = Instant.zero
    }

    /// Figures are computed anew no sooner than this.
    private static let period = Instant.Span.milliseconds(500)

    private let state: Mutex<State>

    /// - Parameter warmUp: time after the first epoch that no figure counts.
    init(_ plan: WiringPlan, warmUp: Instant.Span) {
        state = Mutex(
            State(
                scenario: plan.network.scenario,
                ledger: LatencyLedger(LedgerConfiguration(plan, warmUp: warmUp))))
    }

    /// Takes the next record.
    func add(_ record: Record, at now: Instant) {
        state.withLock { state in
            state.ledger.add(record)
            guard now - state.computed >= LiveFigures.period else { return }
            state.computed = now
            let summary = state.ledger.summary.stated(of: state.scenario)
            let figures: [(String, Double?)] = [
                ("fast_p50_us", summary.fast.p50), ("fast_p99_us", summary.fast.p99),
                ("applied", Double(summary.decisions)), ("missed", Double(summary.missed)),
                ("value_mbps", summary.valueMbps), ("age_ms", summary.ageMeanMs),
            ]
            state.gauges = figures.compactMap { name, value in value.map { Gauge(name, $0) } }
        }
    }

    var gauges: [Gauge] { state.withLock { $0.gauges } }
}
