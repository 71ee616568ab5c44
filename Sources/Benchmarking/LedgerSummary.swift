package import DTNetMessages
package import NetworkModel

/// Running sums of a ledger.
struct LedgerTotals: Sendable {
    var fast = LatencyHistogram()
    var fastWithoutSolver = LatencyHistogram()
    var coordination = LatencyHistogram()
    /// From the beginning of an epoch to that of the next.
    var loop = LatencyHistogram()
    var loopsAtLimit: UInt64 = 0
    var breakdown = BreakdownSum()
    var epochs: UInt64 = 0
    var decisions: UInt64 = 0
    var missed: UInt64 = 0
    var censored: UInt64 = 0
    var lateOffers: UInt64 = 0
    var leaderDecisions: UInt64 = 0
    var rounds: UInt64 = 0
    var predictedCells: UInt64 = 0
    var alarms: UInt64 = 0
    var restarts: UInt64 = 0
    var offerAgeSum = Instant.Span.zero
    /// By raw value of the outcome.
    var rejected = [UInt64](repeating: 0, count: DirectiveOutcome.allCases.count + 1)
    /// Applied, by raw value of the control kind.
    var applied = [UInt64](repeating: 0, count: ControlKind.allCases.count + 1)
}

/// Answers of one kind, counted per cell and control kind.
package struct RejectionCount: Hashable, Sendable {
    package var outcome: DirectiveOutcome
    package var count: UInt64

    package init(outcome: DirectiveOutcome, count: UInt64) {
        self.outcome = outcome
        self.count = count
    }
}

/// Controls of one kind that were applied, counted per cell.
package struct ControlCount: Hashable, Sendable {
    package var kind: ControlKind
    package var count: UInt64

    package init(kind: ControlKind, count: UInt64) {
        self.kind = kind
        self.count = count
    }
}

/// The figures that a history gives.
package struct LedgerSummary: Hashable, Sendable {
    /// Epochs behind the warm-up, skipped ones included.
    package var epochs: UInt64
    /// Directives applied, counted per cell.
    package var decisions: UInt64
    /// Cell-epochs with a fast latency, missed ones included.
    package var cellEpochs: UInt64
    package var missed: UInt64
    /// Missed cell-epochs that nothing decided before the run ended.
    package var censored: UInt64
    package var fast: Percentiles
    package var fastMeanMicroseconds: Double?
    /// Fast latency less the leader's compute time.
    package var fastWithoutSolver: Percentiles
    package var coordination: Percentiles
    /// From the beginning of an epoch to that of the next: in a closed loop the time of a round.
    package var loop: Percentiles
    package var loops: UInt64
    /// Those that lasted a nominal epoch or longer: what ended a closed loop was the clock.
    package var loopsAtLimit: UInt64
    package var breakdown: BreakdownMeans?
    /// Age of the oldest measurement behind the directive in force: mean and 99 %, milliseconds.
    package var ageMeanMs: Double?
    package var ageP99Ms: Double?
    /// Age of the own cell's measurement behind the directive in force, milliseconds.
    package var ownAgeMeanMs: Double?
    package var ownAgeP99Ms: Double?
    package var valueMbps: Double?
    package var fifthPercentileMbps: Double?
    /// Seconds of throughput behind the value.
    package var windows: Int
    package var roundsMean: Double?
    /// Cells whose report the leader had to predict, per decision.
    package var predictedCellsMean: Double?
    package var offerAgeMs: Double?
    package var lateOffers: UInt64
    /// Outcomes that occurred, in the order of their numbers.
    package var rejected: [RejectionCount]
    /// Controls that were applied per kind, in the order of their numbers; a row for each kind that occurred.
    package var applied: [ControlCount]
    package var alarms: UInt64
    /// Times that the radio network began to count its epochs anew.
    package var restarts: UInt64

    /// The figures that can be stated of this scenario: without value and age where `noValueReason` says why.
    package func stated(of scenario: ScenarioConfiguration) -> LedgerSummary {
        guard scenario.noValueReason != nil else { return self }
        var stated = self
        (stated.ageMeanMs, stated.ageP99Ms, stated.ownAgeMeanMs, stated.ownAgeP99Ms) = (nil, nil, nil, nil)
        (stated.valueMbps, stated.fifthPercentileMbps) = (nil, nil)
        return stated
    }
}

extension LatencyLedger {
    /// The figures so far; call `finish` first at the end of a run.
    package var summary: LedgerSummary {
        func mean(_ sum: Double, _ count: UInt64) -> Double? { count > 0 ? sum / Double(count) : nil }
        return LedgerSummary(
            epochs: totals.epochs, decisions: totals.decisions, cellEpochs: totals.fast.count, missed: totals.missed,
            censored: totals.censored, fast: totals.fast.percentiles,
            fastMeanMicroseconds: totals.fast.meanMicroseconds,
            fastWithoutSolver: totals.fastWithoutSolver.percentiles, coordination: totals.coordination.percentiles,
            loop: totals.loop.percentiles, loops: totals.loop.count, loopsAtLimit: totals.loopsAtLimit,
            breakdown: totals.breakdown.mean, ageMeanMs: oldestAge.meanMilliseconds,
            ageP99Ms: oldestAge.milliseconds(fraction: 0.99), ownAgeMeanMs: ownAge.meanMilliseconds,
            ownAgeP99Ms: ownAge.milliseconds(fraction: 0.99), valueMbps: value.meanMbps,
            fifthPercentileMbps: value.fifthPercentileMbps, windows: value.windows,
            roundsMean: mean(Double(totals.rounds), totals.leaderDecisions),
            predictedCellsMean: mean(Double(totals.predictedCells), totals.leaderDecisions),
            offerAgeMs: mean(totals.offerAgeSum.milliseconds, totals.decisions), lateOffers: totals.lateOffers,
            rejected: DirectiveOutcome.allCases.compactMap { outcome in
                let count = totals.rejected[Int(outcome.rawValue)]
                return count > 0 ? RejectionCount(outcome: outcome, count: count) : nil
            },
            applied: ControlKind.allCases.compactMap { kind in
                let count = totals.applied[Int(kind.rawValue)]
                return count > 0 ? ControlCount(kind: kind, count: count) : nil
            },
            alarms: totals.alarms, restarts: totals.restarts)
    }

    /// Link and residence times of the hops seen, for `simulate --latency-from`.
    package func latencyProfile(_ plan: WiringPlan) -> LatencyProfile { profiler.profile(plan) }
}
