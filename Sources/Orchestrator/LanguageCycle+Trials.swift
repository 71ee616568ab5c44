internal import LanguageEngine
internal import NetworkModel
internal import TwinProtocol

/// What the twins try beside any cycle: what a wish would lead to, whether an action that an operator consents to still
/// holds, and whether one that a wish keeps in force still does.
extension LanguageCycle {
    struct Trial: Sendable {
        enum Purpose: Sendable {
            /// An operator asks what a wish would lead to.
            case wish(Intent)
            /// An operator consents to a decision that waits for it.
            case consent(UInt64)
            /// An action is near its end, by the number of its decision; the wishes that ask for it by their names, and
            /// the epoch in which the last of them ends, nil where one never does.
            case renewal(UInt64, intents: [String], untilEpoch: UInt64?)
        }

        var decision: LanguageDecision
        let purpose: Purpose
        let actions: [Action]

        /// The wish that is tried as if it were in force.
        var intent: Intent? { if case .wish(let intent) = purpose { intent } else { nil } }
        /// The decision whose action is tried again.
        var renewed: UInt64? { if case .renewal(let number, _, _) = purpose { number } else { nil } }
    }

    /// An action that a wish asks for is tried again so long before its end, and no sooner than so long after a trial
    /// that it did not pass.
    private static let renewalSeconds = 20.0
    private static let retrialSeconds = 5.0

    /// Begins what waits to be tried, where nothing is: what an operator has consented to, what an operator asks, and
    /// what is near its end though a wish asks for it.
    mutating func beginTrial(_ state: NetworkState) -> Step {
        guard trial == nil, language.isEnabled else { return .nothing }
        if let waiting = proposed.first(where: \.isConsented) { return beginConsent(to: waiting, state) }
        if !questions.isEmpty { return beginWish(questions.removeFirst(), state) }
        return beginRenewal(state)
    }

    /// Whether something may wait to be tried, and nothing is being tried.
    func awaitsTrial(epoch: UInt64) -> Bool {
        trial == nil && language.isEnabled
            && (!questions.isEmpty || proposed.contains(where: \.isConsented)
                || (!intents.isEmpty && active.contains { isNearItsEnd($0, epoch: epoch) }))
    }

    private func decision(_ state: NetworkState, of finding: String, _ actions: [Action], by source: String)
        -> LanguageDecision
    {
        var decision = LanguageDecision(node: node, number: number, epoch: state.epoch)
        decision.findings = [finding]
        decision.candidates = actions.map {
            LanguageDecision.Candidate(action: judge.text(of: $0), source: source)
        }
        return decision
    }

    /// Tries what the rules propose for a wish, as if it were in force from now on.
    private mutating func beginWish(_ question: (name: String, intent: Intent), _ state: NetworkState) -> Step {
        var intent = question.intent
        intent.fromSeconds = nil
        let finding = Finding.intent(intent)
        let actions = rules.proposals(for: [finding], state: state).filter(\.kind.actsOnNetwork)
        number += 1
        let text = "entry \(question.name): \(finding.text(slices: bounds.slices))"
        trial = Trial(
            decision: decision(state, of: text, actions, by: "rules"), purpose: .wish(intent), actions: actions)
        return actions.isEmpty ? tried([], wishes: nil, epoch: state.epoch) : .tryOut(actions, number: number)
    }

    // MARK: - Consent

    /// What the twins said when an action was proposed may be minutes old: it is tried from the present state.
    private mutating func beginConsent(to waiting: Proposed, _ state: NetworkState) -> Step {
        number += 1
        let text = LanguageDecision.consentFinding(waiting.number)
        trial = Trial(
            decision: decision(state, of: text, [waiting.action], by: "operator"), purpose: .consent(waiting.number),
            actions: [waiting.action])
        return .tryOut([waiting.action], number: number)
    }

    /// Adopts what an operator has consented to where it passed again; else it goes on waiting for consent.
    ///
    /// - Returns: whether the policy is another now.
    private mutating func settleConsent(_ number: UInt64, passed: Bool, epoch: UInt64) -> Bool {
        // Declined meanwhile, or what proposed the same was.
        guard let index = proposed.firstIndex(where: { $0.number == number && $0.isConsented }) else { return false }
        proposed[index].isConsented = false
        guard passed else { return false }
        let found = proposed.remove(at: index)
        replaced.append(LanguageEffect(node: node, number: number, epoch: epoch, state: .approved))
        adopt(
            found.action, number: number, epoch: epoch, isWished: true, endsEpoch: found.endsEpoch,
            intents: found.intents)
        return true
    }

