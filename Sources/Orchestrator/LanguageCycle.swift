internal import DTNetMessages
internal import Glibc
internal import LanguageEngine
internal import NetworkModel
internal import TwinProtocol

/// The language engine's cycle as a state machine without input or output (DESIGN 10): findings, a question to the
/// model, typed candidates, a trial in the twins, adoption, follow-up.
///
/// `idle -> thinking -> trying -> idle`. The rule base proposes beside the model, so that the better of both is
/// adopted; a model that is slow, absent or wrong takes nothing away.
struct LanguageCycle: Sendable {
    /// An action in force.
    struct Active: Sendable {
        var number: UInt64
        var action: Action
        var expiresEpoch: UInt64
        var monitor: EffectMonitor?
        /// Measurements before it are of the time before the action.
        var fromEpoch: UInt64
    }

    /// What the node has to do next.
    enum Step: Sendable {
        case nothing
        case think(ThinkJob)
        /// Play what these would do; the number is that of the decision.
        case tryOut([Action], number: UInt64)
        /// The decision is final; `changed` where the policy is another now.
        case done(LanguageDecision, changed: Bool)
    }

    private struct Open: Sendable {
        var decision: LanguageDecision
        var findings: [Finding]
        var actions: [Action]
        /// What the rule base proposed.
        let ruled: [Action]
        var isTrying = false
    }

    private let node: NodeID
    private let language: LanguageConfiguration
    private let slices: [SliceConfiguration]
    private let epochSeconds: Double
    let bounds: ActionBounds
    private let rules: RuleBase
    private var number: UInt64 = 0
    private var open: Open?
    private(set) var active: [Active] = []
    /// Actions that did harm lately, and until when they are not tried again.
    private var barred: [(action: Action, untilEpoch: UInt64)] = []
    /// Decisions that wait for an operator.
    private var proposed: [(number: UInt64, action: Action, untilEpoch: UInt64)] = []
    private(set) var intents: [(name: String, intent: Intent)] = []
    private var alarms: [String] = []
    private var clarifications: [Finding] = []
    private var harms: [Finding] = []
    private(set) var track = ValueTrack()
    /// Forms that bounds refused.
    private(set) var refusedForms = 0
    /// What the last decision asks of an AI engine or the model server, nil where it asks nothing of them.
    private(set) var lastService: Action?

    /// An adopted action holds for so long; what is still needed is decided anew.
    private static let lifetimeSeconds = 60.0
    /// An action that did harm is not tried again for so long.
    private static let barredSeconds = 300.0
    private static let mostActive = 16
    private static let mostEntries = 64

    init(node: NodeID, network: NetworkConfiguration) {
        self.node = node
        language = network.language
        slices = network.slices
        epochSeconds = network.epoch.seconds
        bounds = ActionBounds(network: network)
        rules = RuleBase(bounds)
    }

    private func epochs(_ seconds: Double) -> UInt64 { UInt64(max(1, (seconds / epochSeconds).rounded(.up))) }

    // MARK: - What comes in

    mutating func take(_ entry: OperatorEntry, epoch: UInt64) {
        switch entry {
        case .intent(let name, let intent):
            intents.removeAll { $0.name == name }
            if intents.count < LanguageCycle.mostEntries { intents.append((name, intent)) }
        case .cancel(let name): intents.removeAll { $0.name == name }
        case .approve(let number):
            guard let index = proposed.firstIndex(where: { $0.number == number }), epoch < proposed[index].untilEpoch
            else { return }
            adopt(proposed.remove(at: index).action, number: number, epoch: epoch)
        case .alarm(let text): if alarms.count < LanguageCycle.mostEntries { alarms.append(text) }
        }
    }

    mutating func take(_ clarification: Clarification) {
        guard clarifications.count < LanguageCycle.mostEntries else { return }
        clarifications.append(
            .clarification(
                clarification.engine == .channel ? .channel : .traffic, cell: CellID(clarification.cell),
                text: clarification.text))
    }

