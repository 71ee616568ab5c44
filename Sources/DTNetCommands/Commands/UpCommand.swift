internal import ArgumentParser
internal import Benchmarking
internal import Foundation
internal import Glibc
internal import NetworkModel
internal import Topology

/// `dtnet up`: runs a topology's processes on this machine.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Start the processes of a topology, supervise them, and write a run folder.",
        discussion: """
            Starts every process, waits until every wire has carried a round trip, restarts what ends, and writes \
            runs/<time>-<name>/. Ends after --duration, on Ctrl-C, or by 'dtnet down'.
            """)

    @OptionGroup var options: TopologyOptions

    @Option(
        help: "Wire the file as fch, sch or dch.", completion: ToolArguments.hierarchyNames,
        transform: ToolArguments.hierarchy)
    var hierarchy: Hierarchy?

    @Option(
        parsing: .unconditional, help: "Measured time, e.g. 30s; without it the run lasts until it is stopped.",
        transform: ToolArguments.duration)
    var duration: Instant.Span?

    @Option(
        name: .customLong("warm-up"), parsing: .unconditional, help: "Time before the measured time.",
        transform: ToolArguments.duration)
    var warmUp: Instant.Span = .milliseconds(1_000)

    @Option(help: "Leave this process of the plan to someone else and print what it needs; may be repeated.")
    var external: [String] = []

    @Flag(help: "Go on in the background; prints the run folder once everything is ready.")
    var detach = false

    @Flag(help: "Print the result as JSON.")
    var json = false

    @Option(parsing: .unconditional, help: "Time between two lines of progress.", transform: ToolArguments.duration)
    var progress: Instant.Span = .milliseconds(2_000)

    @Option(name: .customLong("run-folder"), help: .hidden)
    var runFolder: String?

    func run() async throws {
        let (topology, text) = try options.source.resolve(hierarchy: hierarchy)
        let folder =
            if let runFolder {
                RunFolder(adopting: runFolder)
            } else {
                try RunFolder(creating: topology.plan.network.name)
            }
        let signals = try Interruption.catchSignals()
        if detach {
            let arguments = Array(CommandLine.arguments.dropFirst())
            try await DetachedRun(folder: folder, signals: signals).start(arguments: arguments)
        }
        var supervisor = try RunSupervisor(
            RunRequest(
                topology: topology, text: text, duration: duration, warmUp: warmUp, external: external,
                progress: progress, signals: signals, folder: folder))
        let outcome = try await supervisor.run()
        let measured = MeasuredRun(outcome, plan: topology.plan)
        if let measured {
            let report = measured.report(of: topology.plan.network)
            try report.show(asJSON: json)
            if !json {
                if let line = measured.row.coherenceLine { Terminal.result(line) }
                if let notice = topology.plan.network.scenario.openLoopNotice { Terminal.result(notice) }
            }
            // Shown first: a full disk does not cost the figures.
            try report.write(to: folder.resultPath)
        }
        Terminal.progress("run folder: \(folder.path)")
        try outcome.throwUnlessEndedWell()
        if measured == nil, external.isEmpty {
            throw ToolFailure(.failed, "the radio network recorded nothing: see \(folder.path)/logs")
        }
    }
}
