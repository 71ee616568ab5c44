/// What proposals for one case came to.
package struct EvaluationAnswer: Sendable {
    /// Forms of the proposals, nil for an answer that is none.
    package var forms: [ActionForm?]
    package var seconds = 0.0
    package var promptTokens = 0
    package var cachedTokens = 0
    package var outputTokens = 0

    package init(forms: [ActionForm?]) { self.forms = forms }
}

/// How one way of deciding has done over cases.
package struct EvaluationTally: Sendable {
    /// Whether the twins choose among the proposals; without, the first proposal is what is judged right or wrong.
    package let isVerified: Bool
    package private(set) var cases = 0
    /// Proposals, those of them that are actions in bounds, those that act on the network, and those that the twins
    /// refuse.
    package private(set) var proposals = 0
    package private(set) var valid = 0
    package private(set) var acting = 0
    package private(set) var refused = 0
    package private(set) var right = 0
    /// Cases that have scores, and the sum of what was lost against the best action.
    package private(set) var scored = 0
    package private(set) var regretSum = 0.0
    /// Gain of the first proposals, were they adopted unseen; and how many of them would break a guarantee.
    package private(set) var unseenGainSum = 0.0
    package private(set) var unseenViolations = 0
    /// Adopted actions, and those of them that break a guarantee of the case.
    package private(set) var adopted = 0
    package private(set) var violations = 0
    /// Of each case.
    package private(set) var seconds: [Double] = []
    package private(set) var promptTokens = 0
    package private(set) var cachedTokens = 0
    package private(set) var outputTokens = 0
    /// Lost against the best action, of each case that has scores.
    package private(set) var regrets: [Double] = []

    package init(isVerified: Bool) { self.isVerified = isVerified }

    /// Counts a case.
    package mutating func add(_ answer: EvaluationAnswer, to example: EvaluationCase) {
        cases += 1
        proposals += answer.forms.count
        let actions = answer.forms.compactMap { form in form.flatMap { try? example.bounds.check($0) } }
        valid += actions.count
        acting += actions.count { $0.kind.actsOnNetwork }
        refused += actions.count(where: example.refuses)
        seconds.append(answer.seconds)
        promptTokens += answer.promptTokens
        cachedTokens += answer.cachedTokens
        outputTokens += answer.outputTokens
        let chosen = example.adopted(of: isVerified ? actions : Array(actions.prefix(1)))
        note(chosen, in: example)
        let judged = isVerified || answer.forms.isEmpty ? chosen : actions.first
        if let judged, example.isRight(judged) { right += 1 }
        if let first = actions.first, let index = example.candidate(for: first) {
            unseenGainSum += example.candidates[index].gain
            unseenViolations += example.candidates[index].keepsGuarantees ? 0 : 1
        }
        guard !example.isService else { return }
        scored += 1
        let regret = max(0, example.bestScore - example.value(of: chosen))
        regretSum += regret
        regrets.append(regret)
    }

    private mutating func note(_ chosen: Action, in example: EvaluationCase) {
        guard chosen.kind.actsOnNetwork else { return }
        adopted += 1
        guard let index = example.candidate(for: chosen), example.candidates[index].keepsGuarantees else {
            violations += 1
            return
        }
    }

    /// Mean loss against the best action, as a share of the network value.
    package var regret: Double { scored == 0 ? 0 : regretSum / Double(scored) }
}
