internal import ContextStore
package import DTNetMessages
internal import Foundation
package import LanguageEngine
internal import ModelServing
package import NetworkModel
internal import Simulator
internal import Synchronization
package import TwinProtocol

/// The context store of a simulated run in a temporary file that goes with this value: what all its processes would
/// keep, picked, written and read by what does so in a run. Times count from the start of the run.
package final class CaseStore: CaseMemory {
    /// Writes what a tap has picked.
    private final class Writer: ContextKeeping {
        let repository: any ContextRepository
        private let rows: ContextRows
        private let refused = Mutex<ContextStoreError?>(nil)

        init(_ repository: any ContextRepository, plan: WiringPlan) {
            self.repository = repository
            rows = ContextRows(plan: plan, run: nil)
        }

        func append(_ items: [ContextItem]) {
            do throws(ContextStoreError) {
                try repository.insert(rows.rows(items, offset: 0))
            } catch {
                refused.withLock { $0 = error }
            }
        }

        var failure: String? { refused.withLock { $0 }.map { "\($0)" } }

        func check() throws(ContextStoreError) {
            if let error = refused.withLock({ $0 }) { throw error }
        }
    }

    private let folder: URL
    private let writer: Writer
    private let tap: Mutex<ContextTap>
    /// Of each node. The radio network's process keeps nothing.
    private let roles: [RoleKind]
    private let cellCount: Int

    /// - Throws: `ContextStoreError`, and what the system says where there is no room for temporary files.
    package init(_ plan: WiringPlan) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dtnet-case-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        do {
            writer = Writer(try SQLiteOpening.open(folder.appending(path: "context.sqlite").path), plan: plan)
        } catch {
            try? FileManager.default.removeItem(at: folder)
            throw error
        }
        self.folder = folder
        tap = Mutex(ContextTap(writer, plan: plan))
        roles = plan.nodes.map(\.role)
        cellCount = plan.network.cells.count
    }

    deinit {
        writer.repository.close()
        try? FileManager.default.removeItem(at: folder)
    }

    package func delivered(_ envelope: Envelope, at now: Instant) {
        tap.withLock { tap in
            if roles[Int(envelope.sender.rawValue)] != .ran { tap.noteSent(envelope, at: now) }
            tap.noteHeard(envelope, at: now)
        }
    }

    package func recorded(_ record: Record, by node: NodeID, at now: Instant) {
        guard roles[Int(node.rawValue)] != .ran else { return }
        tap.withLock { $0.note(record, at: now) }
    }

    package func rows(about findings: [Finding]) throws -> [CellRows] {
        tap.withLock { $0.flush() }
        try writer.check()
        return LatestRows(of: writer.repository, cellCount: cellCount).rows(about: findings)
    }
}