    /// Takes a measured network value; returns what became of actions that it condemns or whose time is up.
    mutating func observe(valueMbps: Double, epoch: UInt64) -> [LanguageEffect] {
        var effects: [LanguageEffect] = []
        for index in active.indices where epoch >= active[index].fromEpoch {
            guard var monitor = active[index].monitor else { continue }
            let isHarmful = monitor.observe(valueMbps: valueMbps)
            active[index].monitor = monitor
            if isHarmful {
                effects.append(effect(active[index], epoch: epoch, state: .rolledBack))
            } else if epoch >= active[index].expiresEpoch {
                effects.append(effect(active[index], epoch: epoch, state: .ended))
            }
        }
        for index in active.indices where active[index].monitor == nil && epoch >= active[index].expiresEpoch {
            effects.append(effect(active[index], epoch: epoch, state: .ended))
        }
        for effect in effects {
            guard let index = active.firstIndex(where: { $0.number == effect.number }) else { continue }
            let action = active.remove(at: index).action
            guard effect.state == .rolledBack else { continue }
            barred.append((action, epoch + epochs(LanguageCycle.barredSeconds)))
            harms.append(.harm(action.kind, cell: LanguageCycle.cell(of: action), percent: 100 * effect.effect))
        }
        // What the value was lately, earlier actions included, is what the next action is judged against.
        track.observe(valueMbps: valueMbps)
        return effects
    }

    private func effect(_ active: Active, epoch: UInt64, state: LanguageEffect.State) -> LanguageEffect {
        let measured = active.monitor?.effect ?? (mean: 0, deviation: 0)
        return LanguageEffect(
            node: node, number: active.number, epoch: epoch, state: state, effect: measured.mean,
            deviation: measured.deviation, samples: active.monitor?.samples ?? 0)
    }

    private static func cell(of action: Action) -> CellID? {
        switch action {
        case .shiftBandwidth(let cell, _, _), .raiseCellPriority(let cell, _), .capMCS(let cell, _),
            .capPower(let cell, _), .reassociate(let cell, _, _), .blankSubbands(let cell, _, _),
            .deployPlatform(let cell, _), .retrain(let cell), .tuneTwin(let cell, _, _), .recallTwin(let cell, _),
            .askEngine(_, let cell):
            cell
        case .raiseSlicePriority, .sliceShare, .loadAdapter, .none: nil
        }
    }

    // MARK: - A cycle

    /// What there is to look at, the most urgent first.
    func findings(_ state: NetworkState, shares: [Double], incumbents: [Finding]) -> [Finding] {
        var findings = alarms.map { Finding.alarm(text: $0) } + clarifications + harms + incumbents
        findings += intents.filter { $0.intent.isInForce(atSeconds: state.seconds) }.map { .intent($0.intent) }
        findings += state.findings(slices: slices, shares: shares)
        return findings.ordered
    }

    /// A decision is being made.
    var isOpen: Bool { open != nil }

    /// Begins a cycle where there is something to look at and none is open.
    mutating func begin(_ state: NetworkState, shares: [Double], incumbents: [Finding]) -> Step {
        guard open == nil, language.isEnabled else { return .nothing }
        intents.removeAll { !$0.intent.isCurrent(atSeconds: state.seconds) }
        let findings = findings(state, shares: shares, incumbents: incumbents)
        (alarms, clarifications, harms) = ([], [], [])
        guard !findings.isEmpty else { return .nothing }
        number += 1
        var decision = LanguageDecision(node: node, number: number, epoch: state.epoch)
        decision.findings = findings.prefix(PromptBuilder.findings).map { $0.text(slices: bounds.slices) }
        let ruled = rules.proposals(for: findings, state: state)
        open = Open(decision: decision, findings: findings, actions: ruled, ruled: ruled)
        return .think(
            ThinkJob(
                number: number, findings: Array(findings.prefix(PromptBuilder.findings)),
                query: PromptBuilder.query(findings), passages: language.passages, proposals: language.proposals,
                deadlineSeconds: language.deadline.seconds, meaning: findings.meaning, seed: number))
    }

