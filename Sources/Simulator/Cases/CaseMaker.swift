internal import DTNetMessages
package import LanguageEngine
package import NetworkModel
internal import Orchestrator
internal import Synchronization
internal import TwinProtocol

/// Makes cases for the evaluation of proposals: runs a variant of a topology, stops at the moments in which the
/// language engine asks the twins, and lets the twins play everything that could be done.
package struct CaseMaker: Sendable {
    /// Makes what keeps the rows of one run; nil where nothing is to be kept.
    package typealias Remember = @Sendable (WiringPlan) throws -> (any CaseMemory)?

    private let plan: WiringPlan
    private let topology: String
    private let attacks: [String]
    private let remember: Remember

    /// Cases of one run, and how long is waited for them.
    private static let casesPerRun: UInt64 = 2
    private static let patienceSeconds = 8.0
    /// Cycles of the engine between two cases of a run.
    private static let cyclesApart: UInt64 = 2

    /// - Parameters:
    ///   - topology: names it in the cases.
    ///   - attacks: texts that give orders, shown as alarms in a part of the runs.
    ///   - remember: keeps what the context stores of a run would; without it cases have no rows.
    package init(
        plan: WiringPlan, topology: String, attacks: [String] = [], remember: @escaping Remember = { _ in nil }
    ) {
        self.plan = plan
        self.topology = topology
        self.attacks = attacks
        self.remember = remember
    }

    /// The cases of one seed; none where nothing was found. Throws what keeping rows does.
    package func cases(seed: UInt64) throws -> [EvaluationCase] {
        let scenario = CaseScenario(seed: seed, attacks: attacks)
        var plan = plan
        plan.network = scenario.network(plan.network, seed: seed)
        let memory = try remember(plan)
        let run = CaseRun()
        let network = plan.network
        var options = SimulationOptions()
        options.judgedEpochs = 0
        options.runsEqualPower = false
        options.orchestratorJobs = { [self] job in
            switch job {
            case .collect(_, let entry):
                guard let part = run.next(cyclesApart: CaseMaker.cyclesApart) else {
                    return .collected(OperatorMail(), after: entry)
                }
                return .collected(
                    OperatorMail(
                        [.cancel(name: "first"), .cancel(name: "second")]
                            + scenario.entries(part: part, network: network)), after: entry)
            case .keep: return .kept(failure: nil)
            case .think(let think, _):
                var thought = Thought(number: think.number)
                // Something must be proposed for the twins to be asked.
                if run.think(think.findings) {
                    thought.forms = [ActionForm(action: ActionKind.raisePriority.rawValue, cell: 0, value: 1.5)]
                }
                return .thought(thought)
            case .whatIf(let question, let number, _):
                if let (part, found) = run.take() {
                    let drift = scenario.drift(part: part, cells: network.cells.count)
                    var example = example(
                        of: scenario, network, part: part,
                        findings: scenario.variant == .drift ? [drift] : found, question)
                    do {
                        example.rows = try memory.map { try CaseMaker.rows($0, example) }
                        run.add(example)
                    } catch {
                        run.note(fault: error)
                    }
                }
                return .played([], number: number)
            case .forecast(_, let epoch, _): return .forecast([], epoch: epoch)
            case .loadAdapter(let name, let number, _): return .adapter(name, number: number, .absent)
            }
        }
        guard let simulation = try? Simulation(plan: plan, options: options) else { return [] }
        simulation.watcher = memory.map { MemoryWatcher($0, of: simulation) }
        let chunk = max(1, Int((0.5 / plan.network.epoch.seconds).rounded()))
        var seconds = 0.0
        while run.cases.count < CaseMaker.casesPerRun, run.fault == nil, seconds < CaseMaker.patienceSeconds {
            simulation.run(epochs: chunk)
            seconds += Double(chunk) * plan.network.epoch.seconds
        }
        if let fault = run.fault { throw fault }
        return run.cases
    }

    /// A case without its rows.
    private func example(
        of scenario: CaseScenario, _ network: NetworkConfiguration, part: UInt64, findings: [Finding],
        _ question: WhatIfQuestion
    ) -> EvaluationCase {
        let trial = CaseTrial(network: network, findings: findings, question: question)
        var example = EvaluationCase(
            id: "\(topology)-\(network.hierarchy.rawValue)-\(network.seed)-\(part)", topology: topology,
            hierarchy: network.hierarchy.rawValue, seed: network.seed, epoch: question.mirror.epoch,
            variant: scenario.variant.rawValue, heldOut: EvaluationCase.isHeldOut("\(topology)-\(network.seed)"),
            findings: findings, bounds: trial.bounds, cells: trial.cells, leastScore: WhatIfOutcome.leastScore,
            candidates: trial.candidates())
        let wordings = scenario.wordings(part: part, network: network)
        if !wordings.isEmpty { example.wordings = wordings }
        return example
    }

    /// The rows of a case. A drift is put in, not simulated: the row of its twin says it, too.
    private static func rows(_ memory: any CaseMemory, _ example: EvaluationCase) throws -> [CellRows] {
        var rows = try memory.rows(about: example.findings)
        guard example.isService, case .drift(let cell, let errorDb, _)? = example.findings.first,
            let place = rows.firstIndex(where: { $0.cell == cell.index }),
            let error = rows[place].errors.firstIndex(where: { $0.engine == CaseMaker.channelEngine })
        else { return rows }
        rows[place].errors[error].error = errorDb
        return rows
    }

    /// As the context stores name it.
    private static let channelEngine = "channel"
}

