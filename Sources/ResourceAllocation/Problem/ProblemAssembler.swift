internal import Glibc
package import NetworkModel

/// Pools channel snapshots into the one problem that a solver sees. Reports that carry one averaged gain per link are
/// spread over all subbands of the carrier.
package struct ProblemAssembler: Sendable {
    private let network: NetworkConfiguration
    private let bandwidthHz: [Double]
    private let snrGap: Double
    /// Transmit power of each cell as configured, in watts.
    package let maxPowerWatts: [Double]

    package init(network: NetworkConfiguration) {
        self.network = network
        bandwidthHz = Array(repeating: network.carrier.subbandBandwidthHz, count: network.carrier.subbands)
        snrGap = pow(10, network.carrier.snrGapDb / 10)
        maxPowerWatts = network.cells.map { pow(10, ($0.transmitPowerDbm - 30) / 10) }
    }

    /// One problem over all cells of the network from snapshots of disjoint sets of cells; cells that no snapshot
    /// covers have no UE.
    ///
    /// - Parameters:
    ///   - powerBudgetWatts: per cell of the network.
    ///   - cellWeight: factor on the weight of the cell's UEs, per cell of the network.
    ///   - load: rho per cell of the network.
    package func assemble(
        _ snapshots: [ChannelSnapshot], powerBudgetWatts: [Double], cellWeight: [Double], load: [Double]
    ) -> Problem {
        let cells = network.cells.count
        let subbands = network.carrier.subbands
        let links = snapshots.map(\.links).max() ?? 1
        if snapshots.count == 1, snapshots[0].reportSubbands == subbands {
            return assemble(snapshots[0], powerBudgetWatts: powerBudgetWatts, cellWeight: cellWeight, load: load)
        }
        let order = ProblemAssembler.order(snapshots, cells: cells)
        let ues = order.rows.count
        var weight = [Double](repeating: 1, count: ues)
        var demand = [Double](repeating: .infinity, count: ues)
        var linkCell = [Int32](repeating: -1, count: ues * links)
        var gain = [Double](repeating: 0, count: ues * links * subbands)
        var background = [Double](repeating: 0, count: ues * subbands)
        for (target, row) in order.rows.enumerated() {
            let snapshot = snapshots[row.snapshot]
            let ue = row.ue
            weight[target] = Double(snapshot.weight[ue]) * cellWeight[Int(snapshot.ueCell[ue])]
            demand[target] = snapshot.demandBps[ue]
            snapshot.copyRow(
                ue, target: target, links: links, subbands: subbands, linkCell: &linkCell, gain: &gain,
                background: &background)
        }
        let cap = powerBudgetWatts.flatMap { Array(repeating: $0, count: subbands) }
        return Problem(
            subbands: subbands, links: links, alpha: network.game.alpha, snrGap: snrGap,
            maxSpectralEfficiency: network.carrier.maxSpectralEfficiency, bandwidthHz: bandwidthHz,
            powerBudgetWatts: powerBudgetWatts, powerCapWatts: cap, load: load, cellStart: order.cellStart,
            weight: weight, demandBps: demand, linkCell: linkCell, gain: gain, backgroundWatts: background)
    }

    /// One snapshot with all subbands: its arrays are the problem's own.
    private func assemble(
        _ snapshot: ChannelSnapshot, powerBudgetWatts: [Double], cellWeight: [Double], load: [Double]
    ) -> Problem {
        let subbands = network.carrier.subbands
        var cellStart = [Int32](repeating: 0, count: network.cells.count + 1)
        for cell in snapshot.ueCell { cellStart[Int(cell) + 1] += 1 }
        for cell in network.cells.indices { cellStart[cell + 1] += cellStart[cell] }
        return Problem(
            subbands: subbands, links: snapshot.links, alpha: network.game.alpha, snrGap: snrGap,
            maxSpectralEfficiency: network.carrier.maxSpectralEfficiency, bandwidthHz: bandwidthHz,
            powerBudgetWatts: powerBudgetWatts,
            powerCapWatts: powerBudgetWatts.flatMap { Array(repeating: $0, count: subbands) }, load: load,
            cellStart: cellStart,
            weight: snapshot.weight.indices.map {
                Double(snapshot.weight[$0]) * cellWeight[Int(snapshot.ueCell[$0])]
            },
            demandBps: snapshot.demandBps, linkCell: snapshot.linkCell.map { Int32(truncatingIfNeeded: $0) },
            gain: snapshot.gain, backgroundWatts: snapshot.backgroundWatts)
    }

    private struct Row {
        var snapshot: Int
        var ue: Int
    }

    /// UEs of all snapshots in order of serving cell, and the first of each cell.
    private static func order(_ snapshots: [ChannelSnapshot], cells: Int) -> (rows: [Row], cellStart: [Int32]) {
        var count = [Int32](repeating: 0, count: cells + 1)
        for snapshot in snapshots {
            for cell in snapshot.ueCell { count[Int(cell) + 1] += 1 }
        }
        for cell in 0..<cells { count[cell + 1] += count[cell] }
        var next = count
        var rows = [Row](repeating: Row(snapshot: 0, ue: 0), count: Int(count[cells]))
        for (index, snapshot) in snapshots.enumerated() {
            for (ue, cell) in snapshot.ueCell.enumerated() {
                rows[Int(next[Int(cell)])] = Row(snapshot: index, ue: ue)
                next[Int(cell)] += 1
            }
        }
        return (rows, count)
    }
}

extension ChannelSnapshot {
    /// Copies one UE's row into the arrays of a problem, spreading an averaged gain over all subbands.
    fileprivate func copyRow(
        _ ue: Int, target: Int, links allLinks: Int, subbands: Int, linkCell targetCell: inout [Int32],
        gain targetGain: inout [Double], background targetBackground: inout [Double]
    ) {
        let width = reportSubbands
        for link in 0..<links {
            let cell = self.linkCell[ue &* links &+ link]
            guard cell != .max else { continue }
            targetCell[target &* allLinks &+ link] = Int32(truncatingIfNeeded: cell)
            let from = (ue &* links &+ link) &* width
            let to = (target &* allLinks &+ link) &* subbands
            for k in 0..<subbands { targetGain[to &+ k] = gain[from &+ (width == 1 ? 0 : k)] }
        }
        for k in 0..<subbands {
            targetBackground[target &* subbands &+ k] = backgroundWatts[ue &* width &+ (width == 1 ? 0 : k)]
        }
    }
}