    // MARK: - Renewal

    private func isNearItsEnd(_ active: Active, epoch: UInt64) -> Bool {
        active.isWished && active.expiresEpoch <= epoch + epochs(LanguageCycle.renewalSeconds)
            && epoch >= active.triedEpoch.map { $0 + epochs(LanguageCycle.retrialSeconds) } ?? 0
    }

    /// Tries the action that is nearest to its end of those that a wish asks for beyond it: the network without it and
    /// with it, as it is now.
    private mutating func beginRenewal(_ state: NetworkState) -> Step {
        var next: (index: Int, wish: (intents: [String], untilEpoch: UInt64?))?
        for index in active.indices where isNearItsEnd(active[index], epoch: state.epoch) {
            let wish = wish(for: active[index], state)
            let expires = active[index].expiresEpoch
            // An end of the same wish comes out an epoch earlier or later.
            guard !wish.intents.isEmpty, wish.untilEpoch ?? .max > expires + 1 else {
                active[index].triedEpoch = state.epoch
                continue
            }
            if let next, active[next.index].expiresEpoch <= expires { continue }
            next = (index, wish)
        }
        guard let (index, wish) = next else { return .nothing }
        number += 1
        active[index].triedEpoch = state.epoch
        let (renewed, action) = (active[index].number, active[index].action)
        let names = wish.intents.joined(separator: ", ")
        let text = "decision \(renewed) ends, and intent \(names) still asks for it"
        trial = Trial(
            decision: decision(state, of: text, [action], by: "rules"),
            purpose: .renewal(renewed, intents: wish.intents, untilEpoch: wish.untilEpoch), actions: [action])
        return .tryAgain(renewed, number: number)
    }

    /// The wishes in force that ask for an action in force: those that it was adopted for, those that the rules would
    /// propose it for now, and those that it serves. And the epoch in which the last of them ends, nil where one never
    /// does.
    private func wish(for active: Active, _ state: NetworkState) -> (intents: [String], untilEpoch: UInt64?) {
        let asking = intents.filter { name, intent in
            intent.isInForce(atSeconds: state.seconds)
                && (active.intents.contains(name) || intent.isServed(by: active.action)
                    || rules.proposals(for: [.intent(intent)], state: state).contains(active.action))
        }
        var untilEpoch: UInt64? = 0
        for (_, intent) in asking {
            let end = intent.untilSeconds.map { state.epoch + epochs(min($0 - state.seconds, 1e9)) }
            untilEpoch = untilEpoch.flatMap { last in end.map { max(last, $0) } }
        }
        return (asking.map(\.name), untilEpoch)
    }

    /// Lets an action go on that passed again, for the usual time and no longer than its wish. One that did not pass
    /// ends when its time is up, unless a later trial says otherwise.
    private mutating func renew(_ number: UInt64, intents names: [String], untilEpoch: UInt64?, epoch: UInt64) {
        guard let index = active.firstIndex(where: { $0.number == number }),
            intents.contains(where: { names.contains($0.name) })
        else { return }
        let longer = min(epoch + epochs(LanguageCycle.lifetimeSeconds), untilEpoch ?? .max)
        guard longer > active[index].expiresEpoch else { return }
        active[index].expiresEpoch = longer
        replaced.append(effect(active[index], epoch: epoch, state: .renewed))
    }

    // MARK: - The end of a trial

    /// The same verdicts as in a cycle, and what follows from them.
    mutating func tried(_ outcomes: [WhatIfOutcome], wishes: OperatorWishes?, epoch: UInt64) -> Step {
        guard var ended = trial else { return .nothing }
        trial = nil
        take(outcomes, of: ended.actions, wishes, into: &ended.decision) { _ in true }
        judge.judgeTrial(&ended.decision, actions: ended.actions)
        let passed = ended.decision.chosen >= 0
        var changed = false
        switch ended.purpose {
        case .wish: break
        case .consent(let number): changed = settleConsent(number, passed: passed, epoch: epoch)
        case .renewal(let number, let names, let untilEpoch):
            if passed { renew(number, intents: names, untilEpoch: untilEpoch, epoch: epoch) }
        }
        return .done(ended.decision, changed: changed)
    }
}
