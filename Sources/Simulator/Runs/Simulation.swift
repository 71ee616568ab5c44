package import Benchmarking
package import DTNetMessages
package import EdgeTwin
package import NetworkModel
package import Numerics
package import Orchestrator
internal import RRMLeader
package import RadioAccessNetwork
internal import RegionalTwin
package import TwinProtocol

/// How a hierarchy is simulated.
package struct SimulationOptions: Sendable {
    /// Measured link and residence times instead of the cost model's.
    package var latencyFrom: LatencyProfile?
    package var faults = FaultSchedule()
    /// Nothing that happens before this time is counted.
    package var warmUp = Instant.Span.zero
    /// Epochs that are judged against the best known solution; 0 for none.
    package var judgedEpochs = 8
    /// Whether equal power is run beside, for `value_equal_power_mbps`.
    package var runsEqualPower = true
    /// Clock of process i ahead by i times this.
    package var clockSkew = Instant.Span.zero
    /// Drives of a replay.
    package var traces: [ParsedTrace] = []
    /// Does the edges' jobs: reads and traces what their twins start from. Without it they go on with the distance law.
    package var edgeJobs: @Sendable (EdgeJob) -> EdgeJobResult = { _ in .failed("nobody does the edges' jobs here") }
    /// Does the global twin's jobs; without it the rule base decides alone, and the twins try what it proposes.
    package var orchestratorJobs: @Sendable (OrchestratorJob) -> OrchestratorJobResult = { TwinWorker().execute($0) }
    /// Does the global twin's jobs, the roles' follow-ups and the books beside the simulation; without it everything is
    /// done in turn. What comes out is the same.
    package var lane: (any AsideLane)?
    /// How samples and the baseline are spread over processors once the run is over.
    package var judging = WorkSpreading.inOrder
    /// Sees every record beside the ledger.
    package var onRecord: (@Sendable (Record, NodeID) -> Void)?

    package init() {}

    /// The lane for all that takes microseconds only.
    fileprivate var shortWorkLane: (any AsideLane)? { lane.flatMap { $0.takesShortWork ? $0 : nil } }
}

/// What a simulated run came to.
package struct SimulationResult: Sendable {
    package var row: BenchRow
    /// 16 lower-case hexadecimal digits over messages and decisions.
    package var historyHash: String
    package var summary: LedgerSummary
    package var counts: ClusterCounts
    package var judgement: EpochJudgement
    /// What each slice got; empty where the network is not sliced.
    package var slices: [SliceService]
    /// Judgements behind the means.
    package var judged: Int
    package var latencyProfile: LatencyProfile
    /// Virtual time of the run.
    package var duration: Instant.Span
}

