internal import Glibc

/// What a baseline says of one link, in the form that can be corrected: its gain, and how it hangs on each parameter.
///
/// Paths of equal interactions form a group. At offsets `theta` (dB) a group's power is its own times
/// `10^(n theta / 10)`, n its interactions with each parameter. So the gain is
/// `P_dB(theta) = G + 10 log10 sum_i s_i 10^(n_i theta / 10)`, and `dP_dB / dtheta_m = sum_i (P_i / P) n_im`
/// (DESIGN 8), taken anew at each update. A statistical baseline has one group; its counts may be any number, e.g.
/// `-10 log10 d` for the slope.
package struct BaselinePrediction: Sendable, Equatable {
    /// Path gain without correction, dB.
    package var gainDb: Float
    /// Share of each group in the power, positive, their sum 1.
    package var share: [Float]
    /// Rows of as many values as there are parameters, one row a group.
    package var interactions: [Float]

    package init(gainDb: Float, share: [Float], interactions: [Float]) {
        precondition(!share.isEmpty && interactions.count % share.count == 0)
        self.gainDb = gainDb
        self.share = share
        self.interactions = interactions
    }

    /// A baseline of one group of paths.
    package init(gainDb: Float, sensitivity: [Float]) {
        self.init(gainDb: gainDb, share: [1], interactions: sensitivity)
    }

    /// Parameters that the prediction hangs on.
    package var parameters: Int { interactions.count / share.count }

    /// Whether gain, shares and interactions are numbers that can be learnt from.
    package var isFinite: Bool {
        gainDb.isFinite && share.allSatisfy { $0.isFinite && $0 >= 0 } && interactions.allSatisfy(\.isFinite)
    }

    /// Gain at offsets `theta` (dB), and its derivative by each of them.
    package func corrected(_ theta: [Double]) -> (gainDb: Double, sensitivity: [Double]) {
        let width = parameters
        precondition(theta.count == width)
        var sensitivity = Array(repeating: 0.0, count: width)
        if share.count == 1 {
            var shift = 0.0
            for m in 0..<width {
                sensitivity[m] = Double(interactions[m])
                shift += sensitivity[m] * theta[m]
            }
            return (Double(gainDb) + shift, sensitivity)
        }
        var total = 0.0
        for group in share.indices {
            var exponent = 0.0
            for m in 0..<width { exponent += Double(interactions[group * width + m]) * theta[m] }
            let power = Double(share[group]) * exp(0.230_258_509_299_404_57 * exponent)
            total += power
            for m in 0..<width { sensitivity[m] += power * Double(interactions[group * width + m]) }
        }
        guard total > 0 else { return (Double(gainDb), Array(repeating: 0, count: width)) }
        for m in 0..<width { sensitivity[m] /= total }
        return (Double(gainDb) + 10 * log10(total), sensitivity)
    }

    /// The same with exactly `groups` groups: the strongest, the others put together into the last; absent ones have
    /// share 0.
    func strongest(_ groups: Int) -> BaselinePrediction {
        let width = parameters
        guard share.count != groups else { return self }
        var kept = self
        guard share.count > groups else {
            kept.share += Array(repeating: 0, count: groups - share.count)
            kept.interactions += Array(repeating: 0, count: (groups - share.count) * width)
            return kept
        }
        let order = share.indices.sorted { (share[$1], $0) < (share[$0], $1) }
        kept.share = Array(repeating: 0, count: groups)
        kept.interactions = Array(repeating: 0, count: groups * width)
        for (rank, group) in order.enumerated() {
            let place = min(rank, groups - 1)
            kept.share[place] += share[group]
            for m in 0..<width {
                kept.interactions[place * width + m] += share[group] * interactions[group * width + m]
            }
        }
        for place in 0..<groups where kept.share[place] > 0 {
            for m in 0..<width { kept.interactions[place * width + m] /= kept.share[place] }
        }
        return kept
    }
}
