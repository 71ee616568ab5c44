/// A text that decisions may draw on: an article of the corpus, a policy in words, a file of the user's.
package struct ContextDocument: Hashable, Sendable {
    /// Bytes of a document at most; longer ones belong into several.
    package static let mostBytes = 1 << 20

    /// Unique over all collections, such as `corpus/rain-fade`.
    package var id: String
    package var title: String
    /// One word that searches may be narrowed to; empty where there is none.
    package var topic: String
    /// Field terms that the text is about, beside those that occur in it.
    package var terms: [String]
    /// Where the knowledge is from: a standard's clause, a paper, a file.
    package var source: String
    package var body: String

    package init(id: String, title: String, topic: String, terms: [String], source: String, body: String) {
        self.id = id
        self.title = title
        self.topic = topic
        self.terms = terms
        self.source = source
        self.body = body
    }

    /// 64-bit FNV-1a over everything in it: another number means that it has changed.
    var digest: Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for part in [title, topic, source, body] + terms {
            for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            hash = (hash ^ 0xFF) &* 0x0000_0100_0000_01B3
        }
        return Int64(bitPattern: hash)
    }

    /// Terms as they are kept and indexed.
    var termText: String { terms.joined(separator: ", ") }
}
