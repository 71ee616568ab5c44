internal import ArgumentParser
internal import Foundation
internal import NetworkModel
internal import Simulator
internal import Topology

/// `dtnet llm effects`: adopted actions against forks of the same runs.
struct LLMEffectsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "effects",
        abstract: "Measure what adopted actions really do, each against a fork of the same run without it.",
        discussion: """
            Per seed, the roles run in virtual time until the language engine adopts an action that the twins found \
            better; the run is then repeated from its seed with that decision withheld. All randomness is exogenous, \
            so that the two differ by the action alone.
            """)

    @OptionGroup var options: TopologyOptions

    @Option(
        help: "Wire the file as fch, sch or dch.", completion: ToolArguments.hierarchyNames,
        transform: ToolArguments.hierarchy)
    var hierarchy: Hierarchy?

    @Option(parsing: .unconditional, help: "Seeds to run, from the seed on; each gives one action or none.")
    var seeds = 20

    @Option(
        help: "Who proposes: 'rules', the rule base; 'random', random actions beside it; 'menu', of a model's menu.")
    var proposer = "rules"

    @Option(parsing: .unconditional, help: "Seconds that an action is watched.")
    var watch = 10.0

    @Option(parsing: .unconditional, help: "Seconds until a run without an adopted action is given up.")
    var patience = 30.0

    @Option(
        name: .customLong("mirror-period"), parsing: .unconditional,
        help: "Fixed time between two full reports of every edge to L3, e.g. 1s; without it L3 chooses.",
        transform: ToolArguments.duration)
    var mirrorPeriod: Instant.Span?

    @Option(help: "Write the report as JSON to this file.", completion: .file(extensions: ["json"]))
    var json: String?

    /// Seeds between two lines of progress.
    private static let seedsAtOnce = 20

    func validate() throws {
        guard (1...100_000).contains(seeds) else { throw ValidationError("--seeds is 1 to 100000") }
        guard (2...600).contains(watch) else { throw ValidationError("--watch is 2 to 600 seconds") }
        guard (5...3_600).contains(patience) else { throw ValidationError("--patience is 5 to 3600 seconds") }
        guard EffectStudy.Proposer(rawValue: proposer) != nil else {
            throw ValidationError("--proposer is rules, random or menu, not '\(proposer)'")
        }
        guard mirrorPeriod.map({ $0 >= .milliseconds(100) && $0 <= .seconds(60) }) ?? true else {
            throw ValidationError("--mirror-period is 100ms to 60s")
        }
    }

    func run() async throws {
        if let json { try OutputFile.check(json) }
        var source = options.source
        source.mirrorPeriod = mirrorPeriod
        let topology = try source.resolve(hierarchy: hierarchy).topology
        guard case .emulated = topology.plan.network.scenario else {
            throw ToolFailure(.usage, "effects are measured in an emulated scenario: a replay has no fork")
        }
        let study = EffectStudy(
            plan: topology.plan, proposer: EffectStudy.Proposer(rawValue: proposer) ?? .rules,
            patienceSeconds: patience, watchSeconds: watch)
        let first = topology.plan.network.seed
        var report = EffectReport(topology: topology.plan.network.name, seeds: seeds)
        var done = 0
        while done < seeds {
            let count = min(LLMEffectsCommand.seedsAtOnce, seeds - done)
            for effect in await study.effects(first + UInt64(done)..<first + UInt64(done + count)) {
                report.add(effect)
            }
            done += count
            Terminal.progress("\(done) of \(seeds) seeds, \(report.actions.count) actions adopted")
        }
        if let json { try report.write(to: json) }
        for line in report.lines { Terminal.result(line) }
    }
}

/// What a study of effects came to.
struct EffectReport: Encodable {
    struct Action: Encodable {
        var seed: UInt64
        var action: String
        var source: String
        var predicted: Double
        var predictedLow: Double
        var effect: Double
        var rolledBackSeconds: Double?
    }

    var topology: String
    var seeds: Int
    private(set) var actions: [Action] = []

    init(topology: String, seeds: Int) {
        self.topology = topology
        self.seeds = seeds
    }

    mutating func add(_ effect: EffectStudy.Effect) {
        actions.append(
            Action(
                seed: effect.seed, action: effect.action, source: effect.source, predicted: effect.predicted,
                predictedLow: effect.predictedLow, effect: effect.effect,
                rolledBackSeconds: effect.rolledBackSeconds))
    }

    var lines: [String] {
        guard !actions.isEmpty else { return ["no action was adopted in \(seeds) seeds"] }
        let effects = actions.map(\.effect)
        let count = Double(effects.count)
        let mean = effects.reduce(0, +) / count
        let variance = effects.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, count - 1)
        let error = (variance / count).squareRoot()
        let harmful = actions.filter { $0.effect < -0.01 }
        var table = TextTable(["action", "adopted", "predicted %", "effect %", "below -1 %"], numeric: [1, 2, 3, 4])
        for kind in Set(actions.map(EffectReport.kind)).sorted() {
            let own = actions.filter { EffectReport.kind(of: $0) == kind }
            let part = { (value: (Action) -> Double) in own.reduce(0) { $0 + value($1) } / Double(own.count) }
            table.add([
                kind, "\(own.count)", SimulateCommand.digits(100 * part(\.predicted)),
                SimulateCommand.digits(100 * part(\.effect)), "\(own.count { $0.effect < -0.01 })",
            ])
        }
        return table.lines + [
            "\(actions.count) actions adopted in \(seeds) seeds: mean effect on M "
                + "\(SimulateCommand.digits(100 * mean)) % (standard error \(SimulateCommand.digits(100 * error))), "
                + "predicted \(SimulateCommand.digits(100 * actions.reduce(0) { $0 + $1.predicted } / count)) %",
            "below -1 %: \(harmful.count), of them rolled back \(harmful.count { $0.rolledBackSeconds != nil }); "
                + "rolled back in all \(actions.count { $0.rolledBackSeconds != nil })",
        ]
    }

    private static func kind(of action: Action) -> String {
        action.action.split(separator: "\"").dropFirst(3).first.map(String.init) ?? "?"
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        try OutputFile.write(encoder.encode(self), to: path)
    }
}
