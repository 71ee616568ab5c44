internal import Glibc

/// An upper bound on M: the network without interference between its cells, every cell at its caps on all subbands at
/// once, every UE in its best state and free to use all cells that may serve it.
///
/// `sum_u w_u U(R_u)` is concave, so that for any rates R' it is at most `sum_u w_u U(R'_u) + lambda_u (R_u - R'_u)`
/// with `lambda_u = w_u U'(R'_u)`. Of that the subbands fall apart: each is worth `max_u lambda_u v[u,k]` at most. The
/// rates R' come from the proportional-fair market over all cells; the nearer they are to its equilibrium, the tighter.
package enum ValueBound {
    /// Share of a subband of a cell for a UE, and what all of it is worth.
    private struct Entry {
        var ue: Int
        var good: Int
        var mbps: Double
        var share: Double
    }

    /// Nil where gains are uncertain: with margins, interference may help a plan.
    ///
    /// - Parameter choice: association that is held to where UEs may not be moved.
    package static func networkValueMbps(_ problem: ResourceProblem, _ choice: PowerChoice) -> Double? {
        guard problem.confidence == nil, !problem.ues.isEmpty else { return nil }
        var entries = entries(problem, choice)
        let weight = problem.ues.indices.map { problem.weight(of: $0) }
        let total = weight.reduce(0, +)
        var least = Double.infinity
        for step in 0..<240 {
            let rates = rates(problem, entries)
            let lambda = rates.indices.map {
                weight[$0] * pow(max(rates[$0], Evaluation.rateFloorMbps), -problem.alpha)
            }
            if step % 16 == 15 || step == 0 {
                least = min(least, bound(problem, entries, rates, lambda, weight))
            }
            bid(problem, &entries, lambda)
        }
        guard least.isFinite else { return nil }
        let mean = least / total
        return problem.alpha == 1 ? exp(mean) : pow(max(0, (1 - problem.alpha) * mean), 1 / (1 - problem.alpha))
    }

    private static func entries(_ problem: ResourceProblem, _ choice: PowerChoice) -> [Entry] {
        let subbands = problem.subbands
        let gains = GainTable(problem, stateOfCell: choice.stateOfCell.map { $0 < 0 ? -1 : 0 })
        let gap = Decibels.linear(problem.snrGapDb)
        let bandwidth = problem.bandwidthHz
        let law = RateLaw(problem)
        let caps = problem.powerCapsWatts
        var entries: [Entry] = []
        for (u, ue) in problem.ues.enumerated() {
            for (l, cell) in ue.linkCell.enumerated() {
                guard problem.mayReassociate || Int32(cell) == choice.cellOfUE[u] else { continue }
                let states = problem.cells[cell].states
                let best = states.map { $0.gainOffsetDb[u] - states[0].gainOffsetDb[u] }.max() ?? 0
                for k in 0..<subbands where caps[cell * subbands + k] > 0 {
                    let gain = gains.gain[(u * gains.links + l) * subbands + k] * Decibels.linear(best)
                    let snr = caps[cell * subbands + k] * gain / (gap * gains.backgroundWatts[u * subbands + k])
                    let mbps = bandwidth[k] * 1e-6 * law.efficiency(snr: snr, ue: u, cell: cell)
                    if mbps > 0 { entries.append(Entry(ue: u, good: cell * subbands + k, mbps: mbps, share: 0)) }
                }
            }
        }
        var bidders = [Double](repeating: 0, count: caps.count)
        for entry in entries { bidders[entry.good] += 1 }
        for i in entries.indices { entries[i].share = 1 / bidders[entries[i].good] }
        return entries
    }

    private static func rates(_ problem: ResourceProblem, _ entries: [Entry]) -> [Double] {
        var rates = [Double](repeating: 0, count: problem.ues.count)
        for entry in entries { rates[entry.ue] += entry.share * entry.mbps }
        return rates
    }

    /// A step of the proportional-response dynamics (see `ShareSolver`).
    private static func bid(_ problem: ResourceProblem, _ entries: inout [Entry], _ lambda: [Double]) {
        var sums = [Double](repeating: 0, count: problem.cells.count * problem.subbands)
        let mix = problem.alpha > 1 ? 1 / problem.alpha : 1
        for entry in entries { sums[entry.good] += lambda[entry.ue] * entry.share * entry.mbps }
        for i in entries.indices {
            let entry = entries[i]
            let bid = lambda[entry.ue] * entry.share * entry.mbps / max(sums[entry.good], 1e-300)
            entries[i].share = max(1e-9, (1 - mix) * entry.share + mix * bid)
        }
    }

    private static func bound(
        _ problem: ResourceProblem, _ entries: [Entry], _ rates: [Double], _ lambda: [Double], _ weight: [Double]
    ) -> Double {
        var sum = 0.0
        var slope = lambda
        for u in rates.indices {
            let demand = problem.ues[u].demandMbps ?? .infinity
            let rate = min(rates[u], demand)
            // Flat beyond the demand, and below the floor of rates: the tangent there is horizontal.
            if rates[u] >= demand || rates[u] <= Evaluation.rateFloorMbps { slope[u] = 0 }
            let value = weight[u] * Utility.value(rate, alpha: problem.alpha)
            if rates[u] <= Evaluation.rateFloorMbps {
                // No tangent bounds what lies above the floor: its most is taken, all goods at once.
                let most = entries.reduce(0.0) { $1.ue == u ? $0 + $1.mbps : $0 }
                sum += weight[u] * Utility.value(min(most, demand), alpha: problem.alpha)
                continue
            }
            let atNothing = weight[u] * Utility.value(0, alpha: problem.alpha)
            sum += max(value - slope[u] * rate, atNothing)
        }
        var most = [Double](repeating: 0, count: problem.cells.count * problem.subbands)
        for entry in entries { most[entry.good] = max(most[entry.good], slope[entry.ue] * entry.mbps) }
        return sum + most.reduce(0, +)
    }
}
