/// The questions of one cycle: several proposals on one situation. All have the same prompt, so that the server reads
/// it once; the first answer is the likeliest, the others are drawn, and none may repeat what was proposed before.
package struct ProposalSeries: Sendable {
    private let bounds: ActionBounds
    private let instructions: String
    private let situation: String
    private let seed: UInt64
    private let count: Int
    /// What is left to propose.
    package private(set) var menu: ActionMenu
    /// Questions so far.
    package private(set) var asked = 0

    /// Of the second answer and those after it.
    package static let temperature = 0.9

    /// - Parameters:
    ///   - prompts: of the network.
    ///   - menu: what may be proposed.
    ///   - situation: the changing part of the prompt.
    ///   - seed: of the first question; each takes the next.
    ///   - count: proposals, at most.
    package init(_ prompts: PromptBuilder, menu: ActionMenu, situation: String, seed: UInt64, count: Int) {
        bounds = menu.bounds
        instructions = prompts.instructions
        self.menu = menu
        self.situation = situation
        self.seed = seed
        self.count = count
    }

    /// The next question; nil where all have been asked, or nothing is left to propose.
    package mutating func next(deadlineSeconds: Double) -> ChatRequest? {
        guard asked < count, !menu.isEmpty else { return nil }
        let grammar = ActionGrammar(menu)
        defer { asked += 1 }
        return ChatRequest(
            instructions: instructions, situation: situation, schema: ActionSchema(menu).text, grammar: grammar.text,
            maxOutputTokens: grammar.longestBytes, temperature: asked == 0 ? 0 : ProposalSeries.temperature,
            seed: seed &+ UInt64(asked), deadlineSeconds: deadlineSeconds)
    }

    /// Takes what was answered.
    ///
    /// - Parameter form: nil for an answer that is none.
    package mutating func take(_ form: ActionForm?) {
        guard let action = form.flatMap({ try? bounds.check($0) }) else { return }
        menu = menu.without(action)
    }
}
