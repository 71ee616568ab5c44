package import DTNetMessages
package import NetworkModel
package import ResourceAllocation
package import TwinProtocol

/// The RRM leader as a value (DESIGN 6): collects the channel reports of an epoch, solves the game on its twin, and
/// sends directives (FCH), offers (SCH), or offers and border charges (DCH).
package struct LeaderNode: Role {
    package typealias Job = NoJob
    package typealias JobResult = NoJob

    package let node: NodeID
    let network: NetworkConfiguration
    private let guarantees: GuaranteeTable
    let scope: LeaderScope
    let settings: LeaderSettings
    var barrier: EpochBarrier
    /// Epochs of the reports, by edge.
    private var epochs: EpochNumbering
    /// Latest report of each edge: converted, with the hop trace and times it came with.
    var reports: [EdgeReport?]
    var game: LeaderGame
    var policy: PolicyInForce
    /// What L3 controls directly; a leader that directs passes it on.
    var controls: PolicyControls
    var border: BorderState
    private var watch: BorderWatch
    private let name: String
    private var responses = ResponseCheck()
    private var alarms: AlarmBook
    private var refusals: RefusalWatch
    var term: UInt64 = 1
    /// Telemetry epoch decided last.
    package private(set) var decidedEpoch: UInt64?
    var pendingRecord: LeaderDecision?
    /// When the work after the last decision is due; nil where none is put off.
    private var aheadDue: Instant?

    static let deadlineTimer = TimerID(1)
    /// Fires once the decision of an epoch is through: what is recorded and worked ahead then takes no processor from
    /// the followers that are answering.
    package static let aheadTimer = TimerID(2)

    /// From a decision to the preparation of the next: the edges send their responses three eighths of an epoch after
    /// their telemetry, and what they say is in by then.
    private static func aheadDelay(of epoch: Instant.Span) -> Instant.Span { epoch * 7 / 16 }

    /// - Parameter timeLimit: makes, for a length of wall time from now, a closure that is true once it is over; nil
    ///   where only counted work bounds the solver (the simulator).
    package init(
        plan: WiringPlan, node: NodePlan,
        timeLimit: (@Sendable (Instant.Span) -> @Sendable () -> Bool)? = nil
    ) {
        self.node = node.id
        name = node.name
        network = plan.network
        guarantees = GuaranteeTable(network: plan.network)
        scope = LeaderScope(plan: plan, node: node)
        settings = LeaderSettings(network: plan.network, timeLimit: timeLimit)
        barrier = EpochBarrier(sources: max(scope.edges.count, 1))
        epochs = EpochNumbering(sources: scope.edges.count)
        reports = Array(repeating: nil, count: scope.edges.count)
        game = LeaderGame(network: plan.network, scope: scope, settings: settings)
        policy = PolicyInForce(maxPowerWatts: game.assembler.maxPowerWatts)
        controls = PolicyControls(cells: plan.network.cells.count)
        alarms = AlarmBook(plan: plan, node: node.id)
        refusals = RefusalWatch(network: plan.network)
        border = BorderState(network: plan.network, scope: scope, initialPowerWatts: game.assembler.maxPowerWatts)
        watch = BorderWatch(
            network: plan.network, scope: scope, node: node.id, maxPowerWatts: game.assembler.maxPowerWatts)
    }

    package var highestTermSeen: UInt64 { term }

    /// The problem behind the last decision, and what was decided: for evaluation beside the loop.
    package var lastProblem: Problem? { game.problem }
    package var lastPower: [Double] { game.powerWatts }
    package var lastPrice: [Double] { game.price }
    package var lastSolver: SolverKind { game.solver }
    /// Powers that neighbouring leaders announce for their cells, loads included, W [cell x subband]; equal power where
    /// nothing was heard.
    package var announcedPowerWatts: [Double] { border.powerWatts }

    package mutating func receive(_ envelope: Envelope, arrived: Instant, at now: Instant) -> [Effect<NoJob>] {
        switch envelope.body {
        case .channelReport(let report):
            return receive(report, of: envelope, arrived: arrived, at: now)
        case .policy(let policy):
            self.policy.adopt(policy)
            controls.adopt(policy, incarnation: envelope.incarnation)
        case .leaderSync(let sync):
            border.receive(sync, from: envelope.sender, damping: network.game.damping)
        case .regionReport(let report):
            policy.note(report)
        case .response(let response):
            return receive(response, of: envelope)
        case .directiveResult(let result):
            return alarms.report(refusals.note(result), epoch: envelope.epoch)
        case .hello, .welcome, .reject, .heartbeat, .telemetry, .offer, .directive, .trainOrder, .twinStatus, .clarify,
            .clarification, .alarm:
            break
        }
        return []
    }

    package mutating func fire(_ timer: TimerID, at now: Instant) -> [Effect<NoJob>] {
        if timer == LeaderNode.aheadTimer {
            aheadDue = nil
            return [.followUp]
        }
        guard let epoch = barrier.epoch, barrier.expire(epoch: epoch) else { return [] }
        return decide(epoch: epoch, released: now, releaser: nil)
    }

    /// Prepares the decision of the next epoch, and holds this one against those of neighbours.
    package mutating func followUp(at now: Instant) -> [Effect<NoJob>] {
        guard var record = pendingRecord else { return [] }
        pendingRecord = nil
        let opposed = watch.note(own: game.loadedPowerWatts, announced: border.powerWatts)
        game.appraise()
        game.prepare(border: border)
        game.associate(controls)
        record.twinValueMbps = game.twinValueMbps
        return [
            .record(.leaderDecision(record)), .report(Gauge("epoch", Double(record.epoch))),
            .report(Gauge("rounds", Double(record.rounds))),
            .report(Gauge("twin_value_mbps", record.twinValueMbps)),
        ] + opposed.flatMap { report($0, epoch: record.epoch) }
    }

    /// Says that a neighbour's powers and this leader's move against each other, or no longer.
    private mutating func report(_ change: BorderWatch.Change, epoch: UInt64) -> [Effect<NoJob>] {
        guard change.change == .raised else { return alarms.clear(.leadersOpposed, cells: change.cells, epoch: epoch) }
        let text = "\(name) and \(change.neighbour) move their powers against each other at their border"
        return [.record(.alarm(node: node, text: text))]
            + alarms.raise(.leadersOpposed, cells: change.cells, epoch: epoch, text: text)
    }

    package mutating func peerChanged(_ peer: NodeID, to state: PeerState, at now: Instant) -> [Effect<NoJob>] {
        // A leader that returns starts above every term that its peers have seen.
        if case .up(let highestTerm) = state, decidedEpoch == nil {
            term = max(term, Envelope.term(above: highestTerm))
        }
        let epoch = decidedEpoch ?? 0
        let isUp = state != .down
        if peer == scope.radioNetwork {
            // It concerns the whole network: no cell in particular.
            let text = "the radio network does not answer"
            return isUp
                ? alarms.clear(.radioNetworkLost, epoch: epoch)
                : alarms.raise(.radioNetworkLost, epoch: epoch, text: text)
        }
        if let neighbour = scope.neighbours.first(where: { $0.id == peer }) {
            let cells = neighbour.cells.map(\.rawValue)
            let text = "\(neighbour.name) does not answer: its border charges stay as they were"
            return isUp
                ? alarms.clear(.leaderLost, cells: cells, epoch: epoch)
                : alarms.raise(.leaderLost, cells: cells, epoch: epoch, text: text)
        }
        return isUp ? alarms.repeated(to: peer, epoch: epoch) : []
    }

    package mutating func storeChanged(to state: StoreState, at now: Instant) -> [Effect<NoJob>] {
        alarms.report(state, epoch: decidedEpoch ?? 0)
    }

    // MARK: - One epoch

    private mutating func receive(
        _ report: ChannelReport, of envelope: Envelope, arrived: Instant, at now: Instant
    ) -> [Effect<NoJob>] {
        guard let source = scope.source(of: envelope.sender), report.links > 0 else { return [] }
        switch epochs.observe(envelope.epoch, from: source) {
        case .inForce: break
        case .restarted:
            // What is held names epochs of a numbering that is over.
            barrier.restart()
            policy.forget()
            controls.forget()
        case .doubtful: return []
        }
        reports[source] = EdgeReport(
            report, guarantees: guarantees, epoch: envelope.epoch, hops: envelope.hops, arrived: arrived, started: now)
        switch barrier.arrive(source: source, epoch: envelope.epoch) {
        case .wait, .late:
            return []
        case .opened:
            return [.schedule(LeaderNode.deadlineTimer, at: now + network.epoch / 2)]
        case .release:
            return decide(epoch: envelope.epoch, released: now, releaser: source)
        }
    }

    /// What a follower actuated: held against what was announced to it, for the record of the next decision.
    private mutating func receive(_ response: Response, of envelope: Envelope) -> [Effect<NoJob>] {
        guard let source = scope.source(of: envelope.sender), envelope.term == term else { return [] }
        responses.note(
            response, epoch: envelope.epoch, cells: scope.edges[source].cells.map(\.rawValue),
            expectedWatts: game.powerWatts, budgets: policy.powerBudgetWatts)
        return responses.gap.map { [.report(Gauge("response_gap", $0))] } ?? []
    }

    /// Solves and announces. `releaser` is the edge whose report completed the epoch, nil at the deadline.
    private mutating func decide(epoch: UInt64, released: Instant, releaser: Int?) -> [Effect<NoJob>] {
        decidedEpoch = epoch
        policy.expire(at: epoch)
        controls.expire(at: epoch)
        // What an edge has not reported in time is its last report, at the load that L2 forecasts for its cells.
        let held = reports.compactMap { $0?.epoch == epoch ? $0 : $0?.carried(by: policy.forecastLoad) }
        let fresh = held.filter { $0.epoch == epoch }
        guard !fresh.isEmpty else { return [] }
        let rounds = game.solve(held, policy: policy, border: border, controls: controls)
        // A last report may be of a numbering that is over.
        let oldest = held.reduce(epoch) { min($0, $1.oldestEpoch) }
        var effects: [Effect<NoJob>] = []
        if let radioNetwork = scope.radioNetwork, network.hierarchy == .fullyCentralised {
            let chain = fresh.max { $0.started < $1.started }
            effects += directive(
                to: radioNetwork, epoch: epoch, oldest: oldest, chain: chain, released: released)
        } else {
            effects += offers(epoch: epoch, oldest: oldest, released: released, rounds: rounds)
            effects += border.syncs(
                from: node, scope: scope, epoch: epoch, term: term, price: game.price, power: game.loadedPowerWatts,
                region: network.cells[Int(scope.ownCells[0])].region)
        }
        // The decision before is still to be recorded where its timer was late.
        effects += pendingRecord.map { [.record(.leaderDecision($0))] } ?? []
        pendingRecord = LeaderDecision(
            node: node, epoch: epoch, rounds: rounds,
            predictedCells: zip(scope.edges, reports).reduce(0) { $0 + ($1.1?.epoch == epoch ? 0 : $1.0.cells.count) },
            twinValueMbps: game.twinValueMbps, solver: game.solver, reason: game.reason, responseGap: responses.gap)
        responses.expect(epoch: epoch)
        effects.append(.cancel(LeaderNode.deadlineTimer))
        // In a closed loop decisions follow each other sooner: the work after them comes as seldom as by the clock.
        if aheadDue.map({ $0 <= released }) ?? true {
            let due = released + LeaderNode.aheadDelay(of: network.epoch)
            aheadDue = due
            effects.append(.schedule(LeaderNode.aheadTimer, at: due))
        }
        return effects
    }

    /// FCH: the leader directs the whole network; one message, the last report's hops go on.
    private mutating func directive(
        to radioNetwork: NodeID, epoch: UInt64, oldest: UInt64, chain: EdgeReport?, released: Instant
    ) -> [Effect<NoJob>] {
        guard game.decides else { return [] }
        var directive = Directive()
        directive.offerEpoch = epoch
        directive.oldestEpoch = oldest
        directive.expiresEpoch = epoch + UInt64(network.game.expiryEpochs)
        directive.subbands = network.carrier.subbands
        directive.cell = scope.ownCells
        directive.powerWatts = game.rows(of: game.powerWatts, cells: scope.ownCells)
        controls.attach(to: &directive)
        directive.associationUE = game.associationUE
        directive.associationCell = game.associationCell
        if network.game.scheduling == .shares {
            directive.shareUE = game.ues
            directive.share = game.shares(controls)
        }
        for report in reports.compactMap({ $0 }) where report.epoch == epoch {
            for (ue, beam) in zip(report.ue, report.servingBeam) where beam != .max {
                directive.beamUE.append(ue)
                directive.beam.append(beam)
            }
        }
        game.recommend(in: &directive)
        return [
            .send(
                Envelope(
                    sender: node, recipient: radioNetwork, epoch: epoch, term: term,
                    hops: hops(after: chain, released: released), body: .directive(directive)))
        ]
    }

    /// SCH and DCH: prices, and the powers of the others that each edge is to assume.
    private func offers(epoch: UInt64, oldest: UInt64, released: Instant, rounds: Int) -> [Effect<NoJob>] {
        guard game.decides else { return [] }
        let loaded = game.loadedPowerWatts
        return scope.edges.indices.map { index in
            let edge = scope.edges[index]
            let cells = edge.cells.map(\.rawValue)
            let others = game.others(than: edge.cells)
            var offer = Offer()
            offer.offerEpoch = epoch
            offer.oldestEpoch = oldest
            offer.expiresEpoch = epoch + UInt64(network.game.expiryEpochs)
            offer.round = UInt32(rounds)
            offer.subbands = network.carrier.subbands
            offer.cell = cells
            offer.price = game.rows(of: game.price, cells: cells)
            offer.powerBudgetWatts = cells.map { Float(policy.powerBudgetWatts[Int($0)]) }
            offer.neighbourCell = others
            offer.neighbourPowerWatts = game.rows(of: loaded, cells: others)
            offer.expectedPowerWatts = game.rows(of: game.powerWatts, cells: cells)
            for (ue, cell) in zip(game.associationUE, game.associationCell) where cells.contains(cell) {
                offer.associationUE.append(ue)
                offer.associationCell.append(cell)
            }
            let report = reports[index].flatMap { $0.epoch == epoch ? $0 : nil }
            return .send(
                Envelope(
                    sender: node, recipient: edge.id, epoch: epoch, term: term,
                    hops: hops(after: report, released: released), body: .offer(offer)))
        }
    }

    private func hops(after report: EdgeReport?, released: Instant) -> [Hop] {
        guard let report else { return [] }
        let own = Hop(
            node: node, layer: .rrm, arrived: report.arrived, started: report.started,
            barrier: released - report.started)
        return report.hops + [own]
    }
}

