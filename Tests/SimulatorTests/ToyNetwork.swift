import DTNetMessages
import NetworkModel
import Simulator
import TwinProtocol

/// A role for tests of the cluster alone: sends a numbered message every period and answers what it gets.
struct ToyRole: Role {
    typealias Job = Int
    typealias JobResult = Int

    let node: NodeID
    let peers: [NodeID]
    let period: Instant.Span?
    var answers = false
    /// What it sends; nil for a heartbeat.
    var content: Body?
    var sent: UInt64 = 0
    var log: [String] = []
    var arrivals: [(arrived: Instant, started: Instant, hops: [Hop])] = []
    var peersUp: [NodeID] = []
    var peersDown: [NodeID] = []
    var jobResults: [Int] = []
    var starts = 0

    func body() -> Body {
        if let content { return content }
        var heartbeat = Heartbeat()
        heartbeat.count = sent
        return .heartbeat(heartbeat)
    }

    mutating func start(at now: Instant) -> [Effect<Int>] {
        starts += 1
        return period.map { [.schedule(TimerID(1), at: now + $0)] } ?? []
    }

    mutating func fire(_ timer: TimerID, at now: Instant) -> [Effect<Int>] {
        sent += 1
        var effects: [Effect<Int>] = peers.map { peer in
            .send(
                Envelope(
                    sender: node, recipient: peer, epoch: sent,
                    hops: [Hop(node: node, layer: .radioNetwork, arrived: now, started: now)], body: body()))
        }
        if let period { effects.append(.schedule(TimerID(1), at: now + period)) }
        return effects + [.followUp, .run(Int(sent))]
    }

    mutating func receive(_ envelope: Envelope, arrived: Instant, at now: Instant) -> [Effect<Int>] {
        log.append("receive \(envelope.sender.rawValue)/\(envelope.epoch)")
        arrivals.append((arrived, now, envelope.hops))
        guard answers else { return [] }
        return [.send(Envelope(sender: node, recipient: envelope.sender, epoch: envelope.epoch, body: body()))]
    }

    mutating func followUp(at now: Instant) -> [Effect<Int>] {
        log.append("followUp")
        return []
    }

    mutating func finish(_ result: Int, at now: Instant) -> [Effect<Int>] {
        jobResults.append(result)
        return []
    }

    mutating func peerChanged(_ peer: NodeID, to state: PeerState, at now: Instant) -> [Effect<Int>] {
        if case .up = state { peersUp.append(peer) } else { peersDown.append(peer) }
        return []
    }
}

/// Three nodes: a source in a process of its own, two sinks of which the second shares a process with a third node.
enum ToyPlan {
    static let source = NodeID(0)
    static let sink = NodeID(1)
    static let neighbour = NodeID(2)

    static func plan(link: LinkPlan = .loopback) -> WiringPlan {
        let network = NetworkConfiguration(
            name: "toy", seed: 1, hierarchy: .decentralised, epoch: .milliseconds(10), slot: .milliseconds(1),
            cells: [CellConfiguration(id: CellID(0), name: "c", region: RegionID(0), xMetres: 0, yMetres: 0)],
            regionNames: ["r"])
        let roles: [RoleKind] = [.ran, .edge, .region]
        let nodes = roles.enumerated().map { index, role in
            NodePlan(
                id: NodeID(UInt32(index)), name: "n\(index)", role: role, process: index == 0 ? "a" : "b",
                cells: [CellID(0)])
        }
        let processes = [
            ProcessPlan(
                name: "a", executable: "x", host: "h", nodes: [source], endpoint: "ipc://a", connects: []),
            ProcessPlan(
                name: "b", executable: "x", host: "g", nodes: [sink, neighbour], endpoint: nil, connects: ["a"]),
        ]
        let pairs: [(UInt32, UInt32)] = [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)]
        return WiringPlan(
            network: network, nodes: nodes, processes: processes, links: [link, .loopback],
            wires: pairs.map { WirePlan(from: NodeID($0.0), to: NodeID($0.1), link: $0.0 * $0.1 == 2 ? 1 : 0) })
    }
}

final class Watch: ClusterObserver {
    var delivered: [Envelope] = []
    func delivered(_ envelope: Envelope) { delivered.append(envelope) }
    func recorded(_ record: Record, by node: NodeID) {}
}

/// A cluster of toys under a seed.
struct ToyCluster {
    let cluster: Cluster
    let watch = Watch()

    init(
        link: LinkPlan = .loopback, faults: [FaultSchedule.Entry] = [], seed: UInt64 = 1, periodMs: Int64 = 10,
        both: Bool = true, skew: Instant.Span = .zero, content: Body? = nil
    ) {
        var options = ClusterOptions(seed: seed)
        options.faults = FaultSchedule(faults)
        options.clockSkew = skew
        cluster = Cluster(plan: ToyPlan.plan(link: link), options: options, observer: watch) { node in
            let isSource = node.id == ToyPlan.source
            return RoleBox(
                ToyRole(
                    node: node.id, peers: isSource ? (both ? [NodeID(1), NodeID(2)] : [NodeID(1)]) : [],
                    period: isSource ? .milliseconds(periodMs) : nil, content: content),
                execute: { $0 * 10 })
        }
        cluster.start()
    }

    func role(_ node: NodeID) -> ToyRole {
        guard let box = cluster.box(of: node) as? RoleBox<ToyRole> else { preconditionFailure("not a toy") }
        return box.role
    }

    func run(ms: Int64) { cluster.run(until: .zero + .milliseconds(ms)) }
}
