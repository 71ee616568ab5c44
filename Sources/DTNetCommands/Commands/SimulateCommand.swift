internal import ArgumentParser
internal import Benchmarking
internal import Foundation
internal import NetworkModel
internal import Simulator
internal import Topology

/// `dtnet simulate`: the same roles in virtual time.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run the roles of a topology in virtual time over simulated links.",
        discussion: """
            Prints the row that a bench prints, and a hash over all messages and decisions: the same file, options and \
            seed give the same hash on every run of one build on one machine.
            """)

    @OptionGroup var options: TopologyOptions

    @Option(
        help: "Wire the file as fch, sch or dch.", completion: ToolArguments.hierarchyNames,
        transform: ToolArguments.hierarchy)
    var hierarchy: Hierarchy?

    @Option(parsing: .unconditional, help: "Decision epochs to simulate.")
    var epochs = 1_000

    @Flag(
        name: .customLong("averaged-gains"),
        help: ArgumentHelp(
            "Time-averaged gains: nothing fades, slots of a tenth of the epoch are shared in closed form.",
            discussion: """
                Many times faster. There is no fading and so none of its gain for the scheduler: values do not compare \
                with those of a run without it. Epochs of 20 ms or more.
                """))
    var averagedGains = false

    @Option(
        name: .customLong("latency-from"),
        help: ArgumentHelp(
            "Run folder whose measured link and residence times are used: values under real delays.",
            discussion: "The run is one of the same topology in the same hierarchy."),
        completion: .directory)
    var latencyFrom: String?

    @Option(
        parsing: .unconditional,
        help: "Compare with equal power and the zero-delay genie over this many paired seeds, from the seed on.")
    var study: Int?

    @Option(
        name: .customLong("mirror-period"), parsing: .unconditional,
        help: "Fixed time between two full reports of every edge to L3, e.g. 1s; without it L3 chooses.",
        transform: ToolArguments.duration)
    var mirrorPeriod: Instant.Span?

    @Option(help: "Write the report as JSON to this file.", completion: .file(extensions: ["json"]))
    var json: String?

    func validate() throws {
        guard (1...10_000_000).contains(epochs) else { throw ValidationError("--epochs is 1 to 10000000") }
        if let study { guard (2...1_000).contains(study) else { throw ValidationError("--study is 2 to 1000 seeds") } }
        guard mirrorPeriod.map({ $0 >= .milliseconds(100) && $0 <= .seconds(60) }) ?? true else {
            throw ValidationError("--mirror-period is 100ms to 60s")
        }
    }

    func run() async throws {
        if let json { try OutputFile.check(json) }
        var source = options.source
        source.averagedGains = averagedGains ? true : nil
        source.mirrorPeriod = mirrorPeriod
        let topology = try source.resolve(hierarchy: hierarchy).topology
        let network = topology.plan.network
        if study != nil, network.scenario.isReplay {
            throw ToolFailure(
                .usage,
                "\(options.file): scenario: --study pairs worlds of other seeds with a genie that knows their gains, "
                    + "and a replay is one world whose cross gains nobody measured: leave --study out, equal power is "
                    + "run beside anyway")
        }
        let virtual = VirtualRun(
            topology: topology, epochs: epochs,
            latencyFrom: try latencyFrom.map { try RunFolder(existing: $0).latencyProfile(for: network) })
        if let study {
            let pairs = try virtual.study(seeds: study)
            guard !pairs.pairs.isEmpty else {
                throw ToolFailure(
                    .usage,
                    "--study compares seconds of throughput behind the warm-up, and \(epochs) epochs hold none: "
                        + "ask for more --epochs")
            }
            try show(pairs)
            if network.hasAveragedGains { Terminal.result(SimulateCommand.averagedGainsLine) }
            return
        }
        let outcome = try virtual.perform()
        let result = outcome.result
        var row = result.row
        row.noteCoherence(of: network)
        let report = BenchReport(
            network, witness: .absent("simulated"), processors: .absent("simulated"), results: [row])
        if let json { try report.write(to: json) }
        try report.show()
        if let bytes = row.details["mirror_bytes_per_second"] {
            Terminal.result("mirror: \(Int(bytes)) bytes per second from the edges to L3")
        }
        if let rate = row.details["handovers_per_second"] {
            Terminal.result("handovers: \(SimulateCommand.digits(rate)) per second")
        }
        if let rate = row.details["block_error_rate"] {
            let equal = row.details["block_error_rate_equal_power"].map {
                ", at equal power \(SimulateCommand.digits(100 * $0)) %"
            }
            Terminal.result("lost blocks: \(SimulateCommand.digits(100 * rate)) %\(equal ?? "")")
        }
        for line in result.slices.map(SimulateCommand.line) { Terminal.result(line) }
        if let line = row.coherenceLine { Terminal.result(line) }
        if let notice = network.scenario.openLoopNotice { Terminal.result(notice) }
        if network.hasAveragedGains { Terminal.result(SimulateCommand.averagedGainsLine) }
        Terminal.result("history hash: \(result.historyHash)")
        let speed = result.duration.seconds / max(outcome.wallSeconds, 1e-9)
        let processors = outcome.processors == 1 ? "one processor" : "\(outcome.processors) processors"
        Terminal.progress(
            "\(SimulateCommand.digits(result.duration.seconds)) s simulated in "
                + "\(SimulateCommand.digits(outcome.wallSeconds)) s on \(processors), \(Int(speed)) times faster than "
                + "real time; judging and the baseline took \(SimulateCommand.digits(outcome.judgingSeconds)) s")
    }

    static let averagedGainsLine =
        "averaged gains: no fading and none of its gain for the scheduler; values do not compare with those of a run "
        + "with fading"

    private func show(_ study: ValueStudy) throws {
        var table = TextTable(
            ["seed", "M equal Mb/s", "M", "gain %", "genie gain %", "5th percentile gain %"],
            numeric: [0, 1, 2, 3, 4, 5])
        for pair in study.pairs {
            table.add(
                ["\(pair.seed)"]
                    + [pair.equalPowerMbps, pair.controlledMbps, pair.gain * 100, pair.genieGain * 100]
                    .map(SimulateCommand.digits)
                    + [pair.fifthPercentileGain.map { SimulateCommand.digits($0 * 100) } ?? "-"])
        }
        for line in table.lines { Terminal.result(line) }
        let bound = study.lowerBound.map { SimulateCommand.digits($0 * 100) } ?? "-"
        let fifth = study.meanFifthPercentileGain.map { SimulateCommand.digits($0 * 100) } ?? "-"
        let share = study.shareOfGenie.map { SimulateCommand.digits($0 * 100) } ?? "-"
        Terminal.result(
            "M over equal power: mean \(SimulateCommand.digits(study.meanGain * 100)) %, lower 95 % bound \(bound) %; "
                + "5th percentile \(fifth) %; "
                + "share of the genie's gain \(share) %")
        if let json { try StudyReport(study).write(to: json) }
    }

    private static func line(_ slice: SliceService) -> String {
        let got = "slice \(slice.name): mean \(digits(slice.meanMbps)) Mb/s"
        guard slice.guaranteedMbps > 0 else { return got }
        let guaranteed = String(format: "%.3f", slice.guaranteedMbps)
        return "\(got), below its \(guaranteed) Mb/s in \(digits(100 * slice.missedPart)) % of the UE-seconds"
    }

    /// Two digits behind the point.
    static func digits(_ value: Double) -> String { String(format: "%.2f", value) }
}

