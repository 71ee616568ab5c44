internal import Glibc

/// The cells of a map: squares side by side over a rectangle at one height, row after row from the south-west.
package struct MapGrid: Sendable, Equatable {
    /// Centre of the first cell.
    package var origin: SIMD3<Double>
    package var cellMetres: Double
    package var columns: Int
    package var rows: Int

    package init(origin: SIMD3<Double>, cellMetres: Double, columns: Int, rows: Int) {
        precondition(cellMetres > 0 && columns >= 1 && rows >= 1, "a map has cells")
        self.origin = origin
        self.cellMetres = cellMetres
        self.columns = columns
        self.rows = rows
    }

    /// As many cells as cover a box, centred on it, as Sionna RT lays them. The centres are rounded to centimetres, so
    /// that a file can name them exactly.
    package init(covering bounds: SceneBounds, cellMetres: Double, heightMetres: Double) {
        let size = bounds.size
        let middle = 0.5 * (bounds.minimum + bounds.maximum)
        let columns = max(1, Int((size.x / cellMetres).rounded(.up)))
        let rows = max(1, Int((size.y / cellMetres).rounded(.up)))
        let x = middle.x - 0.5 * Double(columns - 1) * cellMetres
        let y = middle.y - 0.5 * Double(rows - 1) * cellMetres
        self.init(
            origin: SIMD3((x * 100).rounded() / 100, (y * 100).rounded() / 100, heightMetres), cellMetres: cellMetres,
            columns: columns, rows: rows)
    }

    package var count: Int { columns * rows }

    package func centre(_ cell: Int) -> SIMD3<Double> {
        origin + SIMD3(Double(cell % columns), Double(cell / columns), 0) * cellMetres
    }

    package var centres: [SIMD3<Double>] { (0..<count).map(centre) }
}

/// Where a map cell is sampled.
package enum CellSample: String, Sendable, Equatable, CaseIterable {
    /// At its centre.
    case centre
    /// At 5 x 5 points, each in the middle of a twenty-fifth of the cell: the mean of their gains.
    case mean

    /// Offsets from the centre for a cell of 1 m.
    package var offsets: [SIMD3<Double>] {
        switch self {
        case .centre: return [.zero]
        case .mean:
            let steps = [-0.4, -0.2, 0, 0.2, 0.4]
            return steps.flatMap { y in steps.map { x in SIMD3<Double>(x, y, 0) } }
        }
    }
}