/// A channel report as a leader keeps it.
struct EdgeReport: Sendable {
    let snapshot: ChannelSnapshot
    let cell: [UInt32]
    let ue: [UInt32]
    let ueSlice: [UInt32]
    let servingBeam: [UInt32]
    let beamGainDb: [Float]
    /// Standard deviation of every link [UE x links]; empty where it was left out.
    let deviationDb: [Float]
    private(set) var load: [Float]
    let epoch: UInt64
    let oldestEpoch: UInt64
    let hops: [Hop]
    let arrived: Instant
    let started: Instant

    init(
        _ report: ChannelReport, guarantees: GuaranteeTable, epoch: UInt64, hops: [Hop], arrived: Instant,
        started: Instant
    ) {
        snapshot = ChannelSnapshot(
            links: report.links, reportSubbands: report.reportSubbands, ueCell: report.ueCell, weight: report.weight,
            demandKbps: report.demandKbps, guaranteeMbps: guarantees.mbps(slice: report.ueSlice),
            linkCell: report.linkCell, gainDb: report.gainDb, backgroundDbm: report.backgroundDbm,
            beamGainDb: report.beamGainDb)
        cell = report.cell
        ue = report.ue
        ueSlice = report.ueSlice
        servingBeam = report.servingBeam
        beamGainDb = report.beamGainDb
        deviationDb = report.deviationDb
        load = report.load
        self.epoch = epoch
        oldestEpoch = report.oldestEpoch
        self.hops = hops
        self.arrived = arrived
        self.started = started
    }
    /// The report as a guess at a later epoch: loads as forecast, where there is a forecast; the rest as it was.
    ///
    /// - Parameter forecast: load of each cell of the network, 0 ... 1, nil where none is known.
    func carried(by forecast: [Double?]) -> EdgeReport {
        var guess = self
        for (index, cell) in cell.enumerated() {
            if let load = forecast[Int(cell)] { guess.load[index] = Float(load) }
        }
        return guess
    }
}
