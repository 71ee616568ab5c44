internal import Benchmarking
internal import NetworkModel
internal import Topology

/// A run on real processes with its figures.
struct MeasuredRun: Sendable {
    let outcome: RunOutcome
    let row: BenchRow
    let summary: LedgerSummary
    let profile: LatencyProfile

    /// Runs the topology and reads its history.
    ///
    /// - Parameter cleanUp: called where a signal ends this process while it reads.
    /// - Throws: `ToolFailure` where the run failed, was interrupted, or recorded nothing.
    static func perform(
        _ request: RunRequest, cleanUp: @escaping @Sendable () -> Void = {}
    ) async throws -> MeasuredRun {
        var supervisor = try RunSupervisor(request)
        let outcome = try await supervisor.run()
        try outcome.throwUnlessEndedWell()
        let run = try await Interruption.watching(request.signals, cleanUp: cleanUp) {
            MeasuredRun(outcome, plan: request.topology.plan)
        }
        guard let run else {
            throw ToolFailure(.failed, "the radio network recorded nothing: see \(outcome.folder.path)/logs")
        }
        return run
    }

    /// nil where the run recorded nothing.
    init?(_ outcome: RunOutcome, plan: WiringPlan) {
        guard
            let history = RunHistory(
                folder: outcome.folder, plan: plan, measuredFrom: outcome.measuredFrom,
                measuredUntil: outcome.measuredUntil)
        else { return nil }
        self.outcome = outcome
        summary = history.summary
        profile = history.profile
        var row = BenchRow(plan.network, history.summary)
        row.cpuSeconds = .value((outcome.processorSeconds * 100).rounded() / 100)
        row.bytesPerEpoch = Measured(
            outcome.bytesPerEpoch?.rounded(), or: "the run ended before the bytes were counted twice")
        row.details["measured_seconds"] = (outcome.measuredUntil - outcome.measuredFrom).seconds
        row.details["process_restarts"] = Double(outcome.restarts)
        row.details["unrecorded"] = outcome.unrecorded
        row.details["stop_ms"] = outcome.stopTime.milliseconds
        row.details["slowest_stop_ms"] = outcome.stops.map { $0.stop.time.milliseconds }.max()
        row.details["killed_at_stop"] = Double(outcome.stops.count(where: { $0.stop.wasKilled }))
        row.noteCoherence(of: plan.network)
        self.row = row
        try? history.writeProfile(to: outcome.folder)
    }

    /// The row as the report of this run alone.
    func report(of network: NetworkConfiguration) -> BenchReport {
        BenchReport(
            network, witness: .absent("measured by bench --floor"), processors: .absent("measured by bench"),
            results: [row])
    }
}

extension RunOutcome {
    /// How long the processes took to end, and which of them did not end in order.
    var stopLine: String {
        let time = "\(stops.count) processes ended within \(SimulateCommand.digits(stopTime.milliseconds)) ms"
        let unclean = stops.filter { !$0.stop.isClean }.map {
            "\($0.process) \($0.stop.wasKilled ? "was killed" : "ended with \($0.stop.end)")"
        }
        return unclean.isEmpty ? time : time + ": " + unclean.joined(separator: ", ")
    }

    /// Turns a run that did not end well into the tool's failure.
    func throwUnlessEndedWell() throws {
        switch reason {
        case .completed, .requested: break
        case .interrupted: throw ToolFailure(.interrupted, "interrupted")
        case .failed(let why): throw ToolFailure(.failed, folder.isGone ? why : "\(why): see \(folder.path)/logs")
        }
    }
}
