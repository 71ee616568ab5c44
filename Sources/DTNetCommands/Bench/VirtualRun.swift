internal import BaselineTracing
internal import Benchmarking
internal import NetworkModel
internal import Numerics
internal import Simulator
internal import Topology

/// A topology in virtual time, with what the tool adds: files of a trace, and the wall clock.
struct VirtualRun: Sendable {
    let topology: ResolvedTopology
    let epochs: Int
    var latencyFrom: LatencyProfile?
    /// Whether the same world under equal power is run beside.
    var runsEqualPower = true
    /// Epochs that are judged against the best known solution.
    var judgedEpochs = 8

    private var plan: WiringPlan { topology.plan }

    /// Virtual time of the run.
    private var duration: Instant.Span { plan.network.epoch * Int64(epochs) }

    /// A second, or a quarter of a short run.
    private var warmUp: Instant.Span { min(.milliseconds(1_000), duration / 4) }

    private func options() throws -> SimulationOptions {
        var options = SimulationOptions()
        options.latencyFrom = latencyFrom
        options.warmUp = warmUp
        options.runsEqualPower = runsEqualPower
        options.judgedEpochs = judgedEpochs
        let tracer = BaselineTracer()
        options.edgeJobs = { tracer.execute($0) }
        if case .replay(let replay) = plan.network.scenario {
            try options.readTraces(try TraceFiles.files(of: replay), format: replay.format)
        }
        return options
    }

    /// A simulated run, and the wall time that it took.
    struct Outcome {
        var result: SimulationResult
        var wallSeconds: Double
        /// Of judging with the baseline.
        var judgingSeconds: Double
        /// Processors that simulated; one that is far does jobs only and does not count.
        var processors: Int
    }

    /// Runs it.
    func perform() throws -> Outcome {
        var options = try options()
        options.judging = .allProcessors
        return try AsideThread.withLane { lane in
            options.lane = lane
            let simulation = try Simulation(plan: plan, options: options)
            let start = MonotonicClock.now
            simulation.run(epochs: epochs)
            let simulated = MonotonicClock.now
            let result = try simulation.result()
            return Outcome(
                result: result, wallSeconds: (simulated - start).seconds,
                judgingSeconds: (MonotonicClock.now - simulated).seconds,
                processors: lane?.takesShortWork == true ? 2 : 1)
        }
    }

    /// What its nodes send per epoch.
    func traffic() throws -> [TrafficStream] { try TrafficSurvey.streams(of: plan, options: options()) }

    /// Compares with equal power and the genie over this many seeds, from the plan's on.
    func study(seeds: Int) throws -> ValueStudy {
        let first = plan.network.seed
        return try ValueStudy.run(
            plan: plan, seeds: (0..<UInt64(seeds)).map { first + $0 }, epochs: epochs, options: options())
    }

    /// Value of the radio network by itself in the same world, as a row.
    func plain(_ control: PlainRun.Control, name: String) throws -> BenchRow {
        let run = try PlainRun(network: plan.network, control: control, duration: duration, warmUp: warmUp)
        var network = plan.network
        network.game.solver = .none
        let idle = "\(name): no leader decides"
        var row = BenchRow(network, LatencyLedger(LedgerConfiguration(plan)).summary, idle: idle)
        row.noteSimulated()
        row.efficiency = .absent("\(name): not judged, a baseline")
        row.hierarchy = "none"
        row.solver = name
        row.epochs = UInt64(epochs)
        row.valueMbps = Measured(run.valueMbps, or: "no second of throughput behind the warm-up")
        row.bytesPerEpoch = .absent("no twin is there to talk to")
        row.details["fifth_percentile_mbps"] = run.fifthPercentileMbps
        row.details["block_error_rate"] = run.blockErrorRate
        return row
    }
}
