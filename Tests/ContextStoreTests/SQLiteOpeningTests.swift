import ContextStore
import Foundation
import Testing

/// What is found under the name of a database, and what is made of it.
@Suite struct SQLiteOpeningTests {
    private final class Place {
        let folder: URL
        let path: String

        init() throws {
            folder = try StoreFixture.makeFolder()
            path = folder.appending(path: "context.sqlite").path
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        func bytes() throws -> Data { try Data(contentsOf: URL(filePath: path)) }
        func write(_ data: Data) throws { try data.write(to: URL(filePath: path)) }

        /// Runs statements as another program would.
        func runElsewhere(_ sql: String) throws {
            let program = Process()
            program.executableURL = URL(filePath: "/usr/bin/env")
            program.arguments = [
                "python3", "-c", "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])", path,
                sql,
            ]
            try program.run()
            program.waitUntilExit()
            #expect(program.terminationStatus == 0)
        }
    }

    private static func failure(_ body: () throws(ContextStoreError) -> Void) -> ContextStoreError? {
        do {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test func aStoreIsThereWhenItIsOpenedAgain() throws {
        let place = try Place()
        let rows = SampleRows.all
        let repository = try SQLiteOpening.open(place.path)
        for rows in rows { try repository.insert(rows) }
        repository.close()
        let again = try SQLiteOpening.openReadOnly(place.path)
        for rows in rows { #expect(try again.rows(ContextQuery(rows[0].table)) == rows) }
        #expect(try ContextStoreError.code { try again.insert(rows[0]) } == .readOnly)
        again.close()
    }

    @Test func anOlderStoreIsTakenToThePresentSchema() throws {
        let place = try Place()
        let first = try SQLiteOpening.open(place.path)
        let document = ContextDocument(id: "a", title: "Rain", topic: "", terms: [], source: "", body: "Wet.")
        try first.index([document], as: "mine")
        try first.insert(SampleRows.decisions.map(\.row))
        first.close()
        // Back to the first version, which had no full text, and less of a decision.
        try place.runElsewhere(
            """
            DROP TRIGGER passage_added; DROP TRIGGER passage_removed; DROP TRIGGER passage_changed;
            DROP TABLE passage_text; DROP TABLE language_text; ALTER TABLE language_decision DROP COLUMN decision;
            ALTER TABLE language_decision DROP COLUMN failure; ALTER TABLE language_decision DROP COLUMN chosen;
            ALTER TABLE language_decision DROP COLUMN judging;
            ALTER TABLE incident DROP COLUMN standing; ALTER TABLE incident DROP COLUMN count;
            ALTER TABLE incident DROP COLUMN first_epoch; ALTER TABLE incident DROP COLUMN last_epoch;
            ALTER TABLE incident DROP COLUMN members; PRAGMA user_version = 1
            """)
        let failure = Self.failure { () throws(ContextStoreError) in _ = try SQLiteOpening.openReadOnly(place.path) }
        #expect(failure?.message.contains("version 1") == true)
        let again = try SQLiteOpening.open(place.path)
        #expect(try again.search(PassageQuery(["wet"])).map(\.id) == ["a#0"])
        try SampleRows.expectDecisionsOfOlderSchema(again)
        again.close()
    }

    /// Upkeep looks for sums of a tier by their time, also in a store of the schema before.
    @Test func sumsOfATierHaveAnIndex() throws {
        let place = try Place()
        try SQLiteOpening.open(place.path).close()
        try place.runElsewhere(
            """
            DROP INDEX aggregate_tier_time;
            ALTER TABLE incident DROP COLUMN standing; ALTER TABLE incident DROP COLUMN count;
            ALTER TABLE incident DROP COLUMN first_epoch; ALTER TABLE incident DROP COLUMN last_epoch;
            ALTER TABLE incident DROP COLUMN members; PRAGMA user_version = 3
            """)
        try SQLiteOpening.open(place.path).close()
        let program = Process()
        program.executableURL = URL(filePath: "/usr/bin/env")
        let script = """
            import sqlite3, sys
            plan = sqlite3.connect(sys.argv[1]).execute(
                "EXPLAIN QUERY PLAN DELETE FROM aggregate WHERE tier_s = 10 AND at_us < 5").fetchall()
            sys.exit(0 if any("aggregate_tier_time" in row[3] for row in plan) else 1)
            """
        program.arguments = ["python3", "-c", script, place.path]
        try program.run()
        program.waitUntilExit()
        #expect(program.terminationStatus == 0)
    }

    @Test func aDamagedFileIsSetAsideAndSaid() throws {
        let place = try Place()
        let first = try SQLiteOpening.open(place.path)
        let rows = (0..<20_000).map { index in
            KPISample(at: Int64(index) * 1_000, cell: index % 50, metric: "m", source: "s", value: 0.5)
        }
        try first.insert(records: rows)
        first.close()
        var bytes = try place.bytes()
        #expect(bytes.count > 400_000)
        for index in stride(from: 40_960, to: bytes.count, by: 64) { bytes[index] ^= 0x5A }
        try place.write(bytes)

        let failure = try #require(
            Self.failure { () throws(ContextStoreError) in _ = try SQLiteOpening.open(place.path) })
        #expect(failure.code == .corrupt && failure.message.contains(place.path))
        #expect(try place.bytes() == bytes)
        let opened = try SQLiteOpening.openSettingAside(place.path)
        let aside = try #require(opened.setAside)
        #expect(try Data(contentsOf: URL(filePath: aside)) == bytes)
        #expect(try opened.repository.records(KPISample.self).isEmpty)
        #expect(try opened.repository.insert(records: Array(rows[..<3])) == 3)
        opened.repository.close()
    }

    @Test func textIsNoDatabase() throws {
        let place = try Place()
        try place.write(Data(String(repeating: "not a database ", count: 400).utf8))
        let failure = try #require(
            Self.failure { () throws(ContextStoreError) in _ = try SQLiteOpening.open(place.path) })
        #expect(failure.code == .corrupt)
        #expect(try SQLiteOpening.openSettingAside(place.path).setAside?.hasPrefix(place.path) == true)
    }

    @Test func aNewerStoreIsLeftAlone() throws {
        let place = try Place()
        let repository = try SQLiteOpening.open(place.path)
        repository.close()
        // Bytes 60 to 63 of the header hold the version.
        var bytes = try place.bytes()
        bytes[62] = 0x03
        try place.write(bytes)
        let failures = [
            Self.failure { () throws(ContextStoreError) in _ = try SQLiteOpening.open(place.path) },
            Self.failure { () throws(ContextStoreError) in _ = try SQLiteOpening.openReadOnly(place.path) },
            Self.failure { () throws(ContextStoreError) in _ = try SQLiteOpening.openSettingAside(place.path) },
        ]
        for failure in failures {
            #expect(failure?.code == .newer && failure?.message.contains("later") == true)
        }
        #expect(try place.bytes() == bytes)
    }

    @Test func aDatabaseOfAnotherProgramIsLeftAlone() throws {
        let place = try Place()
        try place.runElsewhere("CREATE TABLE mine (x)")
        let bytes = try place.bytes()
        let failures = [
            Self.failure { () throws(ContextStoreError) in _ = try SQLiteOpening.open(place.path) },
            Self.failure { () throws(ContextStoreError) in _ = try SQLiteOpening.openReadOnly(place.path) },
            Self.failure { () throws(ContextStoreError) in _ = try SQLiteOpening.openSettingAside(place.path) },
        ]
        for failure in failures { #expect(failure?.code == .foreign) }
        #expect(try place.bytes() == bytes)
    }

    @Test func whatIsNotThereIsNamed() throws {
        let place = try Place()
        let deep = place.folder.appending(path: "no/such/context.sqlite").path
        for path in [deep, place.folder.path] {
            #expect(
                Self.failure { () throws(ContextStoreError) in _ = try SQLiteOpening.open(path) }?.code == .unreadable)
            #expect(
                Self.failure { () throws(ContextStoreError) in _ = try SQLiteOpening.openReadOnly(path) }?.code
                    == .unreadable)
        }
        #expect(
            Self.failure { () throws(ContextStoreError) in _ = try SQLiteOpening.openReadOnly(place.path) }?.code
                == .unreadable)
        #expect(!FileManager.default.fileExists(atPath: place.path))
    }
}
