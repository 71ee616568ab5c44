internal import TwinProtocol

/// Cycles of the language engine, and what became of what it adopted.
extension ContextRows {
    /// The decision, and that the texts that it refers to are still in use.
    func append(_ decision: LanguageDecision, _ source: String, _ at: Int64, to rows: inout [ContextRow]) {
        rows += LanguageTextRow.referred(by: decision, at: at).map(\.row)
        rows.append(LanguageDecisionRow(decision, source: source, at: at).row)
    }
}
