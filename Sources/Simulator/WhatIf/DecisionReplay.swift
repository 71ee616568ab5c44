package import LanguageEngine
package import NetworkModel
internal import Orchestrator
package import TwinProtocol

/// Decides a recorded decision of the language engine again, from the model's raw answers and what the twins said, by
/// the code that decided it.
package struct DecisionReplay: Sendable {
    private let judge: CandidateJudge

    /// What came out.
    package struct Outcome: Hashable, Sendable {
        /// Candidates, and those of them that the twins had tried.
        package var candidates = 0
        package var tried = 0
        /// What is not as it is recorded, in words; none where all is.
        package var differences: [String] = []
    }

    package init(_ network: NetworkConfiguration) { judge = CandidateJudge(network) }

    /// Bounds of the network's actions.
    package var bounds: ActionBounds { judge.bounds }

    /// Replays a decision.
    ///
    /// - Parameters:
    ///   - answered: forms that the recorded answers hold, nil for one that holds none.
    ///   - considered: forms of the recorded candidates, nil for one that is none.
    package func run(_ decision: LanguageDecision, answered: [ActionForm?], considered: [ActionForm?]) -> Outcome {
        var outcome = Outcome(
            candidates: decision.candidates.count, tried: decision.candidates.count { $0.trial != nil })
        guard considered.count == decision.candidates.count else {
            outcome.differences.append("\(considered.count) forms for \(decision.candidates.count) candidates")
            return outcome
        }
        let forms = answered.compactMap { $0 }.reduce(into: [ActionForm]()) { forms, form in
            if !forms.contains(form) { forms.append(form) }
        }
        outcome.differences += proposals(decision, forms)
        let actions = considered.map { form in form.flatMap { try? judge.bounds.check($0) } }
        for (index, candidate) in decision.candidates.enumerated() {
            if candidate.source == "rules" || candidate.trial != nil {
                let text = actions[index].map(judge.text)
                if text != candidate.action {
                    outcome.differences.append("candidate \(candidate.action) comes out as \(text ?? "none in bounds")")
                }
            }
            if let tried = WhatIfOutcome(candidate), tried.gainLow != candidate.gainLow {
                outcome.differences.append("candidate \(candidate.action): its lower gain comes out \(tried.gainLow)")
            }
        }
        var again = judge.unjudged(decision, actions: actions)
        if decision.outcome == .tried {
            judge.judgeTrial(&again, actions: actions)
        } else {
            _ = judge.decide(&again, actions: actions)
        }
        outcome.differences += verdicts(decision, again)
        return outcome
    }

    /// Candidates of the model against those that its answers give.
    private func proposals(_ decision: LanguageDecision, _ forms: [ActionForm]) -> [String] {
        let recorded = decision.candidates.filter { $0.source == "model" }
        let given = judge.candidates(forms).candidates
        var differences: [String] = []
        if given.map(\.action) != recorded.map(\.action) {
            differences.append(
                "the answers give \(given.map(\.action)), the record has \(recorded.map(\.action)) of the model")
        } else {
            for (given, recorded) in zip(given, recorded) where !given.verdict.isEmpty {
                if given.verdict != recorded.verdict {
                    differences.append(
                        "\(given.action) is refused as '\(given.verdict)', recorded '\(recorded.verdict)'")
                }
            }
        }
        return differences
    }

    private func verdicts(_ decision: LanguageDecision, _ again: LanguageDecision) -> [String] {
        var differences = zip(decision.candidates, again.candidates).compactMap { recorded, given in
            recorded.verdict == given.verdict
                ? nil : "\(recorded.action): '\(given.verdict)', recorded '\(recorded.verdict)'"
        }
        if again.chosen != decision.chosen {
            differences.append("candidate \(again.chosen) is chosen, recorded \(decision.chosen)")
        }
        if again.outcome != decision.outcome {
            differences.append("it ends \(again.outcome.rawValue), recorded \(decision.outcome.rawValue)")
        }
        if again.reason != decision.reason {
            differences.append("the reason is '\(again.reason)', recorded '\(decision.reason)'")
        }
        return differences
    }
}
