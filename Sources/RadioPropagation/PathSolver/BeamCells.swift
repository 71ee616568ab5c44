/// The beams of one transmitter that meet each cell of space, found when a receiver first stands in the cell: a
/// receiver that moves on within it, or another beside it, looks at a few hundred beams instead of all.
struct BeamCells: Sendable {
    let lanes: BeamLanes
    /// Beams of each small cell, packed.
    private var cells: [[BeamLanes.Row]] = []
    private var cellNumbers: [SIMD3<Int32>: Int] = [:]  // lookup only
    private var cellRows = 0
    /// For each large cell, which of all rows hold a beam that meets it.
    private var blocks: [[Int32]] = []
    private var blockNumbers: [SIMD3<Int32>: Int] = [:]  // lookup only
    private var blockRows = 0

    /// Edges of small and large cells in metres.
    private static let edge = 8.0
    private static let blockEdge = 64.0
    /// Rows kept in small cells (672 bytes each) and named in large ones; beyond it all are forgotten.
    private static let cellRowLimit = 60_000
    private static let blockRowLimit = 4_000_000
    /// So few rows are looked at in one go.
    private static let smallRows = 200

    init(_ lanes: BeamLanes) {
        self.lanes = lanes
    }

    /// Hands over rows that hold all beams which hold the point.
    mutating func withRows(at point: SIMD3<Double>, _ body: (UnsafeBufferPointer<BeamLanes.Row>) -> Void) {
        let isFar = max(abs(point.x), abs(point.y), abs(point.z)) > 1e6
        if isFar || lanes.rows.count <= BeamCells.smallRows { return lanes.rows.withUnsafeBufferPointer(body) }
        let key = BeamCells.key(of: point, edge: BeamCells.edge)
        if let known = cellNumbers[key] { return cells[known].withUnsafeBufferPointer(body) }
        let rows = fill(key, from: block(around: point))
        rows.withUnsafeBufferPointer(body)
    }

    private static func key(of point: SIMD3<Double>, edge: Double) -> SIMD3<Int32> {
        let place = (point / edge).rounded(.down)
        return SIMD3(Int32(place.x), Int32(place.y), Int32(place.z))
    }

    private static func box(_ key: SIMD3<Int32>, edge: Double) -> (centre: SIMD3<Float>, half: SIMD3<Float>) {
        let centre = (SIMD3(Float(key.x), Float(key.y), Float(key.z)) + 0.5) * Float(edge)
        return (centre, SIMD3(repeating: Float(edge / 2) + 1e-3))
    }

    /// Rows with beams that meet the large cell around a point.
    private mutating func block(around point: SIMD3<Double>) -> [Int32] {
        let key = BeamCells.key(of: point, edge: BeamCells.blockEdge)
        if let known = blockNumbers[key] { return blocks[known] }
        if blockRows > BeamCells.blockRowLimit {
            blocks.removeAll()
            blockNumbers.removeAll()
            blockRows = 0
        }
        let (centre, half) = BeamCells.box(key, edge: BeamCells.blockEdge)
        var rows: [Int32] = []
        lanes.rows.withUnsafeBufferPointer { all in
            for row in all.indices where BeamLanes.meets(all[row], centre: centre, half: half) {
                rows.append(Int32(row))
            }
        }
        blockRows += rows.count
        blocks.append(rows)
        blockNumbers[key] = blocks.count - 1
        return rows
    }

    /// Fills a small cell.
    private mutating func fill(_ key: SIMD3<Int32>, from wider: [Int32]) -> [BeamLanes.Row] {
        if cellRows > BeamCells.cellRowLimit {
            cells.removeAll()
            cellNumbers.removeAll()
            cellRows = 0
        }
        let (centre, half) = BeamCells.box(key, edge: BeamCells.edge)
        var rows: [BeamLanes.Row] = []
        lanes.rows.withUnsafeBufferPointer { all in
            wider.withUnsafeBufferPointer {
                BeamLanes.narrow(all, among: $0, centre: centre, half: half, into: &rows)
            }
        }
        cellRows += rows.count
        cells.append(rows)
        cellNumbers[key] = cells.count - 1
        return rows
    }
}
