internal import ContextStore
internal import Foundation

/// The context stores of one run, open to be read beside their writers: the files of its folder and, where its
/// processes keep their rows in a server, that server.
struct RunStores {
    /// A store, and what the names of the run's sources begin with in it.
    struct Store {
        var repository: any ContextRepository
        var prefix: String

        /// Rows of the run; none where the store cannot be read.
        func records<Record: ContextRecord>(_: Record.Type, _ query: ContextQuery) -> [Record] {
            var query = query
            query.sourcePrefix = prefix.isEmpty ? nil : prefix
            return (try? repository.records(Record.self, query)) ?? []
        }
    }

    private(set) var stores: [Store]
    private let files: [any ContextRepository]

    /// - Parameters:
    ///   - folder: of the run; files in it that cannot be read are passed over.
    ///   - server: that the run's processes share, nil for none; it stays open when the files are closed.
    init(folder: String, server: (any ContextRepository)? = nil) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        files = names.filter { $0.hasPrefix("context-") && $0.hasSuffix(".sqlite") }.sorted()
            .compactMap { try? SQLiteOpening.openReadOnly("\(folder)/\($0)") }
        stores = files.map { Store(repository: $0, prefix: "") }
        // In a server, names of sources have the run before them.
        let run = URL(fileURLWithPath: folder).lastPathComponent
        if let server { stores.append(Store(repository: server, prefix: run + "/")) }
    }

    func closeFiles() { for file in files { file.close() } }
}
