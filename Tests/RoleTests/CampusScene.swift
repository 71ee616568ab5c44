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

/// An effect of any role's, by what it asks for.
protocol ReadableEffect {
    var sent: Envelope? { get }
    var preparedEnvelope: Envelope? { get }
    var timer: Instant? { get }
    var historyRecord: Record? { get }
    var gauge: Gauge? { get }
    var isFollowUp: Bool { get }
}

extension Effect: ReadableEffect {
    var sent: Envelope? { if case .send(let envelope) = self { envelope } else { nil } }
    var preparedEnvelope: Envelope? { if case .prepare(let envelope) = self { envelope } else { nil } }
    var timer: Instant? { if case .schedule(_, let at) = self { at } else { nil } }
    var historyRecord: Record? { if case .record(let record) = self { record } else { nil } }
    var gauge: Gauge? { if case .report(let gauge) = self { gauge } else { nil } }
    var isFollowUp: Bool { if case .followUp = self { true } else { false } }
}

extension Array where Element: ReadableEffect {
    var sends: [Envelope] { compactMap(\.sent) }
    var prepared: [Envelope] { compactMap(\.preparedEnvelope) }
    var timers: [Instant] { compactMap(\.timer) }
    var records: [Record] { compactMap(\.historyRecord) }
    var gauges: [Gauge] { compactMap(\.gauge) }
    var directives: [(Envelope, Directive)] {
        sends.compactMap { if case .directive(let directive) = $0.body { ($0, directive) } else { nil } }
    }
    var offers: [(Envelope, Offer)] {
        sends.compactMap { if case .offer(let offer) = $0.body { ($0, offer) } else { nil } }
    }
    var hasFollowUp: Bool { contains(where: \.isFollowUp) }
}

extension Role {
    /// Delivers an envelope at once.
    mutating func take(_ envelope: Envelope, at now: Instant = .zero) -> [Effect<Job>] {
        receive(envelope, arrived: now, at: now)
    }

    /// Fires a timer, and does what it puts off.
    mutating func fireThrough(_ timer: TimerID, at now: Instant) -> [Effect<Job>] {
        let effects = fire(timer, at: now)
        return effects.hasFollowUp ? effects + followUp(at: now) : effects
    }
}
