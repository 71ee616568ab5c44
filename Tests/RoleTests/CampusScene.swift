import DTNetMessages
import Foundation
import NetworkModel
import RadioAccessNetwork
import Testing
import Topology
import TwinProtocol

/// The shipped campus in one hierarchy, with its radio network: what role tests start from.
struct CampusScene {
    let plan: WiringPlan

    init(_ hierarchy: Hierarchy, epoch: Instant.Span = .milliseconds(10), change: (inout WiringPlan) -> Void = { _ in })
        throws
    {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "topologies/campus.yaml").path()
        let text = try String(contentsOfFile: path, encoding: .utf8)
        var plan = try TopologyFile.load(text: text, path: path).resolve(
            TopologyOverrides(hierarchy: hierarchy, epoch: epoch)
        ).plan
        change(&plan)
        self.plan = plan
    }

    func node(_ role: RoleKind, _ index: Int = 0) -> NodePlan { plan.nodes(of: role)[index] }

    func radioNetwork() throws -> RANNode {
        RANNode(plan: plan, node: node(.ran), network: try PhysicalNetwork(configuration: plan.network))
    }

    /// Telemetry of the next epochs: one list of envelopes, one per edge, for each epoch.
    static func epochs(_ count: Int, of ran: inout RANNode) -> [[Envelope]] {
        var result: [[Envelope]] = []
        var due = ran.start(at: .zero).timers
        while result.count < count {
            let now = due.removeFirst()
            let effects = ran.fire(TimerID(1), at: now)
            if !effects.sends.isEmpty { result.append(effects.sends) }
            due += effects.timers
            _ = ran.followUp(at: now)
        }
        return result
    }
}

extension [Effect<NoJob>] {
    var sends: [Envelope] { compactMap { if case .send(let envelope) = $0 { envelope } else { nil } } }
    var prepared: [Envelope] { compactMap { if case .prepare(let envelope) = $0 { envelope } else { nil } } }
    var timers: [Instant] { compactMap { if case .schedule(_, let at) = $0 { at } else { nil } } }
    var records: [Record] { compactMap { if case .record(let record) = $0 { record } else { nil } } }
    var gauges: [Gauge] { compactMap { if case .report(let gauge) = $0 { gauge } else { nil } } }
    var directives: [(Envelope, Directive)] {
        sends.compactMap { if case .directive(let directive) = $0.body { ($0, directive) } else { nil } }
    }
    var offers: [(Envelope, Offer)] {
        sends.compactMap { if case .offer(let offer) = $0.body { ($0, offer) } else { nil } }
    }
    var hasFollowUp: Bool { contains { if case .followUp = $0 { true } else { false } } }
}

extension Role {
    /// Delivers an envelope at once.
    mutating func take(_ envelope: Envelope, at now: Instant = .zero) -> [Effect<Job>] {
        receive(envelope, arrived: now, at: now)
    }
}
