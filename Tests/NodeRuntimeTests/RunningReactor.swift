import Foundation
import Logging
import NetworkModel
import NodeRuntime
import Synchronization
import Transport

/// A reactor on a thread of its own, ended and joined by `stop`.
final class RunningReactor: Sendable {
    private struct State {
        var stopper: (@Sendable () -> Void)?
        var counters = RuntimeCounters()
        var status = ""
        var failure: String?
        var ended = false
    }

    private let state = Mutex(State())
    private let changed = NSCondition()

    /// Starts it; throws what the reactor's initialiser throws, as text.
    init(
        _ plan: WiringPlan, _ process: String, incarnation: UInt64 = 1, sockets: SocketDirectory,
        notifyPath: String? = nil, stopDescriptors: [Int32] = [], shaping: Bool = true,
        hosts: @escaping @Sendable () -> [any NodeHosting]
    ) throws {
        Thread { [self] in
            do {
                var configuration = try ReactorConfiguration(
                    plan: plan, process: process, incarnation: incarnation, sockets: sockets)
                configuration.shaping = shaping
                let reactor = try Reactor(
                    configuration, hosts: hosts(), log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                    notifier: SupervisorNotifier(path: notifyPath), stopDescriptors: stopDescriptors)
                note { $0.stopper = reactor.stopper() }
                reactor.run()
                note { $0.counters = reactor.counters }
            } catch {
                note { $0.failure = "\(error)" }
            }
            note { $0.ended = true }
        }.start()
        _ = wait { $0.stopper != nil || $0.failure != nil }
        if let failure = state.withLock({ $0.failure }) { throw StartFailure(text: failure) }
    }

    struct StartFailure: Error, CustomStringConvertible {
        var text: String
        var description: String { text }
    }

    /// Ends the loop and waits for its thread; false where it does not end in ten seconds.
    @discardableResult
    func stop() -> Bool {
        state.withLock { $0.stopper }?()
        return hasEnded()
    }

    /// Waits for the end of the loop without asking for it.
    func hasEnded() -> Bool { wait { $0.ended } }

    /// After the end.
    var counters: RuntimeCounters { state.withLock { $0.counters } }

    private func note(_ change: (inout sending State) -> Void) {
        state.withLock { change(&$0) }
        changed.lock()
        changed.broadcast()
        changed.unlock()
    }

    private func wait(_ holds: (borrowing State) -> Bool) -> Bool {
        changed.lock()
        defer { changed.unlock() }
        let limit = Date(timeIntervalSinceNow: 10)
        while !state.withLock({ holds($0) }) {
            guard changed.wait(until: limit) else { return state.withLock { holds($0) } }
        }
        return true
    }
}
