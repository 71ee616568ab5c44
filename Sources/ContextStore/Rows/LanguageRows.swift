/// A text that decisions of the language engine refer to.
package struct LanguageTextRow: ContextRecord {
    package static let table = ContextTable.languageText

    package var digest: String
    /// When a decision referred to it last, microseconds since 1970.
    package var at: Int64
    /// nil where the row says only that a decision refers to it.
    package var text: String?

    package init(digest: String, at: Int64, text: String? = nil) {
        self.digest = digest
        self.at = at
        self.text = text
    }

    package init(_ fields: inout RowFields) {
        digest = fields.required()
        at = fields.required()
        text = fields.text()
    }

    package var values: [ContextValue] { [.text(digest), .integer(at), .text(text)] }
}

/// A decision of the language engine, with everything that replays it.
package struct LanguageDecisionRow: ContextRecord {
    package static let table = ContextTable.languageDecision

    package var id: String
    package var source: String
    /// Microseconds since 1970.
    package var at: Int64
    package var epoch: Int64
    /// Event that began it.
    package var trigger: String
    /// Findings of the twins, as JSON.
    package var situation: String
    /// Ids of the passages and rows that were shown, as JSON.
    package var passages: String
    package var prompt: String
    package var model: String
    /// Temperature, seed, schema and what else was asked with, as JSON.
    package var parameters: String
    /// What the model said, to the letter.
    package var answer: String
    /// Typed actions as they were understood, as JSON.
    package var actions: String
    /// Predicted outcome of each candidate, as JSON.
    package var whatIf: String?
    /// How the cycle ended: `adopted`, `proposed`, `none` or `tried`.
    package var verdict: String?
    package var reason: String?
    /// Measured effect, as JSON; put in later by a row of the same id.
    package var effect: String?
    package var tokensIn: Int?
    package var tokensOut: Int?
    package var durationMs: Double?
    /// Number of the decision in its run.
    package var number: Int64?
    /// Why the model did not answer, empty where it did.
    package var failure: String?
    /// Place of the chosen candidate in `whatIf`, -1 for none.
    package var chosen: Int?
    /// By what the twins were judged, as JSON.
    package var judging: String?

    package init(
        id: String, source: String, at: Int64, epoch: Int64, trigger: String, situation: String, passages: String,
        prompt: String, model: String, parameters: String, answer: String, actions: String
    ) {
        self.id = id
        self.source = source
        self.at = at
        self.epoch = epoch
        self.trigger = trigger
        self.situation = situation
        self.passages = passages
        self.prompt = prompt
        self.model = model
        self.parameters = parameters
        self.answer = answer
        self.actions = actions
    }

    package init(_ fields: inout RowFields) {
        id = fields.required()
        source = fields.required()
        at = fields.required()
        epoch = fields.required()
        trigger = fields.required()
        situation = fields.required()
        passages = fields.required()
        prompt = fields.required()
        model = fields.required()
        parameters = fields.required()
        answer = fields.required()
        actions = fields.required()
        whatIf = fields.text()
        verdict = fields.text()
        reason = fields.text()
        effect = fields.text()
        tokensIn = fields.optional()
        tokensOut = fields.optional()
        durationMs = fields.real()
        number = fields.integer()
        failure = fields.text()
        chosen = fields.optional()
        judging = fields.text()
    }

    package var values: [ContextValue] {
        [
            .text(id), .text(source), .integer(at), .integer(epoch), .text(trigger), .text(situation),
            .text(passages), .text(prompt), .text(model), .text(parameters), .text(answer), .text(actions),
            .text(whatIf), .text(verdict), .text(reason), .text(effect), .integer(tokensIn.map { Int64($0) }),
            .integer(tokensOut.map { Int64($0) }), .real(durationMs), .integer(number), .text(failure),
            .integer(chosen.map { Int64($0) }), .text(judging),
        ]
    }
}

extension LanguageDecisionRow {
    /// The row that adds the measured effect, as JSON, to a decision that is there.
    package static func effect(_ effect: String, of id: String, source: String, at: Int64) -> ContextRow {
        ContextRow(
            table,
            table.columns.map { column in
                switch column.name {
                case "id": .text(id)
                case "source": .text(source)
                case "at_us": .integer(at)
                case "effect": .text(effect)
                default: .null
                }
            })
    }
}
