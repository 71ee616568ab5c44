package import DTNetMessages
package import NetworkModel

/// One entry of a run's history. What tests of trust read, what the bench counts, what the run folder keeps. It lies
/// behind one reference: the effects of a role are handed on by the dozen, and each is as large as the largest.
package indirect enum Record: Sendable {
    /// The radio network emitted the telemetry of an epoch.
    case epochStarted(EpochStart)
    /// The radio network answered a directive.
    case directive(DirectiveRecord)
    /// One second of throughput has been completed.
    case window(ThroughputWindow)
    /// A follower used an offer that was not of the epoch (synchronous timing).
    case lateOffer(node: NodeID, epoch: UInt64, cells: Int)
    /// A leader decided: rounds played, and how many reports it had to predict.
    case leaderDecision(LeaderDecision)
    /// Something that an operator should know.
    case alarm(node: NodeID, text: String)
    /// A text that the language engine's decisions refer to from here on.
    case languageText(LanguageText)
    /// A cycle of the language engine ended.
    case language(LanguageDecision)
    /// An action that it had adopted is no longer in force.
    case languageEffect(LanguageEffect)
    /// What L3 knows of the cells, about once a second.
    case cells(CellFigures)
    /// Where the models of an AI engine stand.
    case twinStatus(TwinStatusRecord)
}

/// Load, throughput and users of all cells, as L2 reported them to L3. Per cell of the network.
package struct CellFigures: Hashable, Sendable {
    package var node: NodeID
    package var epoch: UInt64
    /// Share of the PRBs in use, and its forecast.
    package var load: [Double]
    package var forecastLoad: [Double]
    package var throughputKbps: [Double]
    package var users: [Int]

    package init(
        node: NodeID, epoch: UInt64, load: [Double], forecastLoad: [Double], throughputKbps: [Double], users: [Int]
    ) {
        self.node = node
        self.epoch = epoch
        self.load = load
        self.forecastLoad = forecastLoad
        self.throughputKbps = throughputKbps
        self.users = users
    }
}

/// What an engine said of its models.
package struct TwinStatusRecord: Hashable, Sendable {
    /// Who recorded it, and whose engine it is.
    package var node: NodeID
    package var sender: NodeID
    package var epoch: UInt64
    package var status: TwinStatus
    /// Where the last order of each cell held, by what L3 has sent since it was started; nil for all of the cell. Empty
    /// where none held for a place, else [C].
    package var orderPlace: [OrderPlace?]

    package init(
        node: NodeID, sender: NodeID, epoch: UInt64, status: TwinStatus, orderPlace: [OrderPlace?] = []
    ) {
        self.node = node
        self.sender = sender
        self.epoch = epoch
        self.status = status
        self.orderPlace = orderPlace
    }
}

/// Scheduled emission of the telemetry of one epoch.
package struct EpochStart: Hashable, Sendable {
    package var epoch: UInt64
    /// When the epoch was due, by the radio network's clock.
    package var scheduled: Instant

    package init(epoch: UInt64, scheduled: Instant) {
        self.epoch = epoch
        self.scheduled = scheduled
    }
}

/// A directive as the radio network took it.
package struct DirectiveRecord: Hashable, Sendable {
    package var at: Instant
    package var sender: NodeID
    /// Epoch of the telemetry that the directive was computed from.
    package var epoch: UInt64
    package var term: UInt64
    package var directive: Directive
    /// Nodes passed from the emission of the telemetry on.
    package var hops: [Hop]
    /// Outcome per cell of the directive's power part [C], then of its other parts.
    package var result: DirectiveResult

    package init(
        at: Instant, sender: NodeID, epoch: UInt64, term: UInt64, directive: Directive, hops: [Hop],
        result: DirectiveResult
    ) {
        self.at = at
        self.sender = sender
        self.epoch = epoch
        self.term = term
        self.directive = directive
        self.hops = hops
        self.result = result
    }
}

/// Throughput of every UE over one second.
package struct ThroughputWindow: Hashable, Sendable {
    package var end: Instant
    /// [U], kbit/s.
    package var throughputKbps: [Float]
    /// Weight of the UE in the network value; 0 where it had nothing to send [U].
    package var weight: [Float]

    package init(end: Instant, throughputKbps: [Float], weight: [Float]) {
        self.end = end
        self.throughputKbps = throughputKbps
        self.weight = weight
    }
}

/// One decision of a leader.
package struct LeaderDecision: Hashable, Sendable {
    package var node: NodeID
    package var epoch: UInt64
    package var rounds: Int
    /// Cells whose report had not come and was predicted.
    package var predictedCells: Int
    /// Network value on the leader's twin, Mbit/s.
    package var twinValueMbps: Double
    package var solver: SolverKind
    /// Why the solver was chosen; nil where it was configured.
    package var reason: String?
    /// Distance of the followers' answers to the offer before from what it announced, as a share of their power
    /// budgets; nil where nobody answered.
    package var responseGap: Double?

    package init(
        node: NodeID, epoch: UInt64, rounds: Int, predictedCells: Int, twinValueMbps: Double, solver: SolverKind,
        reason: String? = nil, responseGap: Double? = nil
    ) {
        self.node = node
        self.epoch = epoch
        self.rounds = rounds
        self.predictedCells = predictedCells
        self.twinValueMbps = twinValueMbps
        self.solver = solver
        self.reason = reason
        self.responseGap = responseGap
    }
}
