package import NetworkModel

/// One row of a benchmark: a hierarchy, or a baseline, and its figures. Times of one row come from one pass; those of
/// the loopback pass are named so (ENGINEERING, latency bench).
package struct BenchRow: Hashable, Sendable {
    /// `fch`, `sch`, `dch`.
    package var hierarchy: String
    /// Leaders and followers in words; absent in a baseline that plays no game.
    package var game: Measured<String>
    package var timing: Measured<String>
    /// Solver behind the leader, or the baseline's name.
    package var solver: String
    /// Epochs behind the warm-up.
    package var epochs: UInt64
    /// Directives applied, counted per cell.
    package var decisions: UInt64
    /// Cell-epochs without a directive in time.
    package var missed: Measured<UInt64>
    package var fast: Measured<Percentiles>
    package var coordination: Measured<Percentiles>
    package var breakdown: Measured<BreakdownRow>
    package var age: Measured<AgeRow>
    /// Network value M, Mbit/s.
    package var valueMbps: Measured<Double>
    /// M of the same world under equal power and the same scheduler.
    package var valueEqualPowerMbps: Measured<Double>
    /// Share of the gap between equal power and the best known value that was closed.
    package var efficiency: Measured<Double>
    package var roundsMean: Measured<Double>
    package var offerAgeMs: Measured<Double>
    package var lateOffers: Measured<UInt64>
    /// On the leader's twin; the residual on the true gains is a detail.
    package var followerResidual: Measured<Double>
    package var leaderResidual: Measured<Double>
    package var bytesPerEpoch: Measured<Double>
    package var cpuSeconds: Measured<Double>
    package var rejected: RejectionRow
    package var applied: ControlRow
    package var floor: Measured<Percentiles>
    package var loopback: Measured<Percentiles>
    package var ratioToFloor: Measured<RatioRow>
    package var ratioToFloorWithoutSolver: Measured<RatioRow>
    /// Epochs that begin as soon as the one before is decided, beside the floor in the same loop.
    package var closedLoop: Measured<ClosedLoopRow>
    package var details: DetailRow

    /// The row that a history gives. What a history does not know is absent, for the shell to fill in.
    ///
    /// - Parameter idle: why no leader decides, where the solver is `none`.
    package init(
        _ network: NetworkConfiguration, _ summary: LedgerSummary, idle: String = "no control: nothing is decided"
    ) {
        let summary = summary.stated(of: network.scenario)
        let noValue = network.scenario.noValueReason
        let decides = network.game.solver != .none
        let undecided = decides ? "no directive was applied" : idle
        let floorReason = "measured by bench --floor only"
        hierarchy = network.hierarchy.rawValue
        game = decides ? .value(BenchRow.game(network.hierarchy)) : .absent(idle)
        timing = decides ? .value(network.game.timing(in: network.hierarchy).rawValue) : .absent(idle)
        solver = BenchRow.solver(network.game)
        epochs = summary.epochs
        decisions = summary.decisions
        missed = decides ? .value(summary.missed) : .absent(idle)
        let isMeasured = decides && summary.cellEpochs > 0
        fast = isMeasured ? .value(summary.fast) : .absent(undecided)
        coordination = isMeasured ? .value(summary.coordination) : .absent(undecided)
        breakdown = Measured(isMeasured ? summary.breakdown.map(BreakdownRow.init) : nil, or: undecided)
        age = Measured(BenchRow.age(summary.ageMeanMs, summary.ageP99Ms), or: noValue ?? undecided)
        valueMbps = Measured(
            summary.valueMbps.map(sixDigits), or: noValue ?? "no second of throughput behind the warm-up")
        valueEqualPowerMbps = .absent(noValue ?? "no run under equal power beside this one")
        let unjudged =
            network.scenario.isReplay
            ? "open-loop replay: cross gains were not measured" : "computed in the simulator only"
        efficiency = .absent(unjudged)
        roundsMean = Measured(summary.roundsMean.map(sixDigits), or: decides ? "no leader decided" : idle)
        offerAgeMs = Measured(summary.offerAgeMs.map(sixDigits), or: undecided)
        lateOffers =
            network.game.timing(in: network.hierarchy) == .synchronous && decides
            ? .value(summary.lateOffers) : .absent(decides ? "asynchronous: nobody waits for an offer" : idle)
        followerResidual = .absent(decides ? unjudged : idle)
        leaderResidual = followerResidual
        bytesPerEpoch = .absent("not counted")
        cpuSeconds = .absent("not counted")
        rejected = RejectionRow(summary.rejected)
        applied = ControlRow(summary.applied)
        floor = .absent(floorReason)
        loopback = .absent(floorReason)
        ratioToFloor = .absent(floorReason)
        ratioToFloorWithoutSolver = .absent(
            network.hierarchy == .fullyCentralised ? floorReason : "stated for FCH only")
        closedLoop = .absent(decides ? "measured by bench --closed-loop only" : idle)
        details = BenchRow.details(summary)
        if network.hasAveragedGains { details["averaged_gains"] = 1 }
    }

    /// States why a simulated row lacks what is measured on real processes only.
    package mutating func noteSimulated() {
        let noFloor = "simulated: no floor is measured"
        cpuSeconds = .absent("simulated: no processor is measured")
        (floor, loopback) = (.absent(noFloor), .absent(noFloor))
        (ratioToFloor, ratioToFloorWithoutSolver) = (.absent(noFloor), .absent(noFloor))
        closedLoop = .absent("simulated: no closed loop is measured")
    }

    /// Takes out what a simulated row cannot claim beside rows of real processes: times and ages. Its mean age stays as
    /// a detail, as in those.
    package mutating func withholdLatencies(_ reason: String) {
        details["simulated_age_ms"] = age.value?.mean
        (fast, coordination) = (.absent(reason), .absent(reason))
        (breakdown, age, offerAgeMs) = (.absent(reason), .absent(reason), .absent(reason))
        for name in ["fast_mean_us", "radio_network_us", "own_age_mean_ms", "own_age_p99_ms"] { details[name] = nil }
    }

    private static func game(_ hierarchy: Hierarchy) -> String {
        switch hierarchy {
        case .fullyCentralised: "single leader, single follower"
        case .semiCentralised: "single leader, many followers"
        case .decentralised: "many leaders, many followers"
        }
    }

    private static func solver(_ game: GameConfiguration) -> String {
        game.solver == .pricing && !game.prices ? "prices 0" : game.solver.rawValue
    }

    private static func age(_ mean: Double?, _ p99: Double?) -> AgeRow? {
        guard let mean, let p99 else { return nil }
        return AgeRow(mean: mean, p99: p99)
    }

    private static func details(_ summary: LedgerSummary) -> DetailRow {
        var details = DetailRow()
        details["cell_epochs"] = Double(summary.cellEpochs)
        details["censored"] = Double(summary.censored)
        details["fast_mean_us"] = summary.fastMeanMicroseconds
        details["radio_network_us"] = summary.breakdown?.radioNetwork
        details["own_age_mean_ms"] = summary.ownAgeMeanMs
        details["own_age_p99_ms"] = summary.ownAgeP99Ms
        details["fifth_percentile_mbps"] = summary.fifthPercentileMbps
        details["value_windows"] = Double(summary.windows)
        details["predicted_cells_mean"] = summary.predictedCellsMean
        details["radio_network_restarts"] = Double(summary.restarts)
        return details
    }
}

/// Nanoseconds that a number takes from one processor to another and back: around a tenth of a microsecond where they
/// share a cache, several times that where they do not. On a shared host it changes within minutes.
package struct ProcessorDistance: Codable, Hashable, Sendable {
    /// Before the first measurement and after the last.
    package var before: Double
    package var after: Double

    package init(before: Double, after: Double) {
        self.before = before
        self.after = after
    }
}

/// What `bench --json` and `simulate --json` write.
package struct BenchReport: Hashable, Sendable {
    /// Name of the topology.
    package var topology: String
    package var seed: UInt64
    /// What the runs could not observe, each with the reason, in words; empty in emulation.
    package var notObserved: [String]
    /// Round trip of a two-process ping-pong over AF_UNIX beside the run: in which state the host was.
    package var witness: Measured<Percentiles>
    /// How far the processors were from each other.
    package var processors: Measured<ProcessorDistance>
    package var results: [BenchRow]

    package init(
        _ network: NetworkConfiguration, witness: Measured<Percentiles>, processors: Measured<ProcessorDistance>,
        results: [BenchRow]
    ) {
        topology = network.name
        seed = network.seed
        notObserved = network.scenario.notObserved
        self.witness = witness
        self.processors = processors
        self.results = results
    }
}
