/// The repository over any store that speaks SQL; `SQLiteSession` and `PostgreSQLSession` make it the two that exist.
final class SQLRepository<Session: SQLSession>: ContextRepository {
    let session: Session
    let labels = LabelCache()

    init(_ session: Session) { self.session = session }

    func insert(_ rows: [ContextRow]) throws(ContextStoreError) -> Int {
        guard !rows.isEmpty else { return 0 }
        return try withLabels { (transaction, labels) throws in
            var changed = 0
            var start = 0
            while start < rows.count {
                let table = rows[start].table
                let end = rows[start...].firstIndex { $0.table != table } ?? rows.count
                let resolved = try rows[start..<end].map { try self.resolve($0, &labels, transaction) }
                changed += try transaction.insert(InsertStatement(table: table), resolved)
                start = end
            }
            return changed
        }
    }

    func statistics() throws(ContextStoreError) -> [TableStatistics] {
        try session.read { transaction in
            try ContextTable.all.map { table in
                var figures = TableStatistics(
                    table: table.name, rows: try transaction.number("SELECT count(*) FROM \"\(table.name)\"") ?? 0,
                    bytes: try transaction.bytes(of: table.name))
                // Measurements lie by their bucket: the first and the last have the extremes.
                let part =
                    table == .measurement
                    ? { (end: String) in
                        " WHERE \"bucket\" = (SELECT \(end)(\"bucket\") FROM \"measurement\")"
                    } : { _ in "" }
                if let time = table.time {
                    figures.oldest = try transaction.number(
                        "SELECT min(\"\(time)\") FROM \"\(table.name)\"" + part("min"))
                    figures.newest = try transaction.number(
                        "SELECT max(\"\(time)\") FROM \"\(table.name)\"" + part("max"))
                }
                return figures
            }
        }
    }

    func checkStanding() throws(ContextStoreError) { try session.checkStanding() }

    func close() { session.close() }

    // MARK: Labels

    /// Runs `body` in a transaction with the labels known so far; those that it adds are kept once it is committed.
    func withLabels<T>(
        _ body: (any SQLTransaction, inout [String: Int64]) throws -> T
    ) throws(ContextStoreError) -> T {
        var known = labels.numbers
        let count = known.count
        let answer = try session.write { transaction in try body(transaction, &known) }
        if known.count != count { labels.keep(known) }
        return answer
    }

    private func resolve(
        _ row: ContextRow, _ known: inout [String: Int64], _ transaction: any SQLTransaction
    ) throws -> [ContextValue] {
        var values = row.values
        for (index, column) in row.table.columns.enumerated() {
            if case .real(let value) = values[index], !value.isFinite { values[index] = .null }
            guard column.kind == .label, case .text(let text) = values[index] else { continue }
            if let number = known[text] {
                values[index] = .integer(number)
                continue
            }
            try transaction.run(
                "INSERT INTO \"label\" (\"text\") VALUES (?) ON CONFLICT (\"text\") DO NOTHING", [.text(text)])
            guard let number = try number(of: text, transaction) else {
                throw ContextStoreError(.failed, "the label '\(text)' was put in and is not there")
            }
            known[text] = number
            values[index] = .integer(number)
        }
        return values
    }

    /// Number of a label, nil where no row has used it.
    func number(of label: String, _ transaction: any SQLTransaction) throws -> Int64? {
        try transaction.number("SELECT \"id\" FROM \"label\" WHERE \"text\" = ?", [.text(label)])
    }

    /// Texts of all labels by number: a few hundred, read anew where others may have added some.
    func texts(_ transaction: any SQLTransaction) throws -> LabelTexts {
        let count = try transaction.number("SELECT count(*) FROM \"label\"") ?? 0
        if let texts = labels.texts(ifThereAre: Int(count)) { return texts }
        var numbers: [String: Int64] = [:]
        try transaction.query("SELECT \"id\", \"text\" FROM \"label\"", [], [.integer, .text]) { row in
            if let number = row[0].integer, let text = row[1].text { numbers[text] = number }
            return true
        }
        labels.keep(numbers)
        return labels.texts
    }
}
