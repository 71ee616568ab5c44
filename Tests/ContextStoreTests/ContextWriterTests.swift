import ContextStore
import Foundation
import Synchronization
import Testing

/// A writer whose store fails: what is written before and after, what is counted, what is said.
@Suite(.serialized) struct ContextWriterTests {
    /// What a writer says, for a test to wait for.
    private final class Ear: Sendable {
        private let heard = Mutex([WriterNotice]())
        private let changed = NSCondition()

        func hear(_ notice: WriterNotice) {
            changed.lock()
            heard.withLock { $0.append(notice) }
            changed.broadcast()
            changed.unlock()
        }

        var notices: [WriterNotice] { heard.withLock { $0 } }

        /// Waits until so many notices have come.
        func await(_ count: Int) throws {
            let limit = Date(timeIntervalSinceNow: 20)
            changed.lock()
            defer { changed.unlock() }
            while notices.count < count {
                guard changed.wait(until: limit) else { throw Silence(notices: notices) }
            }
        }

        struct Silence: Error { var notices: [WriterNotice] }
    }

    /// A folder with a database, a writer into it, and a clock that goes on by a second at every look.
    private final class Bench {
        let folder: URL
        let ear = Ear()
        var path: String { folder.appending(path: "context.sqlite").path }
        private let next = Mutex(0)

        init() throws { folder = try StoreFixture.makeFolder() }
        deinit { try? FileManager.default.removeItem(at: folder) }

        func plan(mostPages: Int? = nil) -> WriterPlan<KPISample> {
            let path = path
            return plan { () throws(ContextStoreError) in
                try SQLiteOpening.openSettingAside(path, mostPages: mostPages)
            }
        }

        func plan(
            _ open: @escaping @Sendable () throws(ContextStoreError) -> SQLiteOpening.Opened
        ) -> WriterPlan<KPISample> {
            let clock = Mutex(Int64(1_700_000_000_000_000))
            let ticking = Ticking(clock: clock)
            var plan = WriterPlan<KPISample>(
                sources: ["s"], retention: Retention(raw: .max / 2, fine: .max / 2, full: .max / 2), open: open,
                rows: { $0.map(\.row) }, now: { ticking.next() }, say: { [ear] in ear.hear($0) })
            plan.pauseSeconds = 0.002
            return plan
        }

        /// So many measurements that none was before.
        func samples(_ count: Int) -> [KPISample] {
            let start = next.withLock { next in
                next += count
                return next - count
            }
            return (start..<start + count).map { index in
                KPISample(
                    at: 1_700_000_000_000_000 + Int64(index) * 1_000, cell: index % 7, metric: "m", source: "s",
                    value: Double(index))
            }
        }

        /// Goes on writing a row at a time until so many notices have come. Each waits until the one before was taken
        /// or dropped: a batch of all that a quick machine can append never fits a store that is nearly full.
        func feed(_ writer: ContextWriter<KPISample>, untilNotices count: Int) throws {
            let limit = Date(timeIntervalSinceNow: 20)
            while ear.notices.count < count {
                let done = writer.written + writer.dropped
                writer.append(samples(1))
                while writer.written + writer.dropped == done {
                    guard Date() < limit else { throw Ear.Silence(notices: ear.notices) }
                    sched_yield()
                }
            }
        }

        func awaitRows(_ count: UInt64, _ writer: ContextWriter<KPISample>) throws {
            let limit = Date(timeIntervalSinceNow: 20)
            while writer.written < count {
                guard Date() < limit else { throw Ear.Silence(notices: ear.notices) }
                sched_yield()
            }
        }

        func kept() throws -> Int {
            let repository = try SQLiteOpening.openReadOnly(path)
            defer { repository.close() }
            return try repository.records(KPISample.self).count
        }
    }

    private final class Ticking: Sendable {
        private let clock: Mutex<Int64>
        init(clock: consuming Mutex<Int64>) { self.clock = clock }

        func next() -> Int64 {
            clock.withLock { time in
                time += 1_000_000
                return time
            }
        }
    }

