internal import Foundation
internal import Glibc
internal import Synchronization

/// The local model server, started for one command and ended with it.
final class LocalModelServer: Sendable {
    /// Longest wait for the model to be loaded, seconds.
    private static let patience = 60.0

    let base: String
    private let process: Mutex<Process>
    private let output: Pipe
    /// Its end is the server's end.
    private let lifeline: Pipe

    /// Starts it; throws where it is not installed.
    init(model: String?, adapters: [String] = []) throws {
        let launch = try ModelServerLaunch(model: model, adapters: adapters)
        let process = Process()
        (output, lifeline) = (Pipe(), Pipe())
        base = launch.base
        process.executableURL = URL(fileURLWithPath: launch.script)
        process.arguments = launch.arguments
        process.standardInput = lifeline
        process.standardOutput = output
        do {
            try process.run()
        } catch {
            throw ToolFailure(.failed, "cannot start \(launch.script): \(error)")
        }
        self.process = Mutex(process)
    }

    /// Waits for its line READY.
    func awaitReady() throws {
        let reader = output.fileHandleForReading
        let isSaid = DispatchSemaphore(value: 0)
        let line = Mutex("")
        Thread {
            let data = reader.availableData
            line.withLock { $0 = String(decoding: data, as: UTF8.self) }
            isSaid.signal()
        }.start()
        guard isSaid.wait(timeout: .now() + LocalModelServer.patience) == .success,
            line.withLock({ $0.hasPrefix("READY ") })
        else {
            throw ToolFailure(.failed, "the local model server did not become ready; its last words are above")
        }
    }

    /// Ends it at once: it keeps nothing that would be lost.
    func stop() { process.withLock { if $0.isRunning { kill($0.processIdentifier, SIGKILL) } } }
}
