internal import NetworkModel
internal import TwinProtocol

/// Watches a leader's powers and those that its neighbours announce for moves against each other at their border. Of a
/// pair the leader with the lower node watches, so that one says it for both.
struct BorderWatch: Sendable {
    /// What changed between this leader and a neighbour.
    struct Change: Sendable {
        let neighbour: String
        /// The cells of both at their border, ascending.
        let cells: [UInt32]
        let change: LastingFault.Change
    }

    private struct Pair: Sendable {
        let neighbour: String
        let own: Border
        let other: Border
        var moves = OpposedMoves()
    }

    /// Cells of one leader at a border, and the power that they have at most, W.
    private struct Border: Sendable {
        let cells: [Int]
        let watts: Double

        /// Their power per subband, as a share of what they have.
        func share(of powerWatts: [Double], subbands: Int) -> [Double] {
            (0..<subbands).map { k in cells.reduce(0) { $0 + powerWatts[$1 * subbands + k] } / watts }
        }
    }

    private var pairs: [Pair]
    private let subbands: Int
    /// A cell is at a border where the other region's nearest cell is no farther than so many times the distance
    /// between the nearest two of both regions.
    private static let reach = 2.0

    init(network: NetworkConfiguration, scope: LeaderScope, node: NodeID, maxPowerWatts: [Double]) {
        subbands = network.carrier.subbands
        let own = scope.ownCells.map { network.cells[Int($0)] }
        pairs = scope.neighbours.filter { $0.id.rawValue > node.rawValue && !own.isEmpty }.compactMap { neighbour in
            let others = neighbour.cells.map { network.cells[$0.index] }
            guard !others.isEmpty else { return nil }
            func border(_ cells: [CellConfiguration], _ other: [CellConfiguration]) -> Border {
                let atBorder = BorderWatch.nearest(cells, to: other).map(\.id.index)
                return Border(
                    cells: atBorder, watts: max(atBorder.reduce(0) { $0 + maxPowerWatts[$1] }, .leastNormalMagnitude))
            }
            return Pair(neighbour: neighbour.name, own: border(own, others), other: border(others, own))
        }
    }

    /// Those of some cells that are at the border with others.
    private static func nearest(
        _ cells: [CellConfiguration], to others: [CellConfiguration]
    ) -> [CellConfiguration] {
        let metres = cells.map { cell in
            others.reduce(Double.infinity) { nearest, other in
                let (east, north) = (cell.xMetres - other.xMetres, cell.yMetres - other.yMetres)
                return min(nearest, (east * east + north * north).squareRoot())
            }
        }
        let limit = reach * (metres.min() ?? 0)
        return zip(cells, metres).filter { $1 <= limit }.map { $0.0 }
    }

    /// Takes a decision: the powers decided and those that neighbours announced last, both C x K watts of the network,
    /// loads included.
    mutating func note(own: [Double], announced: [Double]) -> [Change] {
        pairs.indices.compactMap { index in
            let one = pairs[index].own.share(of: own, subbands: subbands)
            let two = pairs[index].other.share(of: announced, subbands: subbands)
            guard let change = pairs[index].moves.note(own: one, other: two) else { return nil }
            let cells = (pairs[index].own.cells + pairs[index].other.cells).map(UInt32.init).sorted()
            return Change(neighbour: pairs[index].neighbour, cells: cells, change: change)
        }
    }
}
