/// What several cells' transmitters do to each other at the points of a map, per subband: for every micro-twin the
/// interference that its users would meet there, and its SINR.
///
/// Interference is added up over the other cells, not taken as all less the own: where one cell is received far above
/// the rest, the difference would be rounding.
package struct InterferenceMap: Sendable {
    package let subbands: Int
    package let pointCount: Int
    private let maps: [RadioMap]
    /// `[cell * subbands + subband]` in watts.
    private let powers: [Double]
    /// Share of time each cell sends, 0...1.
    private let loads: [Double]

    /// - Parameters:
    ///   - maps: path gain by cell, all over the same points.
    ///   - powersWatts: power of a cell that sends, `[cell * subbands + subband]`.
    ///   - loads: share of time each cell sends, 0...1, by which it interferes; empty is always.
    package init(maps: [RadioMap], powersWatts: [Double], subbands: Int, loads: [Double] = []) {
        let points = maps.first?.gains.count ?? 0
        precondition(subbands >= 1 && powersWatts.count == maps.count * subbands, "a power per cell and subband")
        precondition(maps.allSatisfy { $0.gains.count == points }, "all maps have the same points")
        precondition(loads.isEmpty || loads.count == maps.count, "a load per cell")
        self.subbands = subbands
        self.maps = maps
        self.loads = loads.isEmpty ? [Double](repeating: 1, count: maps.count) : loads
        powers = powersWatts
        pointCount = points
    }

    /// Watts that the other cells bring to each point in a subband, on average over their load (DESIGN 11, `T - N`).
    package func interference(cell: Int, subband: Int) -> [Double] {
        interference(servers: [Int?](repeating: cell, count: pointCount), subband: subband)
    }

    /// Signal over noise and interference at each point, were it served by a cell.
    ///
    /// - Parameter noiseWatts: in one subband, above 0.
    package func sinr(cell: Int, subband: Int, noiseWatts: Double) -> [Double] {
        sinr(servers: [Int?](repeating: cell, count: pointCount), subband: subband, noiseWatts: noiseWatts)
    }

    // MARK: - Points served by different cells

    /// The cell received best at each point, by its power over all subbands while it sends; nil where nothing is
    /// received. Of equals the first.
    package func servers() -> [Int?] {
        let all = maps.indices.map { cell in powers[cell * subbands..<(cell + 1) * subbands].reduce(0, +) }
        return (0..<pointCount).map { point in
            var best: (cell: Int, power: Double)?
            for cell in maps.indices {
                let power = all[cell] * maps[cell].gains[point]
                if power > (best?.power ?? 0) { best = (cell, power) }
            }
            return best?.cell
        }
    }

    /// Watts that a point receives from its server in a subband while it sends; 0 without a server.
    package func signal(servers: [Int?], subband: Int) -> [Double] {
        precondition(servers.count == pointCount, "a server per point")
        return servers.enumerated().map { point, server in
            server.map { powers[$0 * subbands + subband] * maps[$0].gains[point] } ?? 0
        }
    }

    /// Watts that all cells but its server bring to each point in a subband; of all cells without a server.
    package func interference(servers: [Int?], subband: Int) -> [Double] {
        precondition(servers.count == pointCount, "a server per point")
        var others = [Double](repeating: 0, count: pointCount)
        for cell in maps.indices {
            let power = powers[cell * subbands + subband] * loads[cell]
            guard power > 0 else { continue }
            for point in 0..<pointCount where servers[point] != cell {
                others[point] += power * maps[cell].gains[point]
            }
        }
        return others
    }

    /// Signal over noise and interference at each point in a subband; 0 without a server.
    ///
    /// - Parameter noiseWatts: in one subband, above 0.
    package func sinr(servers: [Int?], subband: Int, noiseWatts: Double) -> [Double] {
        precondition(noiseWatts > 0, "noise is above 0")
        let others = interference(servers: servers, subband: subband)
        return zip(signal(servers: servers, subband: subband), others).map { $0 / (noiseWatts + $1) }
    }

    /// The cell received best at each point, and its SINR there over all subbands together; nil where nothing is
    /// received.
    ///
    /// - Parameter noiseWatts: in one subband, above 0.
    package func bestServer(noiseWatts: Double) -> [(cell: Int, sinr: Double)?] {
        let servers = servers()
        let sinr = widebandSINR(servers: servers, noiseWatts: noiseWatts)
        return zip(servers, sinr).map { server, sinr in server.map { ($0, sinr) } }
    }

    /// Power received over noise and interference, each added up over the subbands; 0 without a server.
    ///
    /// - Parameter noiseWatts: in one subband, above 0.
    package func widebandSINR(servers: [Int?], noiseWatts: Double) -> [Double] {
        precondition(noiseWatts > 0, "noise is above 0")
        var signals = [Double](repeating: 0, count: pointCount)
        var others = [Double](repeating: noiseWatts * Double(subbands), count: pointCount)
        for subband in 0..<subbands {
            let signal = signal(servers: servers, subband: subband)
            let interference = interference(servers: servers, subband: subband)
            for point in 0..<pointCount {
                signals[point] += signal[point]
                others[point] += interference[point]
            }
        }
        return zip(signals, others).map(/)
    }
}
