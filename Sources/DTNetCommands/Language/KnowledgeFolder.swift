internal import Foundation
package import LanguageEngine

/// The corpus that is built into the tool.
package enum KnowledgeFolder {
    /// Beside the executables.
    private static let name = "LLM-DTNet_LanguageEngine.resources/Corpus"

    /// Reads and indexes the corpus.
    package static func index() throws -> KnowledgeIndex {
        let root = URL(fileURLWithPath: ChildProcess.folder).appending(path: name)
        let paths = (FileManager.default.enumerator(atPath: root.path)?.allObjects as? [String] ?? []).sorted()
        let documents = paths.filter { $0.hasSuffix(".md") }.compactMap { path in
            text(root.appending(path: path)).map { KnowledgeDocument(id: String(path.dropLast(3)), text: $0) }
        }
        guard !documents.isEmpty else { throw ToolFailure(.missing, "\(root.path): the knowledge is not there") }
        return KnowledgeIndex(documents, expansion: TermExpansion(text(root.appending(path: "expansion.txt")) ?? ""))
    }

    private static func text(_ url: URL) -> String? {
        FileManager.default.contents(atPath: url.path).map { String(decoding: $0, as: UTF8.self) }
    }
}
