internal import GRDB
internal import GRDBSQLite

/// Statements of one transaction on a SQLite database. Values go in and out by SQLite's own calls: a row costs about
/// what SQLite itself takes.
final class SQLiteTransaction: SQLTransaction {
    private let database: Database

    init(_ database: Database) { self.database = database }

    func run(_ sql: String, _ values: [ContextValue]) throws -> Int {
        let statement = try database.cachedStatement(sql: sql).sqliteStatement
        defer { SQLiteTransaction.release(statement) }
        try bind(values, to: statement)
        while try step(statement) {}
        return Int(sqlite3_changes(database.sqliteConnection))
    }

    func insert(_ insert: InsertStatement, _ rows: [[ContextValue]]) throws -> Int {
        let statement = try database.cachedStatement(sql: insert.head + insert.row + insert.tail).sqliteStatement
        defer { SQLiteTransaction.release(statement) }
        var changed = 0
        for row in rows {
            try bind(row, to: statement)
            while try step(statement) {}
            changed += Int(sqlite3_changes(database.sqliteConnection))
            sqlite3_reset(statement)
        }
        return changed
    }

    func query(
        _ sql: String, _ values: [ContextValue], _ kinds: [ContextTable.Kind], labels: LabelTexts?,
        _ body: ([ContextValue]) throws -> Bool
    ) throws {
        let statement = try database.cachedStatement(sql: sql).sqliteStatement
        defer { SQLiteTransaction.release(statement) }
        try bind(values, to: statement)
        // One row for all of them: whoever keeps it makes a copy, and most look at it only.
        var row = [ContextValue](repeating: .null, count: kinds.count)
        while try step(statement) {
            for (column, kind) in kinds.enumerated() {
                row[column] = LabelTexts.resolved(SQLiteTransaction.field(statement, Int32(column)), kind, labels)
            }
            guard try body(row) else { return }
        }
    }

    func script(_ sql: String) throws { try database.execute(sql: sql) }

    func schemaVersion() throws -> Int { Int(try number("PRAGMA user_version") ?? 0) }

    func setSchemaVersion(_ version: Int) throws {
        try script("PRAGMA user_version = \(version); PRAGMA application_id = \(SQLiteSession.applicationID)")
    }

    func bytes(of table: String) throws -> Int64? {
        // The index of the passages' full text is a handful of tables of its own.
        let names =
            "SELECT name FROM sqlite_schema WHERE tbl_name = ?1 OR (?1 = 'passage' AND tbl_name LIKE 'passage_text%')"
        guard try number("SELECT sqlite_compileoption_used('ENABLE_DBSTAT_VTAB')") == 1 else { return nil }
        return try number(
            "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE aggregate = TRUE AND name IN (\(names))",
            [.text(table)])
    }

    // MARK: SQLite's own calls

    /// Whether a row has come.
    private func step(_ statement: OpaquePointer) throws -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let connection = database.sqliteConnection
            throw DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
                message: String(cString: sqlite3_errmsg(connection)))
        }
    }

    private static func release(_ statement: OpaquePointer) {
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
    }

    /// SQLite copies what it is given.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private func bind(_ values: [ContextValue], to statement: OpaquePointer) throws {
        var index: Int32 = 0
        for value in values {
            index += 1
            let code =
                switch value {
                case .null: sqlite3_bind_null(statement, index)
                case .integer(let number): sqlite3_bind_int64(statement, index, number)
                case .real(let number): sqlite3_bind_double(statement, index, number)
                case .text(var text):
                    text.withUTF8 { bytes in
                        bytes.withMemoryRebound(to: CChar.self) {
                            sqlite3_bind_text(
                                statement, index, $0.baseAddress, Int32(clamping: $0.count), SQLiteTransaction.copied)
                        }
                    }
                case .blob(let bytes):
                    bytes.withUnsafeBytes {
                        sqlite3_bind_blob(
                            statement, index, $0.baseAddress, Int32(clamping: $0.count), SQLiteTransaction.copied)
                    }
                }
            guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
        }
    }

    private static func field(_ statement: OpaquePointer, _ index: Int32) -> ContextValue {
        switch sqlite3_column_type(statement, index) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, index))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, index))
        case SQLITE_TEXT:
            let count = Int(sqlite3_column_bytes(statement, index))
            guard let text = sqlite3_column_text(statement, index) else { return .null }
            return .text(String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            let count = Int(sqlite3_column_bytes(statement, index))
            guard let bytes = sqlite3_column_blob(statement, index) else { return .blob([]) }
            return .blob([UInt8](UnsafeRawBufferPointer(start: bytes, count: count)))
        default: return .null
        }
    }
}
