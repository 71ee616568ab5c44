internal import ContextStore
internal import LanguageEngine

/// Incidents of the run that are over, and its policies, as far as a situation's words find them by full text.
struct PastRecords {
    /// Words of the situation that a record must hold: one alone is in most of them.
    private static let leastWords = 2
    /// Shorter words tell nothing.
    private static let leastLetters = 4
    /// Records of a kind that are looked at in a store.
    private static let looked = 4

    let stores: [RunStores.Store]

    /// Passages for a query, those with most of its words first, incidents before policies.
    func passages(for query: String, limit: Int) -> [LanguageEngine.Passage] {
        let words = TermExpansion("").words(of: query).filter { $0.count >= PastRecords.leastLetters }
        guard limit > 0, words.count >= PastRecords.leastWords else { return [] }
        var found: [(passage: ContextStore.Passage, words: Int)] = []
        for kind in [RecordDocument.incident, .policy] {
            for passage in stores.flatMap({ search($0, kind, words) }) {
                let text = (passage.title + " " + passage.body).lowercased()
                let count = words.count { text.contains($0) }
                guard count >= PastRecords.leastWords,
                    !found.contains(where: { $0.passage.body == passage.body })
                else { continue }
                found.append((passage, count))
            }
        }
        let order = found.indices.sorted { (-found[$0].words, $0) < (-found[$1].words, $1) }
        return order.prefix(limit).map { index in
            let passage = found[index].passage
            return LanguageEngine.Passage(id: passage.document, title: passage.title, body: passage.body)
        }
    }

    private func search(
        _ store: RunStores.Store, _ kind: RecordDocument, _ words: [String]
    ) -> [ContextStore.Passage] {
        let query = PassageQuery(
            words, topic: kind == .incident ? RecordDocument.pastIncident : nil, collection: kind.collection,
            sourcePrefix: store.prefix.isEmpty ? nil : store.prefix, limit: PastRecords.looked)
        return (try? store.repository.search(query)) ?? []
    }
}
