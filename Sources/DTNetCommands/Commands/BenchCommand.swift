internal import ArgumentParser
internal import Benchmarking
internal import NetworkModel
internal import Topology

/// `dtnet bench`: the hierarchies on real processes, side by side.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure hierarchies of one topology side by side.",
        discussion: """
            Latency, age, bytes and processor time come from real processes; values, efficiency and residuals from the \
            simulator under the delays measured on them. Baselines: no control, random, DCH with prices 0, and a \
            zero-delay genie.
            """)

    @OptionGroup var options: TopologyOptions

    @Option(help: "Hierarchies, separated by commas.", transform: ToolArguments.hierarchies)
    var hierarchies: [Hierarchy] = Hierarchy.allCases

    @Option(parsing: .unconditional, help: "Measured time per hierarchy.", transform: ToolArguments.duration)
    var duration: Instant.Span = .milliseconds(30_000)

    @Option(
        name: .customLong("warm-up"), parsing: .unconditional, help: "Time before the measured time.",
        transform: ToolArguments.duration)
    var warmUp: Instant.Span = .milliseconds(2_000)

    @Flag(help: "Add a loopback pass beside plain libzmq processes with the same messages over the same wires.")
    var floor = false

    @Flag(
        name: .customLong("closed-loop"),
        help: "Add a closed loop, where an epoch begins when the one before is decided, beside the floor's.")
    var closedLoop = false

    @Flag(name: .customLong("sweep-epoch"), help: "Find the shortest epoch with at most 0.1 % missed.")
    var sweepEpoch = false

    @Flag(inversion: .prefixedNo, help: "Add rows of the baselines.")
    var baselines = true

    @Option(help: "Write the report as JSON to this file.", completion: .file(extensions: ["json"]))
    var json: String?

    func run() async throws {
        if let json { try OutputFile.check(json) }
        let source = options.source
        let (topology, text) = try source.resolve(hierarchy: hierarchies[0])
        let bench = Bench(
            topology: topology, text: text, duration: duration, warmUp: warmUp, signals: try Interruption.catchSignals()
        )
        let before = AsideThread.roundTripNanoseconds()
        var rows: [BenchRow] = []
        var delays: [LatencyProfile] = []
        for hierarchy in hierarchies {
            let measured = try await bench.row(hierarchy)
            rows.append(measured.row)
            delays.append(measured.delays)
        }
        if floor {
            for index in rows.indices { try await bench.addFloor(to: &rows[index], hierarchies[index]) }
        }
        if closedLoop {
            for index in rows.indices { try await bench.addClosedLoop(to: &rows[index], hierarchies[index]) }
        }
        if sweepEpoch {
            for index in rows.indices { try await bench.addSweep(to: &rows[index], hierarchies[index]) }
        }
        if baselines { rows += try await bench.baselines(like: rows, under: delays) }
        try Interruption.throwIfAny(bench.signals)
        let witness: Measured<Percentiles> =
            floor || closedLoop
            ? try await Witness.measure(signals: bench.signals)
            : .absent("measured with --floor or --closed-loop only")
        let network = topology.plan.network
        let processors = before.flatMap { before in
            AsideThread.roundTripNanoseconds().map { ProcessorDistance(before: before, after: $0) }
        }
        let report = BenchReport(
            network, witness: witness, processors: Measured(processors, or: "there is one processor"), results: rows)
        if let json { try report.write(to: json) }
        try report.show()
        if let line = rows.first?.coherenceLine { Terminal.result(line) }
        if let notice = network.scenario.openLoopNotice { Terminal.result(notice) }
        guard sweepEpoch else { return }
        for (row, hierarchy) in zip(rows, hierarchies) {
            let longest = SimulateCommand.digits(Bench.sweepEpochs.last?.milliseconds ?? 0)
            let found =
                row.details["shortest_sustainable_epoch_ms"].map {
                    "shortest sustainable epoch \(SimulateCommand.digits($0)) ms"
                } ?? "no sustainable epoch up to \(longest) ms: more than 0.1 % missed"
            Terminal.result("\(hierarchy.rawValue) \(found)")
        }
    }
}
