/// Association and power together, on one subband at equal spectral efficiency targets.
///
/// Maximise `sum value[u,c] x[u,c] - sum_c costPerWatt p[c]` over `x` in {0, 1} and powers `p` in [0, limit], with PRBs
/// as in `AssociationProblem` and, where c serves u, `p[c] g[u,c] >= target[u] (noise[u] + sum_{j != c} p[j] g[u,j])`.
package struct PoweredAssociation: Sendable {
    package let association: AssociationProblem
    /// U x C linear gains, at least 0.
    package let gain: [Double]
    /// Least SINR of each UE when served, linear, above 0.
    package let target: [Double]
    /// Noise power of each UE in watts, above 0.
    package let noiseWatts: [Double]
    /// Highest power of each cell in watts.
    package let limitWatts: [Double]
    /// Value that a watt costs.
    package let costPerWatt: Double

    /// Shapes and ranges are the caller's duty.
    package init(
        association: AssociationProblem, gain: [Double], target: [Double], noiseWatts: [Double],
        limitWatts: [Double], costPerWatt: Double
    ) {
        let (ues, cells) = (association.ues, association.cells)
        precondition(gain.count == ues * cells && target.count == ues && noiseWatts.count == ues)
        precondition(limitWatts.count == cells && costPerWatt.isFinite && costPerWatt >= 0)
        precondition(gain.allSatisfy { $0.isFinite && $0 >= 0 } && limitWatts.allSatisfy { $0.isFinite && $0 >= 0 })
        precondition((target + noiseWatts).allSatisfy { $0.isFinite && $0 > 0 })
        self.association = association
        self.gain = gain
        self.target = target
        self.noiseWatts = noiseWatts
        self.limitWatts = limitWatts
        self.costPerWatt = costPerWatt
    }

    /// The least powers that serve `cellOfUE` at its targets, in every component least (Yates 1995); nil where limits
    /// or the targets themselves do not allow it. Where `rounds` rounds do not settle them, so near are the targets to
    /// what is possible, the powers reached are returned, which are below the least.
    package func leastPowers(_ cellOfUE: [Int32], rounds: Int = 100_000) -> [Double]? {
        let cells = association.cells
        var powers = [Double](repeating: 0, count: cells)
        for _ in 0..<rounds {
            var next = [Double](repeating: 0, count: cells)
            for (u, cell) in cellOfUE.enumerated() where cell >= 0 {
                let c = Int(cell)
                var heard = noiseWatts[u]
                for j in 0..<cells where j != c { heard += powers[j] * gain[u * cells + j] }
                next[c] = max(next[c], target[u] * heard / gain[u * cells + c])
            }
            if zip(next, limitWatts).contains(where: { !($0 <= $1 * (1 + 1e-12)) }) { return nil }
            let change = zip(next, powers).reduce(0) { max($0, abs($1.0 - $1.1) / max($1.0, 1e-300)) }
            powers = next
            if change < 1e-13 { return powers }
        }
        return powers
    }

    /// What an association is worth with its least powers; nil where it is not feasible.
    package func value(of cellOfUE: [Int32]) -> Double? {
        guard let value = association.value(of: cellOfUE), let powers = leastPowers(cellOfUE) else { return nil }
        return value - costPerWatt * powers.reduce(0, +)
    }
}
