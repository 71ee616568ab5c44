internal import GRDB

/// What SQLite says, as an error that names the file and what to do.
enum SQLiteFailure {
    static func error(_ error: any Error, _ path: String) -> ContextStoreError {
        if let known = error as? ContextStoreError {
            return known.message.hasPrefix(path) ? known : ContextStoreError(known.code, "\(path): \(known.message)")
        }
        guard let failure = error as? DatabaseError else { return ContextStoreError(.failed, "\(path): \(error)") }
        let words = failure.message ?? "\(failure.resultCode)"
        switch failure.resultCode.primaryResultCode {
        case .SQLITE_NOTADB:
            return ContextStoreError(
                .corrupt, "\(path) is no SQLite database, or a damaged one: move it away, or name another file")
        case .SQLITE_CORRUPT:
            return ContextStoreError(
                .corrupt, "\(path) is damaged (\(words)): move it away; `sqlite3 FILE .recover` saves what can be read")
        case .SQLITE_FULL:
            return ContextStoreError(.full, "\(path): the disk, or the limit on the file, is full")
        case .SQLITE_READONLY, .SQLITE_PERM:
            return ContextStoreError(.readOnly, "\(path) cannot be written: check the file's and the folder's rights")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return ContextStoreError(
                .busy,
                "\(path) is held by another process (\(words)) for more than \(Int(SQLiteSession.busySeconds)) s")
        case .SQLITE_CANTOPEN:
            return ContextStoreError(
                .unreadable, "\(path) cannot be opened: check that it, or its folder, is there and may be read")
        case .SQLITE_IOERR:
            return ContextStoreError(.full, "\(path): the disk does not take or give what it should (\(words))")
        default: return ContextStoreError(.failed, "\(path): \(words)")
        }
    }
}
