/// One node of the resolved topology: a role instance with its scope and its place.
package struct NodePlan: Hashable, Sendable, Codable {
    package var id: NodeID
    package var name: String
    package var role: RoleKind
    /// Name of the process that hosts the node, e.g. `edge-a`.
    package var process: String
    /// Cells in the node's scope, ascending.
    package var cells: [CellID]
    /// Region of an L2 node or a regional leader; nil where the node serves the whole network.
    package var region: RegionID?

    package init(
        id: NodeID, name: String, role: RoleKind, process: String, cells: [CellID], region: RegionID? = nil
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.process = process
        self.cells = cells
        self.region = region
    }
}

/// Physical medium of a link (DESIGN 6).
package enum LinkMedium: String, Hashable, Sendable, Codable, CaseIterable {
    case loopback, fibre, microwave, mmwave, sub6, satellite, measured
}

/// What a link does to a message: serialisation, propagation, jitter, loss.
package struct LinkPlan: Hashable, Sendable, Codable {
    package var medium: LinkMedium
    /// What each wire of the link has for itself; nobody divides it further.
    package var bandwidthBitsPerSecond: Double
    package var propagationDelay: Instant.Span
    /// Mean of the exponential jitter added to the propagation delay.
    package var jitterMean: Instant.Span
    /// Probability that a frame is lost on the link; costs control a retransmission delay, telemetry the message.
    package var lossProbability: Double
    /// One-way delays in nanoseconds taken in order from a measured round-trip trace (half of each), when `measured`.
    package var measuredDelays: [Int64]

    package init(
        medium: LinkMedium, bandwidthBitsPerSecond: Double, propagationDelay: Instant.Span,
        jitterMean: Instant.Span = .zero, lossProbability: Double = 0, measuredDelays: [Int64] = []
    ) {
        self.medium = medium
        self.bandwidthBitsPerSecond = bandwidthBitsPerSecond
        self.propagationDelay = propagationDelay
        self.jitterMean = jitterMean
        self.lossProbability = lossProbability
        self.measuredDelays = measuredDelays
    }

    /// Same host: nothing is added to what the transport itself takes.
    package static let loopback = LinkPlan(
        medium: .loopback, bandwidthBitsPerSecond: .infinity, propagationDelay: .zero)

    package var isShaped: Bool { medium != .loopback }
}

/// One directed wire between two nodes.
package struct WirePlan: Hashable, Sendable, Codable {
    package var from: NodeID
    package var to: NodeID
    /// Index into `WiringPlan.links`.
    package var link: Int

    package init(from: NodeID, to: NodeID, link: Int) {
        self.from = from
        self.to = to
        self.link = link
    }
}

/// One operating-system process of the plan.
package struct ProcessPlan: Hashable, Sendable, Codable {
    package var name: String
    /// `dtnet-ran`, `dtnet-edge`, ...
    package var executable: String
    package var host: String
    package var nodes: [NodeID]
    /// ZeroMQ endpoint of the bound ROUTER, nil where nobody connects to this process. `ipc://` endpoints of a run are
    /// completed by the runtime: the plan holds `ipc://NAME`.
    package var endpoint: String?
    /// Names of the processes that this one connects to.
    package var connects: [String]

    package init(
        name: String, executable: String, host: String, nodes: [NodeID], endpoint: String?, connects: [String]
    ) {
        self.name = name
        self.executable = executable
        self.host = host
        self.nodes = nodes
        self.endpoint = endpoint
        self.connects = connects
    }
}

/// Who runs where and who talks to whom: what a topology file resolves to, the same on every host.
package struct WiringPlan: Hashable, Sendable, Codable {
    package var network: NetworkConfiguration
    /// Dense: `nodes[i].id.rawValue == i`.
    package var nodes: [NodePlan]
    package var processes: [ProcessPlan]
    package var links: [LinkPlan]
    package var wires: [WirePlan]
    package var context: ContextConfiguration

    package init(
        network: NetworkConfiguration, nodes: [NodePlan], processes: [ProcessPlan], links: [LinkPlan],
        wires: [WirePlan], context: ContextConfiguration = .init()
    ) {
        self.network = network
        self.nodes = nodes
        self.processes = processes
        self.links = links
        self.wires = wires
        self.context = context
    }

    /// The link that carries messages between two nodes, nil where no wire joins them.
    package func link(from: NodeID, to: NodeID) -> LinkPlan? {
        wires.first { $0.from == from && $0.to == to }.map { links[$0.link] }
    }

    /// Nodes of one role, ascending.
    package func nodes(of role: RoleKind) -> [NodePlan] { nodes.filter { $0.role == role } }
}
