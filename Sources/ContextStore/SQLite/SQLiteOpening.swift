internal import Foundation
internal import GRDB

/// How the database in a file is opened: made where it is not there, checked where it is.
package enum SQLiteOpening {
    /// What opening a store that is to be written has led to.
    package struct Opened: Sendable {
        package var repository: any ContextRepository
        /// Where a damaged database that stood there has been put; nil where there was none.
        package var setAside: String?

        package init(repository: any ContextRepository, setAside: String? = nil) {
            self.repository = repository
            self.setAside = setAside
        }
    }

    /// Opens a database to be written, makes it where it is not there, takes it to the present schema and checks it.
    /// Throws `corrupt`, `foreign`, `newer`, `unreadable`, `readOnly`, `full` or `busy`, naming the file.
    ///
    /// - Parameter mostPages: pages of 4 KiB that the file may grow to, nil for no limit.
    package static func open(_ path: String, mostPages: Int? = nil) throws(ContextStoreError) -> any ContextRepository {
        try checkPlace(of: path)
        try SQLiteHeader(path)?.check(path)
        let session = try SQLiteSession(path: path, isReadOnly: false, mostPages: mostPages)
        do {
            try session.write { transaction in
                try checkOwner(transaction)
                try checkIntegrity(transaction)
                try SchemaMigration.migrate(transaction, SQLiteSession.dialect)
            }
        } catch {
            session.close()
            throw error
        }
        return SQLRepository(session)
    }

    /// The same, but a database that is damaged is given another name, and a new one takes its place.
    package static func openSettingAside(
        _ path: String, mostPages: Int? = nil
    ) throws(ContextStoreError) -> Opened {
        do {
            return Opened(repository: try open(path, mostPages: mostPages))
        } catch {
            guard error.code == .corrupt else { throw error }
            let name = try setAside(path)
            return Opened(repository: try open(path, mostPages: mostPages), setAside: name)
        }
    }

    /// Opens a database that is only read, whoever writes it meanwhile. Throws as `open` does, and `unreadable` where
    /// there is none.
    package static func openReadOnly(_ path: String) throws(ContextStoreError) -> any ContextRepository {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
            throw ContextStoreError(
                .unreadable, "\(path): \(isFolder.boolValue ? "a folder, no file" : "no such file")")
        }
        let session = try SQLiteSession(path: path, isReadOnly: true)
        do {
            try session.read { transaction in
                try checkOwner(transaction)
                let version = try transaction.schemaVersion()
                guard version != 0 else {
                    throw ContextStoreError(.foreign, "an empty database: nothing has been kept in it")
                }
                guard version <= SchemaMigration.newest else {
                    return try SchemaMigration.migrate(transaction, SQLiteSession.dialect)
                }
                guard version == SchemaMigration.newest else {
                    throw ContextStoreError(
                        .failed,
                        "its schema has version \(version), this build reads version \(SchemaMigration.newest): "
                            + "`dtnet context import` with an empty file takes it there")
                }
            }
        } catch {
            session.close()
            throw error
        }
        return SQLRepository(session)
    }

    // MARK: Checks

    private static func checkPlace(of path: String) throws(ContextStoreError) {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            guard !isFolder.boolValue else { throw ContextStoreError(.unreadable, "\(path): a folder, no file") }
            return
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw ContextStoreError(.unreadable, "\(path): there is no folder \(folder)")
        }
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw ContextStoreError(.unreadable, "\(path): the folder \(folder) cannot be written")
        }
    }

    /// A database of another program is left alone.
    private static func checkOwner(_ transaction: any SQLTransaction) throws {
        let owner = try transaction.number("PRAGMA application_id") ?? 0
        guard owner != Int64(SQLiteSession.applicationID) else { return }
        let tables = try transaction.number("SELECT count(*) FROM sqlite_schema") ?? 0
        guard owner == 0, tables == 0 else {
            throw ContextStoreError(.foreign, "a database of another program: name another file")
        }
    }

    private static func checkIntegrity(_ transaction: any SQLTransaction) throws {
        var answer = "ok"
        try transaction.query("PRAGMA quick_check(1)", [], [.text]) { row in
            answer = row[0].text ?? ""
            return false
        }
        guard answer == "ok" else {
            throw ContextStoreError(
                .corrupt, "damaged (\(answer)): move it away; `sqlite3 FILE .recover` saves what can be read")
        }
    }

    /// Gives a database and its log the first free name; answers it.
    private static func setAside(_ path: String) throws(ContextStoreError) -> String {
        var number = 1
        while FileManager.default.fileExists(atPath: "\(path).damaged-\(number)") { number += 1 }
        let name = "\(path).damaged-\(number)"
        do {
            try FileManager.default.moveItem(atPath: path, toPath: name)
        } catch {
            throw ContextStoreError(.unreadable, "\(path) is damaged and cannot be given another name: \(error)")
        }
        for suffix in ["-wal", "-shm"] {
            try? FileManager.default.moveItem(atPath: path + suffix, toPath: name + suffix)
        }
        return name
    }
}
