import ContextStore
import Foundation
import Testing

/// What is found in a PostgreSQL server, and what is made of it.
@Suite(.serialized, .enabled(if: PostgreSQLServer.isExpected, "no PostgreSQL server can be started here"))
struct PostgreSQLOpeningTests {
    private static func failure(opening address: String) -> ContextStoreError? {
        do {
            try PostgreSQLOpening.open(address).close()
            return nil
        } catch {
            return error
        }
    }

    private static func schema(in address: String) throws -> String {
        try #require(address.firstMatch(of: /search_path=(\w+)/).map { String($0.output.1) })
    }

    @Test func anOlderStoreIsTakenToThePresentSchema() throws {
        let address = try PostgreSQLServer.makeSchema()
        let schema = try Self.schema(in: address)
        let first = try PostgreSQLOpening.open(address)
        let document = ContextDocument(id: "a", title: "Rain", topic: "", terms: [], source: "", body: "Wet.")
        try first.index([document], as: "mine")
        try first.insert(SampleRows.decisions.map(\.row))
        first.close()
        try PostgreSQLServer.shared?.run(
            """
            ALTER TABLE \(schema).passage DROP COLUMN search; DROP TABLE \(schema).language_text;
            ALTER TABLE \(schema).language_decision DROP COLUMN decision, DROP COLUMN failure, DROP COLUMN chosen,
                DROP COLUMN judging;
            ALTER TABLE \(schema).incident DROP COLUMN standing, DROP COLUMN count, DROP COLUMN first_epoch,
                DROP COLUMN last_epoch, DROP COLUMN members;
            UPDATE \(schema).dtnet_schema SET version = 1
            """)
        let again = try PostgreSQLOpening.open(address)
        #expect(try again.search(PassageQuery(["wet"])).map(\.id) == ["a#0"])
        try SampleRows.expectDecisionsOfOlderSchema(again)
        again.close()
    }

    @Test func newerAndForeignTablesAreLeftAlone() throws {
        let address = try PostgreSQLServer.makeSchema()
        try PostgreSQLOpening.open(address).close()
        try PostgreSQLServer.shared?.run("UPDATE \(try Self.schema(in: address)).dtnet_schema SET version = 99")
        #expect(Self.failure(opening: address)?.code == .newer)
        let other = try PostgreSQLServer.makeSchema()
        try PostgreSQLServer.shared?.run("CREATE TABLE \(try Self.schema(in: other)).mine (x INT)")
        #expect(Self.failure(opening: other)?.code == .foreign)
    }

    @Test func aServerThatIsNotThereIsNamed() {
        let failure = Self.failure(opening: "host=/tmp/there/is/no/such/folder user=dtnet dbname=postgres")
        #expect(failure?.code == .unreachable && failure?.message.contains("/tmp/there/is/no/such/folder") == true)
        #expect(Self.failure(opening: "nonsense")?.code == .unreachable)
    }

    /// Two processes keep the same new labels and the same users, in opposite order: neither waits for the other in a
    /// circle, which the server would end after a second by failing one of them.
    @Test func writersOfOneServerDoNotBlockEachOther() async throws {
        let address = try PostgreSQLServer.makeSchema()
        try PostgreSQLOpening.open(address).close()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for writer in 0..<2 {
                group.addTask {
                    let store = try PostgreSQLOpening.open(address)
                    defer { store.close() }
                    var failures = 0
                    for batch in 0..<40 {
                        let users = writer == 0 ? Array(0..<60) : Array((0..<60).reversed())
                        let rows = users.flatMap { user -> [ContextRow] in
                            let metric = "metric \(batch) \(user)"
                            let sample = KPISample(
                                at: Int64(batch), cell: 0, metric: metric, ue: user, source: "w\(writer)", value: 1)
                            return [sample.row, DeviceRow(ue: user).row]
                        }
                        do { _ = try store.insert(rows) } catch { failures += 1 }
                    }
                    return failures
                }
            }
            for try await failures in group { #expect(failures == 0) }
        }
    }

    @Test func aLostConnectionComesBack() throws {
        let address = try PostgreSQLServer.makeSchema()
        let store = try PostgreSQLOpening.open(address)
        let row = CounterRow(source: "s", name: "n", at: 1, value: 1)
        try store.insert(records: [row])
        try PostgreSQLServer.shared?.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query <> ''")
        #expect(try ContextStoreError.code { try store.insert(records: [row]) } == .unreachable)
        #expect(try store.insert(records: [CounterRow(source: "s", name: "n", at: 2, value: 2)]) == 1)
        #expect(try store.records(CounterRow.self).map(\.value) == [2])
        store.close()
    }
}
