/// Policies and incidents as documents: searches find them beside the texts that were put in. A document is renewed
/// with its row, and goes when the row does.
package enum RecordDocument: String, CaseIterable, Sendable {
    case policy, incident

    /// Topic of incidents that are over; others have their collection's name.
    package static let pastIncident = "past incident"
    /// Digits of a time in an id, so that ids are ordered by time: until the year 2286.
    private static let digits = 16

    /// Name of the collection; texts of others go into other collections.
    package var collection: String { rawValue }

    /// Id of the document of a row: collection, time, and what tells two rows of a time apart.
    func id(at: Int64, _ rest: String) -> String { "\(rawValue)/\(RecordDocument.time(at))/\(rest)" }

    /// Rows that make a document of one passage; what is longer than a passage is cut.
    func rows(
        at: Int64, _ rest: String, title: String, topic: String? = nil, source: String, body: String
    ) -> [ContextRow] {
        let document = ContextDocument(
            id: id(at: at, rest), title: title, topic: topic ?? rawValue, terms: [], source: source,
            body: PassageSplitter.passages(body).first ?? "")
        return [
            ContextRow(.document, document.values(in: collection)),
            ContextRow(.passage, document.values(ofPassage: 0, document.body)),
        ]
    }

    /// Removes documents whose rows are from before a time.
    func remove(before time: Int64, _ transaction: any SQLTransaction) throws {
        let start = rawValue.count + 2
        let part = "substr(\"id\", \(start), \(RecordDocument.digits))"
        let old = "FROM \"document\" WHERE \"collection\" = ? AND \(part) < ?"
        let values: [ContextValue] = [.text(collection), .text(RecordDocument.time(time))]
        try transaction.run(
            "DELETE FROM \"passage\" WHERE \"document\" IN (SELECT \"id\" \(old))", values)
        try transaction.run("DELETE \(old)", values)
    }

    private static func time(_ at: Int64) -> String {
        let text = String(max(0, at))
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}

extension ContextDocument {
    /// Fields of its row.
    func values(in collection: String) -> [ContextValue] {
        [
            .text(id), .text(collection), .text(title), .text(topic), .text(termText), .text(source), .integer(digest),
        ]
    }

    /// Fields of the row of one of its passages.
    func values(ofPassage ordinal: Int, _ body: String) -> [ContextValue] {
        [.text(id), .integer(Int64(ordinal)), .text(title), .text(topic), .text(termText), .text(body)]
    }
}
