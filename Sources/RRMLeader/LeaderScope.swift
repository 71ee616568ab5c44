internal import NetworkModel

/// Whom a leader leads and whom it meets, derived from the wiring plan: dense positions for everything that the loop
/// touches.
struct LeaderScope: Sendable {
    /// Edge nodes that report to this leader, ascending; the barrier's sources in this order.
    let edges: [NodePlan]
    /// Other leaders, ascending.
    let neighbours: [NodePlan]
    /// Node that takes directives (FCH), nil where edges actuate.
    let radioNetwork: NodeID?
    /// Whether the leader decides the cell, per cell of the network.
    let owns: [Bool]
    /// Cells that the leader decides, ascending.
    let ownCells: [UInt32]

    init(plan: WiringPlan, node: NodePlan) {
        let reaches = { (from: NodeID, to: NodeID) in plan.wires.contains { $0.from == from && $0.to == to } }
        edges = plan.nodes(of: .edge).filter { reaches($0.id, node.id) }
        neighbours = plan.nodes(of: .rrm).filter { $0.id != node.id && reaches(node.id, $0.id) }
        radioNetwork = plan.nodes(of: .ran).first { reaches(node.id, $0.id) }?.id
        var owns = Array(repeating: false, count: plan.network.cells.count)
        for edge in edges {
            for cell in edge.cells { owns[cell.index] = true }
        }
        self.owns = owns
        ownCells = owns.indices.filter { owns[$0] }.map(UInt32.init)
    }

    /// Position of an edge among the barrier's sources.
    func source(of node: NodeID) -> Int? { edges.firstIndex { $0.id == node } }
}
