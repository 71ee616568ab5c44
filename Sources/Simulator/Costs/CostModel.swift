package import Benchmarking
internal import DTNetMessages
internal import Glibc
package import NetworkModel
internal import Numerics
package import Orchestrator

/// Time that work and transport take in simulation: a stated function of the kind and size of the work, with seeded
/// lognormal jitter. No clock is read, so that a run repeats exactly.
///
/// The constants are orders of magnitude of one core of the machines that the project is built on; `simulate
/// --latency-from` replaces them by what real processes took.
package struct CostModel: Sendable {
    /// What a call of a role did.
    package struct Work: Hashable, Sendable {
        package var role: RoleKind
        /// Bytes received and sent.
        package var bytes = 0
        /// Rows of users that came in.
        package var ues = 0
        /// Rounds of a solver, and the users that it solved for.
        package var rounds = 0
        package var solvedUes = 0
        /// Learning and book-keeping after the decision.
        package var isFollowUp = false
        /// A message with a hop trace left: the work counts towards a decision.
        package var isOnPath = false

        package init(role: RoleKind) { self.role = role }
    }

    /// Any event: dispatch, timers, system calls.
    package static let eventNanoseconds = 2_000.0
    /// Decoding, checking and encoding (protobuf-c, packed arrays).
    package static let byteNanoseconds = 1.0
    /// Reading, correcting and judging one user's row, by role: radio network, edge, region, orchestrator, leader.
    package static let ueNanoseconds = [100.0, 400, 50, 50, 150]
    /// One round of the pricing kernel, per user and eight subbands.
    package static let roundNanosecondsPerUe = 250.0
    /// Deviation of the logarithm of compute times.
    package static let computeSigma = 0.15
    /// One hop through libzmq between two processes of a host under paced traffic: median and deviation of the
    /// logarithm.
    package static let hopNanoseconds = 60_000.0
    package static let hopSigma = 0.25

    /// Time of a job beside the decision path: the global twin's play what-ifs and forecasts, or look for what
    /// operators have said.
    package static func time(of job: OrchestratorJob) -> Instant.Span {
        if case .collect = job { return .milliseconds(1) }
        return .milliseconds(100)
    }

    private let generator: CounterGenerator
    private let profile: LatencyProfile?
    private let residence: [[Int64]?]

    /// - Parameter profile: measured times that stand for the model's wherever they cover a wire or a layer.
    package init(seed: UInt64, profile: LatencyProfile? = nil) {
        generator = CounterGenerator(seed: seed, purpose: 0x636F_7374)
        self.profile = profile
        residence = RoleKind.allCases.map { role in
            profile?.residences.first { $0.layer == CostModel.layer(of: role) && !$0.quantilesNs.isEmpty }?.quantilesNs
        }
    }

    /// Time that a call took; `number` counts the calls of the node.
    package func compute(_ work: Work, node: NodeID, number: UInt64) -> Instant.Span {
        let entity = UInt64(node.rawValue)
        let role = CostModel.index(work.role)
        if work.isOnPath, let table = residence[role] {
            return .nanoseconds(LatencyProfile.value(table, at: generator.uniform(entity, number)))
        }
        var mean = CostModel.eventNanoseconds + CostModel.byteNanoseconds * Double(work.bytes)
        mean += CostModel.ueNanoseconds[role] * Double(work.ues)
        mean += CostModel.roundNanosecondsPerUe * Double(work.rounds * work.solvedUes)
        return .nanoseconds(Int64(mean * exp(CostModel.computeSigma * generator.normal(entity, number))))
    }

    /// Time that a message takes through the transport between two processes; `number` counts those of the wire.
    package func transport(wire: Int, number: UInt64) -> Instant.Span {
        let jitter = exp(CostModel.hopSigma * generator.normal(1 << 32 | UInt64(wire), number))
        return .nanoseconds(Int64(CostModel.hopNanoseconds * jitter))
    }

    /// Measured times of a wire, link and transport together, nil where none were measured.
    package func measuredLink(from: String, to: String) -> [Int64]? {
        profile?.links.first { $0.from == from && $0.to == to && !$0.quantilesNs.isEmpty }?.quantilesNs
    }

    /// A draw from the measured times of a wire.
    package func draw(_ quantilesNs: [Int64], wire: Int, number: UInt64) -> Instant.Span {
        .nanoseconds(LatencyProfile.value(quantilesNs, at: generator.uniform(1 << 32 | UInt64(wire), number)))
    }

    private static func layer(of role: RoleKind) -> HopLayer {
        switch role {
        case .ran: .radioNetwork
        case .edge: .l1
        case .region: .l2
        case .orchestrator: .l3
        case .rrm: .rrm
        }
    }

    private static func index(_ role: RoleKind) -> Int {
        switch role {
        case .ran: 0
        case .edge: 1
        case .region: 2
        case .orchestrator: 3
        case .rrm: 4
        }
    }
}
