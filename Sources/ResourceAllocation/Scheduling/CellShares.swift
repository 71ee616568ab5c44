/// The shares of one cell as a linear program: what its UEs can get at fixed powers.
///
/// `reachMbps` (U x K of the cell's own UEs) is what a UE gets with the whole of a subband.
struct CellShares {
    let ues: Int
    let subbands: Int
    let reachMbps: [Double]

    /// Shares that keep promises as far as possible, and the part of each promise that is given up.
    struct Kept {
        /// U x K.
        var shares: [Double]
        /// U values in [0, 1].
        var givenUp: [Double]
    }

    /// `minimise sum weight given` with `sum_k reach x + promise given >= promise` and `sum_u x <= 1`: the smallest
    /// relaxation. Nil where the solver gives up.
    func keep(promiseMbps: [Double], weight: [Double]) -> Kept? {
        var program = LinearProgram(maximises: false)
        // Of the ways to keep all promises the one that uses least: the rest is for the others to divide.
        for _ in 0..<(ues * subbands) { _ = program.addColumn(cost: 1e-6, upper: 1) }
        let largest = weight.max() ?? 1
        for u in 0..<ues { _ = program.addColumn(cost: max(1e-3, weight[u] / largest), upper: 1) }
        for u in 0..<ues where promiseMbps[u] > 0 {
            // In units of the promise, so that rows of many decades stand side by side.
            var terms = row(u, scale: promiseMbps[u])
            terms.append((column: ues * subbands + u, factor: 1))
            program.addRow(lower: 1, terms)
        }
        addSubbands(&program)
        guard let solution = program.solveRelaxation().solution else { return nil }
        return Kept(
            shares: solution.values.prefix(ues * subbands).map { min(1, max(0, $0)) },
            givenUp: solution.values.suffix(ues).map { $0 < 1e-9 ? 0 : min(1, $0) })
    }

    /// `maximise t` with `R_u >= weight_u t`, up to the least demand: the shares of max-min fairness. Nil where the
    /// solver gives up.
    func evenOut(weight: [Double], demandMbps: [Double]) -> [Double]? {
        var program = LinearProgram(maximises: true)
        for _ in 0..<(ues * subbands) { _ = program.addColumn(cost: 0, upper: 1) }
        let scale =
            (0..<ues).map { u in
                let best = (0..<subbands).reduce(0.0) { $0 + reachMbps[u * subbands + $1] }
                return min(best, demandMbps[u]) / weight[u]
            }.min() ?? 0
        guard scale > 0 else { return nil }
        let enough = zip(demandMbps, weight).map { $0 / $1 }.min() ?? .infinity
        let level = program.addColumn(cost: 1, upper: min(LinearProgram.unbounded, enough / scale))
        for u in 0..<ues {
            var terms = row(u, scale: scale * weight[u])
            terms.append((column: level, factor: -1))
            program.addRow(lower: 0, terms)
        }
        addSubbands(&program)
        guard let solution = program.solveRelaxation().solution else { return nil }
        return solution.values.prefix(ues * subbands).map { min(1, max(0, $0)) }
    }

    private func row(_ u: Int, scale: Double) -> [(column: Int, factor: Double)] {
        (0..<subbands).map { (column: u * subbands + $0, factor: reachMbps[u * subbands + $0] / scale) }
    }

    private func addSubbands(_ program: inout LinearProgram) {
        for k in 0..<subbands {
            program.addRow(upper: 1, (0..<ues).map { (column: $0 * subbands + k, factor: 1) })
        }
    }
}