/// A hierarchy in virtual time: the five roles that ship, over simulated links.
///
/// `run` is the simulation itself; `result` judges its samples and runs the baseline. Time them apart.
package final class Simulation: ClusterObserver {
    package let plan: WiringPlan
    package private(set) var cluster: Cluster!
    private let options: SimulationOptions
    private let books: HistoryBooks
    private var sliceBook: SliceBook
    private var samples: [EpochSample] = []
    private var epochs: UInt64 = 0
    /// Bytes that edges have mirrored to L3: channel reports, and where their twins stand.
    package var mirroredBytes: UInt64 { books.mirroredBytes }
    private let truth: TrueProblem
    /// Sees all that happens beside the simulation's own books.
    package var watcher: (any ClusterObserver)?

    /// - Throws: `TraceError` where a replay's drives cannot be used.
    package init(plan: WiringPlan, options: SimulationOptions = .init()) throws(TraceError) {
        self.plan = plan
        self.options = options
        books = HistoryBooks(
            plan: plan, warmUp: options.warmUp, keepsReports: options.judgedEpochs > 0, lane: options.shortWorkLane)
        truth = TrueProblem(network: plan.network)
        sliceBook = SliceBook(network: plan.network)
        let physical = try PhysicalNetwork(configuration: plan.network, traces: options.traces)
        var clusterOptions = ClusterOptions(
            seed: plan.network.seed, costs: CostModel(seed: plan.network.seed, profile: options.latencyFrom))
        clusterOptions.faults = options.faults
        clusterOptions.clockSkew = options.clockSkew
        let relay = Relay()
        cluster = Cluster(plan: plan, options: clusterOptions, observer: relay) { node in
            Simulation.box(plan, node, physical, options)
        }
        relay.simulation = self
        cluster.start()
    }

    /// Simulates a run of `epochs` epochs and returns its figures.
    package static func run(
        plan: WiringPlan, epochs: Int, options: SimulationOptions = .init()
    ) throws(TraceError) -> SimulationResult {
        let simulation = try Simulation(plan: plan, options: options)
        simulation.run(epochs: epochs)
        return try simulation.result()
    }

    private static func box(
        _ plan: WiringPlan, _ node: NodePlan, _ physical: PhysicalNetwork,
        _ options: SimulationOptions
    ) -> NodeBox {
        switch node.role {
        case .ran:
            RoleBox(
                RANNode(plan: plan, node: node, network: physical, stepsTogether: true),
                lane: options.shortWorkLane, catchUp: { $0.stepSlots(begunBefore: $1) })
        case .edge:
            RoleBox(
                EdgeNode(plan: plan, node: node), lane: options.shortWorkLane, followsUpAside: true,
                execute: options.edgeJobs)
        case .region: RoleBox(RegionNode(plan: plan, node: node))
        case .orchestrator:
            RoleBox(
                OrchestratorNode(plan: plan, node: node), lane: options.lane,
                execute: options.orchestratorJobs, time: { CostModel.time(of: $0) })
        case .rrm:
            RoleBox(
                LeaderNode(plan: plan, node: node, timeLimit: nil), lane: options.shortWorkLane, followsUpAside: true)
        }
    }

    /// Runs this many epochs more.
    package func run(epochs count: Int) {
        let period = plan.network.epoch
        let stride = options.judgedEpochs > 0 ? max(1, UInt64(count) / UInt64(options.judgedEpochs)) : 0
        for _ in 0..<count {
            epochs += 1
            guard stride > 0, epochs % stride == 0 else { continue }
            advance(to: .zero + period * Int64(epochs))
            sample(epoch: epochs - 1)
        }
        advance(to: .zero + period * Int64(epochs))
    }

    /// Handles what happens before `end`; the radio network steps its slots up to then.
    private func advance(to time: Instant) {
        cluster.run(until: time)
        guard let radio = radioNetwork else { return }
        for record in radio.role.catchUp(to: end) { recorded(record, by: radio.node) }
    }

    // MARK: History

    package func delivered(_ envelope: Envelope) {
        books.add(envelope)
        watcher?.delivered(envelope)
    }

    package func recorded(_ record: Record, by node: NodeID) {
        books.add(record)
        if case .window(let window) = record, window.end >= .zero + options.warmUp + .seconds(1) {
            sliceBook.add(window, sliceOfUE: radioNetwork?.role.network.emulated?.sliceOfUE ?? [])
        }
        options.onRecord?(record, node)
        watcher?.recorded(record, by: node)
    }

    /// The hash so far.
    package var historyHash: String { books.hash.text }

    /// Figures of the ledger if the run ended now.
    package var summary: LedgerSummary {
        var ended = books.ledger
        ended.finish(at: end)
        return ended.summary
    }

    /// Virtual end of the run by the radio network's clock.
    private var end: Instant {
        let process = plan.processes.firstIndex { process in
            process.nodes.contains { plan.nodes[Int($0.rawValue)].role == .ran }
        }
        return cluster.now + options.clockSkew * Int64(process ?? 0)
    }

    // MARK: Samples

    /// The radio network's role.
    package var radioNetwork: RoleBox<RANNode>? {
        plan.nodes(of: .ran).first.flatMap { cluster.box(of: $0.id) as? RoleBox<RANNode> }
    }

    private func sample(epoch: UInt64) {
        guard let radio = radioNetwork, !plan.network.scenario.isReplay else { return }
        let averaged = plan.network.reportedSubbands == 1
        let channel = radio.role.network.trueGains(averaged: averaged)
        let waiting = channel.isBacklogged.count { $0 }
        samples.append(
            EpochSample(
                epoch: epoch, backloggedShare: Double(waiting) / Double(max(1, channel.isBacklogged.count)),
                truth: truth.problem(channel),
                twin: books.pool.problem { radio.role.network.highestMCS(cell: CellID(UInt32($0))) },
                powerWatts: TrueProblem.appliedPower(radio.role.network, cells: plan.network.cells.count),
                price: prices))
    }

    /// Prices that the followers answered last: the leader's own in FCH, the edges' otherwise.
    private var prices: [Double] {
        guard [.pricing, .auto].contains(plan.network.game.solver) else { return [] }
        let width = plan.network.carrier.subbands
        if plan.network.hierarchy == .fullyCentralised {
            let leader = plan.nodes(of: .rrm).first.flatMap { cluster.box(of: $0.id) as? RoleBox<LeaderNode> }
            return leader?.role.lastSolver == .pricing ? leader?.role.lastPrice ?? [] : []
        }
        var price = Array(repeating: 0.0, count: plan.network.cells.count * width)
        for edge in plan.nodes(of: .edge) {
            guard let box = cluster.box(of: edge.id) as? RoleBox<EdgeNode> else { continue }
            let own = box.role.lastPrice
            for cell in edge.cells {
                for k in 0..<width { price[cell.index * width + k] = own[cell.index * width + k] }
            }
        }
        return price
    }

    // MARK: Result

    /// Judges the samples, runs the baseline and gives the figures.
    ///
    /// - Throws: `TraceError` as `init` does.
    package func result() throws(TraceError) -> SimulationResult {
        var ended = books.ledger
        ended.finish(at: end)
        let summary = ended.summary
        let network = plan.network
        let judge = EpochJudge(seed: network.seed)
        let duration = network.epoch * Int64(epochs)
        let (samples, options) = (samples.filter(\.isTelling), options)
        let parts = options.judging.map(1 + samples.count) { number -> Judged in
            guard number == 0 else { return .sample(judge.judge(samples[number - 1])) }
            guard options.runsEqualPower, network.scenario.noValueReason == nil else { return .baseline(.success(nil)) }
            return .baseline(
                Result { () throws(TraceError) in
                    try PlainRun(
                        network: network, control: .none, duration: duration, warmUp: options.warmUp,
                        traces: options.traces)
                })
        }
        var equalPower: PlainRun?
        var judgements: [EpochJudgement] = []
        for part in parts {
            switch part {
            case .sample(let judgement): judgements.append(judgement)
            case .baseline(let run): equalPower = try run.get()
            }
        }
        let judgement = EpochJudgement.mean(judgements)
        var row = BenchRow(network, summary)
        row.fill(
            judgement, isReplay: network.scenario.isReplay, backlogged: self.samples.map(\.backloggedShare),
            judged: samples.count, solver: network.game.solver)
        row.bytesPerEpoch = Measured(
            epochs > 0 ? (Double(cluster.counts.bytes) / Double(epochs)).rounded() : nil, or: "no epoch")
        if epochs > 0, network.language.isEnabled {
            row.details["mirror_bytes_per_second"] = (Double(mirroredBytes) / duration.seconds).rounded()
        }
        if let radioNetwork, epochs > 0 {
            let cells = network.cells.map(\.id)
            let handovers = radioNetwork.role.network.measurements(cells: cells).handoversIn.reduce(0) { $0 + Int($1) }
            row.details["handovers_per_second"] = Double(handovers) / duration.seconds
        }
        row.details["block_error_rate"] = radioNetwork?.role.network.emulated?.blockErrorRate()
        row.noteSimulated()
        if let equal = equalPower {
            row.valueEqualPowerMbps = Measured(
                equal.valueMbps.map(sixDigits), or: "no second of throughput behind the warm-up")
            row.details["fifth_percentile_equal_power_mbps"] = equal.fifthPercentileMbps
            row.details["block_error_rate_equal_power"] = equal.blockErrorRate
        }
        for slice in sliceBook.services where slice.guaranteedMbps > 0 {
            row.details["slice_\(slice.name)_missed_part"] = slice.missedPart
        }
        return SimulationResult(
            row: row, historyHash: historyHash, summary: summary, counts: cluster.counts, judgement: judgement,
            slices: sliceBook.services, judged: samples.count, latencyProfile: ended.latencyProfile(plan),
            duration: duration)
    }
}

