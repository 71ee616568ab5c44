internal import LanguageEngine
internal import NetworkModel
internal import TwinProtocol

/// Where decisions of the language engine stand.
extension RunRecord {
    /// The decision of a number; the newest where an L3 that was started again has counted anew.
    func decision(_ number: UInt64) -> (row: Row, decision: LanguageDecision)? {
        languageRows.last { $0.decision.number == number }
    }

    /// What became of an adopted or proposed decision but for consent, in the order of the file.
    func effects(of number: UInt64) -> [(row: Row, effect: LanguageEffect)] {
        rows.compactMap { row in
            guard case .languageEffect(let effect) = row.record, effect.number == number, effect.state != .approved
            else { return nil }
            return (row, effect)
        }
    }

    /// How an adopted or proposed decision ended; nil while it is in force, or waits.
    func effect(of number: UInt64) -> (row: Row, effect: LanguageEffect)? {
        effects(of: number).last.flatMap { $0.effect.state.isInForce ? nil : $0 }
    }

    /// An operator's consent to a proposed decision; nil where there is none.
    func approval(of number: UInt64) -> (row: Row, effect: LanguageEffect)? {
        for row in rows.reversed() {
            if case .languageEffect(let effect) = row.record, effect.number == number, effect.state == .approved {
                return (row, effect)
            }
        }
        return nil
    }

    /// Epoch from which on what a decision chose was in force, or was carried out; nil where nothing was.
    func adoptionEpoch(of decision: LanguageDecision) -> UInt64? {
        switch decision.outcome {
        case .adopted: decision.epoch
        case .proposed: approval(of: decision.number)?.effect.epoch
        case .none, .tried: nil
        }
    }

    /// Whether a proposed decision waits for an operator.
    func isOpen(_ decision: LanguageDecision) -> Bool {
        decision.outcome == .proposed && !isOver(decision) && approval(of: decision.number) == nil
            && effect(of: decision.number) == nil
    }

    /// Whether the time in which an operator may consent has passed.
    func isOver(_ decision: LanguageDecision) -> Bool { isOver(decision, at: lastEpoch) }

    private func isOver(_ decision: LanguageDecision, at epoch: UInt64) -> Bool {
        Double(epoch - min(decision.epoch, epoch)) * network.epoch.seconds > LanguageDecision.consentSeconds
    }

    /// What an operator can decide on, in words: decisions that wait for consent, and those whose action is in force.
    var openDecisions: String {
        var (approved, ended) = (Set<UInt64>(), Set<UInt64>())
        for case .languageEffect(let effect) in rows.lazy.map(\.record) {
            switch effect.state {
            case .approved: approved.insert(effect.number)
            case .restored, .renewed: ended.remove(effect.number)
            case .declined, .ended, .rolledBack: ended.insert(effect.number)
            }
        }
        let last = lastEpoch
        var (waiting, inForce): ([UInt64], [UInt64]) = ([], [])
        for (_, decision) in languageRows where !ended.contains(decision.number) {
            let isApproved = approved.contains(decision.number)
            if decision.outcome == .proposed, !isApproved {
                if !isOver(decision, at: last) { waiting.append(decision.number) }
            } else if decision.outcome == .adopted || isApproved, let form = RecordAnswers.chosen(decision),
                ActionKind(rawValue: form.action)?.actsOnNetwork == true
            {
                inForce.append(decision.number)
            }
        }
        let list = { (numbers: [UInt64]) in
            numbers.isEmpty ? "none" : numbers.suffix(RunRecord.mostListed).map { "\($0)" }.joined(separator: ", ")
        }
        return "waiting for consent: \(list(waiting)); in force: \(list(inForce))"
    }

    /// Decisions of one kind that a message lists, the newest.
    private static let mostListed = 16
}

extension LanguageEffect.State {
    /// Whether the action is in force from then on.
    var isInForce: Bool { self == .restored || self == .renewed }

    /// As a sentence goes on behind `it`.
    var words: String {
        switch self {
        case .approved: "was approved"
        case .declined: "was declined"
        case .ended: "ended"
        case .renewed: "was renewed"
        case .restored: "was put in force again"
        case .rolledBack: "was rolled back"
        }
    }
}
