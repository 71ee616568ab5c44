internal import Glibc

/// A text of the knowledge: lines `key: value` between two lines of dashes, then the body.
package struct KnowledgeDocument: Hashable, Sendable {
    package var id: String
    package var title = ""
    package var terms = ""
    package var body = ""

    /// - Parameter id: names it in the record.
    package init(id: String, text: String) {
        self.id = id
        var dashes = 0
        var lines: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "---", dashes < 2 {
                dashes += 1
            } else if dashes == 1 {
                if line.hasPrefix("title: ") { title = String(line.dropFirst(7)) }
                if line.hasPrefix("terms: ") { terms = String(line.dropFirst(7)) }
            } else {
                lines.append(line)
            }
        }
        body = lines.joined(separator: " ")
    }
}

/// Finds passages by words, the rare ones counting most (Okapi BM25: Robertson, Walker et al. 1994).
package struct KnowledgeIndex: Sendable {
    private let documents: [KnowledgeDocument]
    /// Words of each document in order of the alphabet, and their mean number.
    private let words: [[String]]
    private let meanLength: Double
    private let expansion: TermExpansion

    /// Saturation of repeated words, and how far long documents are held back: the usual values.
    private static let saturation = 1.2
    private static let lengthWeight = 0.75

    package init(_ documents: [KnowledgeDocument], expansion: TermExpansion) {
        self.documents = documents
        self.expansion = expansion
        // Titles and terms say what a text is about: they count twice.
        words = documents.map { document in
            let head = KnowledgeIndex.words(document.title) + KnowledgeIndex.words(document.terms)
            return (head + head + KnowledgeIndex.words(document.body)).sorted()
        }
        meanLength = Double(words.reduce(0) { $0 + $1.count }) / Double(max(1, words.count))
    }

    package var count: Int { documents.count }

    /// The passages nearest to a query, the best first; none that has nothing in common with it.
    package func passages(for query: String, most: Int) -> [Passage] {
        let asked = expansion.terms(for: query).flatMap(KnowledgeIndex.words)
        var terms: [String] = []
        for term in asked where !terms.contains(term) { terms.append(term) }
        var scores = [Double](repeating: 0, count: documents.count)
        for term in terms {
            let counts = words.map { KnowledgeIndex.count(of: term, in: $0) }
            let holders = Double(counts.count { $0 > 0 })
            guard holders > 0 else { continue }
            let rarity = log(1 + (Double(documents.count) - holders + 0.5) / (holders + 0.5))
            for index in counts.indices where counts[index] > 0 {
                let length = Double(words[index].count) / meanLength
                let damping =
                    KnowledgeIndex.saturation
                    * (1 - KnowledgeIndex.lengthWeight + KnowledgeIndex.lengthWeight * length)
                let count = Double(counts[index])
                scores[index] += rarity * count * (KnowledgeIndex.saturation + 1) / (count + damping)
            }
        }
        let ranked = scores.indices.filter { scores[$0] > 0 }.sorted {
            (scores[$1], documents[$0].id) < (scores[$0], documents[$1].id)
        }
        return ranked.prefix(most).map { index in
            Passage(id: documents[index].id, title: documents[index].title, body: documents[index].body)
        }
    }

    private static func words(_ text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    /// How often a word is in a sorted list.
    private static func count(of word: String, in sorted: [String]) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < word { low = middle + 1 } else { high = middle }
        }
        return sorted[low...].prefix { $0 == word }.count
    }
}
