internal import Foundation
internal import Synchronization

/// Writes what others leave with it into a store, in batches, on a thread of its own: whoever leaves something never
/// waits for the store, and learns nothing of its troubles.
///
/// What the store does not take is counted and gone: the record has a hole, the process goes on. The first failure and
/// the first success after it are said; a store that was deleted, or whose server went away, is opened anew.
package final class ContextWriter<Item: Sendable>: Sendable {
    private struct State {
        var waiting: [Item] = []
        var overflowed: UInt64 = 0
        /// Rows that the store did not take.
        var refused: UInt64 = 0
        var written: UInt64 = 0
        var closing = false
        var closed = false
    }

    private let plan: WriterPlan<Item>
    private let state = Mutex(State())
    private let changed = NSCondition()

    /// Begins to write; opens the store on the writing thread.
    package init(_ plan: WriterPlan<Item>) {
        self.plan = plan
        Thread { [self] in work() }.start()
    }

    /// Leaves items to be written. Those that find `plan.capacity` items waiting are dropped and counted.
    package func append(_ items: [Item]) {
        let isFilling = state.withLock { state in
            let room = max(0, plan.capacity - state.waiting.count)
            state.waiting.append(contentsOf: items.prefix(room))
            state.overflowed += UInt64(max(0, items.count - room))
            return 2 * state.waiting.count >= plan.capacity
        }
        // Half full, it is written before its time.
        if isFilling { changed.signal() }
    }

    /// Items and rows that were not written.
    package var dropped: UInt64 { state.withLock { $0.overflowed + $0.refused } }

    /// Rows that the store has taken.
    package var written: UInt64 { state.withLock { $0.written } }

    /// Tells the thread to write what is left and to end.
    package func beginClosing() {
        state.withLock { $0.closing = true }
        changed.lock()
        changed.broadcast()
        changed.unlock()
    }

    /// Waits for the end that `beginClosing` has asked for, at most so long; whether it has come.
    @discardableResult package func waitUntilClosed(seconds: Double) -> Bool {
        let limit = Date(timeIntervalSinceNow: seconds)
        changed.lock()
        defer { changed.unlock() }
        while !state.withLock({ $0.closed }) {
            guard changed.wait(until: limit) else { return state.withLock { $0.closed } }
        }
        return true
    }

    // MARK: The thread

    private func work() {
        plan.prepareThread()
        var store = OpenedStore(plan)
        // Opened at once: a store that cannot be is said at the start, and what is left at the end finds it open.
        turn(&store, [], 0, closing: false)
        var closing = false
        while !closing {
            changed.lock()
            if !state.withLock({ $0.closing }) {
                _ = changed.wait(until: Date(timeIntervalSinceNow: plan.pauseSeconds))
            }
            changed.unlock()
            let (items, overflowed) = state.withLock { state in
                closing = state.closing
                defer { state.waiting = [] }
                return (state.waiting, state.overflowed)
            }
            turn(&store, items, overflowed, closing: closing)
        }
        store.close()
        changed.lock()
        state.withLock { $0.closed = true }
        changed.broadcast()
        changed.unlock()
    }

    /// One batch.
    private func turn(_ store: inout OpenedStore<Item>, _ items: [Item], _ overflowed: UInt64, closing: Bool) {
        // What has been left by now is written, or lost, when that is summed up; what is left meanwhile is not.
        let start = plan.now()
        let rows = plan.rows(items)
        let written = store.write(rows, at: plan.now(), closing: closing)
        let dropped = state.withLock { state in
            state.written += UInt64(written)
            state.refused += UInt64(rows.count - written)
            return state.refused + overflowed
        }
        store.maintain(dropped: dropped, at: start, closing: closing)
    }
}

/// How a writer works: everything that it does not know itself, all of it called on its thread.
package struct WriterPlan<Item: Sendable>: Sendable {
    /// Items waiting at most.
    package var capacity = 65_536
    /// Longest time that an item waits.
    package var pauseSeconds = 0.5
    /// Rows of one transaction at most.
    package var batchRows = 20_000
    /// Time between two attempts to open a store that could not be opened, microseconds.
    package var retryMicroseconds: Int64 = 5_000_000
    /// Time between two rounds of summing up and removing, microseconds.
    package var upkeepMicroseconds: Int64 = 10_000_000

    /// Nodes whose measurements this writer writes, and so sums up. The first stands for it in table `counter`.
    package var sources: [String]
    package var retention: Retention
    /// Opens the store.
    package var open: @Sendable () throws(ContextStoreError) -> SQLiteOpening.Opened
    /// Rows to put in whenever the store has been opened: cells, profiles.
    package var firstRows: [ContextRow] = []
    /// Rows of a batch of items; none of them for what is not kept.
    package var rows: @Sendable ([Item]) -> [ContextRow]
    /// Microseconds since 1970.
    package var now: @Sendable () -> Int64
    /// Says something to whoever reads the log.
    package var say: @Sendable (WriterNotice) -> Void
    /// Called first thing on the thread: name, priority.
    package var prepareThread: @Sendable () -> Void = {}

    package init(
        sources: [String], retention: Retention,
        open: @escaping @Sendable () throws(ContextStoreError) -> SQLiteOpening.Opened,
        rows: @escaping @Sendable ([Item]) -> [ContextRow], now: @escaping @Sendable () -> Int64,
        say: @escaping @Sendable (WriterNotice) -> Void
    ) {
        self.sources = sources
        self.retention = retention
        self.open = open
        self.rows = rows
        self.now = now
        self.say = say
    }
}

/// What a writer says.
package enum WriterNotice: Hashable, Sendable, CustomStringConvertible {
    /// A damaged store was given this name, and a new one begun.
    case setAside(String)
    /// Nothing is kept until further notice.
    case stopped(ContextStoreError)
    /// It is kept again, after so many rows that are not there.
    case resumed(missingRows: UInt64)

    package var description: String {
        switch self {
        case .setAside(let name): "the context database was damaged; it is now \(name), a new one was begun"
        case .stopped(let error): "context is not kept: \(error.message)"
        case .resumed(let rows): "context is kept again; \(rows) rows are missing"
        }
    }
}
