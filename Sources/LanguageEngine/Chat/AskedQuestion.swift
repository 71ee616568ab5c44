/// One question as it was asked, without the prompt that it shares with others: enough to ask the same again.
package struct AskedQuestion: Hashable, Sendable {
    package var temperature: Double
    package var seed: UInt64
    package var maxOutputTokens: Int
    /// What kept the answer in form, and its text: a grammar, a JSON schema, or empty.
    package var constraint: ChatConstraint
    package var constraintText: String
    /// The answer before it, which was asked for once more; nil for none.
    package var repaired: String?

    package init(_ request: ChatRequest, _ answer: ChatAnswer) {
        temperature = request.temperature
        seed = request.seed
        maxOutputTokens = request.maxOutputTokens
        constraint = answer.constraint
        constraintText =
            switch answer.constraint {
            case .none: ""
            case .schema: request.schema
            case .grammar: request.grammar
            }
        repaired = answer.repaired
    }
}
