package import DTNetMessages
package import NetworkModel
package import ResourceAllocation
package import TwinProtocol

/// The micro-twins of an edge's cells and the follower of the game, as a value (DESIGN 6, 8 and 11).
///
/// Telemetry comes in, is corrected by the cells' L1 twins, and goes up as a channel report. In FCH the leader
/// directs; in SCH the edge waits for the offer of the epoch and answers with its best response; in DCH, and wherever
/// timing is asynchronous, it acts at once on the last offer that it holds. What the twins learn from the telemetry
/// they learn after the decision is on its way.
package struct EdgeNode: Role {
    package typealias Job = EdgeJob
    package typealias JobResult = EdgeJobResult

    package let node: NodeID
    private let name: String
    let network: NetworkConfiguration
    let peers: EdgePeers
    private let waits: Bool
    private let acts: Bool
    var twins: MicroTwins
    var follower: Follower
    /// What fading will have made of the gains that leaders decide on.
    private var fading: FadingForecast
    private var term: UInt64 = 1
    /// Epochs of the radio network's telemetry.
    private var epochs = EpochNumbering(sources: 1)
    private var offerTerm: UInt64 = 0
    /// The epoch in hand.
    private var current: Pending?
    /// What can wait until the decisions of the epoch are through.
    private var deferred: Deferred?
    /// When that is due; nil where nothing is put off.
    private var deferredDue: Instant?
    /// What the twins are to learn once that has left.
    private var unlearnt: (telemetry: Telemetry, epoch: UInt64)?
    /// Report whose problem the follower has not built yet: it does so while the leader is thinking.
    private var unobserved: ChannelReport?
    private var lateOffers: [Record] = []
    private var regionReportDue = Instant.zero
    /// Handovers that L2 is still to hear of.
    private var handovers: (ue: [UInt32], from: [UInt32], to: [UInt32]) = ([], [], [])
    /// Powers and loads of the own cells, for maps of interference.
    private(set) var inForce = CellsInForce()
    /// When the edge reports to L3, and what.
    private var mirror = MirrorSchedule()
    private var alarms: EdgeAlarms
    /// Edits of the scene that the baseline holds, or that were refused.
    private var seenEdits = SceneEditsDigest.none
    /// Whether the engine's state could not be kept when that was last tried.
    private var isUnsaved = false

    private static let offerTimer = TimerID(1)
    private static let deferTimer = TimerID(2)
    private static let editsTimer = TimerID(3)
    /// How often the file of scene edits is looked at.
    private static let editsPeriod = Instant.Span.milliseconds(1_000)
    /// L2 averages over its own, slower period.
    private static let regionPeriod = Instant.Span.milliseconds(50)

    private struct Pending: Sendable {
        var epoch: UInt64
        var hops: [Hop]
        var isAnswered: Bool
    }

    private struct Deferred: Sendable {
        var telemetry: Telemetry
        var report: ChannelReport
        var isReported: Bool
        /// The newest answer to an offer, and the epoch that it was given in.
        var response: (content: Response, epoch: UInt64)?
        var epoch: UInt64
        var hops: [Hop]
    }

    package init(plan: WiringPlan, node: NodePlan) {
        self.node = node.id
        name = node.name
        var network = plan.network
        network.twin.model = network.twin.model(ofEdge: node.name)
        self.network = network
        peers = EdgePeers(plan: plan, node: node)
        acts = plan.network.hierarchy != .fullyCentralised
        waits = acts && plan.network.game.timing(in: plan.network.hierarchy) == .synchronous
        fading = FadingForecast(aim: acts && !waits ? .nextEpoch : .thisEpoch)
        twins = MicroTwins(network: plan.network, cells: node.cells)
        follower = Follower(network: plan.network, cells: node.cells)
        alarms = EdgeAlarms(plan: plan, node: node)
    }

    package var highestTermSeen: UInt64 { max(term, offerTerm) }

    /// The problem behind the last best response, and what was decided: for evaluation beside the loop.
    package var lastProblem: Problem? { follower.problem }
    package var lastPower: [Double] { follower.powerWatts }
    package var lastPrice: [Double] { follower.price }

    package mutating func start(at now: Instant) -> [Effect<EdgeJob>] {
        standing + (EdgeJob.preparation(of: network).map { [.run($0)] } ?? [])
    }

    package mutating func finish(_ result: EdgeJobResult, at now: Instant) -> [Effect<EdgeJob>] {
        switch result {
        case .baseline(let map, let engine, let notices):
            if twins.adopt(map: map, engine: engine) {
                return standing
                    + notices.flatMap { alarms.record(.modelMismatch, epoch: epoch, "twin.model: \($0)") }
                    + followEdits(at: now)
            }
            let text = "the fitted state of twin.model is of another baseline or network"
            return standing + alarms.record(.modelMismatch, epoch: epoch, text)
        case .failed(let reason):
            let text = "the twins go on with the distance law: \(reason)"
            return standing + alarms.record(.baselineMissing, epoch: epoch, text)
        case .edited(let map, let digest, let edits, let changedLinks):
            seenEdits = digest
            twins.follow(map)
            return followEdits(at: now) + alarms.clear(.sceneEditsRefused, epoch: epoch) + [
                .report(Gauge("twin_scene_edits", Double(edits))),
                .report(Gauge("twin_changed_links", Double(changedLinks))),
            ]
        case .unedited: return followEdits(at: now)
        case .refusedEdits(let reason, let digest):
            guard digest != seenEdits else { return followEdits(at: now) }
            seenEdits = digest
            let text = "the twins go on with the scene that they have: \(reason)"
            return followEdits(at: now) + alarms.record(.sceneEditsRefused, epoch: epoch, text)
        case .saved(let bytes):
            isUnsaved = false
            return [.report(Gauge("twin_saved_bytes", Double(bytes)))]
        case .unsaved(let reason):
            // Once until it can be kept again.
            defer { isUnsaved = true }
            let text = "what the twins have learnt is not kept: \(reason)"
            return isUnsaved ? [] : [.record(.alarm(node: node, text: text))]
        }
    }

    package mutating func storeChanged(to state: StoreState, at now: Instant) -> [Effect<EdgeJob>] {
        alarms.book.report(state, epoch: epoch)
    }

    /// Distance laws are not kept: they are learnt within seconds.
    package func keep(at now: Instant) -> [Effect<EdgeJob>] {
        guard let engine = twins.corrected?.engine else { return [] }
        return [.run(.saveModel(network, node: name, engine: engine))]
    }

    /// Cells whose twins stand on the baseline that the topology names, where it names one: 0 while they still go by
    /// the distance law that they begin with.
    private var standing: [Effect<EdgeJob>] {
        guard !network.twin.isPlainLaw else { return [] }
        return [.report(Gauge("twin_baseline_cells", twins.corrected == nil ? 0 : Double(twins.cells.count)))]
    }

    /// Looks at the scene's edits again in a while, where the topology names a file of them.
    private func followEdits(at now: Instant) -> [Effect<EdgeJob>] {
        guard network.twin.sceneEdits != nil else { return [] }
        return [.schedule(EdgeNode.editsTimer, at: now + EdgeNode.editsPeriod)]
    }

    package mutating func receive(_ envelope: Envelope, arrived: Instant, at now: Instant) -> [Effect<EdgeJob>] {
        switch envelope.body {
        case .telemetry(let telemetry):
            return receive(telemetry, of: envelope, arrived: arrived, at: now)
        case .offer(let offer):
            return receive(offer, of: envelope, arrived: arrived, at: now)
        case .policy(let policy):
            follower.adopt(policy, incarnation: envelope.incarnation)
            twins.adopt(policy)
            mirror.adopt(policy, cells: twins.cells)
        case .directiveResult(let result):
            return alarms.note(result, epoch: envelope.epoch)
        case .trainOrder(let order):
            let epoch = current?.epoch ?? envelope.epoch
            twins.carryOut(order, epoch: epoch)
            let status = twins.status(epoch: epoch)
            return [.send(toGlobalTwin(envelope.sender, epoch: envelope.epoch, .twinStatus(status)))]
        case .clarify(let question) where question.engine == .channel:
            let answer = Clarification(
                question: question.question, engine: question.engine, cell: question.cell,
                text: twins.answer(cell: question.cell))
            return [.send(toGlobalTwin(envelope.sender, epoch: envelope.epoch, .clarification(answer)))]
        default:
            break
        }
        return []
    }

    /// The epoch in hand, 0 before the first.
    private var epoch: UInt64 { current?.epoch ?? 0 }

    private func toGlobalTwin(_ peer: NodeID, epoch: UInt64, _ body: Body) -> Envelope {
        Envelope(sender: node, recipient: peer, epoch: epoch, term: term, body: body)
    }

    package mutating func peerChanged(_ peer: NodeID, to state: PeerState, at now: Instant) -> [Effect<EdgeJob>] {
        // What the radio network has applied of us is fenced by our term: a returning edge starts above it.
        if case .up(let highestTerm) = state, peer == peers.radioNetwork, current == nil {
            term = max(term, Envelope.term(above: highestTerm))
        }
        let isUp = state != .down
        var effects = isUp ? alarms.book.repeated(to: peer, epoch: epoch) as [Effect<EdgeJob>] : []
        if peer == peers.radioNetwork {
            effects += alarms.peerChanged(.radioNetworkLost, isUp: isUp, epoch: epoch, what: "the radio network")
        }
        if peer == peers.leader {
            effects += alarms.peerChanged(.leaderLost, isUp: isUp, epoch: epoch, what: "the leader")
        }
        return effects
    }

    package mutating func fire(_ timer: TimerID, at now: Instant) -> [Effect<EdgeJob>] {
        if timer == EdgeNode.deferTimer { return catchUp(at: now) }
        if timer == EdgeNode.editsTimer { return [.run(.followEdits(network, seen: seenEdits))] }
        guard let pending = current, !pending.isAnswered else { return [] }
        lateOffers.append(.lateOffer(node: node, epoch: pending.epoch, cells: follower.cells.count))
        let hops = pending.hops + [Hop(node: node, layer: .l1, arrived: now, started: now)]
        return answer(epoch: pending.epoch, hops: hops) + noteOffer(isMissing: true) + [.followUp]
    }

    /// Once an offer has come, epochs without one of their own are counted.
    private mutating func noteOffer(isMissing: Bool) -> [Effect<EdgeJob>] {
        offerTerm > 0 ? alarms.noteOffer(isMissing: isMissing, epoch: epoch) : []
    }

    package mutating func followUp(at now: Instant) -> [Effect<EdgeJob>] {
        if let report = unobserved {
            unobserved = nil
            follower.observe(report)
        }
        defer { lateOffers.removeAll() }
        return lateOffers.map(Effect.record) + learn()
    }

    private mutating func learn() -> [Effect<EdgeJob>] {
        guard let work = unlearnt.take() else { return [] }
        twins.learn(work.telemetry, epoch: work.epoch)
        let errors = twins.meanErrorDb
        return [
            .report(Gauge("twin_error_before_db", errors.before)), .report(Gauge("twin_error_after_db", errors.after)),
        ]
    }

    // MARK: - Telemetry

    private mutating func receive(
        _ telemetry: Telemetry, of envelope: Envelope, arrived: Instant, at now: Instant
    ) -> [Effect<EdgeJob>] {
        switch epochs.observe(envelope.epoch, incarnation: envelope.incarnation) {
        case .inForce: break
        case .restarted: beginAnew()
        case .doubtful: return []
        }
        guard current.map({ envelope.epoch > $0.epoch }) ?? true else { return [] }
        let epoch = envelope.epoch
        follower.expire(at: epoch)
        let hops = envelope.hops + [Hop(node: node, layer: .l1, arrived: arrived, started: now)]
        var report = twins.channel(telemetry, epoch: epoch)
        current = Pending(epoch: epoch, hops: envelope.hops, isAnswered: !acts)
        var effects: [Effect<EdgeJob>] = []
        if acts && !waits {
            // Asynchronous: act now, report when the decisions of the epoch are through.
            follower.observe(report)
            effects = answer(epoch: epoch, hops: hops)
            effects += noteOffer(isMissing: effects.isEmpty) + reportOvertaken()
        } else {
            twins.complete(&report)
            let ahead = forecast(report, epoch: epoch)
            effects = send(ahead, to: peers.leader, epoch: epoch, hops: hops)
            if waits {
                effects.append(.schedule(EdgeNode.offerTimer, at: now + network.epoch * 9 / 10))
                unobserved = ahead
            }
        }
        deferred = Deferred(
            telemetry: telemetry, report: report, isReported: !acts || waits, response: deferred?.response,
            epoch: epoch, hops: hops)
        if !telemetry.handoverUE.isEmpty { noteHandovers(telemetry) }
        // In a closed loop epochs follow each other sooner: what is put off then comes as seldom as by the clock.
        if deferredDue.map({ $0 <= now }) ?? true {
            let due = now + network.epoch * 3 / 8
            deferredDue = due
            effects.append(.schedule(EdgeNode.deferTimer, at: due))
        }
        effects.append(.followUp)
        return effects
    }

    /// The report as a leader is to decide on it: with the gains that its decision will meet.
    private mutating func forecast(_ report: ChannelReport, epoch: UInt64) -> ChannelReport {
        guard network.forecastsFading else { return report }
        var ahead = report
        fading.forecast(&ahead, epoch: epoch)
        return ahead
    }

    /// Keeps what L2 hears of with the next short form, as many as that may hold.
    private mutating func noteHandovers(_ telemetry: Telemetry) {
        let room = peers.region == nil ? 0 : MessageCheck.maxUEs - handovers.ue.count
        handovers.ue += telemetry.handoverUE.prefix(room)
        handovers.from += telemetry.handoverFrom.prefix(room)
        handovers.to += telemetry.handoverTo.prefix(room)
    }

    /// The radio network numbers its epochs anew, below those that it has had.
    private mutating func beginAnew() {
        (current, deferred, unlearnt, unobserved) = (nil, nil, nil, nil)
        follower.forget()
        twins.restartEpochs()
        mirror = MirrorSchedule()
    }

    /// The report of an epoch that was over before what it had put off was due: a leader that nobody waits for hears of
    /// every epoch.
    private mutating func reportOvertaken() -> [Effect<EdgeJob>] {
        guard var work = deferred, !work.isReported else { return [] }
        twins.complete(&work.report)
        return sendLate(work)
    }

    /// Reports to a leader whose offer acts in the next epoch.
    private mutating func sendLate(_ work: Deferred) -> [Effect<EdgeJob>] {
        let ahead = forecast(work.report, epoch: work.epoch)
        if network.forecastsFading { fading.observe(work.report, epoch: work.epoch) }
        return send(ahead, to: peers.leader, epoch: work.epoch, hops: work.hops)
    }

    /// Sends what the decisions of the epoch did not wait for, and then learns: their paths have the processors to
    /// themselves.
    private mutating func catchUp(at now: Instant) -> [Effect<EdgeJob>] {
        deferredDue = nil
        guard var work = deferred.take() else { return [] }
        var effects: [Effect<EdgeJob>] = []
        if !work.isReported {
            twins.complete(&work.report)
            follower.noteDeviations(work.report)
            effects += sendLate(work)
        } else if network.forecastsFading {
            fading.observe(work.report, epoch: work.epoch)
        }
        if let response = work.response, let leader = peers.leader {
            effects.append(
                .send(
                    Envelope(
                        sender: node, recipient: leader, epoch: response.epoch, term: offerTerm,
                        body: .response(response.content))))
        }
        effects += reportUp(work)
        if now >= regionReportDue {
            regionReportDue = now + EdgeNode.regionPeriod
            twins.predict(&work.report, highestMCS: follower.highestMCS)
            twins.locate(&work.report)
            twins.addConditions(to: &work.report)
            (work.report.handoverUE, work.report.handoverFrom, work.report.handoverTo) = handovers
            handovers = ([], [], [])
            effects += send(work.report.withoutLinks, to: peers.region, epoch: work.epoch, hops: [])
        }
        inForce = CellsInForce(
            cell: work.telemetry.cell, powerWatts: work.telemetry.powerWatts, load: work.report.load)
        unlearnt = (work.telemetry, work.epoch)
        effects.append(.followUp)
        return effects
    }

    /// The channel for what-if at L3, or its figures alone, and where the twins stand, as often as L3 asks for them.
    private mutating func reportUp(_ work: Deferred) -> [Effect<EdgeJob>] {
        guard let peer = peers.globalTwin, let due = mirror.due(at: work.epoch) else { return [] }
        var report = due.hasLinks ? work.report : work.report.withoutLinks
        if !due.hasDeviations { report.deviationDb = [] }
        if due.hasLinks { twins.locate(&report) }
        // The status goes first: a cycle that waits for the links then begins with the twins as they are now.
        return [.send(toGlobalTwin(peer, epoch: work.epoch, .twinStatus(twins.status(epoch: work.epoch))))]
            + send(report, to: peer, epoch: work.epoch, hops: [])
    }

    private func send(
        _ report: ChannelReport, to peer: NodeID?, epoch: UInt64, hops: [Hop]
    ) -> [Effect<EdgeJob>] {
        guard let peer else { return [] }
        return [
            .send(
                Envelope(
                    sender: node, recipient: peer, epoch: epoch, term: term, hops: hops, body: .channelReport(report)))
        ]
    }

    // MARK: - The game

    private mutating func receive(
        _ offer: Offer, of envelope: Envelope, arrived: Instant, at now: Instant
    ) -> [Effect<EdgeJob>] {
        guard acts, envelope.term >= offerTerm, follower.accept(offer) else { return [] }
        offerTerm = envelope.term
        guard waits, let pending = current, !pending.isAnswered, offer.offerEpoch == pending.epoch else { return [] }
        let hops = envelope.hops + [Hop(node: node, layer: .l1, arrived: arrived, started: now)]
        return answer(epoch: pending.epoch, hops: hops) + noteOffer(isMissing: false)
            + [.cancel(EdgeNode.offerTimer), .followUp]
    }

    /// Best response to the offer in force, for the telemetry of `epoch`: directive to the radio network, response to
    /// the leader. Nothing where no valid offer is held: the radio network then keeps, and later leaves, the last
    /// directive.
    private mutating func answer(epoch: UInt64, hops: [Hop]) -> [Effect<EdgeJob>] {
        if let report = unobserved {
            unobserved = nil
            follower.observe(report)
        }
        current?.isAnswered = true
        guard let radioNetwork = peers.radioNetwork, let offer = follower.respond(at: epoch) else { return [] }
        var directive = Directive()
        directive.offerEpoch = offer.offerEpoch
        directive.oldestEpoch = min(epoch, offer.oldestEpoch)
        directive.expiresEpoch = epoch + UInt64(network.game.expiryEpochs)
        directive.subbands = network.carrier.subbands
        directive.cell = follower.cells
        directive.powerWatts = follower.ownPowerWatts
        follower.complete(&directive)
        if waits {
            var response = Response()
            response.round = offer.round
            response.subbands = directive.subbands
            response.cell = directive.cell
            response.powerWatts = directive.powerWatts
            deferred?.response = (response, epoch)
        }
        return [
            .send(
                Envelope(
                    sender: node, recipient: radioNetwork, epoch: epoch, term: term, hops: hops,
                    body: .directive(directive)))
        ]
    }
}

/// Nodes that an edge talks to.
struct EdgePeers: Sendable {
    let radioNetwork: NodeID?
    let leader: NodeID?
    let region: NodeID?
    let globalTwin: NodeID?

    init(plan: WiringPlan, node: NodePlan) {
        let reached = { (role: RoleKind) in
            plan.nodes(of: role).first { peer in plan.wires.contains { $0.from == node.id && $0.to == peer.id } }?.id
        }
        radioNetwork = reached(.ran)
        leader = reached(.rrm)
        region = reached(.region)
        globalTwin = reached(.orchestrator)
    }
}
