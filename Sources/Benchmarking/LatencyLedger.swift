internal import DTNetMessages
package import NetworkModel
package import TwinProtocol

/// What a ledger needs to know of the run.
package struct LedgerConfiguration: Hashable, Sendable {
    /// Number of cells.
    package var cells: Int
    /// Nominal period of the epochs.
    package var epoch: Instant.Span
    /// Fairness exponent of the network value.
    package var alpha: Double
    /// Time after the first epoch that nothing is counted in.
    package var warmUp: Instant.Span
    /// The radio network, where directives end.
    package var radioNetwork: NodeID

    package init(
        cells: Int, epoch: Instant.Span, alpha: Double = 1, warmUp: Instant.Span = .zero,
        radioNetwork: NodeID = NodeID(0)
    ) {
        precondition(cells > 0 && epoch > .zero)
        self.cells = cells
        self.epoch = epoch
        self.alpha = alpha
        self.warmUp = warmUp
        self.radioNetwork = radioNetwork
    }

    package init(_ plan: WiringPlan, warmUp: Instant.Span = .zero) {
        self.init(
            cells: plan.network.cells.count, epoch: plan.network.epoch, alpha: plan.network.game.alpha,
            warmUp: warmUp, radioNetwork: plan.nodes(of: .ran).first?.id ?? NodeID(0))
    }
}

/// Turns the history of a run into the figures of a row: latencies, misses, age, breakdown, value (DESIGN 5).
///
/// Records must come in the order of time. Every epoch from the first one on counts for every cell, those included
/// that the radio network skipped or that nobody decided: no coordinated omission. Memory is bounded.
package struct LatencyLedger: Sendable {
    /// What is known of one cell.
    struct Cell: Sendable {
        /// Oldest epoch without an applied directive that used its telemetry.
        var nextFast: UInt64 = 0
        /// Oldest epoch without an applied directive whose offer used its reports.
        var nextCoordination: UInt64 = 0
        /// Mark of the last directive counted for this cell.
        var mark: UInt64 = 0
        /// The directive in force.
        var force: Force?
    }

    /// A directive in force: when it took effect, and when the measurements behind it were made.
    struct Force: Sendable {
        var since: Instant
        var oldest: Instant
        var own: Instant
        var expires: UInt64
    }

    /// A second less the longest slot and some lateness of its report.
    private static let windowLength = Instant.Span.milliseconds(980)

    package let configuration: LedgerConfiguration
    var cells: [Cell]
    var schedule: EpochSchedule
    var totals = LedgerTotals()
    var oldestAge: AgeIntegral
    var ownAge: AgeIntegral
    var value: ValueIntegral
    var profiler = LatencyProfiler()
    private var warmUpEnd: Instant?
    private var marks: UInt64 = 0

    package init(_ configuration: LedgerConfiguration) {
        self.configuration = configuration
        cells = Array(repeating: Cell(), count: configuration.cells)
        schedule = EpochSchedule(period: configuration.epoch)
        oldestAge = AgeIntegral(epoch: configuration.epoch)
        ownAge = AgeIntegral(epoch: configuration.epoch)
        value = ValueIntegral(alpha: configuration.alpha)
    }

    /// Takes the next record of the history.
    package mutating func add(_ record: Record) {
        switch record {
        case .epochStarted(let start): begin(start)
        case .directive(let directive): take(directive)
        case .window(let window):
            // A window is counted where all of it lies behind the warm-up; its last slot is reported as it begins.
            if isCounted(window.end - LatencyLedger.windowLength) { value.add(window) }
        case .lateOffer(_, let epoch, let cells):
            if isCounted(epoch) { totals.lateOffers += UInt64(max(cells, 0)) }
        case .leaderDecision(let decision):
            if isCounted(decision.epoch) {
                totals.leaderDecisions += 1
                totals.rounds += UInt64(max(decision.rounds, 0))
                totals.predictedCells += UInt64(max(decision.predictedCells, 0))
            }
        case .alarm: totals.alarms += 1
        case .language, .languageText, .languageEffect, .cells, .twinStatus: break
        }
    }

    /// Ends the history: what is still undecided is missed, with the time until now as a lower bound of its wait.
    package mutating func finish(at end: Instant) {
        guard let last = schedule.last else { return }
        for index in cells.indices {
            for epoch in cells[index].nextFast..<max(cells[index].nextFast, last + 1) where isCounted(epoch) {
                // An epoch that is still running is not missed yet.
                guard end >= schedule.due(epoch + 1) else { continue }
                totals.fast.record(end - schedule.due(epoch))
                totals.fastWithoutSolver.record(end - schedule.due(epoch))
                totals.missed += 1
                totals.censored += 1
                var unexplained = HopBreakdown()
                unexplained.link = end - schedule.due(epoch)
                totals.breakdown.add(unexplained)
            }
            let unanswered = cells[index].nextCoordination..<max(cells[index].nextCoordination, last + 1)
            for epoch in unanswered where isCounted(epoch) && end >= schedule.due(epoch + 1) {
                totals.coordination.record(end - schedule.due(epoch))
            }
            cells[index].nextFast = last + 1
            cells[index].nextCoordination = last + 1
            endForce(of: index, at: end)
        }
    }

    /// Whether the instant lies behind the warm-up.
    func isCounted(_ instant: Instant) -> Bool {
        guard let warmUpEnd else { return false }
        return instant >= warmUpEnd
    }

    /// Whether the epoch was due behind the warm-up.
    func isCounted(_ epoch: UInt64) -> Bool { schedule.last != nil && isCounted(schedule.due(epoch)) }

    /// A number for the next directive, so that each of its cells is counted once.
    mutating func nextMark() -> UInt64 {
        marks += 1
        return marks
    }

    // MARK: Epochs

    private mutating func begin(_ start: EpochStart) {
        if let last = schedule.last, start.epoch < last, start.epoch == 0 || start.scheduled > schedule.due(last) {
            restart(at: start.scheduled)
        }
        let before = schedule.last
        let beforeDue = before.map { schedule.due($0) }
        guard schedule.begin(start) else { return }
        if let before, let beforeDue, start.epoch == before + 1, isCounted(beforeDue) {
            totals.loop.record(start.scheduled - beforeDue)
            if start.scheduled - beforeDue >= configuration.epoch { totals.loopsAtLimit += 1 }
        }
        if warmUpEnd == nil { warmUpEnd = start.scheduled + configuration.warmUp }
        if before == nil {
            for index in cells.indices {
                cells[index].nextFast = start.epoch
                cells[index].nextCoordination = start.epoch
            }
        }
        // Epochs that were skipped count, too.
        let from = before.map { $0 + 1 } ?? start.epoch
        for epoch in from...start.epoch where isCounted(epoch) { totals.epochs += 1 }
        for index in cells.indices {
            if let force = cells[index].force, start.epoch >= force.expires { endForce(of: index, at: start.scheduled) }
        }
    }

    /// The radio network was restarted and counts its epochs anew.
    private mutating func restart(at now: Instant) {
        finish(at: now)
        schedule = EpochSchedule(period: configuration.epoch)
        totals.restarts += 1
    }

    /// Integrates the age of what was in force and ends it.
    mutating func endForce(of index: Int, at now: Instant) {
        guard let force = cells[index].force, let warmUpEnd else { return }
        cells[index].force = nil
        let from = max(force.since, warmUpEnd)
        oldestAge.add(age: from - force.oldest, lasting: now - from)
        ownAge.add(age: from - force.own, lasting: now - from)
    }
}