/// A value study as JSON.
struct StudyReport: Encodable {
    struct Pair: Encodable {
        var seed: UInt64
        var valueMbps: Double
        var valueEqualPowerMbps: Double
        var valueGenieMbps: Double
        var gain: Double
        var genieGain: Double
        var fifthPercentileGain: Double?
        /// Why there is none.
        var fifthPercentileGainReason: String?
    }

    var pairs: [Pair]
    var meanGain: Double
    var lowerBound95: Double?
    var meanFifthPercentileGain: Double?
    var meanFifthPercentileGainReason: String?
    var meanGenieGain: Double
    var shareOfGenie: Double?

    private static let noGain = "equal power leaves the weakest 5 % nothing"

    init(_ study: ValueStudy) {
        pairs = study.pairs.map { pair in
            Pair(
                seed: pair.seed, valueMbps: pair.controlledMbps, valueEqualPowerMbps: pair.equalPowerMbps,
                valueGenieMbps: pair.genieMbps, gain: pair.gain, genieGain: pair.genieGain,
                fifthPercentileGain: pair.fifthPercentileGain,
                fifthPercentileGainReason: pair.fifthPercentileGain == nil ? StudyReport.noGain : nil)
        }
        meanGain = study.meanGain
        lowerBound95 = study.lowerBound
        meanFifthPercentileGain = study.meanFifthPercentileGain
        meanFifthPercentileGainReason = meanFifthPercentileGain == nil ? StudyReport.noGain : nil
        meanGenieGain = study.meanGenieGain
        shareOfGenie = study.shareOfGenie
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        try OutputFile.write(encoder.encode(self), to: path)
    }
}