    private static func end(_ writer: ContextWriter<KPISample>) {
        writer.beginClosing()
        #expect(writer.waitUntilClosed(seconds: 20))
    }

    @Test func everythingIsWrittenByTheEnd() throws {
        let bench = try Bench()
        let writer = ContextWriter(bench.plan())
        for _ in 0..<10 { writer.append(bench.samples(1_000)) }
        Self.end(writer)
        #expect(writer.written == 10_000 && writer.dropped == 0 && bench.ear.notices.isEmpty)
        #expect(try bench.kept() == 10_000)
    }

    @Test func whatTheQueueDoesNotHoldIsCounted() throws {
        let bench = try Bench()
        var plan = bench.plan()
        plan.capacity = 100
        // The thread waits at its very begin until the queue is over full.
        let gate = DispatchSemaphore(value: 0)
        plan.prepareThread = { gate.wait() }
        let writer = ContextWriter(plan)
        writer.append(bench.samples(60))
        writer.append(bench.samples(60))
        #expect(writer.dropped == 20)
        gate.signal()
        Self.end(writer)
        #expect(writer.written == 100 && writer.dropped == 20)
        #expect(try bench.kept() == 100)
        let store = try SQLiteOpening.openReadOnly(bench.path)
        let counters = try store.records(CounterRow.self)
        #expect(counters.map(\.name) == [CounterRow.droppedRows] && counters.map(\.value) == [20])
        store.close()
    }

    @Test func aQueueThatFillsIsWrittenBeforeItsTime() throws {
        let bench = try Bench()
        var plan = bench.plan()
        plan.capacity = 100
        plan.pauseSeconds = 600
        let writer = ContextWriter(plan)
        // A row at a time: whenever half of the queue waits, the writer turns.
        let limit = Date(timeIntervalSinceNow: 20)
        while writer.written == 0 {
            guard Date() < limit else { throw Ear.Silence(notices: bench.ear.notices) }
            writer.append(bench.samples(1))
        }
        #expect(writer.written >= 50)
        Self.end(writer)
    }

    @Test func aFullDiskLeavesAHoleAndIsSaidOnce() throws {
        let bench = try Bench()
        let writer = ContextWriter(bench.plan(mostPages: 120))
        // More than 480 KiB hold.
        for _ in 0..<20 { writer.append(bench.samples(2_000)) }
        try bench.ear.await(1)
        for _ in 0..<5 { writer.append(bench.samples(2_000)) }
        Self.end(writer)
        #expect(bench.ear.notices.count == 1)
        guard case .stopped(let error)? = bench.ear.notices.first else {
            Issue.record("\(bench.ear.notices)")
            return
        }
        #expect(error.code == .full)
        #expect(writer.written + writer.dropped == 50_000 && writer.dropped > 0)
        #expect(try bench.kept() == Int(writer.written))
    }

    @Test func aFullStoreGoesOnOnceOldRowsHaveGone() throws {
        let bench = try Bench()
        var plan = bench.plan(mostPages: 120)
        plan.retention = Retention(raw: 0, fine: 0, full: 0)
        let writer = ContextWriter(plan)
        for _ in 0..<20 { writer.append(bench.samples(2_000)) }
        try bench.ear.await(1)
        try bench.feed(writer, untilNotices: 2)
        Self.end(writer)
        guard case .resumed(let missing) = bench.ear.notices[1] else {
            Issue.record("\(bench.ear.notices)")
            return
        }
        #expect(missing > 0 && missing <= writer.dropped)
    }

    @Test func aDatabaseThatIsDeletedIsBegunAnew() throws {
        let bench = try Bench()
        let writer = ContextWriter(bench.plan())
        writer.append(bench.samples(100))
        try bench.awaitRows(100, writer)
        for suffix in ["", "-wal", "-shm"] { try FileManager.default.removeItem(atPath: bench.path + suffix) }
        writer.append(bench.samples(50))
        try bench.ear.await(1)
        try bench.feed(writer, untilNotices: 2)
        Self.end(writer)
        #expect(bench.ear.notices.count == 2)
        #expect(try bench.kept() == Int(writer.written) - 100)
        guard case .resumed(let missing) = bench.ear.notices[1] else {
            Issue.record("\(bench.ear.notices)")
            return
        }
        #expect(missing == writer.dropped && missing >= 50)
    }

