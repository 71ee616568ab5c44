internal import ContextStore
internal import Foundation
internal import Glibc
package import LanguageEngine

/// The knowledge of the language engine: the project's corpus and a user's own texts, searched by full text with field
/// terms widened.
package struct Knowledge: Sendable {
    private let repository: any ContextRepository
    private let expansion: TermExpansion

    private static let corpus = "corpus"
    private static let own = "own"

    /// Folder of the corpus, beside the executables.
    package static var folder: String {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let path = buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
        let executable = String(decoding: path, as: UTF8.self)
        let place = executable.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return place + "/LLM-DTNet_LanguageEngine.resources/Corpus"
    }

    /// - Parameters:
    ///   - path: of the database; `:memory:` keeps nothing.
    ///   - folder: of the corpus.
    ///   - documents: folder of the user's texts, nil for none.
    /// - Throws: `ContextStoreError` where the database or a folder cannot be used.
    package init(path: String, folder: String = Knowledge.folder, documents: String?) throws {
        repository = try SQLiteOpening.open(path)
        expansion = TermExpansion((try? String(contentsOfFile: folder + "/expansion.txt", encoding: .utf8)) ?? "")
        let articles = try DocumentFolder.documents(at: folder, as: Knowledge.corpus)
        try repository.index(articles.filter { !$0.id.hasSuffix("/expansion") }, as: Knowledge.corpus)
        var texts: [ContextDocument] = []
        if let documents { texts = try DocumentFolder.documents(at: documents, as: Knowledge.own) }
        try repository.index(texts, as: Knowledge.own)
    }

    /// Passages for a query, best first; none where nothing matches or the search fails.
    package func passages(for query: String, limit: Int) -> [LanguageEngine.Passage] {
        guard limit > 0 else { return [] }
        let found = (try? repository.search(PassageQuery(expansion.terms(for: query), limit: limit))) ?? []
        return found.map { LanguageEngine.Passage(id: $0.id, title: $0.title, body: $0.body) }
    }
}
