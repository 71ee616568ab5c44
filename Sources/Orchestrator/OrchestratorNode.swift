package import DTNetMessages
package import NetworkModel
package import TwinProtocol

/// The global twin (L3), first version, as a value: rolls up the KPIs of all regions and sends the policy that its
/// rules give down to leaders and edges, with an expiry (DESIGN 9). Its bounds are no moves of the game and are the
/// same in all three hierarchies.
package struct OrchestratorNode: Role {
    package typealias Job = NoJob
    package typealias JobResult = NoJob

    package let node: NodeID
    private let network: NetworkConfiguration
    private let readers: [NodeID]
    private var twin: NetworkTwin
    private var rules: PolicyRules
    private var planner: ServicePlanner
    private var revision: UInt64 = 0
    private var latestEpoch: UInt64 = 0

    private static let policyTimer = TimerID(1)
    /// Period in which policy is renewed.
    private let period: Instant.Span
    /// A policy outlives this many missed renewals.
    private static let lifetimePeriods: Int64 = 4

    package init(plan: WiringPlan, node: NodePlan) {
        self.node = node.id
        network = plan.network
        readers = plan.nodes.filter { reader in
            (reader.role == .edge || reader.role == .rrm)
                && plan.wires.contains { $0.from == node.id && $0.to == reader.id }
        }.map(\.id)
        twin = NetworkTwin(
            cells: plan.network.cells.count, slices: plan.network.slices.count,
            regions: plan.network.regionNames.count)
        planner = ServicePlanner(network: plan.network)
        rules = PolicyRules(network: plan.network)
        period = max(plan.network.epoch * 10, .seconds(1))
    }

    package mutating func start(at now: Instant) -> [Effect<NoJob>] {
        [.schedule(OrchestratorNode.policyTimer, at: now + period)]
    }

    package mutating func receive(_ envelope: Envelope, arrived: Instant, at now: Instant) -> [Effect<NoJob>] {
        guard case .regionReport(let report) = envelope.body else { return [] }
        latestEpoch = max(latestEpoch, envelope.epoch)
        twin.observe(report)
        return []
    }

    package mutating func fire(_ timer: TimerID, at now: Instant) -> [Effect<NoJob>] {
        let next: Effect<NoJob> = .schedule(OrchestratorNode.policyTimer, at: now + period)
        guard twin.isComplete else { return [next] }
        revision += 1
        let lifetime = period * OrchestratorNode.lifetimePeriods
        var policy = rules.policy(
            for: twin, revision: revision,
            expiresEpoch: latestEpoch + UInt64(lifetime.nanoseconds / network.epoch.nanoseconds))
        let start = twin.firstEpoch ?? latestEpoch
        let seconds = Double(latestEpoch - min(start, latestEpoch)) * network.epoch.seconds
        planner.complete(&policy, twin, seconds: seconds, leadSeconds: 2 * period.seconds)
        let sends: [Effect<NoJob>] = readers.map { reader in
            .send(Envelope(sender: node, recipient: reader, epoch: latestEpoch, term: 0, body: .policy(policy)))
        }
        return sends + [
            next, .report(Gauge("policy_revision", Double(revision))),
            .report(Gauge("network_throughput_mbps", twin.throughputMbps)),
            .report(Gauge("network_load", twin.meanLoad)),
            .report(Gauge("twin_error_db", twin.meanTwinErrorDb)),
        ]
    }
}
