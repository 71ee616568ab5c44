package import ContextStore
package import NetworkModel
internal import TwinProtocol

/// A decision of a run as its context database holds it, with the texts that it refers to.
package enum KeptDecision {
    /// Reads the decision of a number: texts, the decision, and what became of it. Rows are looked at one by one, as a
    /// run may have kept more of them than fit into memory.
    ///
    /// - Parameters:
    ///   - run: name of the run, which stands before the names of nodes where several runs share a store.
    ///   - stores: all that the run's processes have written, or copies of it.
    /// - Returns: the record, nil where no store holds the decision; and the numbers of those that can be replayed,
    ///   ascending.
    package static func record(
        _ plan: WiringPlan, run: String, decision number: UInt64, in stores: [any ContextRepository]
    ) throws(ContextStoreError) -> (record: RunRecord?, numbers: [UInt64]) {
        var numbers: [UInt64] = []
        for node in plan.nodes where node.role == .orchestrator {
            for source in [node.name, "\(run)/\(node.name)"] {
                for store in stores {
                    let (row, known) = try find(number, of: source, in: store)
                    guard let row, let decision = row.decision(of: node.id) else {
                        numbers += known
                        continue
                    }
                    var records = try texts(of: decision, in: stores).map { Record.languageText($0) }
                    records.append(.language(decision))
                    if let effect = row.languageEffect(of: node.id) { records.append(.languageEffect(effect)) }
                    return (RunRecord(plan: plan, records: records), known.sorted())
                }
            }
        }
        return (nil, numbers.sorted())
    }

    private static func find(
        _ number: UInt64, of source: String, in store: any ContextRepository
    ) throws(ContextStoreError) -> (row: LanguageDecisionRow?, known: [UInt64]) {
        var query = ContextQuery(.languageDecision)
        query.source = source
        var (found, known): (LanguageDecisionRow?, [UInt64]) = (nil, [])
        try store.select(query) { values in
            let row = LanguageDecisionRow(values)
            // Rows of older schemas lack the number, and what else a replay takes.
            guard let own = row.number.flatMap({ UInt64(exactly: $0) }) else { return true }
            known.append(own)
            if own == number { found = row }
            return true
        }
        return (found, known)
    }

    /// Texts that the decision refers to, those that are there.
    private static func texts(
        of decision: LanguageDecision, in stores: [any ContextRepository]
    ) throws(ContextStoreError) -> [LanguageText] {
        let digests = LanguageTextRow.referred(by: decision, at: 0).map(\.digest)
        var texts: [LanguageText] = []
        for store in stores {
            try store.select(ContextQuery(.languageText)) { values in
                let row = LanguageTextRow(values)
                let isNew = digests.contains(row.digest) && !texts.contains { $0.digest == row.digest }
                if isNew, let text = row.text { texts.append(LanguageText(node: decision.node, text: text)) }
                return true
            }
        }
        return texts
    }
}