/// Everything that could be done in one situation, tried.
private struct CaseTrial: Sendable {
    let bounds: ActionBounds
    let cells: [EvaluationCase.Cell]
    private let network: NetworkConfiguration
    private let findings: [Finding]
    private let question: WhatIfQuestion
    private let heard: [[Int]]

    init(network: NetworkConfiguration, findings: [Finding], question: WhatIfQuestion) {
        self.network = network
        self.findings = findings
        self.question = question
        bounds = ActionBounds(network: network)
        heard = question.mirror.heardCells(cells: network.cells.count)
        var users = Array(repeating: 0, count: network.cells.count)
        for report in question.mirror.reports {
            for cell in report.ueCell { users[Int(cell)] += 1 }
        }
        cells = zip(users, heard).map { EvaluationCase.Cell(users: $0, neighbour: $1.first) }
    }

    /// What the rule base proposes is among them, whatever steps the catalogue takes.
    private var actions: [Action] {
        var actions = ActionCatalogue(bounds, heard: heard).actions
        let state = NetworkState(
            epoch: question.mirror.epoch, seconds: 0,
            cells: cells.map { cell in
                var state = CellState()
                state.ueCount = cell.users
                state.neighbour = cell.neighbour
                return state
            })
        for action in RuleBase(bounds).proposals(for: findings, state: state)
        where action.kind.actsOnNetwork && !actions.contains(action) {
            actions.append(action)
        }
        return actions
    }

    func candidates() -> [EvaluationCase.Candidate] {
        let draft = PolicyDraft(network: network)
        let first = question.policies[0]
        // Policies that come out the same are played once.
        var policies = [first]
        let actions = actions
        let places = actions.map { action in
            var policy = first
            draft.apply(action, to: &policy, mirror: question.mirror)
            if let place = policies.firstIndex(of: policy) { return place }
            policies.append(policy)
            return policies.count - 1
        }
        var exhaustive = question
        exhaustive.policies = policies
        let outcomes = WhatIfPlayer(network: network).play(exhaustive)
        guard outcomes.count == policies.count else { return [] }
        let isGuaranteed = question.wishes.isGuaranteed(network.slices)
        return zip(actions, places).map { action, place in
            let outcome = outcomes[place]
            return EvaluationCase.Candidate(
                form: ActionForm(action, slices: bounds.slices),
                score: CaseTrial.rounded(outcome.score(isGuaranteed, energyWeight: question.wishes.energyWeight)),
                gain: CaseTrial.rounded(outcome.gain), gainLow: CaseTrial.rounded(outcome.gainLow),
                keepsGuarantees: outcome.keepsGuarantees(isGuaranteed))
        }
    }

    /// Six decimals: a file of cases is read by people too.
    private static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}

/// Where a run stands.
private final class CaseRun: Sendable {
    private struct State {
        var cases: [EvaluationCase] = []
        /// Cycles since the last case.
        var cycles: UInt64 = .max / 2
        /// The next case is wanted; what is found.
        var wanted: UInt64?
        var findings: [Finding]?
        /// Why no rows could be kept.
        var fault: (any Error)?
    }

    private let state = Mutex(State())

    var cases: [EvaluationCase] { state.withLock { $0.cases } }
    var fault: (any Error)? { state.withLock { $0.fault } }

    /// Number of the case that is to be taken next, once per case.
    func next(cyclesApart: UInt64) -> UInt64? {
        state.withLock { state in
            guard state.wanted == nil, state.cycles >= cyclesApart else { return nil }
            state.wanted = UInt64(state.cases.count)
            return state.wanted
        }
    }

    /// Whether a case is to be made of what was found.
    func think(_ findings: [Finding]) -> Bool {
        state.withLock { state in
            state.cycles += 1
            guard state.wanted != nil else { return false }
            state.findings = findings
            return true
        }
    }

    func take() -> (part: UInt64, findings: [Finding])? {
        state.withLock { state in
            guard let part = state.wanted, let findings = state.findings else { return nil }
            (state.wanted, state.findings, state.cycles) = (nil, nil, 0)
            return (part, findings)
        }
    }

    func add(_ example: EvaluationCase) { state.withLock { $0.cases.append(example) } }

    func note(fault: any Error) { state.withLock { $0.fault = fault } }
}
