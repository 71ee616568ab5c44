internal import Glibc
internal import Synchronization

/// A database in a PostgreSQL server, over one connection that statements take in turn. After a failure of the
/// connection the next transaction connects anew.
final class PostgreSQLSession: SQLSession {
    /// libpq's connection is used by whoever holds the lock.
    private struct Held: @unchecked Sendable {
        var connection: PostgreSQLConnection?
    }

    private let held: Mutex<Held>

    /// - Parameter address: connection string or `postgresql://` address; what it leaves out comes from libpq's `PG...`
    ///   variables.
    init(address: String) throws(ContextStoreError) {
        let connection = try PostgreSQLConnection(address)
        try PostgreSQLSession.prepare(connection)
        held = Mutex(Held(connection: connection))
    }

    /// Longest time of a statement, milliseconds.
    private static let statementLimit = 30_000
    /// A step of the schema may work through millions of rows, and waits for another process that makes it.
    private static let schemaSeconds = 3_600

    private static func prepare(_ connection: PostgreSQLConnection) throws(ContextStoreError) {
        try connection.script(
            "SET client_min_messages = warning; SET synchronous_commit = off; SET bytea_output = hex; "
                + "SET statement_timeout = \(statementLimit)")
    }

    /// Takes the schema to its present version, without the limits of other statements.
    func migrate(_ body: (any SQLTransaction) throws -> Void) throws(ContextStoreError) {
        held.withLock { $0.connection?.patienceSeconds = PostgreSQLSession.schemaSeconds }
        defer { held.withLock { $0.connection?.patienceSeconds = PostgreSQLConnection.usualPatience } }
        try write { transaction in
            try transaction.script("SET LOCAL statement_timeout = 0")
            try body(transaction)
        }
    }

    static var dialect: SQLDialect {
        SQLDialect(
            integer: "BIGINT", real: "DOUBLE PRECISION", text: "TEXT", blob: "BYTEA",
            numbering: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", plainSuffix: "", clusteredSuffix: "",
            fullText: """
                ALTER TABLE passage ADD COLUMN search tsvector GENERATED ALWAYS AS (
                    setweight(to_tsvector('english', terms), 'A') || setweight(to_tsvector('english', title), 'B')
                    || setweight(to_tsvector('english', body), 'D')) STORED;
                CREATE INDEX passage_search ON passage USING gin (search);
                """, like: "ILIKE",
            descriptorNumber: """
                (SELECT CAST("value" #>> '{}' AS double precision) FROM jsonb_each(CAST("descriptor" AS jsonb))
                WHERE "key" = CAST(? AS text) AND jsonb_typeof("value") = 'number')
                """)
    }

    func write<T>(_ body: (any SQLTransaction) throws -> T) throws(ContextStoreError) -> T {
        try run("BEGIN", body)
    }

    func read<T>(_ body: (any SQLTransaction) throws -> T) throws(ContextStoreError) -> T {
        try run("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", body)
    }

    private func run<T>(
        _ begin: String, _ body: (any SQLTransaction) throws -> T
    ) throws(ContextStoreError) -> T {
        do {
            return try held.withLock { held in
                guard let connection = held.connection else {
                    throw ContextStoreError(.unreachable, "the connection was closed")
                }
                if !connection.isConnected {
                    connection.reset()
                    try PostgreSQLSession.prepare(connection)
                }
                try connection.script(begin)
                do {
                    let answer = try body(PostgreSQLTransaction(connection))
                    try connection.script("COMMIT")
                    return answer
                } catch {
                    try? connection.script("ROLLBACK")
                    throw error
                }
            }
        } catch let error as ContextStoreError {
            throw ContextStoreError(error.code, "the PostgreSQL store: \(error.message)")
        } catch {
            throw ContextStoreError(.failed, "the PostgreSQL store: \(error)")
        }
    }

    func checkStanding() {}

    func close() { held.withLock { $0.connection = nil } }

    static func ranking(
        _ terms: [String], _ query: PassageQuery, _ transaction: any SQLTransaction
    ) throws -> (sql: String, values: [ContextValue])? {
        let all = Double(try transaction.number("SELECT count(*) FROM passage") ?? 0)
        let phrase = "phraseto_tsquery('english', ?)"
        // The server ranks by how often a term occurs, not by how rare it is: its weight is BM25's.
        var score: [String] = []
        var used: [ContextValue] = []
        for term in terms {
            let value = ContextValue.text(term)
            let matches = try transaction.number(
                "SELECT count(*) FROM passage WHERE search @@ \(phrase)", [value])
            guard let matches, matches > 0 else { continue }
            let rarity = Scoring.rarity(of: Double(matches), among: all)
            score.append("\(rarity) * ts_rank(\(Scoring.weights), p.search, \(phrase), 1)")
            used.append(value)
        }
        guard !used.isEmpty else { return nil }
        let matching = "(" + used.map { _ in "p.search @@ \(phrase)" }.joined(separator: " OR ") + ")"
        let sql = PassageSearch.statement(
            from: "passage p", matching: matching, score: score.joined(separator: " + "), query)
        return (sql, used + used + PassageSearch.values(query))
    }

    private enum Scoring {
        /// Weights of D, C, B and A as `ts_rank` takes them: shares of the largest.
        static var weights: String {
            let weights = PassageSearch.weights
            let shares = [weights.body, 0, weights.title, weights.terms].map { "\($0 / weights.terms)" }
            return "'{\(shares.joined(separator: ","))}'"
        }

        /// Inverse document frequency, above 0: Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009.
        static func rarity(of matches: Double, among all: Double) -> Double {
            log(1 + (all - matches + 0.5) / (matches + 0.5))
        }
    }
}
