internal import Foundation
internal import Glibc
internal import NetworkModel
internal import Synchronization

/// Puts a run into the background: `up` again, in a session of its own.
struct DetachedRun {
    let folder: RunFolder
    /// Reading end of `Interruption`.
    let signals: Int32

    /// What is heard of the run first.
    private enum News: Sendable {
        case ready
        /// nil where it could not be started.
        case ended(ProcessEnd?)
        case late
    }

    /// The run's supervisor, once it is there.
    private final class Supervisor: Sendable {
        private let identity = Mutex<ProcessIdentity?>(nil)

        func note(pid: Int32) { identity.withLock { $0 = ProcessIdentity(pid: pid) } }
        func end() { _ = identity.withLock { $0 }?.signal(SIGTERM) }
    }

    /// Longest wait for everything to be ready.
    private static let patience = Instant.Span.milliseconds(30_000)

    /// Starts the run with the tool's own arguments, waits until everything is ready, prints the folder, and ends this
    /// process. Where it is not to be, by a signal or for want of time, the run is told to end.
    ///
    /// - Parameter arguments: the command's name first.
    func start(arguments: [String]) async throws -> Never {
        let supervisor = Supervisor()
        let log = folder.logPath(of: "supervisor")
        let news = try await Interruption.watching(signals, cleanUp: supervisor.end) {
            await firstNews(of: supervisor, arguments: arguments, log: log)
        }
        switch news {
        case .ready, .ended(.exited(0)):
            Terminal.result(folder.path)
            exit(ToolStatus.done.rawValue)
        case .ended:
            throw ToolFailure(.failed, LogReader.lastLine(of: log) ?? "the run could not be started: see \(log)")
        case .late:
            supervisor.end()
            let seconds = Int(DetachedRun.patience.seconds)
            throw ToolFailure(.failed, "the run did not become ready within \(seconds) s and is ended: see \(log)")
        }
    }

    private func firstNews(of supervisor: Supervisor, arguments: [String], log: String) async -> News {
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        let (stream, news) = AsyncStream.makeStream(of: News.self)
        // Options stand in front of what the user wrote: there a `--` may end them.
        let own = arguments.prefix(1) + ["--run-folder", folder.path]
        let remaining = own + arguments.dropFirst().filter { $0 != "--detach" }
        Task {
            let end = try? await ChildProcess.run(
                ChildProcess.own, arguments: Array(remaining), streams: .init(input: null, log: log), newSession: true
            ) { supervisor.note(pid: $0) }
            news.yield(.ended(end))
        }
        Task {
            let start = MonotonicClock.now
            while !isReady {
                guard MonotonicClock.now - start < DetachedRun.patience else {
                    news.yield(.late)
                    return
                }
                try? await Task.sleep(for: .milliseconds(50))
            }
            news.yield(.ready)
        }
        for await first in stream { return first }
        return .ended(nil)
    }

    private var isReady: Bool {
        guard let manifest = folder.manifest,
            let answer = UnixSocket.ask("status", at: "\(manifest.sockets)/control", timeoutSeconds: 1),
            let status = try? RunStatus(json: answer)
        else { return false }
        return status.isConnected
    }
}
