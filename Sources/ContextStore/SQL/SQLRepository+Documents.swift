extension SQLRepository {
    func index(
        _ documents: [ContextDocument], as collection: String
    ) throws(ContextStoreError) -> IndexingSummary {
        guard RecordDocument(rawValue: collection) == nil else {
            throw ContextStoreError(
                .input, "the collection '\(collection)' holds what runs keep: give the texts another name")
        }
        var ids = Set<String>()
        for document in documents where !ids.insert(document.id).inserted {
            throw ContextStoreError(.input, "two documents have the id '\(document.id)'")
        }
        return try session.write { transaction in
            let known = try self.digests(transaction)
            var summary = IndexingSummary()
            for document in documents {
                let earlier = known[document.id]
                if let earlier, earlier.collection != collection {
                    throw ContextStoreError(
                        .input, "the document '\(document.id)' belongs to the collection '\(earlier.collection)'")
                }
                guard earlier?.digest != document.digest else {
                    summary.unchanged += 1
                    continue
                }
                if earlier == nil { summary.added += 1 } else { summary.changed += 1 }
                try self.put(document, in: collection, transaction)
            }
            for (id, earlier) in known where earlier.collection == collection && !ids.contains(id) {
                summary.removed += 1
                try transaction.run("DELETE FROM \"passage\" WHERE \"document\" = ?", [.text(id)])
                try transaction.run("DELETE FROM \"document\" WHERE \"id\" = ?", [.text(id)])
            }
            return summary
        }
    }

    private func digests(
        _ transaction: any SQLTransaction
    ) throws -> [String: (collection: String, digest: Int64)] {
        var known: [String: (collection: String, digest: Int64)] = [:]
        try transaction.query(
            "SELECT \"id\", \"collection\", \"digest\" FROM \"document\"", [], [.text, .text, .integer]
        ) { row in
            known[row[0].text ?? ""] = (row[1].text ?? "", row[2].integer ?? 0)
            return true
        }
        return known
    }

    private func put(
        _ document: ContextDocument, in collection: String, _ transaction: any SQLTransaction
    ) throws {
        try transaction.run("DELETE FROM \"passage\" WHERE \"document\" = ?", [.text(document.id)])
        _ = try transaction.insert(InsertStatement(table: .document), [document.values(in: collection)])
        let passages = PassageSplitter.passages(document.body).enumerated()
            .map { ordinal, body in document.values(ofPassage: ordinal, body) }
        _ = try transaction.insert(InsertStatement(table: .passage), passages)
    }

    func search(_ query: PassageQuery) throws(ContextStoreError) -> [Passage] {
        let terms = query.terms.filter { $0.contains { $0.isLetter || $0.isNumber } }.prefix(PassageQuery.mostTerms)
        guard !terms.isEmpty, query.limit > 0 else { return [] }
        return try session.read { transaction in
            guard let (sql, values) = try Session.ranking(Array(terms), query, transaction) else { return [] }
            var found: [Passage] = []
            let kinds: [ContextTable.Kind] = [.text, .integer, .text, .text, .text, .text, .real]
            try transaction.query(sql, values, kinds) { row in
                let (document, ordinal) = (row[0].text ?? "", row[1].integer ?? 0)
                found.append(
                    Passage(
                        id: "\(document)#\(ordinal)", document: document, ordinal: Int(ordinal),
                        title: row[2].text ?? "", topic: row[3].text ?? "", source: row[4].text ?? "",
                        body: row[5].text ?? "", score: row[6].real ?? 0))
                return true
            }
            return found
        }
    }
}

/// Parts of a search that both kinds of store share.
enum PassageSearch {
    /// What a title or a term is worth beside a word of the body.
    static let weights = (title: 4.0, terms: 6.0, body: 1.0)

    /// The statement around the conditions that find and the value that ranks passages; the best come first, equals in
    /// the order of their ids.
    static func statement(from: String, matching: String, score: String, _ query: PassageQuery) -> String {
        var conditions = [matching]
        if query.topic != nil { conditions.append("p.topic = ?") }
        if query.collection != nil { conditions.append("d.collection = ?") }
        if let prefix = query.sourcePrefix {
            conditions.append("substr(d.source, 1, \(prefix.unicodeScalars.count)) = ?")
        }
        return "SELECT p.document, p.ordinal, p.title, p.topic, d.source, p.body, \(score) AS score FROM \(from) "
            + "JOIN document d ON d.id = p.document WHERE \(conditions.joined(separator: " AND ")) "
            + "ORDER BY score DESC, p.document, p.ordinal LIMIT \(query.limit)"
    }

    /// Values of the conditions that `statement` adds.
    static func values(_ query: PassageQuery) -> [ContextValue] {
        [query.topic, query.collection, query.sourcePrefix].compactMap { $0.map { .text($0) } }
    }
}
