internal import Foundation
internal import GRDB
internal import GRDBSQLite
internal import Glibc
internal import Synchronization

/// A database in a file, in WAL mode: one writer, and readers that do not wait for it.
final class SQLiteSession: SQLSession {
    /// Longest wait for another process that writes the same file, seconds.
    static let busySeconds = 5.0
    /// Tells our files from those of other programs: `DTNC`.
    static let applicationID: Int32 = 0x4454_4E43

    private let writer: any DatabaseWriter
    private let path: String
    private let identity: FileIdentity?

    /// Opens a database as it is; `SQLiteOpening` checks what it is. Throws `unreadable` and what `SQLiteFailure` says.
    ///
    /// - Parameter mostPages: pages of 4 KiB that the file may grow to, nil for no limit.
    init(path: String, isReadOnly: Bool, mostPages: Int? = nil) throws(ContextStoreError) {
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        configuration.busyMode = .timeout(SQLiteSession.busySeconds)
        configuration.maximumReaderCount = 2
        configuration.label = "context"
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000")
            guard !isReadOnly else { return }
            try database.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216")
            if let mostPages { try database.execute(sql: "PRAGMA max_page_count = \(mostPages)") }
        }
        do {
            writer =
                isReadOnly
                ? try DatabaseQueue(path: path, configuration: configuration)
                : try DatabasePool(path: path, configuration: configuration)
        } catch {
            throw SQLiteFailure.error(error, path)
        }
        self.path = path
        identity = FileIdentity(path)
    }

    static var dialect: SQLDialect {
        SQLDialect(
            integer: "INTEGER", real: "REAL", text: "TEXT", blob: "BLOB", numbering: "INTEGER PRIMARY KEY",
            plainSuffix: " STRICT", clusteredSuffix: " STRICT, WITHOUT ROWID", fullText: fullText, like: "LIKE",
            descriptorNumber: """
                (SELECT "value" FROM json_each("descriptor") WHERE "key" = ? AND "type" IN ('integer', 'real'))
                """)
    }

    /// FTS5 over the passages, whose text it does not hold twice; triggers keep it in step with any insert.
    private static var fullText: String {
        let columns = "title, terms, body"
        func removal(_ row: String) -> String {
            "INSERT INTO passage_text (passage_text, rowid, \(columns)) "
                + "VALUES ('delete', \(row).number, \(row).title, \(row).terms, \(row).body);"
        }
        let addition =
            "INSERT INTO passage_text (rowid, \(columns)) VALUES (new.number, new.title, new.terms, new.body);"
        return """
            CREATE VIRTUAL TABLE passage_text USING fts5(\(columns), content='passage', content_rowid='number',
                tokenize='porter unicode61 remove_diacritics 2');
            CREATE TRIGGER passage_added AFTER INSERT ON passage BEGIN \(addition) END;
            CREATE TRIGGER passage_removed AFTER DELETE ON passage BEGIN \(removal("old")) END;
            CREATE TRIGGER passage_changed AFTER UPDATE ON passage BEGIN \(removal("old")) \(addition) END;
            INSERT INTO passage_text (passage_text) VALUES ('rebuild');
            """
    }

    func write<T>(_ body: (any SQLTransaction) throws -> T) throws(ContextStoreError) -> T {
        do {
            return try writer.write { try body(SQLiteTransaction($0)) }
        } catch {
            throw SQLiteFailure.error(error, path)
        }
    }

    func read<T>(_ body: (any SQLTransaction) throws -> T) throws(ContextStoreError) -> T {
        do {
            return try writer.read { try body(SQLiteTransaction($0)) }
        } catch {
            throw SQLiteFailure.error(error, path)
        }
    }

    func checkStanding() throws(ContextStoreError) {
        guard FileIdentity(path) != identity else { return }
        throw ContextStoreError(.unreadable, "\(path) was deleted or replaced while it was open")
    }

    func close() { try? writer.close() }
}

/// Which file stands under a name: SQLite goes on writing into a file that has been deleted, without a word.
struct FileIdentity: Hashable {
    private var device: UInt
    private var inode: UInt

    /// nil where nothing stands there.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
    }
}
