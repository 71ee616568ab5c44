/// Statements of one transaction on a PostgreSQL server.
final class PostgreSQLTransaction: SQLTransaction {
    /// Values of a statement at most; the protocol counts them in 16 bits.
    private static let mostValues = 30_000
    /// Rows that a cursor fetches at a time.
    private static let fetchedRows = 5_000

    private let connection: PostgreSQLConnection
    private var cursors = 0

    init(_ connection: PostgreSQLConnection) { self.connection = connection }

    func run(_ sql: String, _ values: [ContextValue]) throws -> Int {
        try connection.run(PostgreSQLTransaction.numbered(sql), values).changed
    }

    func insert(_ insert: InsertStatement, _ rows: [[ContextValue]]) throws -> Int {
        // A statement may not touch one row twice, which an update could.
        let once = insert.updates ? insert.merged(rows) : rows
        let most = max(1, PostgreSQLTransaction.mostValues / insert.table.columns.count)
        var changed = 0
        for start in stride(from: 0, to: once.count, by: most) {
            let part = once[start..<min(once.count, start + most)]
            let places = part.map { _ in insert.row }.joined(separator: ", ")
            let sql = PostgreSQLTransaction.numbered(insert.head + places + insert.tail)
            changed += try connection.run(sql, part.flatMap { $0 }).changed
        }
        // Every row puts one in or changes one.
        return insert.updates ? rows.count : changed
    }

    func query(
        _ sql: String, _ values: [ContextValue], _ kinds: [ContextTable.Kind], labels: LabelTexts?,
        _ body: ([ContextValue]) throws -> Bool
    ) throws {
        cursors += 1
        let name = "rows_\(cursors)"
        let numbered = PostgreSQLTransaction.numbered(sql)
        _ = try connection.run("DECLARE \(name) NO SCROLL CURSOR FOR \(numbered)", values)
        defer { try? connection.script("CLOSE \(name)") }
        var row = [ContextValue](repeating: .null, count: kinds.count)
        while true {
            let answer = try connection.run("FETCH \(PostgreSQLTransaction.fetchedRows) FROM \(name)", [])
            for index in 0..<answer.rows {
                for (column, kind) in kinds.enumerated() {
                    row[column] = LabelTexts.resolved(answer.field(index, Int32(column), as: kind), kind, labels)
                }
                guard try body(row) else { return }
            }
            guard answer.rows == PostgreSQLTransaction.fetchedRows else { return }
        }
    }

    func script(_ sql: String) throws { try connection.script(sql) }

    func schemaVersion() throws -> Int {
        let tables = try number(
            "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'dtnet_schema'")
        guard tables != 0 else {
            let others = try number("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")
            guard others == 0 else {
                throw ContextStoreError(
                    .foreign, "the schema holds tables of another program: name another database or search_path")
            }
            return 0
        }
        return Int(try number("SELECT version FROM dtnet_schema") ?? 0)
    }

    func setSchemaVersion(_ version: Int) throws {
        try script(
            "CREATE TABLE IF NOT EXISTS dtnet_schema (version BIGINT NOT NULL); DELETE FROM dtnet_schema; "
                + "INSERT INTO dtnet_schema VALUES (\(version))")
    }

    func bytes(of table: String) throws -> Int64? {
        try number("SELECT pg_total_relation_size(quote_ident(?)::regclass)", [.text(table)])
    }

    /// The statement with `$1`, `$2` and so on where it had `?`.
    private static func numbered(_ sql: String) -> String {
        var text = ""
        text.reserveCapacity(sql.utf8.count + 64)
        var count = 0
        for part in sql.utf8.split(separator: UInt8(ascii: "?"), omittingEmptySubsequences: false) {
            if count > 0 { text += "$\(count)" }
            text += String(decoding: part, as: UTF8.self)
            count += 1
        }
        return text
    }
}