    /// Long before the first batch is due, and before there is anything in it.
    @Test func aStoreIsOpenedAtOnce() throws {
        let bench = try Bench()
        var plan = bench.plan { () throws(ContextStoreError) in throw ContextStoreError(.input, "no such place") }
        plan.pauseSeconds = 3_600
        let writer = ContextWriter(plan)
        try bench.ear.await(1)
        #expect(bench.ear.notices == [.stopped(ContextStoreError(.input, "no such place"))])
        writer.beginClosing()
        #expect(writer.waitUntilClosed(seconds: 20))
    }

    /// One that could not be opened a moment ago: what waits would be lost.
    @Test func aStoreIsTriedOnceMoreAtTheEnd() throws {
        let bench = try Bench()
        let (path, count) = (bench.path, Counter())
        var plan = bench.plan { () throws(ContextStoreError) in
            guard count.next() > 1 else { throw ContextStoreError(.unreachable, "not yet") }
            return try SQLiteOpening.openSettingAside(path)
        }
        plan.pauseSeconds = 3_600
        let writer = ContextWriter(plan)
        try bench.ear.await(1)
        writer.append(bench.samples(10))
        Self.end(writer)
        #expect(try bench.kept() == 10 && writer.dropped == 0)
    }

    /// Counts calls from any thread.
    private final class Counter: Sendable {
        private let calls = Atomic(0)

        func next() -> Int { calls.add(1, ordering: .sequentiallyConsistent).newValue }
    }

    @Test func aStoreThatCannotBeOpenedIsTriedAgain() throws {
        let bench = try Bench()
        // A file where the folder should be: not even root can open a database below it.
        let place = bench.folder.appending(path: "place").path
        try Data().write(to: URL(filePath: place))
        let path = "\(place)/context.sqlite"
        let writer = ContextWriter(
            bench.plan { () throws(ContextStoreError) in try SQLiteOpening.openSettingAside(path) })
        writer.append(bench.samples(10))
        try bench.ear.await(1)
        try FileManager.default.removeItem(atPath: place)
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        try bench.feed(writer, untilNotices: 2)
        Self.end(writer)
        #expect(writer.dropped >= 10 && writer.written > 0)
        let store = try SQLiteOpening.openReadOnly(path)
        #expect(try store.records(KPISample.self).count == Int(writer.written))
        store.close()
    }

    @Test func aStoreThatCanNoLongerBeWrittenStopsTheRecordOnly() throws {
        let bench = try Bench()
        let store = Faulty(try SQLiteOpening.open(bench.path))
        let writer = ContextWriter(
            bench.plan { () throws(ContextStoreError) in SQLiteOpening.Opened(repository: store) })
        writer.append(bench.samples(10))
        try bench.awaitRows(10, writer)
        store.failure.withLock { $0 = ContextStoreError(.readOnly, "read only") }
        writer.append(bench.samples(20))
        try bench.ear.await(1)
        store.failure.withLock { $0 = nil }
        try bench.feed(writer, untilNotices: 2)
        Self.end(writer)
        #expect(bench.ear.notices[0] == .stopped(ContextStoreError(.readOnly, "read only")))
        #expect(try bench.kept() == Int(writer.written))
        #expect(writer.dropped >= 20)
    }

    @Test func aDamagedDatabaseIsSetAsideAndSaid() throws {
        let bench = try Bench()
        try Data(String(repeating: "damage ", count: 1_000).utf8).write(to: URL(filePath: bench.path))
        let writer = ContextWriter(bench.plan())
        writer.append(bench.samples(10))
        Self.end(writer)
        guard case .setAside(let name)? = bench.ear.notices.first else {
            Issue.record("\(bench.ear.notices)")
            return
        }
        #expect(FileManager.default.fileExists(atPath: name))
        #expect(try bench.kept() == 10)
    }

