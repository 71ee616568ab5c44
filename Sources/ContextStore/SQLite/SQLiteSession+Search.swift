extension SQLiteSession {
    static func ranking(
        _ terms: [String], _ query: PassageQuery, _ transaction: any SQLTransaction
    ) throws -> (sql: String, values: [ContextValue])? {
        let weights = PassageSearch.weights
        // A term in quotes is a phrase; quotes within it, and 0, which ends a query, part it.
        let match = terms.map { term in
            let parts = term.unicodeScalars.split { $0 == "\"" || $0.value == 0 }
            return "\"" + parts.map { String($0) }.joined(separator: " ") + "\""
        }
        let sql = PassageSearch.statement(
            from: "passage_text JOIN passage p ON p.number = passage_text.rowid", matching: "passage_text MATCH ?",
            score: "-bm25(passage_text, \(weights.title), \(weights.terms), \(weights.body))", query)
        return (sql, [.text(match.joined(separator: " OR "))] + PassageSearch.values(query))
    }
}
