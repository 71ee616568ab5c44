internal import ContextStore
internal import Foundation
internal import Glibc
package import LanguageEngine

/// The knowledge of the language engine: the project's corpus and a user's own texts, searched by full text with field
/// terms widened.
package final class Knowledge: Sendable {
    private let repository: any ContextRepository
    private let expansion: TermExpansion
    /// What of the user's texts cannot be used, a line each: which file, why, and what to do. The rest is found.
    package let flaws: [String]
    /// Name that a damaged index has been given, in the place of which this one is; nil where there was none.
    package let setAside: String?
    /// Folder that goes with this value; nil where the database stays.
    private let temporary: URL?

    private static let corpus = "corpus"
    private static let own = "own"

    /// Folder of the corpus, beside the executables.
    package static var folder: String {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let place = URL(fileURLWithPath: path).deletingLastPathComponent()
        return place.appending(path: "LLM-DTNet_LanguageEngine.resources/Corpus").path
    }

    /// - Parameters:
    ///   - path: of the database; nil keeps it in a temporary folder, for as long as this value lives.
    ///   - folder: of the corpus.
    ///   - documents: folder of the user's texts, nil for none; what of it cannot be used is in `flaws`.
    /// - Throws: `ContextStoreError` where the database or the corpus cannot be used.
    package init(path: String?, folder: String = Knowledge.folder, documents: String? = nil) throws {
        var place = path
        temporary =
            path == nil
            ? FileManager.default.temporaryDirectory.appending(path: "dtnet-knowledge-\(UUID().uuidString)") : nil
        if let temporary {
            try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
            place = temporary.appending(path: "knowledge.sqlite").path
        }
        // All that is in it is indexed anew.
        let opened = try SQLiteOpening.openSettingAside(place ?? "")
        repository = opened.repository
        setAside = opened.setAside
        expansion = TermExpansion((try? String(contentsOfFile: folder + "/expansion.txt", encoding: .utf8)) ?? "")
        let own = documents.map(Knowledge.texts) ?? DocumentReading()
        flaws = own.flaws.map(\.message)
        let articles = try DocumentFolder.documents(at: folder, as: Knowledge.corpus)
        try repository.index(articles.filter { $0.id != Knowledge.corpus + "/expansion" }, as: Knowledge.corpus)
        try repository.index(own.documents, as: Knowledge.own)
    }

    /// The user's texts that can be used, and what is wrong with the others or with their folder.
    private static func texts(in folder: String) -> DocumentReading {
        do throws(ContextStoreError) {
            return try DocumentFolder.reading(at: folder, as: own)
        } catch {
            return DocumentReading(flaws: [error])
        }
    }

    deinit {
        repository.close()
        if let temporary { try? FileManager.default.removeItem(at: temporary) }
    }

    /// Passages for a query, best first; none where nothing matches or the search fails.
    package func passages(for query: String, limit: Int) -> [LanguageEngine.Passage] {
        guard limit > 0 else { return [] }
        // What the query itself names comes before what its terms are also called.
        var found: [ContextStore.Passage] = []
        for terms in [expansion.words(of: query), expansion.terms(for: query)] where found.count < limit {
            let more = (try? repository.search(PassageQuery(terms, limit: limit))) ?? []
            for passage in more where found.count < limit && !found.contains(where: { $0.id == passage.id }) {
                found.append(passage)
            }
        }
        return found.map { LanguageEngine.Passage(id: $0.id, title: $0.title, body: $0.body) }
    }
}
