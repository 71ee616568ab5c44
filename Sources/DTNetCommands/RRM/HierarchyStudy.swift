internal import Foundation
internal import NetworkModel
internal import ResourceAllocation
internal import Simulator

/// The games of the hierarchies on drops of a topology: means over the drops, row by row.
struct HierarchyStudy: Encodable {
    struct Row: Encodable {
        var solver: String
        var wiring: String
        var valueMbps = 0.0
        /// Mean over the drops that have a gap to close; nil where none has.
        var efficiency: Double?
        var leastEfficiency: Double?
        var followerResidual: Double?
        var leaderResidual: Double?
        var rounds = 0.0
    }

    var topology: String
    var firstSeed: UInt64
    var drops: Int
    var cells: Int
    var ues: Double
    var valueEqualPowerMbps: Double
    var valueBestKnownMbps: Double
    var rows: [Row]

    /// - Parameter directions: random directions of the leader's residual beside every single price; 0 leaves it out.
    init(network: NetworkConfiguration, firstSeed: UInt64, drops: Int, directions: Int) throws {
        var tables: [HierarchyTable] = []
        var users = 0
        let regions = network.cells.map { Int($0.region.rawValue) }
        for drop in 0..<drops {
            let seed = firstSeed &+ UInt64(drop)
            guard let problem = try NetworkDrop.problem(network, seed: seed) else { continue }
            var effort = HierarchyTable.Effort()
            if directions > 0 {
                var search = Residuals.Search()
                search.directions = directions
                search.seed = seed
                effort.search = search
            }
            tables.append(HierarchyTable(problem, regionOfCell: regions, seed: seed, effort: effort))
            users += problem.ues
            Terminal.progress("drop \(drop + 1) of \(drops), seed \(seed)")
        }
        guard let first = tables.first else { throw ToolFailure(.failed, "nobody has anything to receive in any drop") }
        func mean(_ values: [Double]) -> Double? {
            values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
        topology = network.name
        self.firstSeed = firstSeed
        self.drops = tables.count
        cells = network.cells.count
        ues = Double(users) / Double(tables.count)
        valueEqualPowerMbps = mean(tables.map(\.equalPowerMbps)) ?? 0
        valueBestKnownMbps = mean(tables.map(\.bestKnownMbps)) ?? 0
        rows = first.rows.indices.map { index in
            let same = tables.map { $0.rows[index] }
            let shares = same.compactMap(\.efficiency)
            return Row(
                solver: same[0].solver, wiring: same[0].wiring, valueMbps: mean(same.map(\.networkValueMbps)) ?? 0,
                efficiency: mean(shares), leastEfficiency: shares.min(),
                followerResidual: mean(same.compactMap(\.followerResidual)),
                leaderResidual: mean(same.compactMap(\.leaderResidual)),
                rounds: mean(same.map { Double($0.rounds) }) ?? 0)
        }
    }

    func show() {
        var table = TextTable(
            [
                "solver", "wiring", "M Mb/s", "efficiency %", "least %", "follower residual", "leader residual",
                "rounds",
            ], numeric: [2, 3, 4, 5, 6, 7])
        func text(_ value: Double?, _ format: String, _ factor: Double = 1) -> String {
            value.map { String(format: format, factor * $0) } ?? "-"
        }
        for row in rows {
            table.add([
                row.solver, row.wiring, text(row.valueMbps, "%.3f"), text(row.efficiency, "%.1f", 100),
                text(row.leastEfficiency, "%.1f", 100), text(row.followerResidual, "%.2g"),
                text(row.leaderResidual, "%.2g"), text(row.rounds, "%.0f"),
            ])
        }
        Terminal.result(
            "\(topology): \(cells) cells, \(text(ues, "%.0f")) UEs, means over \(drops) drops from seed \(firstSeed); "
                + "M of equal power \(text(valueEqualPowerMbps, "%.3f")), best known "
                + text(valueBestKnownMbps, "%.3f"))
        for line in table.lines { Terminal.result(line) }
    }
}
