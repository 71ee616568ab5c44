internal import Foundation
internal import Glibc
internal import NetworkModel

/// Puts a run into the background: `up` again, in a session of its own.
struct DetachedRun {
    let folder: RunFolder

    /// Longest wait for everything to be ready.
    private static let patience = Instant.Span.milliseconds(30_000)

    /// Starts the run with the tool's own arguments, waits until everything is ready, prints the folder, and ends this
    /// process.
    func start(arguments: [String]) async throws -> Never {
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        let log = folder.logPath(of: "supervisor")
        let ending = AsyncStream.makeStream(of: ProcessEnd?.self)
        let remaining = arguments.filter { $0 != "--detach" } + ["--run-folder", folder.path]
        let child = Task {
            let end = try? await ChildProcess.run(
                ChildProcess.own, arguments: remaining, streams: .init(input: null, log: log), newSession: true
            ) { _ in }
            ending.continuation.yield(end)
        }
        let watch = Task {
            let start = MonotonicClock.now
            while MonotonicClock.now - start < DetachedRun.patience, !isReady {
                try? await Task.sleep(for: .milliseconds(50))
            }
            ending.continuation.yield(nil)
        }
        var iterator = ending.stream.makeAsyncIterator()
        let end = await iterator.next() ?? nil
        if end == nil, isReady {
            Terminal.result(folder.path)
            exit(ToolStatus.done.rawValue)
        }
        watch.cancel()
        child.cancel()
        throw ToolFailure(.failed, LogReader.lastLine(of: log) ?? "the run did not become ready: see \(log)")
    }

    private var isReady: Bool {
        guard let manifest = folder.manifest,
            let answer = UnixSocket.ask("status", at: "\(manifest.sockets)/control", timeoutSeconds: 1),
            let status = try? RunStatus(json: answer)
        else { return false }
        return status.isConnected
    }
}
