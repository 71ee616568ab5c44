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
            so that the two differ by the action alone. Where the two establish harm, a third run takes the action \
            back at that moment.
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
