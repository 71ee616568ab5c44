internal import ArgumentParser

/// `dtnet twins`: the AI engines of a run.
struct TwinsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "twins", abstract: "Show the error and the life cycle of each AI engine of a run.",
        discussion:
            "Errors of engines are those that the nodes of a live run report. Phases and errors per cell, by band, "
            + "by how users move and by weather, where a channel twin errs most, and what came of the last order are "
            + "those that L3 recorded last. The errors before and after an order for a place are of that place.")

    @Option(
        name: .customLong("run"), help: "Run folder; without it the newest live run, else the newest.",
        completion: .directory)
    var folder: String?

    @Flag(help: "Print the engines as JSON.")
    var json = false

    func run() async throws {
        let folder = try RunRecord.folder(folder)
        let record = try RunRecord(folder)
        var gauges: [String: Double] = [:]
        if let live = try? LiveRun(folder: folder.path), let answer = UnixSocket.ask("status", at: live.controlPath),
            let status = try? RunStatus(json: answer)
        {
            gauges = status.gauges ?? [:]
        } else {
            Terminal.progress("this run is over: its nodes no longer report their errors")
        }
        let lives = TwinLives(record, gauges: gauges)
        if json { return try AskCommand.print(lives) }
        for line in lives.lines { Terminal.result(line) }
    }
}
