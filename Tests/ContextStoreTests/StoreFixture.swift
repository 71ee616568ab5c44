import ContextStore
import Foundation

/// The kinds of store that every test of the repository runs against.
enum StoreKind: String, CaseIterable, Sendable {
    case sqlite, postgresql

    /// Those that are tested: of PostgreSQL where there is a server, or must be one.
    static let available = PostgreSQLServer.isExpected ? allCases : [sqlite]
}

/// A store of one test, empty at first and gone with the test.
final class StoreFixture {
    let folder: URL
    let repository: any ContextRepository

    init(_ kind: StoreKind) throws {
        folder = try StoreFixture.makeFolder()
        switch kind {
        case .sqlite: repository = try SQLiteOpening.open(folder.appending(path: "context.sqlite").path)
        case .postgresql: repository = try PostgreSQLOpening.open(PostgreSQLServer.makeSchema())
        }
    }

    deinit {
        repository.close()
        try? FileManager.default.removeItem(at: folder)
    }

    static func makeFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dtnet-context-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}

extension ContextStoreError {
    /// Code of what `body` throws, nil where it throws nothing.
    static func code(of body: () throws -> Void) rethrows -> Code? {
        do {
            try body()
            return nil
        } catch let error as ContextStoreError {
            return error.code
        }
    }
}
