/// The steps that lead from an empty store to the present schema. A step that has been released is never changed.
struct SchemaMigration: Sendable {
    var version: Int
    var statements: @Sendable (SQLDialect) -> String

    /// In ascending order of their versions.
    static let all: [SchemaMigration] = [
        SchemaMigration(version: 1) { labels($0) + additions(of: 1, $0) },
        SchemaMigration(version: 2) { $0.fullText },
        SchemaMigration(version: 3) { additions(of: 3, $0) },
        // Every round of upkeep asks for sums of a tier by their time.
        SchemaMigration(version: 4) {
            additions(of: 4, $0)
                + "CREATE INDEX IF NOT EXISTS \"aggregate_tier_time\" ON \"aggregate\" (\"tier_s\", \"at_us\");"
        },
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

    private static func labels(_ dialect: SQLDialect) -> String {
        "CREATE TABLE \"label\" (\"id\" \(dialect.numbering), \"text\" \(dialect.text) NOT NULL UNIQUE);\n"
    }

    /// Tables that came with a version, and columns that older tables got with it.
    private static func additions(of version: Int, _ dialect: SQLDialect) -> String {
        ContextTable.all.map { own in
            guard own.since != version else { return table(own, dialect) }
            guard own.since < version else { return "" }
            return own.columns.filter { $0.since == version }
                .map { "ALTER TABLE \"\(own.name)\" ADD COLUMN \(column($0, dialect));\n" }
                .joined()
        }.joined()
    }

    private static func column(_ column: ContextTable.Column, _ dialect: SQLDialect) -> String {
        "\"\(column.name)\" \(dialect.type(of: column.kind))\(column.isOptional ? "" : " NOT NULL")"
    }

    /// A table as it was when it came.
    private static func table(_ table: ContextTable, _ dialect: SQLDialect) -> String {
        var lines = table.columns.filter { $0.since == table.since }.map { column($0, dialect) }
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