    /// Takes what the model said; its forms are checked like anybody's.
    mutating func thought(_ thought: Thought, epoch: UInt64) -> Step {
        guard var cycle = open, !cycle.isTrying, thought.number == cycle.decision.number else { return .nothing }
        cycle.decision.model = thought.model
        cycle.decision.passages = Array(thought.passages.prefix(8))
        cycle.decision.prompt = LanguageCycle.cut(thought.prompt)
        cycle.decision.answers = thought.answers.prefix(8).map(LanguageCycle.cut)
        cycle.decision.failure = thought.failure.map { "\($0)" } ?? ""
        cycle.decision.promptTokens = thought.promptTokens
        cycle.decision.outputTokens = thought.outputTokens
        cycle.decision.seconds = thought.seconds
        var actions: [Action] = []
        for form in thought.forms.prefix(8) {
            do throws(ActionFlaw) {
                let action = try bounds.check(form)
                guard action != .none, !actions.contains(action) else { continue }
                actions.append(action)
                cycle.decision.candidates.append(candidate(action, "model"))
            } catch {
                refusedForms += 1
                cycle.decision.candidates.append(
                    LanguageDecision.Candidate(
                        action: LanguageCycle.text(form), source: "model", verdict: error.description))
            }
        }
        let fromModel = actions.count
        for action in cycle.actions where !actions.contains(action) { actions.append(action) }
        for action in actions.dropFirst(fromModel) { cycle.decision.candidates.append(candidate(action, "rules")) }
        barred.removeAll { $0.untilEpoch <= epoch }
        cycle.actions = actions.filter { action in
            !barred.contains { $0.action == action } && !active.contains { $0.action == action }
        }
        for index in cycle.decision.candidates.indices where cycle.decision.candidates[index].verdict.isEmpty {
            let isOpen = cycle.actions.contains { text(of: $0) == cycle.decision.candidates[index].action }
            if !isOpen { cycle.decision.candidates[index].verdict = "in force, or did harm lately" }
        }
        let trials = cycle.actions.filter(\.kind.actsOnNetwork)
        cycle.isTrying = true
        open = cycle
        let number = cycle.decision.number
        return trials.isEmpty
            ? played([], number: number, wishes: nil, epoch: epoch) : .tryOut(trials, number: number)
    }

    /// Takes what the twins say: one outcome for no action, then one per action that was tried.
    ///
    /// - Parameter wishes: the operator's; nil where nothing was tried.
    mutating func played(
        _ outcomes: [WhatIfOutcome], number: UInt64, wishes: OperatorWishes?, epoch: UInt64
    ) -> Step {
        guard var cycle = open, cycle.isTrying, number == cycle.decision.number else { return .nothing }
        open = nil
        let trials = cycle.actions.filter(\.kind.actsOnNetwork)
        var best: (action: Action, score: Double)?
        let guaranteed = (wishes ?? OperatorWishes()).isGuaranteed(slices)
        for (index, action) in trials.enumerated() where index + 1 < outcomes.count {
            let outcome = outcomes[index + 1]
            let score = outcome.score(guaranteed, energyWeight: wishes?.energyWeight ?? 0)
            var verdict = ""
            if !outcome.keepsGuarantees(guaranteed) {
                verdict = "vetoed: a guarantee would not hold at 95 %"
            } else if score <= WhatIfOutcome.leastScore {
                verdict = "vetoed: no gain at 95 %"
            } else if score > best?.score ?? 0 {
                best = (action, score)
            }
            note(action, outcome, verdict, in: &cycle.decision)
        }
        // Orders to twins, questions and adapters cost the network nothing: they go by the finding that calls for them,
        // and by what the error looks like, which the rules know.
        let services = cycle.actions.filter { !$0.kind.actsOnNetwork && isCalledFor($0, cycle.findings) }
        let service = services.first(where: cycle.ruled.contains) ?? services.first
        return conclude(&cycle.decision, best?.action, service: service, epoch: epoch)
    }

