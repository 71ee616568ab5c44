internal import ContextStore
internal import Foundation
package import LanguageEngine

/// The corpus that is built into the tool, indexed for the time of one command.
package final class BuiltInKnowledge: Sendable {
    private let repository: any ContextRepository
    private let expansion: TermExpansion
    private let folder: URL

    private static let collection = "corpus"
    /// Beside the executables.
    private static let corpus = "LLM-DTNet_LanguageEngine.resources/Corpus"

    /// Reads and indexes it.
    package init() throws {
        let corpus = URL(fileURLWithPath: ChildProcess.folder).appending(path: BuiltInKnowledge.corpus)
        folder = FileManager.default.temporaryDirectory.appending(path: "dtnet-knowledge-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let name = BuiltInKnowledge.collection
            let documents = try DocumentFolder.documents(at: corpus.path, as: name).filter {
                $0.id != "\(name)/expansion"
            }
            repository = try SQLiteOpening.open(folder.appending(path: "knowledge.sqlite").path)
            try repository.index(documents, as: name)
        } catch {
            throw ToolFailure(.missing, "the knowledge cannot be indexed: \(error)")
        }
        let words = FileManager.default.contents(atPath: corpus.appending(path: "expansion.txt").path) ?? Data()
        expansion = TermExpansion(String(decoding: words, as: UTF8.self))
    }

    deinit {
        repository.close()
        try? FileManager.default.removeItem(at: folder)
    }

    /// The passages nearest to a query, the best first.
    package func passages(for query: String, most: Int) -> [LanguageEngine.Passage] {
        let terms = expansion.terms(for: query)
        let asked = PassageQuery(terms, collection: BuiltInKnowledge.collection, limit: most)
        return ((try? repository.search(asked)) ?? []).map {
            LanguageEngine.Passage(id: $0.id, title: $0.title, body: $0.body)
        }
    }
}
