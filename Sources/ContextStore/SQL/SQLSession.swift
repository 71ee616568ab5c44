/// What one kind of store must be able to do for `SQLRepository`; statements have `?` where a value goes.
protocol SQLSession: Sendable {
    static var dialect: SQLDialect { get }

    /// Runs `body` in a transaction that is undone where `body` throws; one at a time.
    func write<T>(_ body: (any SQLTransaction) throws -> T) throws(ContextStoreError) -> T
    /// Runs `body` on a state of the store that does not change meanwhile.
    func read<T>(_ body: (any SQLTransaction) throws -> T) throws(ContextStoreError) -> T
    /// Throws where what the session stands on is gone, so that writes would be lost: a file that was deleted.
    func checkStanding() throws(ContextStoreError)
    func close()
    /// The statement that ranks passages by terms, with its values; nil where none of the terms can match.
    static func ranking(
        _ terms: [String], _ query: PassageQuery, _ transaction: any SQLTransaction
    ) throws -> (sql: String, values: [ContextValue])?
}

/// Statements within one transaction.
protocol SQLTransaction: AnyObject {
    /// Runs a statement; answers how many rows it changed.
    @discardableResult func run(_ sql: String, _ values: [ContextValue]) throws -> Int
    /// Runs one statement of `INSERT` for each row; answers how many rows came or changed.
    func insert(_ statement: InsertStatement, _ rows: [[ContextValue]]) throws -> Int
    /// Rows of a query, one after the other, their fields of the kinds given. `body` answers whether to go on.
    ///
    /// - Parameter labels: texts of the fields that are labels; without them `body` gets their numbers.
    func query(
        _ sql: String, _ values: [ContextValue], _ kinds: [ContextTable.Kind], labels: LabelTexts?,
        _ body: ([ContextValue]) throws -> Bool
    ) throws
    /// Runs statements that belong to the schema.
    func script(_ sql: String) throws
    /// Version of the schema, 0 where there is none.
    func schemaVersion() throws -> Int
    func setSchemaVersion(_ version: Int) throws
    /// Bytes that a table takes with its indices; nil where the store does not tell.
    func bytes(of table: String) throws -> Int64?
}

extension SQLTransaction {
    /// The same where no field is a label.
    func query(
        _ sql: String, _ values: [ContextValue], _ kinds: [ContextTable.Kind], _ body: ([ContextValue]) throws -> Bool
    ) throws { try query(sql, values, kinds, labels: nil, body) }

    /// The first field of the first row, nil where there is none or it is null.
    func number(_ sql: String, _ values: [ContextValue] = []) throws -> Int64? {
        var found: Int64?
        try query(sql, values, [.integer]) { row in
            found = row[0].integer
            return false
        }
        return found
    }
}

/// An `INSERT` into a table, and what to do about a row whose key is there.
struct InsertStatement: Hashable {
    var table: ContextTable

    /// Everything before the values.
    var head: String { "INSERT INTO \"\(table.name)\" (\(InsertStatement.list(table.columns.map(\.name)))) VALUES " }

    /// Columns that a row with the key of an earlier one fills in or overwrites.
    private var others: [String] {
        table.columns.map(\.name).filter { !table.key.contains($0) && !table.fixed.contains($0) }
    }

    /// Whether a row with the key of an earlier one changes anything.
    var updates: Bool { table.updates && !others.isEmpty }

    /// Everything behind them.
    var tail: String {
        let key = InsertStatement.list(table.key)
        guard updates else { return " ON CONFLICT (\(key)) DO NOTHING" }
        // A field that the new row leaves out keeps what it has: outcomes come later than what they belong to.
        let changes = others.map { "\"\($0)\" = COALESCE(excluded.\"\($0)\", \"\(table.name)\".\"\($0)\")" }
        return " ON CONFLICT (\(key)) DO UPDATE SET \(changes.joined(separator: ", "))"
    }

    /// Of a table that updates, one row per key, by key: what putting the rows in one after the other would leave.
    func merged(_ rows: [[ContextValue]]) -> [[ContextValue]] {
        let key = table.key.compactMap(table.index)
        let changing = others.compactMap(table.index)
        var places: [[ContextValue]: Int] = [:]
        var merged: [[ContextValue]] = []
        for row in rows {
            let own = key.map { row[$0] }
            guard let place = places[own] else {
                places[own] = merged.count
                merged.append(row)
                continue
            }
            for column in changing where row[column] != .null { merged[place][column] = row[column] }
        }
        return merged.sorted { one, two in
            for column in key where one[column] != two[column] { return one[column].precedes(two[column]) }
            return false
        }
    }

    /// `(?, ?, ...)`.
    var row: String { "(" + table.columns.map { _ in "?" }.joined(separator: ", ") + ")" }

    static func list(_ names: [String]) -> String { names.map { "\"\($0)\"" }.joined(separator: ", ") }
}

/// What differs between the SQL of the two kinds of store.
struct SQLDialect: Sendable {
    var integer: String
    var real: String
    var text: String
    var blob: String
    /// A whole number that the store gives to each row, and that is its primary key.
    var numbering: String
    /// Behind the columns of every table, and of those whose rows lie in the order of their key.
    var plainSuffix: String
    var clusteredSuffix: String
    /// Statements that index the passages by full text, those that are there and those that will come.
    var fullText: String
    /// Case-insensitive match of a pattern.
    var like: String
    /// The number under a key, which is put in place of `?`, of the column `descriptor`; null where nothing, or
    /// something else, stands there.
    var descriptorNumber: String

    func type(of kind: ContextTable.Kind) -> String {
        switch kind {
        case .integer, .label: integer
        case .real: real
        case .text, .object: text
        case .blob: blob
        }
    }
}
