internal import Glibc

/// What several cells' transmitters do to each other at the points of a map, per subband: for every micro-twin the
/// interference that its users would meet there, and its SINR.
package struct InterferenceMap: Sendable {
    package let subbands: Int
    package let pointCount: Int
    private let maps: [RadioMap]
    /// `[cell * subbands + subband]` in watts, load included.
    private let powers: [Double]
    /// Received power of all cells, `[subband * pointCount + point]` in watts.
    private let total: [Double]

    /// - Parameters:
    ///   - maps: path gain by cell, all over the same points.
    ///   - powersWatts: sent power, `[cell * subbands + subband]`.
    ///   - loads: share of time each cell sends, 0...1; empty is always.
    package init(maps: [RadioMap], powersWatts: [Double], subbands: Int, loads: [Double] = []) {
        let points = maps.first?.gains.count ?? 0
        precondition(subbands >= 1 && powersWatts.count == maps.count * subbands, "a power per cell and subband")
        precondition(maps.allSatisfy { $0.gains.count == points }, "all maps have the same points")
        precondition(loads.isEmpty || loads.count == maps.count, "a load per cell")
        var powers = powersWatts
        for index in powers.indices where !loads.isEmpty { powers[index] *= loads[index / subbands] }
        var total = [Double](repeating: 0, count: subbands * points)
        for cell in maps.indices {
            for subband in 0..<subbands {
                let power = powers[cell * subbands + subband]
                for point in 0..<points { total[subband * points + point] += power * maps[cell].gains[point] }
            }
        }
        self.subbands = subbands
        self.maps = maps
        self.powers = powers
        self.total = total
        pointCount = points
    }

    /// Watts that the other cells bring to each point in a subband.
    package func interference(cell: Int, subband: Int) -> [Double] {
        let power = powers[cell * subbands + subband]
        return (0..<pointCount).map { point in
            // All but its own; what rounding leaves of the difference is far below any noise.
            let others = total[subband * pointCount + point] - power * maps[cell].gains[point]
            return max(others, 0)
        }
    }

    /// Signal over noise and interference at each point, were it served by a cell.
    ///
    /// - Parameter noiseWatts: in one subband, above 0.
    package func sinr(cell: Int, subband: Int, noiseWatts: Double) -> [Double] {
        precondition(noiseWatts > 0, "noise is above 0")
        let power = powers[cell * subbands + subband]
        let others = interference(cell: cell, subband: subband)
        return (0..<pointCount).map { power * maps[cell].gains[$0] / (noiseWatts + others[$0]) }
    }

    /// The cell received best at each point, over all subbands, and its SINR there; nil where nothing is received.
    package func bestServer(noiseWatts: Double) -> [(cell: Int, sinr: Double)?] {
        let all = maps.indices.map { cell in
            powers[cell * subbands..<(cell + 1) * subbands].reduce(0, +)
        }
        let totals = (0..<pointCount).map { point in
            (0..<subbands).reduce(0) { $0 + total[$1 * pointCount + point] }
        }
        return (0..<pointCount).map { point in
            let received = maps.indices.map { all[$0] * maps[$0].gains[point] }
            guard let best = received.indices.max(by: { received[$0] < received[$1] }), received[best] > 0 else {
                return nil
            }
            let others = max(totals[point] - received[best], 0)
            return (best, received[best] / (noiseWatts * Double(subbands) + others))
        }
    }
}
