package import DTNetMessages
internal import Glibc
package import LanguageEngine
package import NetworkModel
internal import ResourceAllocation
package import TwinProtocol

/// The global twin (L3) as a value: rolls up what regions and edges report, keeps a mirror of the network, and sends
/// policies down to leaders and edges, with an expiry (DESIGN 9). What it decides beyond services comes from the
/// language engine's cycle and has passed the twins. Its bounds are no moves of the game and are the same in all three
/// hierarchies.
package struct OrchestratorNode: Role {
    package typealias Job = OrchestratorJob
    package typealias JobResult = OrchestratorJobResult

    package let node: NodeID
    let network: NetworkConfiguration
    private let readers: [NodeID]
    private let managers: TwinManagers
    private var twin: NetworkTwin
    private var keeper: MirrorKeeper
    private var planner: ServicePlanner
    private let draft: PolicyDraft
    var cycle: LanguageCycle
    private var base = Policy()
    private(set) var revision: UInt64 = 0
    private(set) var clock: RunClock
    private var latestEpoch: UInt64 { clock.newest }
    /// Epochs of what comes in, by sender.
    private var epochs: EpochNumbering
    /// When the look for entries that is awaited was asked for; nil where none is.
    private var collectingSince: Instant?
    /// The last entry that was taken.
    private(set) var entry: String?
    /// Somebody keeps what an L3 that is started again goes on from; and could not, as was said.
    let isKept: Bool
    private var isUnkept = false
    /// The next cycle that no event starts; and the earliest that a new finding starts.
    private var cycleDue = Instant.zero
    private var newsDue = Instant.zero
    /// Something came in since findings were last compared with those of cycles.
    private var mayHaveNews = false
    private(set) var orders: UInt64 = 0
    private var observedEpoch: UInt64 = 0
    private var context: ContextSelection
    /// A cycle waits for a mirror of now, since so many looks; and whether an event asked for it.
    private var refreshes = 0
    private var eventWaits = false
    private var records: TwinRecords
    /// Its own; they go nowhere.
    private var alarms: AlarmBook

    private static let policyTimer = TimerID(1)
    private static let cycleTimer = TimerID(2)
    /// Period in which policy is renewed.
    private let period: Instant.Span
    /// A policy outlives this many missed renewals.
    private static let lifetimePeriods: Int64 = 4
    /// Events are looked for this often.
    private static let lookPeriod = Instant.Span.milliseconds(100)
    /// A look that has not come back by then was refused or has failed: entries are looked for anew.
    private static let collectPatience = Instant.Span.seconds(10)
    /// From the beginning of a cycle to one that a new finding starts, at least.
    private static let shortestInterval = Instant.Span.seconds(1)
    /// At the start new findings wait as long as it takes to know how forecasts come true: before, no action can be
    /// followed up well.
    private static let newsDelay = Instant.Span.seconds(Double(ForecastTrack.enough))

    /// Policies that may have been sent since the last revision that was kept, at most.
    private static let unkeptRevisions: UInt64 = 1_000

    /// - Parameters:
    ///   - plan: the network and who is in it.
    ///   - node: this node.
    ///   - kept: what an earlier life of the node has left; nil where nobody keeps anything, as in virtual time.
    ///   - awaySeconds: how long ago that was kept.
    package init(plan: WiringPlan, node: NodePlan, kept: KeptEngineState? = nil, awaySeconds: Double = 0) {
        self.node = node.id
        network = plan.network
        readers = plan.nodes.filter { reader in
            (reader.role == .edge || reader.role == .rrm)
                && plan.wires.contains { $0.from == node.id && $0.to == reader.id }
        }.map(\.id)
        epochs = EpochNumbering(sources: plan.nodes.count)
        managers = TwinManagers(plan: plan, node: node)
        twin = NetworkTwin(
            cells: plan.network.cells.count, slices: plan.network.slices.count,
            regions: plan.network.regionNames.count, epochSeconds: plan.network.epoch.seconds)
        keeper = MirrorKeeper(cells: plan.network.cells.count, epochSeconds: plan.network.epoch.seconds)
        planner = ServicePlanner(network: plan.network)
        draft = PolicyDraft(network: plan.network)
        cycle = LanguageCycle(node: node.id, network: plan.network, names: plan.nodes.map(\.name))
        context = ContextSelection(cells: plan.network.cells.count)
        alarms = AlarmBook(plan: plan, node: node.id)
        records = TwinRecords(node: node.id, epochSeconds: plan.network.epoch.seconds)
        period = max(plan.network.epoch * 10, .seconds(1))
        clock = RunClock(epochSeconds: plan.network.epoch.seconds)
        isKept = kept != nil && plan.network.language.isEnabled
        guard isKept, let kept else { return }
        clock.goOn(epoch: kept.epoch, seconds: kept.seconds, awaySeconds: awaySeconds)
        cycle.goOn(from: kept)
        (orders, entry) = (kept.question, kept.entry)
        // Readers count revisions per start of an L3; the record of a run names each policy by its own.
        revision = kept.revision > 0 ? kept.revision + OrchestratorNode.unkeptRevisions : 0
    }

    package mutating func start(at now: Instant) -> [Effect<OrchestratorJob>] {
        cycleDue = now + network.language.period
        newsDue = now + OrchestratorNode.newsDelay
        let look: [Effect<OrchestratorJob>] =
            network.language.isEnabled
            ? [.schedule(OrchestratorNode.cycleTimer, at: now + OrchestratorNode.lookPeriod)] : []
        return [.schedule(OrchestratorNode.policyTimer, at: now + period)] + look + takeUpAdapter()
    }

    package mutating func receive(
        _ envelope: Envelope, arrived: Instant, at now: Instant
    ) -> [Effect<OrchestratorJob>] {
        switch envelope.body {
        case .regionReport(let report):
            guard noteEpoch(of: envelope) else { return [] }
            twin.observe(report)
            mayHaveNews = true
        case .channelReport(let report):
            guard noteEpoch(of: envelope) else { return [] }
            keeper.observe(report, from: envelope.sender.rawValue, epoch: envelope.epoch)
            let awaited = refreshes > 0 && isFresh ? begin(at: now, isEvent: false) : []
            return observe() + awaited
        case .twinStatus(let status):
            twin.observe(status)
            mayHaveNews = true
            cycle.goOn(behind: status.order)
            return records.record(status, of: envelope.sender, epoch: envelope.epoch).map { [.record($0)] } ?? []
        case .clarification(let clarification): cycle.take(clarification)
        case .alarm(let alarm):
            cycle.networkAlarms.take(alarm, from: envelope.sender)
            mayHaveNews = true
            return [.report(standingAlarms)]
        default: break
        }
        return []
    }

    /// Whether a report is of the epochs in force; what is held goes over to those that are numbered anew.
    private mutating func noteEpoch(of envelope: Envelope) -> Bool {
        let verdict = epochs.observe(envelope.epoch, from: Int(envelope.sender.rawValue))
        guard verdict != .doubtful else { return false }
        let fall = clock.hear(envelope.epoch, first: twin.firstEpoch, isAnew: verdict == .restarted)
        guard let fall else { return true }
        cycle.follow(fall)
        keeper.restartEpochs()
        twin.restartEpochs(at: envelope.epoch)
        observedEpoch = 0
        return true
    }

    package mutating func peerChanged(
        _ peer: NodeID, to state: PeerState, at now: Instant
    ) -> [Effect<OrchestratorJob>] {
        guard state == .down, cycle.networkAlarms.count > 0 else { return [] }
        cycle.networkAlarms.forget(peer)
        return [.report(standingAlarms)]
    }

    /// Alarms of its own process stand beside those of the layers below.
    package mutating func storeChanged(to state: StoreState, at now: Instant) -> [Effect<OrchestratorJob>] {
        let before = alarms.standing
        let recorded: [Effect<OrchestratorJob>] = alarms.report(state, epoch: latestEpoch)
        for var alarm in state == .recovered ? before : alarms.standing {
            if state == .recovered { alarm.severity = .cleared }
            cycle.networkAlarms.take(alarm, from: node)
        }
        mayHaveNews = true
        return recorded + [.report(standingAlarms)]
    }

    /// Alarms that stand.
    private var standingAlarms: Gauge { Gauge("standing_alarms", Double(cycle.networkAlarms.count)) }

    package mutating func fire(_ timer: TimerID, at now: Instant) -> [Effect<OrchestratorJob>] {
        timer == OrchestratorNode.cycleTimer ? look(at: now) : renew(at: now)
    }

    package mutating func finish(_ result: OrchestratorJobResult, at now: Instant) -> [Effect<OrchestratorJob>] {
        switch result {
        case .collected(let mail, let name):
            // One that was given up and comes late would bring entries twice.
            guard name == entry else { return [] }
            return take(mail, at: now)
        case .kept(let failure):
            // Once until it can be kept again.
            defer { isUnkept = failure != nil }
            guard let failure, !isUnkept else { return [] }
            return [.record(.alarm(node: node, text: "the language engine's state is not kept: \(failure)"))]
        case .thought(let thought):
            return thought.notices.map { .record(.alarm(node: node, text: $0)) }
                + perform(cycle.thought(thought, epoch: latestEpoch))
        case .played(let outcomes, let number):
            return perform(
                cycle.played(outcomes, number: number, wishes: wishes(of: number), epoch: latestEpoch))
        case .forecast(let valuesMbps, let epoch):
            return report(cycle.judge(valuesMbps, look: epoch, epoch: latestEpoch))
        case .adapter(let name, let number, let failure):
            let text = cycle.take(
                adapter: name, number: number, failure: failure, epoch: latestEpoch, seconds: seconds)
            return [.record(.alarm(node: node, text: text))] + keeping
        }
    }

    private mutating func take(_ mail: OperatorMail, at now: Instant) -> [Effect<OrchestratorJob>] {
        collectingSince = nil
        entry = mail.last ?? entry
        var answers: [Effect<OrchestratorJob>] = []
        for entry in mail.entries {
            switch cycle.take(entry, epoch: latestEpoch, seconds: seconds) {
            case .nothing: break
            case .serve(let action, let number, let effect):
                answers += serve(action, number: number)
                if let effect { answers.append(.record(.languageEffect(effect))) }
            case .changed(let effects):
                answers += effects.map { .record(.languageEffect($0)) } + send(policy)
            case .declined(let effects): answers += effects.map { .record(.languageEffect($0)) }
            case .refused(let text): answers.append(.record(.alarm(node: node, text: text)))
            }
        }
        let isEvent = mail.entries.contains { if case .trial = $0 { false } else { true } }
        let kept = mail.entries.isEmpty ? [] : keeping
        return answers + recordReplaced() + kept + beginTrial() + begin(at: now, isEvent: isEvent)
    }

    // MARK: - Policy

    private mutating func renew(at now: Instant) -> [Effect<OrchestratorJob>] {
        // Also while an edge is silent, and nothing can be measured.
        let ended = note(cycle.expire(epoch: latestEpoch)) + recordReplaced()
        let next = ended + [.schedule(OrchestratorNode.policyTimer, at: now + period)]
        guard twin.isComplete else { return next }
        base = Policy()
        base.cell = network.cells.map(\.id.rawValue)
        base.powerBudgetWatts = network.cells.map { Float(pow(10, ($0.transmitPowerDbm - 30) / 10)) }
        base.weight = network.cells.map { _ in 1 }
        base.reason = "services"
        planner.complete(&base, twin, seconds: seconds, leadSeconds: 2 * period.seconds)
        // A cycle that is open tries on the mirror that it has asked for.
        if refreshes == 0, !cycle.isOpen {
            context = ContextSelection(
                cycle.findings(figures, shares: shares, incumbents: incumbents), network: network)
        }
        return send(policy) + next + [
            .record(.cells(cellFigures)),
            .report(Gauge("mirror_bytes", Double(keeper.mirroredBytes))),
            .report(Gauge("policy_revision", Double(revision))),
            .report(Gauge("network_throughput_mbps", twin.throughputMbps)),
            .report(Gauge("network_load", twin.meanLoad)),
            .report(Gauge("twin_error_db", twin.meanTwinErrorDb)),
            .report(Gauge("language_actions", Double(cycle.active.count))),
        ]
    }

    /// The base policy with the actions in force.
    private var policy: Policy { policy(with: .none) }

    private func policy(with action: Action, isWished: Bool? = nil) -> Policy {
        var policy = base
        context.complete(&policy, network: network)
        let mirror = mirror
        for active in cycle.inForce(beside: action, isWished: isWished) {
            draft.apply(active.action, to: &policy, mirror: mirror)
        }
        draft.apply(action, to: &policy, mirror: mirror)
        if !cycle.active.isEmpty {
            let numbers = cycle.active.map { "\($0.number)" }.joined(separator: ", ")
            let longer = policy.reason + "; decisions " + numbers
            if longer.utf8.count <= 256 { policy.reason = longer }
        }
        return policy
    }

    private mutating func send(_ policy: Policy) -> [Effect<OrchestratorJob>] {
        // Before the first renewal there is none: what an earlier life has left may end or be taken back by then.
        guard !policy.cell.isEmpty else { return [] }
        revision += 1
        cycle.noteMoves(draft, mirror)
        var policy = policy
        policy.revision = revision
        let lifetime = period * OrchestratorNode.lifetimePeriods
        policy.expiresEpoch = latestEpoch + UInt64(lifetime.nanoseconds / network.epoch.nanoseconds)
        return readers.map { reader in
            .send(Envelope(sender: node, recipient: reader, epoch: latestEpoch, term: 0, body: .policy(policy)))
        }
    }

    /// Figures come once a second, or as often as the topology says.
    private var mirrorEpochs: Int {
        let seconds = network.language.mirrorPeriod?.seconds ?? ContextSelection.seconds
        return max(1, Int((seconds / network.epoch.seconds).rounded()))
    }

    /// The mirror is of the last second throughout; with a fixed period it is what it is.
    private var isFresh: Bool {
        network.language.mirrorPeriod != nil
            || latestEpoch - min(keeper.completeEpoch, latestEpoch) <= UInt64(mirrorEpochs)
    }

    private var cellFigures: CellFigures {
        CellFigures(
            node: node, epoch: latestEpoch, load: twin.load, forecastLoad: twin.forecastLoad,
            throughputKbps: twin.throughputKbps, users: twin.ueCount)
    }

    var seconds: Double { clock.seconds(first: twin.firstEpoch) }

    // MARK: - The language engine

    private mutating func look(at now: Instant) -> [Effect<OrchestratorJob>] {
        let next: Effect<OrchestratorJob> = .schedule(
            OrchestratorNode.cycleTimer, at: now + OrchestratorNode.lookPeriod)
        if let collectingSince, now < collectingSince + OrchestratorNode.collectPatience { return [next] }
        collectingSince = now
        return [next, .run(.collect(network, after: entry))]
    }

    private mutating func begin(at now: Instant, isEvent: Bool) -> [Effect<OrchestratorJob>] {
        eventWaits = eventWaits || isEvent
        guard twin.isComplete, keeper.isComplete, !base.cell.isEmpty, !cycle.isOpen,
            refreshes > 0 || eventWaits || now >= cycleDue || hasNews(at: now)
        else { return [] }
        let (state, shares, incumbents) = (state, shares, incumbents)
        if !isFresh, refreshes < OrchestratorNode.mostRefreshes,
            !cycle.findings(state, shares: shares, incumbents: incumbents).isEmpty
        {
            refreshes += 1
            context = ContextSelection(cells: network.cells.count)
            return refreshes == 1 ? send(policy) : []
        }
        (refreshes, eventWaits) = (0, false)
        let step = cycle.begin(state, shares: shares, incumbents: incumbents)
        guard case .think = step else { return [] }
        cycleDue = now + network.language.period
        newsDue = max(newsDue, now + OrchestratorNode.shortestInterval)
        return perform(step)
    }

    /// Has the twins try what waits for it beside a cycle, on the mirror that there is.
    private mutating func beginTrial() -> [Effect<OrchestratorJob>] {
        guard cycle.awaitsTrial(epoch: latestEpoch), twin.isComplete, keeper.isComplete, !base.cell.isEmpty
        else { return [] }
        return perform(cycle.beginTrial(state))
    }

    /// Whether a finding that no cycle has looked at is to start one now. Says so once an interval, also where the
    /// finding is gone before the mirror of now is there.
    private mutating func hasNews(at now: Instant) -> Bool {
        guard mayHaveNews, now >= newsDue else { return false }
        mayHaveNews = false
        guard cycle.hasNews(figures, shares: shares, incumbents: incumbents) else { return false }
        newsDue = now + OrchestratorNode.shortestInterval
        return true
    }

    private mutating func perform(_ step: LanguageCycle.Step) -> [Effect<OrchestratorJob>] {
        switch step {
        case .nothing: return []
        case .think(let job): return [.run(.think(job, network))]
        case .tryOut(let actions, let number):
            let isWished: Bool? = cycle.trial?.decision.number == number ? true : nil
            let question = WhatIfQuestion(
                mirror: mirror, policies: [policy] + actions.map { policy(with: $0, isWished: isWished) },
                horizonSeconds: network.language.horizon.seconds, seed: network.seed &+ latestEpoch,
                wishes: wishes(of: number))
            return [.run(.whatIf(question, number: number, network))]
        case .tryAgain(let active, let number): return tryAgain(active, number: number)
        case .done(let decision, let changed):
            let texts = cycle.takeTexts().map { Effect<OrchestratorJob>.record(.languageText($0)) }
            return serve(decision) + (changed ? send(policy) : []) + texts + [.record(.language(decision))]
                + recordReplaced() + keeping
        }
    }

    /// Has the twins say what the network is worth without an action in force, and with it.
    private func tryAgain(_ active: UInt64, number: UInt64) -> [Effect<OrchestratorJob>] {
        guard var lapsed = cycle.active.first(where: { $0.number == active }) else { return [] }
        lapsed.instead = []
        let mirror = mirror
        let question = WhatIfQuestion(
            mirror: mirror, policies: [policy(without: lapsed, mirror), policy],
            horizonSeconds: network.language.horizon.seconds, seed: network.seed &+ latestEpoch,
            wishes: wishes(of: number))
        return [.run(.whatIf(question, number: number, network))]
    }

    private mutating func recordReplaced() -> [Effect<OrchestratorJob>] {
        cycle.takeReplaced().map { .record(.languageEffect($0)) }
    }

    /// Looks that a cycle waits for a mirror of now before it goes on with what there is.
    private static let mostRefreshes = 3

    /// Carries out what an adopted decision asks of AI engines and of the model server. Orders have the number of their
    /// decision.
    private mutating func serve(_ decision: LanguageDecision) -> [Effect<OrchestratorJob>] {
        guard decision.outcome == .adopted, let action = cycle.lastService else { return [] }
        return serve(action, number: decision.number)
    }

    private mutating func serve(_ action: Action, number: UInt64) -> [Effect<OrchestratorJob>] {
        switch action {
        case .retrain(let cell):
            var order = OrchestratorNode.order(number, .retrain, cell)
            if let worst = twin.worst(cell: cell.index) {
                (order.xMetres, order.yMetres) = (worst.x, worst.y)
                order.radiusMetres = OrchestratorNode.retrainMetres
            }
            records.note(order)
            return message(.trainOrder(order), to: managers.edge(of: cell))
        case .retrainForecast(let cell):
            var order = OrchestratorNode.order(number, twin.refitFailed[cell.index] ? .retrain : .parameter, cell)
            order.engine = .traffic
            if order.kind == .parameter {
                (order.name, order.value) = (ForecastParameter.smoothing.rawValue, OrchestratorNode.newestPart)
            }
            return message(.trainOrder(order), to: managers.region(of: cell))
        case .tuneTwin(let cell, let parameter, let factor):
            var order = OrchestratorNode.order(number, .parameter, cell)
            (order.name, order.value) = (parameter.rawValue, Float(factor))
            return message(.trainOrder(order), to: managers.edge(of: cell))
        case .recallTwin(let cell, let condition):
            var order = OrchestratorNode.order(number, .adapter, cell)
            order.name = condition.name
            return message(.trainOrder(order), to: managers.edge(of: cell))
        case .askEngine(let engine, let cell):
            orders += 1
            let question = Clarify(
                question: orders, engine: engine == .channel ? .channel : .traffic, cell: cell.rawValue)
            let peer = engine == .channel ? managers.edge(of: cell) : managers.region(of: cell)
            return message(.clarify(question), to: peer)
        case .loadAdapter(let name): return [.run(.loadAdapter(name, number: number, network))]
        default: return []
        }
    }

    private static func order(_ number: UInt64, _ kind: TrainKind, _ cell: CellID) -> TrainOrder {
        var order = TrainOrder()
        (order.order, order.kind, order.cell) = (number, kind, [cell.rawValue])
        return order
    }

    /// Part of the history that a forecast is fitted to where it drifts: what was long before is no guide.
    private static let newestPart: Float = 0.5

    /// Around the place where a twin errs most, so much is learnt anew.
    private static let retrainMetres: Float = 75

    private func message(_ body: Body, to peer: NodeID?) -> [Effect<OrchestratorJob>] {
        guard let peer else { return [] }
        return [.send(Envelope(sender: node, recipient: peer, epoch: latestEpoch, term: 0, body: body))]
    }

    /// Measures the network value once all edges have reported on a second, and follows up what was adopted.
    private mutating func observe() -> [Effect<OrchestratorJob>] {
        let epoch = keeper.commonEpoch
        guard keeper.isComplete, epoch >= observedEpoch + UInt64(mirrorEpochs) else { return [] }
        observedEpoch = epoch
        let rates = keeper.throughputMbps
        guard !rates.isEmpty else { return [] }
        let value = Evaluation.networkValue(
            rateMbps: rates, weight: rates.map { _ in 1 }, alpha: network.game.alpha)
        let ended = report(cycle.expire(epoch: latestEpoch))
        guard !base.cell.isEmpty, cycle.look(valueMbps: value, users: rates.count, epoch: epoch) else {
            return ended
        }
        return ended + [.run(.forecast(forecastQuestion, epoch: epoch, network))]
    }

    /// What the network is worth as it is mirrored now, under the policy in force and under it without each action in
    /// force. The twins err alike in every look.
    private var forecastQuestion: WhatIfQuestion {
        var mirror = mirror
        mirror.loadTrend = network.cells.map { _ in 1 }
        return WhatIfQuestion(
            mirror: mirror, policies: [policy] + cycle.active.map { policy(without: $0, mirror) },
            horizonSeconds: 0, seed: network.seed)
    }

    /// The policy as it would be if one action had not been adopted.
    private func policy(without left: LanguageCycle.Active, _ mirror: TwinMirror) -> Policy {
        var policy = base
        for active in cycle.active where active.number != left.number {
            draft.apply(active.action, to: &policy, mirror: mirror)
        }
        for other in left.instead { draft.apply(other.action, to: &policy, mirror: mirror) }
        draft.undo(left.moved, in: &policy, mirror: mirror)
        return policy
    }

    /// Says what became of actions, and sends the policy without them.
    private mutating func report(_ effects: [LanguageEffect]) -> [Effect<OrchestratorJob>] {
        effects.isEmpty ? [] : note(effects) + send(policy)
    }

    private mutating func note(_ effects: [LanguageEffect]) -> [Effect<OrchestratorJob>] {
        guard !effects.isEmpty else { return [] }
        mayHaveNews = true
        return effects.map { .record(.languageEffect($0)) } + keeping
    }

    private var mirror: TwinMirror {
        let trend = zip(twin.load, twin.forecastLoad).map { load, forecast in
            load > 0.05 ? min(3, max(0.2, forecast / load)) : 1
        }
        return keeper.mirror(epoch: latestEpoch, loadTrend: trend)
    }

    private var state: NetworkState {
        var state = figures
        for (cell, neighbour) in keeper.neighbours.enumerated() { state.cells[cell].neighbour = neighbour }
        return state
    }

    /// What findings are made from: the state without what has to be read out of the mirror's links.
    private var figures: NetworkState {
        let cells = network.cells.indices.map { index in
            var cell = CellState()
            cell.load = twin.load[index]
            cell.forecastLoad = twin.forecastLoad[index]
            cell.throughputKbps = twin.throughputKbps[index]
            cell.ueCount = twin.ueCount[index]
            cell.twinErrorDb = twin.twinErrorDb[index]
            cell.usualErrorDb = twin.usualErrorDb[index]
            cell.cure = twin.cure(cell: index)
            cell.forecastError = twin.forecastError[index]
            cell.usualForecastError = twin.usualForecastError[index]
            cell.powerDbm = network.cells[index].transmitPowerDbm
            cell.shortSlices = shortSlices(cell: index)
            return cell
        }
        let needs = twin.meanSliceNeed
        return NetworkState(
            epoch: latestEpoch, seconds: seconds, cells: cells, sliceNeed: needs.need, sliceUEs: needs.ues,
            weather: network.weather.isEmpty ? nil : twin.weather)
    }

    /// Slices that have users in a cell and need more of its PRBs than they are promised there, and not just now.
    private func shortSlices(cell: Int) -> [Int] {
        guard base.slices > 0, !base.sliceShare.isEmpty else { return [] }
        return (0..<base.slices).filter { slice in
            let place = cell * base.slices + slice
            let need = min(twin.sliceNeed[place], planner.standingNeed[place])
            return twin.sliceUEs[place] > 0 && need > Double(base.sliceShare[place])
        }
    }

    /// Part of the PRBs that each slice is promised, mean of the cells.
    private var shares: [Double] {
        guard base.slices > 0, !base.cell.isEmpty else { return network.slices.map { _ in 0 } }
        return (0..<base.slices).map { slice in
            let sum = base.cell.indices.reduce(Float(0)) { $0 + base.sliceShare[$1 * base.slices + slice] }
            return Double(sum) / Double(base.cell.count)
        }
    }

    /// Other users of the band that come within the horizon of a what-if.
    private var incumbents: [Finding] {
        network.incumbents.filter {
            $0.arrivalSeconds > seconds && $0.arrivalSeconds - seconds < network.language.horizon.seconds
        }.map { .incumbent(name: $0.name, seconds: $0.arrivalSeconds - seconds) }
    }

    /// What operators wish; for a trial also the wish that is tried.
    private func wishes(of number: UInt64) -> OperatorWishes {
        let tried = cycle.trial.flatMap { $0.decision.number == number ? $0.intent : nil }
        return OperatorWishes(
            cycle.intents.map(\.intent) + (tried.map { [$0] } ?? []), network: network, seconds: seconds)
    }
}
