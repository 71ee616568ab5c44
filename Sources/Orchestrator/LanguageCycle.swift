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
    /// What the node has to do next.
    enum Step: Sendable {
        case nothing
        case think(ThinkJob)
        /// Play what these would do; the number is that of the decision.
        case tryOut([Action], number: UInt64)
        /// Play what is without an action in force, by the number of its decision, and with it.
        case tryAgain(UInt64, number: UInt64)
        /// The decision is final; `changed` where the policy is another now.
        case done(LanguageDecision, changed: Bool)
    }

    struct Open: Sendable {
        var decision: LanguageDecision
        var findings: [Finding]
        var actions: [Action]
        /// What the rule base proposed.
        let ruled: [Action]
        /// What of it operators' intents ask for together, and what they ask for one by one.
        let wished: [Action]
        var wishes: [Wish]
        /// What operators want, whether the rules have an action for it or not; and what else is found calls for.
        let asking: [Asking]
        let elsewhere: ActionMenu
        /// The change of adapter that its situation calls for.
        let adapter: Action?
        var isTrying = false
        /// Names of intents that were taken back since it began.
        private(set) var takenBack: [String] = []

        /// An intent is taken back.
        mutating func forget(_ intent: String) {
            if !takenBack.contains(intent) { takenBack.append(intent) }
            for index in wishes.indices { wishes[index].forget(intent) }
        }
    }

    let node: NodeID
    let language: LanguageConfiguration
    private let slices: [SliceConfiguration]
    private let epochSeconds: Double
    /// Whether prompts name the weather on this carrier.
    private let isRainContext: Bool
    let judge: CandidateJudge
    let rules: RuleBase
    var number: UInt64 = 0
    var open: Open?
    var active: [Active] = []
    /// What became of actions whose place others took, until it is recorded.
    var replaced: [LanguageEffect] = []
    /// Actions that did harm lately, and until when they are not tried again.
    var barred: [(action: Action, untilEpoch: UInt64)] = []
    /// Decisions that wait for an operator.
    var proposed: [Proposed] = []
    var intents: [(name: String, intent: Intent)] = []
    /// Wishes that are to be tried, the oldest first, and what is being tried beside any cycle.
    var questions: [(name: String, intent: Intent)] = []
    var trial: Trial?
    var alarms: [String] = []
    /// Of the layers below.
    var networkAlarms: NetworkAlarms
    private var clarifications: [Finding] = []
    private var harms: [Finding] = []
    private var watch: FindingWatch
    var followUp: FollowUp
    var adapters: AdapterChoice
    /// Forms that bounds refused.
    private(set) var refusedForms = 0
    /// Digests of the texts that were recorded, the oldest first.
    private var knownTexts: [String] = []
    /// Texts that the next record refers to and that are not recorded yet.
    private var newTexts: [LanguageText] = []
    /// What the last decision asks of an AI engine or the model server, nil where it asks nothing of them.
    private(set) var lastService: Action?

    /// An action that did harm is not tried again for so long.
    static let barredSeconds = 300.0
    private static let mostMoves = 256
    static let mostEntries = 64
    /// Retrieved passages and rows that a decision records: 8 that a topology may ask for, and rows of two cells.
    private static let mostPassages = 10
    /// Texts beyond are recorded again where they come again.
    private static let mostKnownTexts = 512

    /// - Parameter names: of the plan's nodes, by their ids.
    init(node: NodeID, network: NetworkConfiguration, names: [String]) {
        self.node = node
        networkAlarms = NetworkAlarms(names: names, network: network)
        language = network.language
        slices = network.slices
        epochSeconds = network.epoch.seconds
        isRainContext = ContextSelection.isRainContext(frequencyHz: network.carrier.frequencyHz)
        judge = CandidateJudge(network)
        rules = RuleBase(judge.bounds)
        followUp = FollowUp(epochSeconds: network.epoch.seconds)
        adapters = AdapterChoice(network.language.adapters)
        watch = FindingWatch(goneEpochs: UInt64(max(1, (FindingWatch.goneSeconds / epochSeconds).rounded(.up))))
    }

    var bounds: ActionBounds { judge.bounds }

    func epochs(_ seconds: Double) -> UInt64 { UInt64(max(1, (seconds / epochSeconds).rounded(.up))) }

    // MARK: - What comes in

    /// Decisions are numbered on from an order that a twin has carried out: an L3 that was started again would give
    /// orders that twins take for old ones.
    mutating func goOn(behind order: UInt64) { number = max(number, min(order, LanguageCycle.highestNumber)) }

    /// Orders beyond are no L3's.
    private static let highestNumber = KeptEngineState.highestNumber

    /// Epochs count for nothing any more that were heard before they fell: what is in force, waits or is barred has
    /// the time that was left, less what was lost. What was measured before is no measure of what comes.
    mutating func follow(_ fall: RunClock.Fall) {
        func moved(_ epoch: UInt64) -> UInt64 {
            fall.to + (epoch > fall.from + fall.lost ? epoch - fall.from - fall.lost : 0)
        }
        followUp = FollowUp(epochSeconds: epochSeconds)
        watch.restartEpochs(at: fall.to)
        if trial?.renewed != nil { trial = nil }
        for index in active.indices {
            active[index].expiresEpoch = moved(active[index].expiresEpoch)
            active[index].triedEpoch = nil
            active[index].monitor = followUp.track.monitor
            for old in active[index].instead.indices {
                active[index].instead[old].expiresEpoch = moved(active[index].instead[old].expiresEpoch)
                active[index].instead[old].monitor = followUp.track.monitor
            }
        }
        for index in barred.indices { barred[index].untilEpoch = moved(barred[index].untilEpoch) }
        for index in proposed.indices {
            proposed[index].untilEpoch = moved(proposed[index].untilEpoch)
            proposed[index].endsEpoch = proposed[index].endsEpoch.map(moved)
        }
    }

    mutating func take(_ clarification: Clarification) {
        guard clarifications.count < LanguageCycle.mostEntries else { return }
        clarifications.append(
            .clarification(
                clarification.engine == .channel ? .channel : .traffic, cell: CellID(clarification.cell),
                text: clarification.text))
    }

    // MARK: - Follow-up

    /// What is in force is another from this epoch on.
    mutating func noteChange(epoch: UInt64) {
        followUp.noteChange(epoch: epoch)
        for index in active.indices { active[index].monitor.noteChange() }
    }

    /// Ends the actions whose time is up; returns what became of them.
    mutating func expire(epoch: UInt64) -> [LanguageEffect] {
        for index in active.indices where active[index].instead.contains(where: { $0.expiresEpoch <= epoch }) {
            active[index].instead.removeAll { $0.expiresEpoch <= epoch }
            active[index].monitor.noteChange()
        }
        let ended = active.filter { $0.expiresEpoch <= epoch }
        guard !ended.isEmpty else { return [] }
        active.removeAll { $0.expiresEpoch <= epoch }
        noteChange(epoch: epoch)
        return ended.map { effect($0, epoch: epoch, state: .ended) }
    }

    /// Takes a measured network value; returns whether the twins are to be asked what they see for it, under the policy
    /// in force and then without each action in force.
    ///
    /// - Parameter users: of the network.
    mutating func look(valueMbps: Double, users: Int, epoch: UInt64) -> Bool {
        language.isEnabled
            && followUp.begin(valueMbps: valueMbps, users: users, numbers: active.map(\.number), epoch: epoch)
    }

    /// Takes what the twins see for the value of a look; returns what became of actions that it condemns.
    ///
    /// - Parameters:
    ///   - look: epoch of the look.
    ///   - epoch: of now.
    mutating func judge(_ forecastsMbps: [Double], look: UInt64, epoch: UInt64) -> [LanguageEffect] {
        guard let (look, without) = followUp.finish(forecastsMbps, epoch: look) else { return [] }
        var harmful: [UInt64] = []
        for (number, forecast) in zip(look.numbers, without) {
            guard let index = active.firstIndex(where: { $0.number == number }) else { continue }
            let isHarmful = active[index].monitor.observe(
                seconds: followUp.seconds(of: look), valueMbps: look.valueMbps, forecastMbps: forecast)
            if isHarmful { harmful.append(number) }
        }
        guard !harmful.isEmpty else { return [] }
        let condemned = active.filter { harmful.contains($0.number) }
        active.removeAll { harmful.contains($0.number) }
        noteChange(epoch: epoch)
        let effects = condemned.map { condemned in
            let (action, effect) = (condemned.action, effect(condemned, epoch: epoch, state: .rolledBack))
            barred.append((action, epoch + epochs(LanguageCycle.barredSeconds)))
            harms.append(.harm(action.kind, cell: LanguageCycle.cell(of: action), percent: 100 * effect.effect))
            return effect
        }
        return effects + condemned.flatMap { restore($0.instead, epoch: epoch) }
    }

    /// Remembers which users the actions in force move, so that the twins can be asked what were without it.
    mutating func noteMoves(_ draft: PolicyDraft, _ mirror: TwinMirror) {
        for index in active.indices where active[index].action.kind == .reassociate {
            for move in draft.moves(active[index].action, mirror: mirror)
            where active[index].moved.count < LanguageCycle.mostMoves && !active[index].moved.contains(move) {
                active[index].moved.append(move)
            }
        }
    }

    // MARK: - A cycle

    /// What there is to look at, the most urgent first.
    func findings(_ state: NetworkState, shares: [Double], incumbents: [Finding]) -> [Finding] {
        var findings = alarms.map { Finding.alarm(text: $0) } + networkAlarms.findings
        findings += clarifications + harms + incumbents
        let wishes = intents.map(\.intent).filter { $0.isInForce(atSeconds: state.seconds) }
        findings += wishes.map { .intent($0) }
        let found = state.findings(slices: slices, shares: shares)
        findings += rules.conflicts(
            inForce: active.map { ActionInForce(number: $0.number, action: $0.action, isWished: $0.isWished) },
            intents: wishes, findings: found, state: state)
        return (findings + found).ordered
    }

    /// Whether something is found that no cycle has looked at.
    mutating func hasNews(_ state: NetworkState, shares: [Double], incumbents: [Finding]) -> Bool {
        watch.hasNew(in: findings(state, shares: shares, incumbents: incumbents), epoch: state.epoch)
    }

    /// A decision is being made.
    var isOpen: Bool { open != nil }

    /// Whether an operator asks for an action, as far as the cycle knows that is open.
    func isWishedOfOpen(_ action: Action) -> Bool { open?.wished.contains(action) ?? false }

    /// Begins a cycle where there is something to look at and none is open.
    mutating func begin(_ state: NetworkState, shares: [Double], incumbents: [Finding]) -> Step {
        guard open == nil, language.isEnabled else { return .nothing }
        intents.removeAll { !$0.intent.isCurrent(atSeconds: state.seconds) }
        let findings = findings(state, shares: shares, incumbents: incumbents)
        (alarms, clarifications, harms) = ([], [], [])
        networkAlarms.look()
        watch.take(findings, epoch: state.epoch)
        guard !findings.isEmpty else { return .nothing }
        number += 1
        var decision = LanguageDecision(node: node, number: number, epoch: state.epoch)
        decision.findings = findings.prefix(PromptBuilder.findings).map { $0.text(slices: bounds.slices) }
        barred.removeAll { $0.untilEpoch <= state.epoch }
        let adapter = adapterChange(findings, state)
        let ruled = rules.proposals(for: findings, state: state) + (adapter.map { [$0] } ?? [])
        open = Open(
            decision: decision, findings: findings, actions: ruled, ruled: ruled,
            wished: rules.proposals(for: findings.filter(\.isIntent), state: state), wishes: wishes(findings, state),
            asking: asking(state),
            elsewhere: ActionMenu(answering: findings.filter { !$0.isIntent }, state: state, bounds: bounds),
            adapter: adapter)
        var menu = ActionMenu(
            for: findings, state: state, bounds: bounds, allowed: judge.allowed,
            adapter: adapter.flatMap { ActionForm($0, slices: bounds.slices).name })
        // Where something is not offered any more, the answers of before are none.
        let weather = isRainContext ? state.weather : nil
        var meaning = findings.meaning + (weather.map { "|weather \($0.name)" } ?? "")
        if let adapter { meaning += "|with \(judge.text(of: adapter))" }
        for action in barred.map(\.action) where menu.holds(action) {
            let rest = menu.without(action)
            guard !rest.isEmpty else { continue }
            menu = rest
            meaning += "|without \(judge.text(of: action))"
        }
        return .think(
            ThinkJob(
                number: number, findings: Array(findings.prefix(PromptBuilder.findings)), menu: menu,
                query: PromptBuilder.query(findings), passages: language.passages, proposals: language.proposals,
                deadlineSeconds: language.deadline.seconds, meaning: meaning, seed: number, weather: weather))
    }

    /// Takes what the model said; its forms are checked like anybody's.
    mutating func thought(_ thought: Thought, epoch: UInt64) -> Step {
        guard var cycle = open, !cycle.isTrying, thought.number == cycle.decision.number else { return .nothing }
        note(thought, in: &cycle.decision)
        let proposed = judge.candidates(thought.forms)
        refusedForms += proposed.candidates.count - proposed.actions.count
        cycle.decision.candidates = proposed.candidates
        tie(proposed.actions, in: &cycle)
        var actions = proposed.actions
        for action in cycle.actions where !actions.contains(action) {
            actions.append(action)
            cycle.decision.candidates.append(
                LanguageDecision.Candidate(action: judge.text(of: action), source: "rules"))
        }
        barred.removeAll { $0.untilEpoch <= epoch }
        cycle.actions = actions.filter { action in
            let isOpen = !barred.contains { $0.action == action } && !active.contains { $0.action == action }
            if let index = index(of: action, in: cycle.decision) {
                cycle.decision.candidates[index].verdict =
                    !isOpen
                    ? CandidateJudge.barred
                    : action.kind.actsOnNetwork
                        ? "" : serviceVerdict(action, cycle)
            }
            return isOpen
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
        if trial?.decision.number == number { return tried(outcomes, wishes: wishes, epoch: epoch) }
        guard var cycle = open, cycle.isTrying, number == cycle.decision.number else { return .nothing }
        open = nil
        let wished = cycle.wished
        take(outcomes, of: cycle.actions.filter(\.kind.actsOnNetwork), wishes, into: &cycle.decision) {
            wished.contains($0)
        }
        for action in cycle.wishes.filter(\.isTakenBack).map(\.action) {
            guard let index = index(of: action, in: cycle.decision) else { continue }
            cycle.decision.candidates[index].leaveOut(CandidateJudge.takenBack)
        }
        let actions = cycle.decision.candidates.map { candidate in
            cycle.actions.first { judge.text(of: $0) == candidate.action }
        }
        lastService = nil
        let chosen = judge.decide(&cycle.decision, actions: actions)
        guard let chosen else { return .done(cycle.decision, changed: false) }
        let wish = cycle.wishes.first { $0.action == chosen }
        if cycle.decision.outcome == .proposed {
            let until = epoch + epochs(LanguageDecision.consentSeconds)
            proposed.append(
                Proposed(
                    number: number, action: chosen, untilEpoch: until, endsEpoch: wish?.untilEpoch,
                    intents: wish?.intents ?? []))
            if proposed.count > LanguageCycle.mostEntries { proposed.removeFirst() }
            return .done(cycle.decision, changed: false)
        }
        guard chosen.kind.actsOnNetwork else {
            lastService = chosen
            return .done(cycle.decision, changed: false)
        }
        adopt(
            chosen, number: number, epoch: epoch, isWished: cycle.wished.contains(chosen), isTied: wish != nil,
            endsEpoch: wish?.untilEpoch, intents: wish?.intents ?? [])
        return .done(cycle.decision, changed: true)
    }

    /// Writes what the twins said of actions into their candidates: one outcome for no action, then one per action.
    ///
    /// - Parameter isWished: whether an operator asks for an action.
    func take(
        _ outcomes: [WhatIfOutcome], of trials: [Action], _ wishes: OperatorWishes?,
        into decision: inout LanguageDecision, isWished: (Action) -> Bool
    ) {
        decision.guaranteed = (wishes ?? OperatorWishes()).isGuaranteed(slices)
        decision.energyWeight = wishes?.energyWeight ?? 0
        for (place, action) in trials.enumerated() {
            guard let index = index(of: action, in: decision) else { continue }
            if place + 1 < outcomes.count {
                decision.candidates[index].take(outcomes[place + 1])
                decision.candidates[index].replaces =
                    active.filter { LanguageCycle.gives(way: $0, to: action, isWished: isWished(action)) }.map(\.number)
            } else {
                decision.candidates[index].verdict = "not tried"
            }
        }
    }

    /// Orders to twins, questions and adapters go by what is found, and orders by what the error looks like, too, which
    /// the rules know.
    private func serviceVerdict(_ action: Action, _ cycle: Open) -> String {
        guard isCalledFor(action, in: cycle) else { return CandidateJudge.uncalled }
        return cycle.ruled.contains(action) ? CandidateJudge.calledForByRules : CandidateJudge.calledFor
    }

    private func isCalledFor(_ action: Action, in cycle: Open) -> Bool {
        switch action {
        case .retrain(let cell), .tuneTwin(let cell, _, _), .recallTwin(let cell, _):
            cycle.findings.contains { finding in
                if case .drift(let drifting, _, _) = finding { return drifting == cell }
                return false
            }
        case .retrainForecast(let cell):
            cycle.findings.contains { finding in
                if case .forecastDrift(let drifting, _, _) = finding { return drifting == cell }
                return false
            }
        case .askEngine(_, let cell):
            !cycle.findings.contains { finding in
                if case .clarification(_, let known, _) = finding { return known == cell }
                return false
            }
        case .loadAdapter: cycle.adapter == action
        default: false
        }
    }

    // MARK: - The model's adapter

    /// The change of adapter that a situation calls for; nil where there is none, where it failed or was taken back
    /// lately, and where it waits for an operator's consent.
    private mutating func adapterChange(_ findings: [Finding], _ state: NetworkState) -> Action? {
        guard let form = adapters.change(findings, weather: state.weather, seconds: state.seconds),
            let action = try? bounds.check(form), !barred.contains(where: { $0.action == action }),
            !proposed.contains(where: { $0.action == action && state.epoch < $0.untilEpoch })
        else { return nil }
        return action
    }

    /// Takes what became of a change of adapter; what is to be told of it, in a line. One that failed is not tried
    /// again soon.
    mutating func take(
        adapter name: String, number: UInt64, failure: ChatFailure?, epoch: UInt64, seconds: Double
    ) -> String {
        let words = name == LanguageConfiguration.Adapter.unloaded ? "no adapter" : "the adapter \(name)"
        guard let failure else {
            adapters.take(name, number: number, seconds: seconds)
            return "the model server answers with \(words) since decision \(number)"
        }
        // One that an earlier life has left: the server did not take it up again.
        if adapters.loaded == name {
            adapters.take(LanguageConfiguration.Adapter.unloaded, number: number, seconds: seconds)
        }
        barred.append((.loadAdapter(name), epoch + epochs(LanguageCycle.barredSeconds)))
        return "the model server does not answer with \(words), as decision \(number) has it: \(failure.words)"
    }

    // MARK: - The record

    private func index(of action: Action, in decision: LanguageDecision) -> Int? {
        let text = judge.text(of: action)
        return decision.candidates.firstIndex { $0.action == text }
    }

    /// Records what was asked and answered; texts that other decisions share go by their digests.
    private mutating func note(_ thought: Thought, in decision: inout LanguageDecision) {
        decision.model = thought.model
        decision.passages = Array(thought.passages.prefix(LanguageCycle.mostPassages))
        if !thought.model.isEmpty { decision.instructions = digest(thought.instructions) }
        decision.prompt = LanguageCycle.cut(thought.prompt)
        decision.answers = thought.answers.prefix(CandidateJudge.mostForms).map(LanguageCycle.cut)
        decision.questions = thought.questions.prefix(CandidateJudge.mostForms).map { question in
            LanguageDecision.Question(
                temperature: question.temperature, seed: question.seed, maxOutputTokens: question.maxOutputTokens,
                constraint: question.constraint.rawValue, constraintDigest: digest(question.constraintText),
                repaired: LanguageCycle.cut(question.repaired ?? ""))
        }
        decision.reused = thought.reused ?? 0
        decision.failure = thought.failure?.words ?? ""
        decision.promptTokens = thought.promptTokens
        decision.outputTokens = thought.outputTokens
        decision.seconds = thought.seconds
    }

    /// Names a text, which is recorded where it has not been.
    private mutating func digest(_ text: String) -> String {
        let digest = LanguageText.digest(of: text)
        guard !digest.isEmpty, text.utf8.count <= LanguageText.mostBytes, !knownTexts.contains(digest) else {
            return digest
        }
        if knownTexts.count >= LanguageCycle.mostKnownTexts { knownTexts.removeFirst() }
        knownTexts.append(digest)
        newTexts.append(LanguageText(node: node, text: text))
        return digest
    }

    /// What became of actions whose place others took, to be recorded once.
    mutating func takeReplaced() -> [LanguageEffect] {
        defer { replaced = [] }
        return replaced
    }

    /// Texts to be recorded before the decision that refers to them, each once.
    mutating func takeTexts() -> [LanguageText] {
        defer { newTexts = [] }
        return newTexts
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > LanguageDecision.mostTextBytes else { return text }
        return String(decoding: text.utf8.prefix(LanguageDecision.mostTextBytes), as: UTF8.self)
    }
}
