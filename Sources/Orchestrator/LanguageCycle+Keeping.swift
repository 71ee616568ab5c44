internal import LanguageEngine
internal import NetworkModel
internal import TwinProtocol

/// What outlives the process of L3 (decision 0017).
extension LanguageCycle {
    /// Adds what the cycle wants kept. A decision that is being made is not: nothing has come of it.
    func keep(in state: inout KeptEngineState) {
        let named = { (list: [(name: String, intent: Intent)]) in
            list.prefix(KeptEngineState.mostEntries).map { KeptEngineState.Named(name: $0.name, intent: $0.intent) }
        }
        state.decision = number
        (state.intents, state.trials) = (named(intents), named(questions))
        state.alarms = Array(alarms.prefix(KeptEngineState.mostEntries))
        // Together they are no more than a list may hold.
        state.actions = active.suffix(LanguageCycle.mostActive).map { active in
            KeptEngineState.Standing(
                action: form(active, active.monitor.kept), instead: active.instead.suffix(3).map { form($0, nil) })
        }
        state.proposals = proposed.suffix(KeptEngineState.mostEntries).map { proposed in
            KeptEngineState.Waiting(
                number: proposed.number, form: form(proposed.action), untilEpoch: proposed.untilEpoch,
                endsEpoch: proposed.endsEpoch, intents: proposed.intents, isConsented: proposed.isConsented)
        }
        state.barred = barred.suffix(KeptEngineState.mostEntries).map { barred in
            KeptEngineState.Waiting(form: form(barred.action), untilEpoch: barred.untilEpoch)
        }
        if adapters.loaded != LanguageConfiguration.Adapter.unloaded {
            state.adapter = KeptEngineState.Adapter(name: adapters.loaded, number: adapters.number)
        }
    }

    private func form(_ action: Action) -> ActionForm { ActionForm(action, slices: bounds.slices) }

    private func form(_ active: Active, _ monitor: EffectMonitor.Kept?) -> KeptEngineState.InForce {
        KeptEngineState.InForce(
            number: active.number, form: form(active.action), expiresEpoch: active.expiresEpoch,
            isWished: active.isWished, intents: active.intents, monitor: monitor)
    }

    /// Goes on from what was kept. What is none of this network's is left out; of an action in force the record then
    /// says that it has ended.
    mutating func goOn(from state: KeptEngineState) {
        let (slices, cells) = (bounds.slices.count, bounds.cells)
        let isSound = { (kept: KeptEngineState.Named) in kept.intent.flaw(slices: slices, cells: cells) == nil }
        number = state.decision
        intents = state.intents.filter(isSound).prefix(Intent.most).map { ($0.name, $0.intent) }
        questions = state.trials.filter(isSound).map { ($0.name, $0.intent) }
        alarms = state.alarms
        for kept in state.actions {
            guard var found = active(kept.action), active.count < LanguageCycle.mostActive else {
                replaced.append(
                    LanguageEffect(
                        node: node, number: kept.action.number, epoch: state.epoch, state: .ended, effect: 0,
                        deviation: 0, samples: 0))
                continue
            }
            found.instead = kept.instead.compactMap(active)
            active.append(found)
        }
        proposed = state.proposals.compactMap { kept in
            guard let action = try? bounds.check(kept.form) else { return nil }
            return Proposed(
                number: kept.number, action: action, untilEpoch: kept.untilEpoch, endsEpoch: kept.endsEpoch,
                intents: kept.intents ?? [], isConsented: kept.isConsented ?? false)
        }
        barred = state.barred.compactMap { kept in
            (try? bounds.check(kept.form)).map { ($0, kept.untilEpoch) }
        }
        if let kept = state.adapter, bounds.adapters.contains(kept.name) {
            adapters.take(kept.name, number: kept.number, seconds: state.seconds)
        }
    }

    /// What was measured while nobody looked may have another level.
    private func active(_ kept: KeptEngineState.InForce) -> Active? {
        guard let action = try? bounds.check(kept.form), action.kind.actsOnNetwork else { return nil }
        var monitor = kept.monitor.flatMap(EffectMonitor.init) ?? followUp.track.monitor
        monitor.noteChange()
        return Active(
            number: kept.number, action: action, expiresEpoch: kept.expiresEpoch, isWished: kept.isWished,
            intents: kept.intents ?? [], monitor: monitor)
    }
}
