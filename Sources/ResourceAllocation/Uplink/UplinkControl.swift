internal import Glibc

/// Uplink powers by open-loop power control (TS 38.213 section 7.1.1): on each subband a UE sends
/// `min(P_max / K, P0[c] + alpha L)` dBm, L its mean path loss to its cell c.
///
/// UEs of a cell send one after the other on the whole carrier, each for its fair part of the time, so that a cell
/// hears of every other cell the mean over that cell's UEs. Sought are one alpha for all cells and a P0 per cell that
/// make the network value M most (DESIGN 11): the best of a grid with one P0 for all, then from the best alphas, and
/// from some cells quiet and the others loud, single cells' P0 up and down while M rises. Interference is mutual, and M
/// has more than one such point: the answer is a local best.
package struct UplinkControl: Sendable {
    /// What the control is, and what comes of it.
    package struct Outcome: Sendable {
        /// Part of the path loss that is made up for, one of `alphas`.
        package var alpha: Double
        /// P0 per cell, dBm per subband.
        package var p0Dbm: [Double]
        /// What each UE sends on each subband, watts; 0 where no cell serves it.
        package var powerWatts: [Double]
        /// Part of its cell's time that each UE sends.
        package var share: [Double]
        package var rateMbps: [Double]
        package var networkValueMbps: Double
        /// M with every UE at full power, and with the best P0 and alpha that are the same for all cells.
        package var fullPowerValueMbps: Double
        package var uniformValueMbps: Double
    }

    /// The set of TS 38.331, `Alpha`.
    package static let alphas = [0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
    /// Step of P0, TS 38.331 `p0-NominalWithGrant`, dB.
    package static let stepDb = 2.0

    private let problem: ResourceProblem
    private let uplink: ResourceProblem.Uplink
    private let cellOfUE: [Int32]
    /// Linear gain to each link's cell, [U][L x K].
    private let gain: [[Double]]
    private let lossDb: [Double]
    private let bandwidthMHz: [Double]
    private let weight: [Double]
    private let law: RateLaw

    /// - Parameter cellOfUE: cell of each UE, -1 for none.
    package init(_ problem: ResourceProblem, _ uplink: ResourceProblem.Uplink, cellOfUE: [Int32]) {
        precondition(cellOfUE.count == problem.ues.count)
        self.problem = problem
        self.uplink = uplink
        self.cellOfUE = cellOfUE
        let subbands = problem.subbands
        gain = problem.ues.map { ue in
            ue.gainDb.flatMap { row in (0..<subbands).map { Decibels.linear(row.count == 1 ? row[0] : row[$0]) } }
        }
        lossDb = problem.ues.indices.map { [gain] u in
            guard let link = problem.ues[u].linkCell.firstIndex(where: { Int32($0) == cellOfUE[u] }) else { return 0 }
            let mean = gain[u][link * subbands..<(link + 1) * subbands].reduce(0, +) / Double(subbands)
            return -10 * log10(max(mean, 1e-40))
        }
        bandwidthMHz = problem.uplinkBandwidthHz.map { $0 * 1e-6 }
        weight = problem.ues.indices.map { problem.weight(of: $0) }
        law = RateLaw(problem)
    }

    /// The best control found; with nothing left of `budget` from the start, every UE at full power. A round is one
    /// evaluation of the whole network.
    package func solve(_ budget: inout Budget) -> Outcome {
        let full = evaluate(alpha: 1, p0Dbm: problem.cells.map { _ in uplink.highestP0Dbm }, atFullPower: true)
        var starts: [Outcome] = []
        for alpha in UplinkControl.alphas {
            var best: Outcome?
            for p0 in stride(from: uplink.lowestP0Dbm, through: uplink.highestP0Dbm, by: UplinkControl.stepDb) {
                guard budget.spend() else { break }
                let tried = evaluate(alpha: alpha, p0Dbm: problem.cells.map { _ in p0 })
                if tried.networkValueMbps > best?.networkValueMbps ?? 0 { best = tried }
            }
            if let best { starts.append(best) }
        }
        starts.sort { $0.networkValueMbps > $1.networkValueMbps }
        var best = full
        if let first = starts.first, first.networkValueMbps > full.networkValueMbps { best = first }
        let uniform = best.networkValueMbps
        let patterned = patterns(alpha: best.alpha, &budget)
        for start in starts.prefix(UplinkControl.starts) + patterned {
            let found = climb(from: start, &budget)
            if found.networkValueMbps > best.networkValueMbps { best = found }
        }
        best.fullPowerValueMbps = full.networkValueMbps
        best.uniformValueMbps = uniform
        return best
    }

    /// Alphas from which single cells' P0 are moved.
    private static let starts = 4
    /// Moves of a cell's P0 in steps: near ones, and far ones for cells that had better keep still.
    private static let moves = [1, -1, 3, -3, 8, -8, 20, -20]

    /// Every second cell, and two of three, as quiet as they may be, the others as loud: where cells disturb each other
    /// so much that some had better keep still, no move of one cell shows it.
    private func patterns(alpha: Double, _ budget: inout Budget) -> [Outcome] {
        guard problem.cells.count > 1 else { return [] }
        var found: [Outcome] = []
        for (reuse, loud) in [(2, 0), (2, 1), (3, 0), (3, 1), (3, 2)] where budget.spend() {
            let p0 = problem.cells.indices.map { $0 % reuse == loud ? uplink.highestP0Dbm : uplink.lowestP0Dbm }
            found.append(evaluate(alpha: alpha, p0Dbm: p0))
        }
        return found
    }

    /// Moves single cells' P0 while one raises M.
    private func climb(from start: Outcome, _ budget: inout Budget) -> Outcome {
        var best = start
        var idle = 0
        var cell = 0
        while idle < problem.cells.count {
            idle += 1
            for move in UplinkControl.moves {
                var p0 = best.p0Dbm
                let moved = p0[cell] + UplinkControl.stepDb * Double(move)
                p0[cell] = min(max(moved, uplink.lowestP0Dbm), uplink.highestP0Dbm)
                guard p0[cell] != best.p0Dbm[cell] else { continue }
                guard budget.spend() else { return best }
                let tried = evaluate(alpha: best.alpha, p0Dbm: p0)
                if tried.networkValueMbps > best.networkValueMbps * (1 + 1e-6) { (best, idle) = (tried, 0) }
            }
            cell = (cell + 1) % problem.cells.count
        }
        return best
    }

    /// What a control is worth.
    package func evaluate(alpha: Double, p0Dbm: [Double], atFullPower: Bool = false) -> Outcome {
        let subbands = problem.subbands
        let mostDbm = uplink.maxPowerDbm - 10 * log10(Double(subbands))
        let watts = problem.ues.indices.map { u -> Double in
            guard cellOfUE[u] >= 0 else { return 0 }
            let asked = p0Dbm[Int(cellOfUE[u])] + alpha * lossDb[u]
            return Decibels.linear((atFullPower ? mostDbm : min(mostDbm, asked)) - 30)
        }
        // Shares depend on rates (but for alpha = 1), rates on who sends: two passes settle what there is to settle.
        var share = shares(reach: nil)
        var reach = [Double](repeating: 0, count: problem.ues.count)
        for _ in 0..<(problem.alpha == 1 ? 1 : 2) {
            reach = rates(watts, share: share)
            share = shares(reach: reach)
        }
        let rates = problem.ues.indices.map {
            min(share[$0] * reach[$0], problem.ues[$0].uplinkDemandMbps ?? .infinity)
        }
        let value = Evaluation.networkValue(rateMbps: rates, weight: weight, alpha: problem.alpha)
        return Outcome(
            alpha: alpha, p0Dbm: p0Dbm, powerWatts: watts, share: share, rateMbps: rates, networkValueMbps: value,
            fullPowerValueMbps: value, uniformValueMbps: value)
    }

    /// Fair parts of each cell's time: `x ~ w^(1/alpha) v^(1/alpha - 1)`, v the rate with the whole time.
    private func shares(reach: [Double]?) -> [Double] {
        let alpha = max(problem.alpha, 0.1)
        let pull = problem.ues.indices.map { u in
            let rate = max(reach?[u] ?? 1, 1e-9)
            return alpha == 1 ? weight[u] : pow(weight[u], 1 / alpha) * pow(rate, 1 / alpha - 1)
        }
        var sums = [Double](repeating: 0, count: problem.cells.count)
        for (u, cell) in cellOfUE.enumerated() where cell >= 0 { sums[Int(cell)] += pull[u] }
        return cellOfUE.enumerated().map { u, cell in cell >= 0 ? pull[u] / sums[Int(cell)] : 0 }
    }

    /// Rate of each UE with the whole of its cell's time, Mbit/s.
    private func rates(_ watts: [Double], share: [Double]) -> [Double] {
        let subbands = problem.subbands
        let noise = Decibels.linear(uplink.noiseDbm - 30)
        let gap = Decibels.linear(problem.snrGapDb)
        var heard = [Double](repeating: noise, count: problem.cells.count * subbands)
        var served = [Int](repeating: -1, count: problem.ues.count)
        for (u, ue) in problem.ues.enumerated() where cellOfUE[u] >= 0 {
            for (l, cell) in ue.linkCell.enumerated() {
                if Int32(cell) == cellOfUE[u] {
                    served[u] = l
                    continue
                }
                let load = problem.cells[Int(cellOfUE[u])].load
                for k in 0..<subbands {
                    heard[cell * subbands + k] += load * share[u] * watts[u] * gain[u][l * subbands + k]
                }
            }
        }
        return problem.ues.indices.map { u in
            guard served[u] >= 0 else { return 0 }
            let row = Int(cellOfUE[u]) * subbands
            return (0..<subbands).reduce(0) { sum, k in
                let ratio = watts[u] * gain[u][served[u] * subbands + k] / (gap * heard[row + k])
                return sum + bandwidthMHz[k] * law.efficiency(snr: ratio, ue: u, cell: Int(cellOfUE[u]))
            }
        }
    }
}
