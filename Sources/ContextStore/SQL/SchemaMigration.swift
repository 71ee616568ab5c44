/// The steps that lead from an empty store to the present schema. A step that has been released is never changed.
struct SchemaMigration: Sendable {
    var version: Int
    var statements: @Sendable (SQLDialect) -> String

    /// In ascending order of their versions.
    static let all: [SchemaMigration] = [
        SchemaMigration(version: 1, statements: tables),
        SchemaMigration(version: 2) { $0.fullText },
    ]

    /// Version of the schema that this build writes.
    static let newest = all.last?.version ?? 0

    /// Takes the store to `version`; throws `newer` where it is beyond what this build knows.
    static func migrate(_ transaction: any SQLTransaction, _ dialect: SQLDialect, upTo version: Int = newest) throws {
        let present = try transaction.schemaVersion()
        guard present <= newest else {
            throw ContextStoreError(.newer, newerText(present))
        }
        for step in all where step.version > present && step.version <= version {
            try transaction.script(step.statements(dialect))
            try transaction.setSchemaVersion(step.version)
        }
    }

    /// What to do about a store that is newer than this build.
    static func newerText(_ version: Int) -> String {
        "its schema has version \(version), this build knows those up to \(newest): take the dtnet that wrote it or a "
            + "later one, or another database"
    }

    private static func tables(_ dialect: SQLDialect) -> String {
        let label = "CREATE TABLE \"label\" (\"id\" \(dialect.numbering), \"text\" \(dialect.text) NOT NULL UNIQUE);\n"
        return label + ContextTable.all.map { table($0, dialect) }.joined()
    }

    private static func table(_ table: ContextTable, _ dialect: SQLDialect) -> String {
        var lines = table.columns.map { column in
            "\"\(column.name)\" \(dialect.type(of: column.kind))\(column.isOptional ? "" : " NOT NULL")"
        }
        let key = InsertStatement.list(table.key)
        if table.isClustered {
            lines.append("PRIMARY KEY (\(key))")
        } else {
            lines.insert("\"number\" \(dialect.numbering)", at: 0)
            lines.append("UNIQUE (\(key))")
        }
        let suffix = table.isClustered ? dialect.clusteredSuffix : dialect.plainSuffix
        var statements = "CREATE TABLE \"\(table.name)\" (\(lines.joined(separator: ", ")))\(suffix);\n"
        // Measurements are found by their bucket.
        if let time = table.time, table != .measurement {
            statements += "CREATE INDEX \"\(table.name)_time\" ON \"\(table.name)\" (\"\(time)\");\n"
        }
        return statements
    }
}
