internal import Glibc
package import Learning
package import NetworkModel
internal import RadioPropagation

/// The interference that users of one cell would meet, at points of its micro-twin, per subband (DESIGN 8).
package struct InterferenceGrid: Sendable, Equatable {
    /// The points, in metres of the network.
    package let grid: BaselineMap.Grid
    /// Subbands of the carrier.
    package let subbands: Int
    /// Mean power from all other cells, watts, rows of `grid.count` per subband.
    package let watts: [Double]

    /// Mean power from all other cells at the point nearest to a place (metres), watts.
    package func watts(subband: Int, xMetres: Double, yMetres: Double) -> Double {
        watts[subband * grid.count + grid.point(xMetres: xMetres, yMetres: yMetres)]
    }
}

extension EdgeNode {
    /// What users of one of the edge's cells would meet, from the gains of its micro-twin as corrected so far (without
    /// the residual, which is of places) and the powers that the edge knows: its own cells' in force, weighted with
    /// their load, and the neighbours' as the leader's offer has them, which hold their load; until an offer came, and
    /// in FCH, full power in equal parts.
    ///
    /// For whoever asks, beside the loop: a look at every point for every cell. nil for a cell that is not the edge's.
    package func interferenceGrid(of cell: CellID) -> InterferenceGrid? {
        guard follower.cells.contains(cell.rawValue) else { return nil }
        let subbands = network.carrier.subbands
        var powers = follower.powerWatts
        var loads = Array(repeating: 1.0, count: network.cells.count)
        for (index, own) in inForce.cell.enumerated() {
            loads[Int(own)] = Double(inForce.load[index])
            for k in 0..<subbands {
                powers[Int(own) * subbands + k] = Double(inForce.powerWatts[index * subbands + k])
            }
        }
        let (grid, gains) = twins.gains(ofTwin: cell)
        let map = InterferenceMap(
            maps: gains.map(RadioMap.init), powersWatts: powers, subbands: subbands, loads: loads)
        return InterferenceGrid(
            grid: grid, subbands: subbands,
            watts: (0..<subbands).flatMap { map.interference(cell: cell.index, subband: $0) })
    }
}

/// Powers in force of an edge's own cells, and their loads, from the last telemetry that it learnt from.
struct CellsInForce: Sendable {
    var cell: [UInt32] = []
    /// Watts, rows of subbands.
    var powerWatts: [Float] = []
    /// 0...1.
    var load: [Float] = []
}

extension MicroTwins {
    /// Beyond the outermost cells a grid of formulas goes on this far; points of it at most.
    private static let marginMetres = 300.0
    private static let maxPoints = 40_000

    /// Path gain from every cell of the network to the points of a micro-twin, as corrected so far, without residuals.
    func gains(ofTwin cell: CellID) -> (grid: BaselineMap.Grid, gains: [[Double]]) {
        let grid = corrected?.grid ?? formulaGrid
        let gains = network.cells.map { other in
            (0..<grid.count).map { point in
                let (x, y) = grid.position(point)
                return pow(10, gainDb(twin: cell, from: other, xMetres: x, yMetres: y) / 10)
            }
        }
        return (grid, gains)
    }

    private func gainDb(twin: CellID, from cell: CellConfiguration, xMetres x: Double, yMetres y: Double) -> Double {
        if let corrected { return corrected.parametricDb(cell: cell.id.rawValue, xMetres: x, yMetres: y) }
        return lawDb(twin: twin, from: cell, xMetres: x, yMetres: y)
    }

    private var formulaGrid: BaselineMap.Grid {
        let x = network.cells.map(\.xMetres)
        let y = network.cells.map(\.yMetres)
        let west = (x.min() ?? 0) - MicroTwins.marginMetres
        let south = (y.min() ?? 0) - MicroTwins.marginMetres
        let width = (x.max() ?? 0) + MicroTwins.marginMetres - west
        let height = (y.max() ?? 0) + MicroTwins.marginMetres - south
        var spacing = network.twin.spacingMetres
        while (width / spacing + 1) * (height / spacing + 1) > Double(MicroTwins.maxPoints) { spacing *= 1.25 }
        return BaselineMap.Grid(
            xMetres: west, yMetres: south, spacingMetres: spacing, columns: Int(width / spacing) + 1,
            rows: Int(height / spacing) + 1)
    }
}
