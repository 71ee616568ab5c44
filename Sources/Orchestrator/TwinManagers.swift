internal import NetworkModel

/// Who runs the AI engines of a cell.
struct TwinManagers: Sendable {
    /// By cell of the network.
    private var edges: [NodeID?]
    private var regions: [NodeID?]

    init(plan: WiringPlan, node: NodePlan) {
        edges = Array(repeating: nil, count: plan.network.cells.count)
        regions = edges
        for peer in plan.nodes where plan.wires.contains(where: { $0.from == node.id && $0.to == peer.id }) {
            for cell in peer.cells {
                if peer.role == .edge { edges[cell.index] = peer.id }
                if peer.role == .region { regions[cell.index] = peer.id }
            }
        }
    }

    func edge(of cell: CellID) -> NodeID? { edges[cell.index] }
    func region(of cell: CellID) -> NodeID? { regions[cell.index] }
}