    /// Rows that were left while a store took its time are summed up later: a round is of the time before.
    @Test func aSlowStoreClosesNoSumTooEarly() throws {
        let bench = try Bench()
        let path = bench.path
        let slow = Slow(try SQLiteOpening.open(path))
        var plan = bench.plan { () throws(ContextStoreError) in SQLiteOpening.Opened(repository: slow) }
        plan.now = { slow.now.withLock { $0 } }
        let writer = ContextWriter(plan)
        let limit = Date(timeIntervalSinceNow: 20)
        // Rounds of turns without rows are of the time of their own.
        while slow.rounds.withLock({ $0.count { $0.at == $0.begun } }) < 3 {
            // One row at a time, so that every batch is a single insertion.
            let done = writer.written + writer.dropped
            writer.append(bench.samples(1))
            while writer.written + writer.dropped == done {
                guard Date() < limit else { throw Ear.Silence(notices: bench.ear.notices) }
                sched_yield()
            }
        }
        Self.end(writer)
    }
}

/// A repository that takes half a minute for every batch, by its own clock.
private final class Slow: ContextRepository {
    let now = Mutex<Int64>(1_700_000_000_000_000)
    /// Times of upkeep, and when the batch before had begun.
    let rounds = Mutex<[(at: Int64, begun: Int64)]>([])
    private let begun = Mutex<Int64>(0)
    private let inner: any ContextRepository

    init(_ inner: any ContextRepository) { self.inner = inner }

    func insert(_ rows: [ContextRow]) throws(ContextStoreError) -> Int {
        let start = now.withLock { now in
            defer { now += 30_000_000 }
            return now
        }
        begun.withLock { $0 = start }
        return try inner.insert(rows)
    }

    func select(
        _ queries: [ContextQuery], _ body: (ContextTable, [ContextValue]) throws -> Bool
    ) throws(ContextStoreError) { try inner.select(queries, body) }

    func index(
        _ documents: [ContextDocument], as collection: String
    ) throws(ContextStoreError) -> IndexingSummary { try inner.index(documents, as: collection) }

    func search(_ query: PassageQuery) throws(ContextStoreError) -> [Passage] { try inner.search(query) }

    func maintain(_ sources: [String], _ retention: Retention, at now: Int64) throws(ContextStoreError) {
        let begun = begun.withLock { $0 }
        rounds.withLock { $0.append((now, begun)) }
    }

    func statistics() throws(ContextStoreError) -> [TableStatistics] { try inner.statistics() }
    func checkStanding() throws(ContextStoreError) { try inner.checkStanding() }
    func close() { inner.close() }
}

/// A repository that fails to write as it is told.
private final class Faulty: ContextRepository {
    let failure = Mutex<ContextStoreError?>(nil)
    private let inner: any ContextRepository

    init(_ inner: any ContextRepository) { self.inner = inner }

    func insert(_ rows: [ContextRow]) throws(ContextStoreError) -> Int {
        if let failure = failure.withLock({ $0 }) { throw failure }
        return try inner.insert(rows)
    }

    func select(
        _ queries: [ContextQuery], _ body: (ContextTable, [ContextValue]) throws -> Bool
    ) throws(ContextStoreError) { try inner.select(queries, body) }

    func index(
        _ documents: [ContextDocument], as collection: String
    ) throws(ContextStoreError) -> IndexingSummary { try inner.index(documents, as: collection) }

    func search(_ query: PassageQuery) throws(ContextStoreError) -> [Passage] { try inner.search(query) }

    func maintain(_ sources: [String], _ retention: Retention, at now: Int64) throws(ContextStoreError) {
        try inner.maintain(sources, retention, at: now)
    }

    func statistics() throws(ContextStoreError) -> [TableStatistics] { try inner.statistics() }
    func checkStanding() throws(ContextStoreError) { try inner.checkStanding() }
    func close() { inner.close() }
}
