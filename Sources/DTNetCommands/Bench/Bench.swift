internal import Benchmarking
internal import NetworkModel
internal import Simulator
internal import Topology

/// One benchmark of a topology: how each row comes to be.
struct Bench: Sendable {
    let topology: ResolvedTopology
    let text: String
    /// Measured time per hierarchy.
    let duration: Instant.Span
    let warmUp: Instant.Span
    /// Reading end of `Interruption`.
    let signals: Int32

    /// Runs a hierarchy on real processes, then in the simulator under the delays just measured, which it returns too.
    func row(_ hierarchy: Hierarchy) async throws -> (row: BenchRow, delays: LatencyProfile) {
        let wired = try overriding(hierarchy)
        Terminal.progress("\(hierarchy.rawValue): \(wired.plan.processes.count) processes, \(text(of: duration))")
        let run = try await measure(wired, suffix: hierarchy.rawValue, duration: duration, warmUp: warmUp)
        try run.report(of: wired.plan.network).write(to: run.outcome.folder.resultPath)
        var row = run.row
        Terminal.progress("\(hierarchy.rawValue): the same in the simulator under the measured delays")
        let simulated = try await Interruption.watching(signals) { try simulatedRow(wired, latencyFrom: run.profile) }
        add(simulated, to: &row)
        return (row, run.profile)
    }

    /// A run on real processes in a run folder of its own.
    ///
    /// - Parameter cleanUp: called where a signal ends this process outside of the run itself.
    func measure(
        _ wired: ResolvedTopology, suffix: String, duration: Instant.Span, warmUp: Instant.Span, isQuiet: Bool = false,
        parent: String = RunFolder.parent, isClosedLoop: Bool = false, cleanUp: @escaping @Sendable () -> Void = {}
    ) async throws -> MeasuredRun {
        let folder = try RunFolder(creating: "\(wired.plan.network.name)-\(suffix)", in: parent)
        let request = RunRequest(
            topology: wired, text: text, duration: duration, warmUp: warmUp, isQuiet: isQuiet,
            isClosedLoop: isClosedLoop, signals: signals, folder: folder)
        return try await MeasuredRun.perform(request, cleanUp: cleanUp)
    }

    /// The topology in another hierarchy, all else the same.
    func overriding(
        _ hierarchy: Hierarchy, epoch: Instant.Span? = nil, shaping: Bool? = nil, solver: SolverKind? = nil,
        prices: Bool? = nil, expiryEpochs: Int? = nil
    ) throws -> ResolvedTopology {
        do {
            return try topology.overriding(
                hierarchy: hierarchy, epoch: epoch, solver: solver, prices: prices, shaping: shaping,
                expiryEpochs: expiryEpochs)
        } catch {
            throw ToolFailure(error)
        }
    }

    // MARK: Values

    /// Epochs that the simulator runs: as many as the measured time has, and enough for windows of a second.
    private func epochs(of network: NetworkConfiguration) -> Int {
        max(10, Int((max(duration.seconds, 5) / network.epoch.seconds).rounded()))
    }

    private func simulatedRow(_ wired: ResolvedTopology, latencyFrom profile: LatencyProfile) throws -> BenchRow {
        let epochs = epochs(of: wired.plan.network)
        return try VirtualRun(topology: wired, epochs: epochs, latencyFrom: profile).perform().result.row
    }

    /// Takes over what only the simulator can tell.
    private func add(_ simulated: BenchRow, to row: inout BenchRow) {
        row.details["real_run_value_mbps"] = row.valueMbps.value
        row.valueMbps = simulated.valueMbps
        row.valueEqualPowerMbps = simulated.valueEqualPowerMbps
        row.efficiency = simulated.efficiency
        row.followerResidual = simulated.followerResidual
        row.leaderResidual = simulated.leaderResidual
        row.details["simulated_age_ms"] = simulated.age.value?.mean
        for entry in simulated.details.entries where Bench.judged.contains(entry.name) {
            row.details[entry.name] = entry.value
        }
    }

    /// Details that only the simulator knows.
    private static let judged = [
        "efficiency_true", "gain_over_equal_power_twin", "gain_over_equal_power_true", "follower_residual_true",
        "leader_residual_true", "judged_epochs", "backlogged_share", "fifth_percentile_mbps",
        "fifth_percentile_equal_power_mbps", "block_error_rate", "block_error_rate_equal_power",
    ]

    /// No control, random, DCH with prices 0 and the genie in the world of the bench; none in a replay, which no
    /// directive changes.
    ///
    /// - Parameter delays: what was measured on the hierarchies of `rows`.
    func baselines(like rows: [BenchRow], under delays: [LatencyProfile]) async throws -> [BenchRow] {
        guard case .emulated = topology.plan.network.scenario else { return [] }
        Terminal.progress("baselines in the simulator")
        return try await Interruption.watching(signals) { try simulatedBaselines(like: rows, under: delays) }
    }

    private func simulatedBaselines(like rows: [BenchRow], under delays: [LatencyProfile]) throws -> [BenchRow] {
        let epochs = epochs(of: topology.plan.network)
        let world = VirtualRun(topology: topology, epochs: epochs, runsEqualPower: false)
        let equalPower = rows.first?.valueEqualPowerMbps ?? .absent("no run under equal power beside this one")
        var baselines = [
            try world.plain(.none, name: "no control"),
            try controlled(overriding(.fullyCentralised, solver: .random), under: delays),
            try controlled(overriding(.decentralised, prices: false), under: delays),
            try world.plain(.genie(period: topology.plan.network.epoch), name: "genie"),
        ]
        for index in baselines.indices { baselines[index].valueEqualPowerMbps = equalPower }
        return baselines
    }

    /// A baseline that decides, under the delays measured on its hierarchy where that was benched. Its own latencies
    /// are simulated and would stand beside those of real processes: the row has none.
    private func controlled(_ wired: ResolvedTopology, under delays: [LatencyProfile]) throws -> BenchRow {
        let network = wired.plan.network
        let measured = delays.first { $0.hierarchy == network.hierarchy }
        var row = try VirtualRun(
            topology: wired, epochs: epochs(of: network), latencyFrom: measured, runsEqualPower: false, judgedEpochs: 0
        ).perform().result.row
        let source = measured.map { "the delays measured on \($0.hierarchy.rawValue)" } ?? "the cost model's delays"
        row.withholdLatencies("simulated under \(source): no latency was measured")
        return row
    }

    /// `30 s` or `1.5 s`.
    private func text(of span: Instant.Span) -> String { "\(SimulateCommand.digits(span.seconds)) s" }
}
