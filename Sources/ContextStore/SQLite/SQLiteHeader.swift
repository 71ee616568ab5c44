internal import Foundation

/// The first bytes of a database file ("The SQLite Database File Format", section 1.3): whose it is can be told before
/// anything opens it, which would already write into it.
struct SQLiteHeader {
    private static let bytes = 100

    private var schemaCookie: UInt32
    private var userVersion: UInt32
    private var applicationID: UInt32

    /// nil where there is no file, an empty one, or none that begins as a database does.
    init?(_ path: String) {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: SQLiteHeader.bytes), data.count == SQLiteHeader.bytes,
            data.starts(with: Data("SQLite format 3\0".utf8))
        else { return nil }
        let header = [UInt8](data)
        func word(_ offset: Int) -> UInt32 { header[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) } }
        schemaCookie = word(40)
        userVersion = word(60)
        applicationID = word(68)
    }

    /// Throws `foreign` or `newer`.
    func check(_ path: String) throws(ContextStoreError) {
        guard applicationID == UInt32(SQLiteSession.applicationID) else {
            guard applicationID == 0, schemaCookie == 0 else {
                throw ContextStoreError(.foreign, "\(path): a database of another program: name another file")
            }
            return
        }
        guard Int(userVersion) <= SchemaMigration.newest else {
            throw ContextStoreError(.newer, "\(path): \(SchemaMigration.newerText(Int(userVersion)))")
        }
    }
}
