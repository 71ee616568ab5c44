internal import ArgumentParser

/// `dtnet status`: what a run is doing.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the processes, links, epoch, latency and last alarm of a run.")

    @Option(name: .customLong("run"), help: "Run folder; without it the newest live run.", completion: .directory)
    var folder: String?

    @Flag(help: "Print the status as JSON.")
    var json = false

    func run() async throws {
        let live = try LiveRun(folder: folder)
        guard let answer = UnixSocket.ask("status", at: live.controlPath) else {
            throw ToolFailure(.failed, "\(live.folder.path): its supervisor does not answer")
        }
        guard let status = try? RunStatus(json: answer) else {
            throw ToolFailure(
                .failed,
                "\(live.folder.path): its supervisor (dtnet \(live.manifest.dtnetVersion)) answers in another form "
                    + "than this dtnet \(DTNetTool.version) reads: use the dtnet that started the run")
        }
        Terminal.result(json ? answer : status.lines.joined(separator: "\n"))
    }
}