    private mutating func conclude(
        _ decision: inout LanguageDecision, _ best: Action?, service: Action?, epoch: UInt64
    ) -> Step {
        lastService = nil
        guard let chosen = best ?? service else {
            decision.reason = decision.candidates.isEmpty ? "nobody proposed anything" : "no candidate passed the twins"
            return .done(decision, changed: false)
        }
        let text = text(of: chosen)
        decision.chosen = decision.candidates.firstIndex { $0.action == text } ?? -1
        if decision.chosen >= 0 { decision.candidates[decision.chosen].verdict = "chosen" }
        let mayAct = language.authority.contains { $0.rawValue == chosen.kind.rawValue }
        guard mayAct else {
            decision.outcome = .proposed
            decision.reason = "\(chosen.kind.rawValue) needs an operator's consent"
            proposed.append((decision.number, chosen, epoch + epochs(LanguageCycle.barredSeconds)))
            if proposed.count > LanguageCycle.mostEntries { proposed.removeFirst() }
            return .done(decision, changed: false)
        }
        decision.outcome = .adopted
        decision.reason =
            best == nil ? "called for by its finding" : "greatest gain at 95 % confidence under the operator's weights"
        guard chosen.kind.actsOnNetwork else {
            lastService = chosen
            return .done(decision, changed: false)
        }
        adopt(chosen, number: decision.number, epoch: epoch)
        return .done(decision, changed: true)
    }

    private mutating func adopt(_ action: Action, number: UInt64, epoch: UInt64) {
        if active.count >= LanguageCycle.mostActive { active.removeFirst() }
        active.append(
            Active(
                number: number, action: action, expiresEpoch: epoch + epochs(LanguageCycle.lifetimeSeconds),
                monitor: track.monitor, fromEpoch: epoch + epochs(1)))
    }

    private func isCalledFor(_ action: Action, _ findings: [Finding]) -> Bool {
        switch action {
        case .retrain(let cell), .tuneTwin(let cell, _, _), .recallTwin(let cell, _):
            findings.contains { finding in
                if case .drift(let drifting, _, _) = finding { return drifting == cell }
                return false
            }
        case .askEngine(_, let cell):
            !findings.contains { finding in
                if case .clarification(_, let known, _) = finding { return known == cell }
                return false
            }
        case .loadAdapter: true
        default: false
        }
    }

    // MARK: - Words

    private func candidate(_ action: Action, _ source: String) -> LanguageDecision.Candidate {
        LanguageDecision.Candidate(action: text(of: action), source: source)
    }

    private func note(
        _ action: Action, _ outcome: WhatIfOutcome, _ verdict: String, in decision: inout LanguageDecision
    ) {
        let text = text(of: action)
        guard let index = decision.candidates.firstIndex(where: { $0.action == text }) else { return }
        decision.candidates[index].gain = outcome.gain
        decision.candidates[index].gainLow = outcome.gainLow
        decision.candidates[index].powerChange = outcome.powerChange
        decision.candidates[index].verdict = verdict.isEmpty ? "passed" : verdict
    }

    private func text(of action: Action) -> String { LanguageCycle.text(ActionForm(action, slices: bounds.slices)) }

    /// A form as JSON, cleaned: names in it come from whoever wrote it.
    private static func text(_ form: ActionForm) -> String {
        var parts = [#""action":""# + UntrustedText.cleaned(form.action, limit: 32) + #"""#]
        if let cell = form.cell { parts.append(#""cell":\#(cell)"#) }
        if let other = form.other { parts.append(#""other":\#(other)"#) }
        if let slice = form.slice { parts.append(#""slice":""# + UntrustedText.cleaned(slice, limit: 32) + #"""#) }
        if let first = form.first { parts.append(#""first":\#(first)"#) }
        if let value = form.value { parts.append(#""value":\#(value)"#) }
        if let name = form.name { parts.append(#""name":""# + UntrustedText.cleaned(name, limit: 32) + #"""#) }
        return "{" + parts.joined(separator: ",") + "}"
    }

    private static func cut(_ text: String) -> String { String(text.prefix(2_000)) }
}
