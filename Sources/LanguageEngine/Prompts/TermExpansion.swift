/// Field terms and what else they are called: widens a search of the knowledge.
package struct TermExpansion: Sendable {
    /// Groups of terms that mean or belong to the same, lower case.
    private let groups: [[String]]

    /// Terms that a search is widened to, at most.
    package static let most = 24

    /// Reads lines of the form `urllc = ultra-reliable low-latency, 5qi 82`; lines without `=` and those that begin
    /// with `#` are left out.
    package init(_ text: String) {
        groups = text.split(whereSeparator: \.isNewline).compactMap { line in
            guard !line.hasPrefix("#"), let sign = line.firstIndex(of: "=") else { return nil }
            let others = line[line.index(after: sign)...].split(separator: ",")
            let terms = ([line[..<sign]] + others).map(TermExpansion.trimmed).filter { !$0.isEmpty }
            return terms.count > 1 ? terms : nil
        }
    }

    package var count: Int { groups.count }

    /// The words of a query, each once.
    package func words(of query: String) -> [String] {
        RuleBase.words(query).reduce(into: []) { words, word in
            if !words.contains(word) { words.append(word) }
        }
    }

    /// The words of a query, then the terms of every group that one of its words or pairs of words names.
    package func terms(for query: String) -> [String] {
        let words = RuleBase.words(query)
        var terms: [String] = []
        for word in words where !terms.contains(word) { terms.append(word) }
        let pairs = zip(words, words.dropFirst()).map { $0 + " " + $1 }
        for key in words + pairs {
            for group in groups where group.contains(key) {
                for term in group where !terms.contains(term) { terms.append(term) }
            }
        }
        return Array(terms.prefix(TermExpansion.most))
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text.lowercased()
    }
}
