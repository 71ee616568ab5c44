package import LanguageEngine
package import NetworkModel
package import TwinProtocol

/// What follows from recorded facts alone in a decision of the language engine: candidates from forms, verdicts and the
/// choice from what the twins said. The cycle decides by it, and a replay decides again.
package struct CandidateJudge: Sendable {
    package let bounds: ActionBounds
    private let authority: [LanguageConfiguration.Action]

    /// Verdicts, as the record has them.
    package static let barred = "in force, or did harm lately"
    package static let takenBack = "the wish for it was taken back"
    package static let uncalled = "no finding calls for it"
    package static let calledFor = "called for by a finding"
    package static let calledForByRules = "called for by a finding, and by the rules"
    private static let passed = "passed, less than the chosen: looked at again on top of it"
    private static let chosen = "chosen"
    private static let greatest = "greatest gain at 95 % confidence under the operator's weights"
    private static let smallest = "the smallest share of the PRBs that keeps at 95 % what the best share keeps"

    /// Forms that one thought may bring, at most.
    package static let mostForms = 8

    package init(_ network: NetworkConfiguration) {
        bounds = ActionBounds(network: network)
        authority = network.language.authority
    }

    /// Kinds that may be adopted without an operator.
    package var allowed: [ActionKind] { authority.compactMap { ActionKind(rawValue: $0.rawValue) } }

    // MARK: - Candidates

    /// Candidates of the model, those that bounds refuse with the reason, and the actions among them.
    package func candidates(
        _ forms: [ActionForm]
    ) -> (candidates: [LanguageDecision.Candidate], actions: [Action]) {
        var candidates: [LanguageDecision.Candidate] = []
        var actions: [Action] = []
        for form in forms.prefix(CandidateJudge.mostForms) {
            do throws(ActionFlaw) {
                let action = try bounds.check(form)
                guard action != .none, !actions.contains(action) else { continue }
                actions.append(action)
                candidates.append(LanguageDecision.Candidate(action: text(of: action), source: "model"))
            } catch {
                candidates.append(
                    LanguageDecision.Candidate(
                        action: CandidateJudge.text(form), source: "model", verdict: error.description))
            }
        }
        return (candidates, actions)
    }

    // MARK: - Choice

    /// Gives every candidate that was tried its verdict, chooses, and says how the decision ends.
    ///
    /// - Parameter actions: of the candidates, nil for one that is none.
    /// - Returns: the chosen action, nil for none.
    package func decide(_ decision: inout LanguageDecision, actions: [Action?]) -> Action? {
        var best: (index: Int, score: Double)?
        for index in decision.candidates.indices {
            guard let outcome = WhatIfOutcome(decision.candidates[index]) else { continue }
            let score = outcome.score(decision.guaranteed, energyWeight: decision.energyWeight)
            var verdict = CandidateJudge.passed
            if !outcome.keepsGuarantees(decision.guaranteed) {
                verdict = "vetoed: a guarantee would not hold at 95 %"
            } else if score <= WhatIfOutcome.leastScore {
                verdict = "vetoed: no gain at 95 %"
            } else if score > best?.score ?? 0 {
                best = (index, score)
            }
            decision.candidates[index].verdict = verdict
        }
        let greatest = best?.index
        if let found = best { best = smallestShare(decision, as: found, actions: actions) }
        // Retraining, questions and adapters cost the network nothing: they go by the finding that calls for them.
        let verdicts = decision.candidates.map(\.verdict)
        let service =
            verdicts.firstIndex(of: CandidateJudge.calledForByRules)
            ?? verdicts.firstIndex(of: CandidateJudge.calledFor)
        guard let index = best?.index ?? service, let action = actions[index] else {
            decision.chosen = -1
            decision.outcome = .none
            decision.reason =
                decision.candidates.isEmpty ? "nobody proposed anything" : "no candidate passed the twins"
            return nil
        }
        decision.chosen = index
        decision.candidates[index].verdict = CandidateJudge.chosen
        let settled = settle(&decision, actions: actions, by: index, action)
        if !allowed.contains(action.kind) {
            decision.outcome = .proposed
            decision.reason = "\(action.kind.rawValue) needs an operator's consent"
        } else {
            decision.outcome = .adopted
            decision.reason =
                best == nil
                ? CandidateJudge.calledFor
                : (index == greatest ? CandidateJudge.greatest : CandidateJudge.smallest) + settled
        }
        return action
    }

    /// Where the best candidate gives a slice a share by which a guarantee or a wish is kept that else is not: of the
    /// shares of that slice in that place that passed and keep the same, the smallest. More would be taken from others
    /// for nothing that was asked for.
    private func smallestShare(
        _ decision: LanguageDecision, as best: (index: Int, score: Double), actions: [Action?]
    ) -> (index: Int, score: Double) {
        guard case .sliceShare(let slice, let cells, let most)? = actions[best.index],
            let kept = WhatIfOutcome(decision.candidates[best.index])?.newlyKept(decision.guaranteed), !kept.isEmpty
        else { return best }
        var (least, found) = (most, best)
        for index in decision.candidates.indices where decision.candidates[index].verdict == CandidateJudge.passed {
            guard case .sliceShare(slice, cells, let share)? = actions[index], share < least,
                let outcome = WhatIfOutcome(decision.candidates[index]), kept.allSatisfy(outcome.isKept)
            else { continue }
            let score = outcome.score(decision.guaranteed, energyWeight: decision.energyWeight)
            guard score > WhatIfOutcome.leastScore else { continue }
            (least, found) = (share, (index, score))
        }
        return found
    }

    /// The same for what an operator asked to be tried: what would be chosen, and nothing of it in force.
    package func judgeTrial(_ decision: inout LanguageDecision, actions: [Action?]) {
        let chosen = decide(&decision, actions: actions)
        decision.reason =
            chosen == nil
            ? "tried for an operator: \(decision.reason)" : "tried for an operator: the chosen one would pass"
        decision.outcome = .tried
    }

    /// Says of the candidates that passed and were not chosen which of them stand against the chosen one, and what the
    /// twins predicted of either (DESIGN 10: conflicts between layers are settled by predicted outcome).
    ///
    /// - Returns: what the choice settles, in words, empty where nothing stood against it.
    private func settle(
        _ decision: inout LanguageDecision, actions: [Action?], by chosen: Int, _ action: Action
    ) -> String {
        func score(_ index: Int) -> Double? {
            WhatIfOutcome(decision.candidates[index])?
                .score(decision.guaranteed, energyWeight: decision.energyWeight)
        }
        var settled: [String] = []
        for index in decision.candidates.indices where decision.candidates[index].verdict == CandidateJudge.passed {
            guard let other = actions[index], let conflict = action.conflict(with: other), let own = score(index),
                let best = score(chosen)
            else { continue }
            let figures = "\(CandidateJudge.percent(own)) against \(CandidateJudge.percent(best))"
            decision.candidates[index].verdict =
                "gave way to the chosen: \(conflict) (\(other.kind.layer.rawValue) against "
                + "\(action.kind.layer.rawValue)), \(figures)"
            settled.append("\(other.kind.layer.rawValue)'s \(other.kind.rawValue)")
        }
        let replaced = decision.candidates[chosen].replaces
        return (settled.isEmpty ? "" : "; gave way: " + settled.joined(separator: ", "))
            + (replaced.isEmpty
                ? "" : "; takes the place of " + replaced.map { "decision \($0)" }.joined(separator: ", "))
    }

    /// A share in percent with one decimal.
    private static func percent(_ share: Double) -> String {
        let tenths = Int((1_000 * max(-1e3, min(1e3, share))).rounded())
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10) %"
    }

    /// The same decision as it stood before the twins' outcomes were judged: what a replay judges anew.
    package func unjudged(_ decision: LanguageDecision, actions: [Action?]) -> LanguageDecision {
        var open = decision
        (open.outcome, open.chosen, open.reason) = (.none, -1, "")
        for index in open.candidates.indices {
            let isService = actions[index].map { !$0.kind.actsOnNetwork } ?? false
            if open.candidates[index].trial != nil {
                open.candidates[index].verdict = ""
            } else if isService, open.candidates[index].verdict == CandidateJudge.chosen {
                open.candidates[index].verdict = CandidateJudge.calledForByRules
            }
        }
        return open
    }

    // MARK: - Words

    package func text(of action: Action) -> String { CandidateJudge.text(ActionForm(action, slices: bounds.slices)) }

    /// A form as JSON, cleaned: names in it come from whoever wrote it.
    package static func text(_ form: ActionForm) -> String {
        var parts = [#""action":""# + UntrustedText.cleaned(form.action, limit: 32) + #"""#]
        if let cell = form.cell { parts.append(#""cell":\#(cell)"#) }
        if let other = form.other { parts.append(#""other":\#(other)"#) }
        if let cells = form.cells {
            // One more than is allowed stays one more.
            let few = cells.prefix(ActionBounds.areaCells + 1).map(String.init).joined(separator: ",")
            parts.append(#""cells":[\#(few)]"#)
        }
        if let slice = form.slice { parts.append(#""slice":""# + UntrustedText.cleaned(slice, limit: 32) + #"""#) }
        if let first = form.first { parts.append(#""first":\#(first)"#) }
        if let value = form.value { parts.append(#""value":\#(value)"#) }
        if let name = form.name { parts.append(#""name":""# + UntrustedText.cleaned(name, limit: 32) + #"""#) }
        return "{" + parts.joined(separator: ",") + "}"
    }
}

extension WhatIfOutcome {
    /// What the record holds of a candidate's trial; nil where it was not tried.
    package init?(_ candidate: LanguageDecision.Candidate) {
        guard let trial = candidate.trial, let gain = candidate.gain, let power = candidate.powerChange else {
            return nil
        }
        self.init(
            valueMbps: trial.valueMbps, gain: gain, gainDeviation: trial.gainDeviation, powerChange: power,
            held: trial.held, heldChange: trial.heldChange, heldChangeDeviation: trial.heldChangeDeviation,
            heldDeviation: trial.heldDeviation)
    }
}

extension LanguageDecision.Candidate {
    /// Leaves it out of the choice, whatever the twins said of it.
    mutating func leaveOut(_ verdict: String) {
        (gain, gainLow, powerChange, trial) = (nil, nil, nil, nil)
        self.verdict = verdict
    }

    /// Takes what the twins said of it.
    mutating func take(_ outcome: WhatIfOutcome) {
        gain = outcome.gain
        gainLow = outcome.gainLow
        powerChange = outcome.powerChange
        trial = LanguageDecision.Trial(
            valueMbps: outcome.valueMbps, gainDeviation: outcome.gainDeviation, held: outcome.held,
            heldDeviation: outcome.heldDeviation, heldChange: outcome.heldChange,
            heldChangeDeviation: outcome.heldChangeDeviation)
    }
}
