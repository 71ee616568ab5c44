internal import CLinux
internal import ContextStore
internal import Foundation
internal import Glibc
internal import Logging
internal import NetworkModel
internal import Synchronization
internal import Topology

/// Keeps what a process's twins hear and decide in the context database that the topology asks for.
final class ContextKeeper: ContextKeeping {
    /// Items that wait at most; each may hold a report.
    private static let capacity = 8_192
    /// A store writes seldom and much: each batch of a process costs the loops beside it a moment.
    private static let pauseSeconds = 5.0

    /// What the writing thread said last of the store.
    private final class Standing: Sendable {
        let failure = Mutex<String?>(nil)
    }

    private let writer: ContextWriter<ContextItem>
    private let standing: Standing

    /// nil where the process keeps nothing: it hosts the radio network alone, or the topology says so.
    ///
    /// - Parameters:
    ///   - folder: run folder; the database of a process is `context-NAME.sqlite` in it.
    ///   - environment: holds the connection string of a shared store.
    init?(
        plan: WiringPlan, process: ProcessPlan, folder: String, environment: [String: String], log: Logger
    ) {
        let nodes = process.nodes.sorted().filter { plan.nodes[Int($0.rawValue)].role != .ran }
        guard plan.context.store != .off, !nodes.isEmpty else { return nil }
        let isShared = plan.context.store == .postgresql
        let run = URL(fileURLWithPath: folder).lastPathComponent
        let converter = ContextRows(plan: plan, run: isShared ? run : nil)
        let path = "\(folder)/context-\(process.name).sqlite"
        let standing = Standing()
        self.standing = standing
        let (variable, address) = (plan.context.connectionVariable, environment[plan.context.connectionVariable])
        var writing = WriterPlan<ContextItem>(
            sources: nodes.map { converter.sources[Int($0.rawValue)] },
            retention: Retention(
                raw: plan.context.raw.nanoseconds / 1_000, fine: plan.context.fine.nanoseconds / 1_000,
                full: plan.context.retention.nanoseconds / 1_000),
            open: { () throws(ContextStoreError) in
                guard isShared else { return try SQLiteOpening.openSettingAside(path) }
                guard let address else { throw ContextStoreError(.input, "the variable \(variable) is not set") }
                return SQLiteOpening.Opened(repository: try PostgreSQLOpening.open(address))
            },
            rows: { items in
                let offset = ContextKeeper.now() - MonotonicClock.now().nanoseconds / 1_000
                return converter.rows(items, offset: offset)
            },
            now: { ContextKeeper.now() },
            say: { notice in
                switch notice {
                case .resumed:
                    log.notice("\(notice)")
                    standing.failure.withLock { $0 = nil }
                case .stopped(let error):
                    log.warning("\(notice)")
                    standing.failure.withLock { $0 = error.message }
                case .setAside: log.warning("\(notice)")
                }
            })
        writing.capacity = ContextKeeper.capacity
        writing.pauseSeconds = ContextKeeper.pauseSeconds
        writing.firstRows = ContextRows.firstRows(of: plan.network)
        writing.prepareThread = { WritingThread.begin("dtnet-context") }
        writer = ContextWriter(writing)
    }

    func append(_ items: [ContextItem]) { writer.append(items) }

    var failure: String? { standing.failure.withLock { $0 } }

    /// What was not kept: the queue was full, or the store.
    var dropped: UInt64 { writer.dropped }

    func beginClosing() { writer.beginClosing() }

    /// Waits until everything is written, a second at most: a process has two to end in.
    func close() { writer.waitUntilClosed(seconds: 1) }

    private static func now() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000
    }
}
