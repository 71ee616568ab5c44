extension SQLiteSession {
    static func ranking(
        _ terms: [String], _ query: PassageQuery, _ transaction: any SQLTransaction
    ) throws -> (sql: String, values: [ContextValue])? {
        let weights = PassageSearch.weights
        // A term in quotes is a phrase; a quote within it is doubled.
        let match = terms.map { "\"" + $0.split(separator: "\"").joined(separator: " ") + "\"" }
        let sql = PassageSearch.statement(
            from: "passage_text JOIN passage p ON p.number = passage_text.rowid", matching: "passage_text MATCH ?",
            score: "-bm25(passage_text, \(weights.title), \(weights.terms), \(weights.body))", query)
        return (sql, [.text(match.joined(separator: " OR "))] + PassageSearch.values(query))
    }
}
