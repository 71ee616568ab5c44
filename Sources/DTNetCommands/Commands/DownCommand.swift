internal import ArgumentParser
internal import Foundation
internal import Glibc
internal import NetworkModel

/// `dtnet down`: ends a run, and only what it started.
struct DownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "End a run: its supervisor and the processes that it started, nothing else.")

    @Option(name: .customLong("run"), help: "Run folder; without it the newest live run.", completion: .directory)
    var folder: String?

    @Flag(help: "Print the outcome as JSON.")
    var json = false

    /// Time that the run has to end by itself, and that a supervisor may do nothing before it is killed.
    private static let patience = Instant.Span.milliseconds(5_000)

    func run() async throws {
        let live = try LiveRun(folder: folder)
        let asked = UnixSocket.ask("down", at: live.controlPath) != nil
        if !asked { live.manifest.supervisor.signal(SIGTERM) }
        if await !live.waitForEnd(DownCommand.patience) {
            let running = live.processes.filter(\.isAlive)
            if !running.isEmpty {
                Terminal.progress("the run does not end by itself: killing its processes")
                for process in running { process.signal(SIGKILL) }
            }
            if await !live.waitForSupervisor(DownCommand.patience) {
                Terminal.progress("its supervisor does nothing any more and is killed")
                live.manifest.supervisor.signal(SIGKILL)
            }
            guard await live.waitForEnd(DownCommand.patience) else {
                throw ToolFailure(.failed, "\(live.folder.path): some of its processes still run")
            }
        }
        let outcome = live.folder.manifest?.outcome ?? "killed"
        guard json else {
            Terminal.result("\(live.folder.path): \(outcome)")
            return
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(["outcome": outcome, "run": live.folder.path])
        Terminal.result(String(decoding: data, as: UTF8.self))
    }
}
