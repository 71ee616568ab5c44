internal import LanguageEngine
internal import NetworkModel
internal import TwinProtocol

/// What operators say, and what is done about it at once.
extension LanguageCycle {
    /// What is to be done about an operator's entry.
    enum Answer {
        case nothing
        /// What is to be carried out now: an approved service, or an adapter that is to be in force no longer; and what
        /// is to be recorded of it, if anything.
        case serve(Action, number: UInt64, LanguageEffect?)
        /// Actions are in force no longer, or from now on, and the policy is another.
        case changed([LanguageEffect])
        /// What was proposed is not to be.
        case declined([LanguageEffect])
        /// It is not taken; why, and what would help.
        case refused(String)
    }

    /// Takes an operator's entry.
    ///
    /// - Parameters:
    ///   - epoch: of now.
    ///   - seconds: time of the run.
    mutating func take(_ entry: OperatorEntry, epoch: UInt64, seconds: Double) -> Answer {
        switch entry {
        case .intent(let name, let intent):
            intents.removeAll { $0.name == name || !$0.intent.isCurrent(atSeconds: seconds) }
            guard intents.count < Intent.most else {
                return .refused(
                    "intent \(name) is not taken: \(Intent.most) are kept already; take one back first, the oldest by "
                        + "dtnet ask --cancel \(intents[0].name)")
            }
            intents.append((name, intent))
        case .trial(let name, let intent):
            if questions.count < LanguageCycle.mostEntries { questions.append((name, intent)) }
        case .cancel(let name):
            intents.removeAll { $0.name == name }
            return end(wish: name, epoch: epoch)
        case .approve(let number):
            guard let index = proposed.firstIndex(where: { $0.number == number }), epoch < proposed[index].untilEpoch
            else { return .nothing }
            guard !proposed[index].action.kind.actsOnNetwork else {
                proposed[index].isConsented = true
                return .nothing
            }
            let approval = LanguageEffect(node: node, number: number, epoch: epoch, state: .approved)
            return .serve(proposed.remove(at: index).action, number: number, approval)
        case .withdraw(let number):
            guard let index = active.firstIndex(where: { $0.number == number }) else {
                // Nor does it come back where another that took its place goes.
                for index in active.indices { active[index].instead.removeAll { $0.number == number } }
                return decline(number, epoch: epoch) ?? withdrawAdapter(number, epoch: epoch)
            }
            let ended = active.remove(at: index)
            noteChange(epoch: epoch)
            barred.append((ended.action, epoch + epochs(LanguageCycle.barredSeconds)))
            return .changed([effect(ended, epoch: epoch, state: .ended)])
        case .alarm(let text): if alarms.count < LanguageCycle.mostEntries { alarms.append(text) }
        }
        return .nothing
    }

    /// Ends what only an intent asked for that is taken back. What waits for consent stays: consent asks for it anew.
    private mutating func end(wish name: String, epoch: UInt64) -> Answer {
        open?.forget(name)
        for index in proposed.indices { proposed[index].intents.removeAll { $0 == name } }
        var ended: [LanguageEffect] = []
        for index in active.indices.reversed() {
            if active[index].forget(name) {
                ended.insert(effect(active.remove(at: index), epoch: epoch, state: .ended), at: 0)
                continue
            }
            // Nor does it come back where another that took its place goes.
            let before = active[index].instead.count
            active[index].instead = active[index].instead.compactMap { old in
                var old = old
                return old.forget(name) ? nil : old
            }
            if active[index].instead.count < before { active[index].monitor.noteChange() }
        }
        guard !ended.isEmpty else { return .nothing }
        noteChange(epoch: epoch)
        return .changed(ended)
    }

    /// An operator declines what waits for consent, and with it whatever else proposes the same action; it is not tried
    /// again soon. nil where nothing of this number waits.
    private mutating func decline(_ number: UInt64, epoch: UInt64) -> Answer? {
        let waiting = proposed.filter { epoch < $0.untilEpoch }
        guard let action = waiting.first(where: { $0.number == number })?.action else { return nil }
        proposed.removeAll { $0.action == action }
        barred.append((action, epoch + epochs(LanguageCycle.barredSeconds)))
        return .declined(
            waiting.filter { $0.action == action }.map {
                LanguageEffect(node: node, number: $0.number, epoch: epoch, state: .declined)
            })
    }

    /// An operator takes back a decision that loaded an adapter: it is unloaded, and not loaded again soon.
    private mutating func withdrawAdapter(_ number: UInt64, epoch: UInt64) -> Answer {
        guard adapters.loaded != LanguageConfiguration.Adapter.unloaded, adapters.number == number else {
            return .nothing
        }
        barred.append((.loadAdapter(adapters.loaded), epoch + epochs(LanguageCycle.barredSeconds)))
        return .serve(.loadAdapter(LanguageConfiguration.Adapter.unloaded), number: number, nil)
    }
}
