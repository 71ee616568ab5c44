import ContextStore
import Foundation
import Glibc

/// What the context store takes and how fast it answers: a paced stream through the writer as the processes use it,
/// the same without pace, and the last minute of one cell among many rows. Without rows to fill it with it is the
/// stream alone, which `beside_loop.py` runs beside a loop. Seconds beyond 30 see at least two rounds of upkeep sum
/// rows up; `--keep` says how many seconds of rows they leave.
///
/// usage: context-store [--rows N] [--rate N] [--seconds N] [--keep N] [--cells N] [--kpis N] [--server VARIABLE]
///                      [--folder DIR]
@main struct ContextStoreBenchmark {
    /// Some moment, microseconds since 1970.
    private static let begin: Int64 = 1_700_000_000_000_000

    var rows = 10_000_000
    var rate = 20_000
    var seconds = 20
    /// Seconds that rows are kept; nil for a day.
    var keep: Int?
    var cells = 200
    var kpis = 10
    var variable: String?
    var folder = NSTemporaryDirectory()

    static func main() {
        do {
            try ContextStoreBenchmark(Array(CommandLine.arguments.dropFirst())).run()
        } catch {
            FileHandle.standardError.write(Data("context-store: \(error)\n".utf8))
            exit(2)
        }
    }

    private init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            guard let value = rest.popFirst() else { throw ContextStoreError(.input, "'\(word)' needs a value") }
            switch (word, Int(value)) {
            case ("--server", _): variable = value
            case ("--folder", _): folder = value
            case ("--rows", let number?) where number >= 0: rows = number
            case ("--keep", let number?) where number > 0: keep = number
            case ("--rate", let number?) where number > 0: rate = number
            case ("--seconds", let number?) where number > 0: seconds = number
            case ("--cells", let number?) where number > 0: cells = number
            case ("--kpis", let number?) where number > 0: kpis = number
            default: throw ContextStoreError(.input, "cannot use '\(word) \(value)'")
            }
        }
    }

    private func run() throws {
        let path = "\(folder)/context-store-\(getpid()).sqlite"
        defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
        typealias Opening = @Sendable () throws(ContextStoreError) -> SQLiteOpening.Opened
        let open: Opening = { [variable] () throws(ContextStoreError) in
            guard let variable else { return SQLiteOpening.Opened(repository: try SQLiteOpening.open(path)) }
            guard let address = ProcessInfo.processInfo.environment[variable] else {
                throw ContextStoreError(.input, "the variable \(variable) is not set")
            }
            return SQLiteOpening.Opened(repository: try PostgreSQLOpening.open(address))
        }
        print("\(cells) cells, \(kpis) KPIs each, \(rate) rows/s: \(rate / cells / kpis) samples of each per second")
        try paced(open)
        try upkeep(open)
        guard rows > 0 else { return }
        try fill(open)
        try query(open)
    }

    /// Row number `index` of the stream.
    private func sample(_ index: Int) -> KPISample {
        let step = index / (cells * kpis)
        let rest = index % (cells * kpis)
        let period = Int64(cells * kpis) * 1_000_000 / Int64(rate)
        return KPISample(
            at: ContextStoreBenchmark.begin + Int64(step) * period, cell: rest / kpis, metric: "KPI.\(rest % kpis)",
            source: "edge", value: Double((index &* 2_654_435_761) & 0xFFFF) / 65_536)
    }

    // MARK: Writing

    private func plan(
        _ open: @escaping @Sendable () throws(ContextStoreError) -> SQLiteOpening.Opened
    ) -> WriterPlan<KPISample> {
        let day: Int64 = 86_400_000_000
        let raw = keep.map { Int64($0) * 1_000_000 } ?? day
        return WriterPlan(
            sources: ["edge"], retention: Retention(raw: raw, fine: day, full: day), open: open,
            rows: { $0.map(\.row) }, now: { Int64(Date().timeIntervalSince1970 * 1e6) },
            say: { print("the writer says: \($0)") })
    }

    /// The stream at its rate, ten times a second.
    private func paced(_ open: @escaping @Sendable () throws(ContextStoreError) -> SQLiteOpening.Opened) throws {
        let writer = ContextWriter(plan(open))
        let start = ContinuousClock.now
        let processor = ContextStoreBenchmark.processorSeconds
        let now = Int64(Date().timeIntervalSince1970 * 1e6)
        var sent = 0
        for tick in 1...(seconds * 10) {
            let until = rate * tick / 10
            writer.append(
                (sent..<until).map { index in
                    var sample = sample(index)
                    sample.at += now - ContextStoreBenchmark.begin
                    return sample
                })
            sent = until
            let due = start + .milliseconds(100 * tick)
            let left = due - ContinuousClock.now
            if left > .zero { usleep(UInt32(left / .microseconds(1))) }
        }
        writer.beginClosing()
        writer.waitUntilClosed(seconds: 60)
        let wall = (ContinuousClock.now - start) / .seconds(1)
        let busy = ContextStoreBenchmark.processorSeconds - processor
        print(
            String(
                format: "paced: %d rows in %.1f s (%.0f rows/s), %d dropped, %.0f %% of one processor",
                Int(writer.written), wall, Double(writer.written) / wall, Int(writer.dropped), 100 * busy / wall))
        if rows == 0, writer.dropped > 0 {
            throw ContextStoreError(.failed, "\(writer.dropped) rows were dropped: fewer than \(rate) a second go in")
        }
    }

    /// What upkeep has done of the stream: sums over 10 s, and how far back rows go. A stream that is to see it and has
    /// not, or that lost rows, is a failure.
    private func upkeep(_ open: @Sendable () throws(ContextStoreError) -> SQLiteOpening.Opened) throws {
        let repository = try open().repository
        defer { repository.close() }
        let tables = try repository.statistics()
        let sums = tables.first { $0.table == "aggregate" }
        let samples = tables.first { $0.table == "measurement" }
        let span = { (table: TableStatistics?) -> Double in
            Double((table?.newest ?? 0) - (table?.oldest ?? 0)) / 1e6
        }
        // Sums have the time at which their 10 s begin.
        let buckets = (sums?.rows ?? 0) > 0 ? Int(span(sums) / 10) + 1 : 0
        print(
            String(
                format: "upkeep: %d sums over %d buckets of 10 s; %d rows left, of %.0f s", Int(sums?.rows ?? 0),
                buckets, Int(samples?.rows ?? 0), span(samples)))
        guard seconds > 40, buckets < 2 else { return }
        throw ContextStoreError(.failed, "\(buckets) buckets were summed up in \(seconds) s, not two")
    }

    /// As many rows as asked for, as fast as they go.
    private func fill(_ open: @Sendable () throws(ContextStoreError) -> SQLiteOpening.Opened) throws {
        let repository = try open().repository
        defer { repository.close() }
        let start = ContinuousClock.now
        for first in stride(from: 0, to: rows, by: 20_000) {
            try repository.insert(records: (first..<min(rows, first + 20_000)).map(sample))
        }
        let wall = (ContinuousClock.now - start) / .seconds(1)
        print(String(format: "filled: %d rows in %.1f s (%.0f rows/s)", rows, wall, Double(rows) / wall))
    }

    /// Of all threads of this process; `clock` counts microseconds.
    private static var processorSeconds: Double { Double(clock()) / 1e6 }

    // MARK: Reading

    private func query(_ open: @Sendable () throws(ContextStoreError) -> SQLiteOpening.Opened) throws {
        let repository = try open().repository
        defer { repository.close() }
        let total = try repository.statistics().first { $0.table == "measurement" }
        print("the table has \(total?.rows ?? 0) rows, \((total?.bytes ?? 0) >> 20) MiB")
        let last = sample(rows - 1).at
        for (name, kpi) in [("all KPIs", nil), ("one KPI", "KPI.0" as String?)] {
            // A connection of its own: the first query has neither statement nor pages nor labels.
            let repository = try open().repository
            defer { repository.close() }
            var times: [Double] = []
            var found = 0
            for attempt in 0..<200 {
                var query = ContextQuery(.measurement)
                query.cell = attempt * 7_919 % cells
                query.metric = kpi
                (query.from, query.to) = (last - 60_000_000, last)
                let start = ContinuousClock.now
                found = 0
                try repository.select(query) { _ in
                    found += 1
                    return true
                }
                times.append((ContinuousClock.now - start) / .milliseconds(1))
            }
            let first = times[0]
            times.sort()
            print(
                String(
                    format: "last minute of one cell, %@: %d rows, first %.2f ms, p50 %.2f ms, p99 %.2f ms, "
                        + "worst %.2f ms",
                    name, found, first, times[100], times[198], times.last ?? 0))
        }
    }
}
