/// One table of the context database, as a value: from it come the statements of both kinds of store, the export and
/// the columns that `dtnet context query` prints.
package struct ContextTable: Hashable, Sendable {
    /// What a column holds.
    package enum Kind: Hashable, Sendable {
        case integer, real, text, blob
        /// A text that recurs in many rows, such as the name of a KPI: the row holds its number in table `label`.
        case label
        /// A text that is one JSON object.
        case object
    }

    /// One column.
    package struct Column: Hashable, Sendable {
        package var name: String
        package var kind: Kind
        /// Whether a row may leave it out.
        package var isOptional: Bool
        /// Version of the schema that it came with, no earlier than that of its table.
        var since = 1
    }

    /// When rows go.
    package enum Keeping: Hashable, Sendable {
        /// Never.
        case always
        /// As old as `Retention.raw` says: what comes with every epoch or report.
        case raw
        /// As old as `Retention.full` says.
        case full
    }

    package var name: String
    package var columns: [Column]
    /// Columns that tell two rows apart.
    package var key: [String]
    /// Column that holds when, in microseconds since 1970; nil where rows do not belong to a moment.
    package var time: String?
    /// Whether rows lie in the order of their key: small rows of a series.
    package var isClustered: Bool
    /// Whether a row with the key of an earlier one fills in and overwrites its fields; otherwise the earlier stands.
    package var updates: Bool
    /// Of a table that updates, columns that stay as the first row had them.
    package var fixed: [String]
    package var keeping: Keeping
    /// Version of the schema that the table came with.
    let since: Int

    init(
        _ name: String, _ columns: [Column], key: [String], time: String? = nil, isClustered: Bool = false,
        updates: Bool = false, fixed: [String] = [], keeping: Keeping = .always, since: Int = 1
    ) {
        self.name = name
        self.columns = columns.map { $0.added(in: max($0.since, since)) }
        self.key = key
        self.time = time
        self.isClustered = isClustered
        self.updates = updates
        self.fixed = fixed
        self.keeping = keeping
        self.since = since
        for name in key + (time.map { [$0] } ?? []) {
            precondition(columns.contains { $0.name == name }, "\(self.name) has no column \(name)")
        }
    }

    /// Index of a column, nil where the table has none of that name.
    package func index(of column: String) -> Int? { columns.firstIndex { $0.name == column } }
    /// Whether the table has a column of that name.
    package func has(_ column: String) -> Bool { index(of: column) != nil }
}

extension ContextTable.Column {
    static func integer(_ name: String) -> Self { .init(name: name, kind: .integer, isOptional: false) }
    static func real(_ name: String) -> Self { .init(name: name, kind: .real, isOptional: false) }
    static func text(_ name: String) -> Self { .init(name: name, kind: .text, isOptional: false) }
    static func blob(_ name: String) -> Self { .init(name: name, kind: .blob, isOptional: false) }
    static func object(_ name: String) -> Self { .init(name: name, kind: .object, isOptional: false) }
    static func label(_ name: String) -> Self { .init(name: name, kind: .label, isOptional: false) }

    /// The same column where a row may leave it out.
    var optional: Self { .init(name: name, kind: kind, isOptional: true, since: since) }

    /// The same column as one that came with a version of the schema. Where its table is older, rows may leave it out.
    func added(in version: Int) -> Self { .init(name: name, kind: kind, isOptional: isOptional, since: version) }
}

/// A row on its way into the store or out of it: a value per column of its table.
package struct ContextRow: Hashable, Sendable {
    package var table: ContextTable
    /// As many as the table has columns, in their order.
    package var values: [ContextValue]

    package init(_ table: ContextTable, _ values: [ContextValue]) {
        precondition(values.count == table.columns.count, "\(table.name) has \(table.columns.count) columns")
        self.table = table
        self.values = values
    }
}
