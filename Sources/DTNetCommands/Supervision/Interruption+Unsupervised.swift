internal import Foundation
internal import Glibc
internal import Synchronization

extension Interruption {
    /// Does work that no supervisor watches, such as a simulation: a signal that comes meanwhile ends this process at
    /// once, with status 130.
    ///
    /// - Parameters:
    ///   - readingEnd: of `catchSignals`; a signal that waits there already counts.
    ///   - cleanUp: called before the process ends by a signal, on another thread than the work's.
    static func watching<Result>(
        _ readingEnd: Int32, cleanUp: @escaping @Sendable () -> Void = {}, during work: () async throws -> Result
    ) async throws -> Result {
        let watch = try SignalWatch(readingEnd, cleanUp: cleanUp)
        defer { watch.end() }
        return try await work()
    }
}

/// A thread that waits for a signal, and ends the process when one comes.
private final class SignalWatch: Sendable {
    private let stop: PrivatePipe
    private let ended = DispatchSemaphore(value: 0)

    init(_ signals: Int32, cleanUp: @escaping @Sendable () -> Void) throws {
        stop = try PrivatePipe()
        Thread { [self] in
            var items = [signals, stop.reading].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            while true {
                // A signal may interrupt the poll itself.
                guard poll(&items, nfds_t(items.count), -1) > 0 else { continue }
                if items[0].revents != 0, Interruption.next(signals) != nil {
                    cleanUp()
                    Terminal.error("interrupted")
                    _exit(ToolStatus.interrupted.rawValue)
                }
                if items[1].revents != 0 { break }
            }
            ended.signal()
        }.start()
    }

    /// Ends the thread and waits for it, so that the next reader of the signals is alone.
    func end() {
        close(stop.writing)
        ended.wait()
        close(stop.reading)
    }
}