/// What is found once a run is over: the baseline first, as it takes longest, and the samples.
private enum Judged: Sendable {
    case baseline(Result<PlainRun?, TraceError>)
    case sample(EpochJudgement)
}

/// Stands between cluster and simulation, so that neither holds the other in a circle.
private final class Relay: ClusterObserver {
    unowned(unsafe) var simulation: Simulation!

    func delivered(_ envelope: Envelope) { simulation.delivered(envelope) }
    func recorded(_ record: Record, by node: NodeID) { simulation.recorded(record, by: node) }
}

extension BenchRow {
    /// Fills in what only a simulation knows. In a replay nothing is judged: the row says why.
    ///
    /// - Parameters:
    ///   - backlogged: shares of users with something to receive at the epochs looked at.
    ///   - judged: how many of these were judged.
    fileprivate mutating func fill(
        _ judgement: EpochJudgement, isReplay: Bool, backlogged: [Double], judged: Int, solver: SolverKind
    ) {
        let meanShare = backlogged.isEmpty ? nil : backlogged.reduce(0, +) / Double(backlogged.count)
        if !isReplay {
            let few = meanShare.map { share in
                "few users have something to receive: \(Int((share * 100).rounded())) % at the \(backlogged.count) "
                    + "epochs looked at, \(Int(EpochJudge.leastBacklogged * 100)) % are needed to judge one"
            }
            let unjudged = few ?? "no epoch was judged"
            let none = judged == 0 ? unjudged : "best known below 1.01 of equal power"
            let unannounced =
                solver == .pricing
                ? "no prices were in force at the epochs judged" : "\(solver.rawValue) announces no prices"
            let unpriced = judged == 0 && solver == .pricing ? unjudged : unannounced
            efficiency = Measured(judgement.efficiencyTwin, or: none)
            followerResidual = Measured(judgement.followerResidualTwin, or: unpriced)
            leaderResidual = Measured(judgement.leaderResidualTwin, or: unpriced)
        }
        details["efficiency_true"] = judgement.efficiencyTrue
        details["gain_over_equal_power_twin"] = judgement.gainTwin
        details["gain_over_equal_power_true"] = judgement.gainTrue
        details["follower_residual_true"] = judgement.followerResidualTrue
        details["leader_residual_true"] = judgement.leaderResidualTrue
        details["judged_epochs"] = Double(judged)
        details["backlogged_share"] = meanShare
    }
}
