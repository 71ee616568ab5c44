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
    package typealias Job = NoJob
    package typealias JobResult = NoJob

    package let node: NodeID
    let network: NetworkConfiguration
    let peers: EdgePeers
    private let waits: Bool
    private let acts: Bool
    var twins: MicroTwins
    var follower: Follower
    private var term: UInt64 = 1
    private var offerTerm: UInt64 = 0
    /// The epoch in hand.
    private var current: Pending?
    private var unlearnt: Telemetry?
    private var unsentReport: Unsent?
    /// Report whose problem the follower has not built yet: it does so while the leader is thinking.
    private var unobserved: ChannelReport?
    private var lateOffers: [Record] = []

    private static let offerTimer = TimerID(1)

    private struct Pending: Sendable {
        var epoch: UInt64
        var hops: [Hop]
        /// When the telemetry came, and when work on it ended: what follows until the offer is barrier.
        var arrived: Instant
        var isAnswered: Bool
    }

    private struct Unsent: Sendable {
        var report: ChannelReport
        var epoch: UInt64
        var hops: [Hop]
    }

    package init(plan: WiringPlan, node: NodePlan) {
        self.node = node.id
        network = plan.network
        peers = EdgePeers(plan: plan, node: node)
        acts = plan.network.hierarchy != .fullyCentralised
        waits = acts && plan.network.game.timing(in: plan.network.hierarchy) == .synchronous
        twins = MicroTwins(network: plan.network, cells: node.cells)
        follower = Follower(network: plan.network, cells: node.cells)
    }

    package var highestTermSeen: UInt64 { max(term, offerTerm) }

    /// The problem behind the last best response, and what was decided: for evaluation beside the loop.
    package var lastProblem: Problem? { follower.problem }
    package var lastPower: [Double] { follower.powerWatts }
    package var lastPrice: [Double] { follower.price }

    package mutating func receive(_ envelope: Envelope, arrived: Instant, at now: Instant) -> [Effect<NoJob>] {
        switch envelope.body {
        case .telemetry(let telemetry):
            return receive(telemetry, of: envelope, arrived: arrived, at: now)
        case .offer(let offer):
            return receive(offer, of: envelope, arrived: arrived, at: now)
        case .policy(let policy):
            follower.adopt(policy)
            twins.adopt(policy)
        case .directiveResult(let result):
            follower.note(result)
        default:
            break
        }
        return []
    }

    package mutating func peerChanged(_ peer: NodeID, to state: PeerState, at now: Instant) -> [Effect<NoJob>] {
        guard case .up(let highestTerm) = state else { return [] }
        // What the radio network has applied of us is fenced by our term: a returning edge starts above it.
        if peer == peers.radioNetwork, current == nil { term = max(term, highestTerm + 1) }
        return []
    }

    package mutating func fire(_ timer: TimerID, at now: Instant) -> [Effect<NoJob>] {
        guard let pending = current, !pending.isAnswered else { return [] }
        lateOffers.append(.lateOffer(node: node, epoch: pending.epoch, cells: follower.cells.count))
        let hops = pending.hops + [Hop(node: node, layer: .l1, arrived: now, started: now)]
        return answer(epoch: pending.epoch, hops: hops) + [.followUp]
    }

    package mutating func followUp(at now: Instant) -> [Effect<NoJob>] {
        var effects: [Effect<NoJob>] = []
        if let unsent = unsentReport {
            unsentReport = nil
            effects += send(unsent.report, epoch: unsent.epoch, hops: unsent.hops)
        }
        if let report = unobserved {
            unobserved = nil
            follower.observe(report)
        }
        if let telemetry = unlearnt {
            unlearnt = nil
            twins.learn(telemetry, epoch: current?.epoch ?? 0)
            let errors = twins.meanErrorDb
            effects.append(.report(Gauge("twin_error_before_db", errors.before)))
            effects.append(.report(Gauge("twin_error_after_db", errors.after)))
        }
        effects += lateOffers.map(Effect.record)
        lateOffers.removeAll()
        return effects
    }

    // MARK: - Telemetry

    private mutating func receive(
        _ telemetry: Telemetry, of envelope: Envelope, arrived: Instant, at now: Instant
    ) -> [Effect<NoJob>] {
        guard envelope.epoch > (current?.epoch ?? 0) || current == nil else { return [] }
        var effects: [Effect<NoJob>] = []
        let hop = Hop(node: node, layer: .l1, arrived: arrived, started: now)
        let hops = envelope.hops + [hop]
        let report = twins.report(telemetry, epoch: envelope.epoch)
        unlearnt = telemetry
        current = Pending(epoch: envelope.epoch, hops: envelope.hops, arrived: arrived, isAnswered: !acts)
        if acts && !waits {
            // Asynchronous: act first, report afterwards.
            follower.observe(report)
            effects += answer(epoch: envelope.epoch, hops: hops)
            unsentReport = Unsent(report: report, epoch: envelope.epoch, hops: hops)
        } else {
            effects += send(report, epoch: envelope.epoch, hops: hops)
            if waits {
                effects.append(.schedule(EdgeNode.offerTimer, at: now + network.epoch * 9 / 10))
                unobserved = report
            }
        }
        effects.append(.followUp)
        return effects
    }

    private func send(_ report: ChannelReport, epoch: UInt64, hops: [Hop]) -> [Effect<NoJob>] {
        var effects: [Effect<NoJob>] = []
        if let leader = peers.leader {
            effects.append(
                .send(
                    Envelope(
                        sender: node, recipient: leader, epoch: epoch, term: term, hops: hops,
                        body: .channelReport(report))))
        }
        if let region = peers.region {
            effects.append(
                .send(
                    Envelope(
                        sender: node, recipient: region, epoch: epoch, term: term,
                        body: .channelReport(report.withoutLinks))))
        }
        return effects
    }

    // MARK: - The game

    private mutating func receive(
        _ offer: Offer, of envelope: Envelope, arrived: Instant, at now: Instant
    ) -> [Effect<NoJob>] {
        guard acts, envelope.term >= offerTerm, follower.accept(offer) else { return [] }
        offerTerm = envelope.term
        guard waits, let pending = current, !pending.isAnswered, offer.offerEpoch == pending.epoch else { return [] }
        let hops = envelope.hops + [Hop(node: node, layer: .l1, arrived: arrived, started: now)]
        return [.cancel(EdgeNode.offerTimer)] + answer(epoch: pending.epoch, hops: hops) + [.followUp]
    }

    /// Best response to the offer in force, for the telemetry of `epoch`: directive to the radio network, response to
    /// the leader. Nothing where no valid offer is held: the radio network then keeps, and later leaves, the last
    /// directive.
    private mutating func answer(epoch: UInt64, hops: [Hop]) -> [Effect<NoJob>] {
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
        var effects: [Effect<NoJob>] = [
            .send(
                Envelope(
                    sender: node, recipient: radioNetwork, epoch: epoch, term: term, hops: hops,
                    body: .directive(directive)))
        ]
        if waits, let leader = peers.leader {
            var response = Response()
            response.round = offer.round
            response.subbands = directive.subbands
            response.cell = directive.cell
            response.powerWatts = directive.powerWatts
            effects.append(
                .send(
                    Envelope(sender: node, recipient: leader, epoch: epoch, term: offerTerm, body: .response(response)))
            )
        }
        return effects
    }
}

/// Nodes that an edge talks to.
struct EdgePeers: Sendable {
    let radioNetwork: NodeID?
    let leader: NodeID?
    let region: NodeID?

    init(plan: WiringPlan, node: NodePlan) {
        let reached = { (role: RoleKind) in
            plan.nodes(of: role).first { peer in plan.wires.contains { $0.from == node.id && $0.to == peer.id } }?.id
        }
        radioNetwork = reached(.ran)
        leader = reached(.rrm)
        region = reached(.region)
    }
}
