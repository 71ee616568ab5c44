/// The repository over any store that speaks SQL; `SQLiteSession` and `PostgreSQLSession` make it the two that exist.
final class SQLRepository<Session: SQLSession>: ContextRepository {
    let session: Session
    let labels = LabelCache()

    init(_ session: Session) { self.session = session }

    func insert(_ rows: [ContextRow]) throws(ContextStoreError) -> Int {
        guard !rows.isEmpty else { return 0 }
        try learnLabels(of: rows)
        let known = labels.numbers
        // Writers of one server lock rows in one order, or they would wait for each other: tables as they stand in the
        // schema, within a table by key.
        var byTable: [String: [ContextRow]] = [:]  // lookup only
        for row in rows { byTable[row.table.name, default: []].append(row) }
        return try session.write { transaction in
            try ContextTable.all.reduce(0) { changed, table in
                guard let own = byTable[table.name] else { return changed }
                let resolved = try own.map { try SQLRepository.resolve($0, known) }
                return try changed + transaction.insert(InsertStatement(table: table), resolved)
            }
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

    /// Puts labels in that are new, in a transaction of their own: other writers of the server put in the same ones,
    /// and would wait for a whole batch otherwise, or wait for each other.
    private func learnLabels(of rows: [ContextRow]) throws(ContextStoreError) {
        var known = labels.numbers
        var missing: Set<String> = []
        for row in rows {
            for (index, column) in row.table.columns.enumerated() where column.kind == .label {
                if case .text(let text) = row.values[index], known[text] == nil { missing.insert(text) }
            }
        }
        guard !missing.isEmpty else { return }
        let numbers = try session.write { transaction in
            try missing.sorted().map { text in
                try transaction.run(
                    "INSERT INTO \"label\" (\"text\") VALUES (?) ON CONFLICT (\"text\") DO NOTHING", [.text(text)])
                guard let number = try self.number(of: text, transaction) else {
                    throw ContextStoreError(.failed, "the label '\(text)' was put in and is not there")
                }
                return (text, number)
            }
        }
        for (text, number) in numbers { known[text] = number }
        labels.keep(known)
    }

    /// A row with the numbers of its labels, and null for what is no number.
    private static func resolve(_ row: ContextRow, _ known: [String: Int64]) throws -> [ContextValue] {
        var values = row.values
        for (index, column) in row.table.columns.enumerated() {
            if case .real(let value) = values[index], !value.isFinite { values[index] = .null }
            guard column.kind == .label, case .text(let text) = values[index] else { continue }
            guard let number = known[text] else {
                throw ContextStoreError(.failed, "the label '\(text)' is not known")
            }
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
