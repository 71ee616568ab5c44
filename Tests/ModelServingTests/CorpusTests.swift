import ContextStore
import Foundation
import Testing

/// The articles of the project's corpus, as they are handed out with the tool.
@Suite struct CorpusTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/LanguageEngine/Corpus")

    private static func articles() throws -> [ContextDocument] {
        try DocumentFolder.documents(at: folder.path, as: "corpus").filter { $0.id != "corpus/expansion" }
    }

    @Test func everyArticleSaysWhatItIsAndWhereItIsFrom() throws {
        let articles = try Self.articles()
        #expect(articles.count >= 150)
        for article in articles {
            // Without a source or title a document has its file's name for them.
            let file = article.id.dropFirst("corpus/".count) + ".md"
            #expect(!article.title.isEmpty && article.title != file, "\(article.id)")
            #expect(!article.source.isEmpty && article.source != file, "\(article.id)")
            #expect(article.terms.count >= 3 && Set(article.terms).count == article.terms.count, "\(article.id)")
            #expect(article.topic == article.id.split(separator: "/")[1], "\(article.id): \(article.topic)")
            #expect(article.body.utf8.count >= 200, "\(article.id)")
        }
        #expect(Set(articles.map(\.title)).count == articles.count)
        #expect(Set(articles.map(\.body)).count == articles.count)
    }
}
