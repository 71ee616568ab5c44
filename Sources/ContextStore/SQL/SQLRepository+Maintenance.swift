extension SQLRepository {
    func maintain(_ sources: [String], _ retention: Retention, at now: Int64) throws(ContextStoreError) {
        var failure: ContextStoreError?
        do {
            try sumUp(sources, at: now)
        } catch {
            failure = error
        }
        // Sums need room: a store that is full gets it by what is removed, summed up or not.
        try session.write { transaction in try self.remove(retention, at: now, transaction) }
        if let failure { throw failure }
    }

    private func sumUp(_ sources: [String], at now: Int64) throws(ContextStoreError) {
        try session.write { transaction in
            // The bucket before the present one is closed a bucket later: rows of a batch come late.
            let closed = KPISample.bucket(of: now) - 1
            for source in sources {
                guard let number = try self.number(of: source, transaction) else { continue }
                try self.sumUpBuckets(number, before: closed, transaction)
                try self.sumUpCoarsely(number, before: closed, transaction)
            }
        }
    }

    /// Tier one, from the raw rows: every bucket that has not been summed up.
    private func sumUpBuckets(_ source: Int64, before closed: Int64, _ transaction: any SQLTransaction) throws {
        guard let first = try transaction.number("SELECT min(\"bucket\") FROM \"measurement\"") else { return }
        let noted = try next(Aggregate.fineSeconds, source, transaction)
        // A clock that was set back: what is measured at times that were before is summed up with that.
        if let noted, noted > closed { try note(Aggregate.fineSeconds, source, closed, transaction) }
        let start = noted.map { max(first, $0) } ?? first
        guard start < closed else { return }
        try transaction.run(
            """
            INSERT INTO "aggregate"
            SELECT \(Aggregate.fineSeconds), "cell", "metric", "ue", "source",
                "bucket" * \(KPISample.bucketMicroseconds), count(*), avg("value"), min("value"), max("value")
            FROM "measurement" WHERE "bucket" >= ? AND "bucket" < ? AND "source" = ?
            GROUP BY "bucket", "cell", "metric", "ue", "source"
            \(SQLRepository.fuller)
            """, [.integer(start), .integer(closed), .integer(source)])
        try note(Aggregate.fineSeconds, source, closed, transaction)
    }

    /// Tier two, from tier one.
    private func sumUpCoarsely(_ source: Int64, before closed: Int64, _ transaction: any SQLTransaction) throws {
        let micros = Int64(Aggregate.coarseSeconds) * 1_000_000
        let end = SQLRepository.coarseEnd(closed)
        let noted = try next(Aggregate.coarseSeconds, source, transaction)
        if let noted, noted > end { try note(Aggregate.coarseSeconds, source, end, transaction) }
        let start = max(0, noted ?? 0)
        guard start < end else { return }
        try transaction.run(
            """
            INSERT INTO "aggregate"
            SELECT \(Aggregate.coarseSeconds), "cell", "metric", "ue", "source", "at_us" / \(micros) * \(micros),
                sum("count"), sum("mean" * "count") / sum("count"), min("minimum"), max("maximum")
            FROM "aggregate" WHERE "tier_s" = \(Aggregate.fineSeconds) AND "at_us" >= ? AND "at_us" < ?
                AND "source" = ?
            GROUP BY "cell", "metric", "ue", "source", "at_us" / \(micros)
            \(SQLRepository.fuller)
            """, [.integer(start * micros), .integer(end * micros), .integer(source)])
        try note(Aggregate.coarseSeconds, source, end, transaction)
    }

    /// A sum of more values takes the place of one of fewer.
    private static var fuller: String {
        let fields = ["count", "mean", "minimum", "maximum"].map { "\"\($0)\" = excluded.\"\($0)\"" }
        return "ON CONFLICT (\(InsertStatement.list(ContextTable.aggregate.key))) DO UPDATE SET "
            + fields.joined(separator: ", ") + " WHERE excluded.\"count\" > \"aggregate\".\"count\""
    }

    /// First coarse sum that is still open, by the first bucket that is.
    private static func coarseEnd(_ closed: Int64) -> Int64 {
        closed / (Int64(Aggregate.coarseSeconds) * 1_000_000 / KPISample.bucketMicroseconds)
    }

    // MARK: How far the sums have come

    private static func counter(_ tierSeconds: Int) -> String { "summed up over \(tierSeconds) s" }

    /// First bucket of a tier that is not summed up; nil where none is.
    private func next(_ tierSeconds: Int, _ source: Int64, _ transaction: any SQLTransaction) throws -> Int64? {
        guard let name = try number(of: SQLRepository.counter(tierSeconds), transaction) else { return nil }
        return try transaction.number(
            "SELECT \"value\" FROM \"counter\" WHERE \"source\" = ? AND \"name\" = ?",
            [.integer(source), .integer(name)])
    }

    private func note(
        _ tierSeconds: Int, _ source: Int64, _ bucket: Int64, _ transaction: any SQLTransaction
    ) throws {
        let label = SQLRepository.counter(tierSeconds)
        try transaction.run(
            "INSERT INTO \"label\" (\"text\") VALUES (?) ON CONFLICT (\"text\") DO NOTHING", [.text(label)])
        guard let name = try number(of: label, transaction) else { return }
        let at = bucket * Int64(tierSeconds) * 1_000_000
        _ = try transaction.insert(
            InsertStatement(table: .counter),
            [[.integer(source), .integer(name), .integer(at), .integer(bucket)]])
    }

    // MARK: Removal

    private func remove(_ retention: Retention, at now: Int64, _ transaction: any SQLTransaction) throws {
        // What is not closed yet is in no sum.
        let closed = KPISample.bucket(of: now) - 1
        let coarseMicros = SQLRepository.coarseEnd(closed) * Int64(Aggregate.coarseSeconds) * 1_000_000
        let oldestBucket = min(closed, KPISample.bucket(of: now - retention.raw))
        try transaction.run("DELETE FROM \"measurement\" WHERE \"bucket\" < ?", [.integer(oldestBucket)])
        try transaction.run(
            "DELETE FROM \"aggregate\" WHERE \"tier_s\" = \(Aggregate.fineSeconds) AND \"at_us\" < ?",
            [.integer(min(coarseMicros, now - retention.fine))])
        for table in ContextTable.all where table != .measurement {
            guard let time = table.time else { continue }
            let age: Int64
            switch table.keeping {
            case .always: continue
            case .raw: age = retention.raw
            case .full: age = retention.full
            }
            try transaction.run("DELETE FROM \"\(table.name)\" WHERE \"\(time)\" < ?", [.integer(now - age)])
        }
        for kind in RecordDocument.allCases { try kind.remove(before: now - retention.full, transaction) }
    }
}
