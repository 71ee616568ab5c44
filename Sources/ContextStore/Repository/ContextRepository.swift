/// The context database, wherever it lies: in a file of a process, or in a server that several hosts share.
///
/// Methods may be called from any thread; each is one transaction. Nothing here belongs on the decision path.
package protocol ContextRepository: Sendable {
    /// Puts rows in, all or none; answers how many came or changed. A row whose key is there updates the earlier one
    /// or is passed over, as its table says. Throws `full`, `readOnly`, `busy`, `unreachable` or `failed`.
    @discardableResult func insert(_ rows: [ContextRow]) throws(ContextStoreError) -> Int

    /// Rows that queries ask for, query by query and in its order, all of one moment of the store; `body` answers
    /// whether to go on with the query. Throws `input` where one names what its table does not have.
    func select(
        _ queries: [ContextQuery], _ body: (ContextTable, [ContextValue]) throws -> Bool
    ) throws(ContextStoreError)

    /// Makes a collection hold exactly these documents: those that are new or have changed are indexed, those that it
    /// no longer holds are removed. Throws `input` where an id occurs twice or belongs to another collection, and for
    /// the collections that policies and incidents are found in.
    @discardableResult func index(
        _ documents: [ContextDocument], as collection: String
    ) throws(ContextStoreError) -> IndexingSummary

    /// Passages that match any of the terms, best first. Terms are words or phrases; those without a letter or digit
    /// count for nothing.
    func search(_ query: PassageQuery) throws(ContextStoreError) -> [Passage]

    /// Sums up the measurements of `sources` that are closed at `now` and removes what is older than its time.
    func maintain(_ sources: [String], _ retention: Retention, at now: Int64) throws(ContextStoreError)

    /// Rows, bytes, and oldest and newest row of each table.
    func statistics() throws(ContextStoreError) -> [TableStatistics]

    /// Throws where what is written would be lost, though no write says so: the file was deleted.
    func checkStanding() throws(ContextStoreError)

    /// Ends the connection; the repository is not used any more.
    func close()
}

extension ContextRepository {
    /// Rows that one query asks for.
    package func select(
        _ query: ContextQuery, _ body: ([ContextValue]) throws -> Bool
    ) throws(ContextStoreError) { try select([query]) { _, values in try body(values) } }

    /// All rows that a query asks for.
    package func rows(_ query: ContextQuery) throws(ContextStoreError) -> [ContextRow] {
        var rows: [ContextRow] = []
        try select(query) { values in
            rows.append(ContextRow(query.table, values))
            return true
        }
        return rows
    }

    /// All rows of a table, as values of its type; `query` names the same table.
    package func records<Record: ContextRecord>(
        _: Record.Type, _ query: ContextQuery = ContextQuery(Record.table)
    ) throws(ContextStoreError) -> [Record] {
        precondition(query.table == Record.table, "the query is about \(query.table.name)")
        var records: [Record] = []
        try select(query) { values in
            records.append(Record(values))
            return true
        }
        return records
    }

    /// Puts values in, all or none.
    @discardableResult package func insert<Record: ContextRecord>(
        records: [Record]
    ) throws(ContextStoreError) -> Int { try insert(records.map(\.row)) }
}

/// What a repository is asked for: rows of one table, narrowed by what they belong to.
package struct ContextQuery: Hashable, Sendable {
    package var table: ContextTable
    package var cell: Int?
    package var ue: Int?
    /// Name of the KPI, of measurements and aggregates; name of the engine, of twin errors.
    package var metric: String?
    /// Node that kept the row.
    package var source: String?
    /// What the name of that node begins with: in a server that runs share, the run and a slash. Of tiles, which no
    /// node keeps, what their id begins with.
    package var sourcePrefix: String?
    /// Seconds that an aggregate covers.
    package var tierSeconds: Int?
    /// Microseconds since 1970, both inclusive.
    package var from: Int64?
    package var to: Int64?
    /// Part of any text of the row, in either case.
    package var text: String?
    /// Frequencies, Hz: tiles that share some of them.
    package var band: ClosedRange<Double>?
    /// What the descriptor of a tile must say, all of it.
    package var descriptor: [DescriptorBound] = []
    package var limit: Int?
    package var newestFirst = false

    package init(_ table: ContextTable) { self.table = table }
}

/// A bound on a number of a descriptor, inclusive; a descriptor without that number is outside.
package struct DescriptorBound: Hashable, Sendable {
    /// Letters, digits and underscores.
    package let key: String
    package let isLeast: Bool
    package let value: Double

    /// Reads `peak_dbfs>=-20` or `occupied_hz<=2e6`; nil of anything else.
    package init?(_ text: String) {
        guard let sign = text.firstIndex(where: { "<>".contains($0) }),
            text[sign...].dropFirst().first == "=", let value = Double(text[sign...].dropFirst(2)), value.isFinite
        else { return nil }
        key = String(text[..<sign])
        guard !key.isEmpty,
            key.utf8.allSatisfy({
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0
                    || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: "_")
            })
        else { return nil }
        isLeast = text[sign] == ">"
        self.value = value
    }
}

/// What a search for passages asks for.
package struct PassageQuery: Hashable, Sendable {
    /// Terms looked for at most; further ones are passed over.
    package static let mostTerms = 64

    /// Words and phrases, any of which may occur.
    package var terms: [String]
    package var topic: String?
    package var collection: String?
    /// What the source begins with: of a policy or an incident in a server that runs share, the run and a slash.
    package var sourcePrefix: String?
    /// Passages at most.
    package var limit: Int

    package init(
        _ terms: [String], topic: String? = nil, collection: String? = nil, sourcePrefix: String? = nil, limit: Int = 8
    ) {
        self.terms = terms
        self.topic = topic
        self.collection = collection
        self.sourcePrefix = sourcePrefix
        self.limit = limit
    }
}

/// A passage that was found.
package struct Passage: Hashable, Sendable {
    /// `document#ordinal`.
    package var id: String
    package var document: String
    package var ordinal: Int
    package var title: String
    package var topic: String
    /// Where the knowledge is from.
    package var source: String
    package var body: String
    /// Larger is better; comparable within one search only.
    package var score: Double
}

/// What indexing a collection has changed.
package struct IndexingSummary: Hashable, Sendable {
    package var added = 0
    package var changed = 0
    package var unchanged = 0
    package var removed = 0

    package init(added: Int = 0, changed: Int = 0, unchanged: Int = 0, removed: Int = 0) {
        self.added = added
        self.changed = changed
        self.unchanged = unchanged
        self.removed = removed
    }
}

/// How long rows are kept, in microseconds of their own time.
package struct Retention: Hashable, Sendable {
    /// Measurements as they came, and directives.
    package var raw: Int64
    /// Sums over 10 s.
    package var fine: Int64
    /// Everything else that has a time, sums over 10 min among it.
    package var full: Int64

    package init(raw: Int64, fine: Int64, full: Int64) {
        self.raw = raw
        self.fine = fine
        self.full = full
    }
}

/// What a table holds.
package struct TableStatistics: Hashable, Sendable, Codable {
    package var table: String
    package var rows: Int64
    /// Nil where the store does not tell.
    package var bytes: Int64?
    /// Microseconds since 1970; nil where rows have no time, or there are none.
    package var oldest: Int64?
    package var newest: Int64?
}
