package import DTNetMessages
internal import Forecasting
package import NetworkModel
package import TwinProtocol

/// The regional twin (L2) as a value: load, sessions and mobility of a region's cells, and the forecast of their load
/// (DESIGN 9). It stands beside the decision path: reports come in every epoch, its own go out at a slower period.
package struct RegionNode: Role {
    package typealias Job = NoJob
    package typealias JobResult = NoJob

    package let node: NodeID
    private let network: NetworkConfiguration
    private let region: RegionID
    private let cells: [UInt32]
    private let readers: [NodeID]
    private var traffic: RegionTraffic
    private var epochs: EpochNumbering
    private var firstEpoch: UInt64?
    private var term: UInt64 = 0
    private let globalTwin: NodeID?
    private var reports = 0
    /// Edges that report, and alarms about those that are gone.
    private let edges: [NodePlan]
    private var alarms: AlarmBook

    private static let reportTimer = TimerID(1)
    /// Where the forecasts stand goes to L3 with each of so many reports.
    private static let reportsPerStatus = 10
    /// Period of region reports: an epoch, but no more often than ten times a second.
    private let period: Instant.Span

    package init(plan: WiringPlan, node: NodePlan) {
        self.node = node.id
        network = plan.network
        region = node.region ?? RegionID(0)
        cells = node.cells.map(\.rawValue)
        readers = plan.nodes.filter { reader in
            plan.wires.contains { $0.from == node.id && $0.to == reader.id }
        }.map(\.id)
        let globalTwins = plan.nodes(of: .orchestrator).map(\.id)
        globalTwin = readers.first { globalTwins.contains($0) }
        edges = plan.nodes(of: .edge).filter { edge in
            plan.wires.contains { $0.from == edge.id && $0.to == node.id }
        }
        // Those of no edge of the plan count as of one source.
        epochs = EpochNumbering(sources: edges.count + 1)
        alarms = AlarmBook(plan: plan, node: node.id)
        period = max(plan.network.epoch, .milliseconds(100))
        traffic = RegionTraffic(cells: node.cells, network: plan.network)
    }

    package mutating func start(at now: Instant) -> [Effect<NoJob>] {
        [.schedule(RegionNode.reportTimer, at: now + period)]
    }

    package mutating func receive(_ envelope: Envelope, arrived: Instant, at now: Instant) -> [Effect<NoJob>] {
        switch envelope.body {
        case .channelReport(let report):
            let source = edges.firstIndex { $0.id == envelope.sender } ?? edges.count
            switch epochs.observe(envelope.epoch, from: source) {
            case .inForce: firstEpoch = firstEpoch ?? envelope.epoch
            case .restarted:
                firstEpoch = envelope.epoch
                traffic.restartEpochs()
            case .doubtful: return []
            }
            traffic.observe(report, epoch: envelope.epoch)
            return []
        case .trainOrder(let order):
            traffic.carryOut(order, epoch: latestEpoch)
            return [.send(toGlobalTwin(envelope.sender, .twinStatus(traffic.status(epoch: latestEpoch))))]
        case .clarify(let question) where question.engine == .traffic:
            let answer = Clarification(
                question: question.question, engine: question.engine, cell: question.cell,
                text: traffic.answer(cell: question.cell))
            return [.send(toGlobalTwin(envelope.sender, .clarification(answer)))]
        default: return []
        }
    }

    package mutating func peerChanged(_ peer: NodeID, to state: PeerState, at now: Instant) -> [Effect<NoJob>] {
        let isUp = state != .down
        let repeated: [Effect<NoJob>] = isUp ? alarms.repeated(to: peer, epoch: latestEpoch) : []
        guard let edge = edges.first(where: { $0.id == peer }) else { return repeated }
        let cells = edge.cells.map(\.rawValue)
        guard !isUp else { return alarms.clear(.reportsMissing, cells: cells, epoch: latestEpoch) }
        let text = "\(edge.name) does not answer: forecasts of its cells go by what was heard last"
        return alarms.raise(.reportsMissing, cells: cells, epoch: latestEpoch, text: text)
    }

    /// The epoch in hand, 0 before the first.
    private var latestEpoch: UInt64 { epochs.newest ?? 0 }

    package mutating func storeChanged(to state: StoreState, at now: Instant) -> [Effect<NoJob>] {
        alarms.report(state, epoch: latestEpoch)
    }

    private func toGlobalTwin(_ peer: NodeID, _ body: Body) -> Envelope {
        Envelope(sender: node, recipient: peer, epoch: latestEpoch, term: term, body: body)
    }

    package mutating func fire(_ timer: TimerID, at now: Instant) -> [Effect<NoJob>] {
        var effects: [Effect<NoJob>] = []
        if var report = traffic.report(region: region, after: period) {
            report.firstEpoch = firstEpoch ?? 0
            effects += readers.map { reader in
                .send(
                    Envelope(
                        sender: node, recipient: reader, epoch: latestEpoch, term: term, body: .regionReport(report)))
            }
            reports += 1
            if let globalTwin, reports % RegionNode.reportsPerStatus == 0 {
                effects.append(.send(toGlobalTwin(globalTwin, .twinStatus(traffic.status(epoch: latestEpoch)))))
            }
            effects.append(.report(Gauge("load", traffic.meanLoad)))
            effects.append(.report(Gauge("forecast_error", traffic.meanForecastError)))
            effects.append(.report(Gauge("persistence_error", traffic.meanPersistenceError)))
            effects.append(.report(Gauge("mobility_error", traffic.mobilityError)))
            effects.append(.report(Gauge("mobility_persistence_error", traffic.mobilityPersistenceError)))
        }
        effects.append(.schedule(RegionNode.reportTimer, at: now + period))
        return effects
    }
}
