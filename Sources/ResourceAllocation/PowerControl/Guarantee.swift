/// Guaranteed rates inside the pricing kernel: below its guarantee G a UE counts `steepest` times as much.
///
/// Its utility is `w U(R)` and, on top of it, `(s - 1) w (U(R) - U(G))` where R < G, s being `steepest`: concave, with
/// a kink at G, where the marginal utility is anything from `w U'(G)` to `s w U'(G)`. The factor `thrift` in [1, s] on
/// lambda is the multiplier of the guarantee; each step of the shares multiplies it by G / R, at most by 2 and at least
/// by a half, which is dual ascent in its logarithm. A guarantee that s times the weight does not reach is missed, and
/// costs the others no more than that: bounded where it is infeasible. Prices, best responses and border charges use
/// lambda, so that leaders and followers of all hierarchies serve a guarantee by the same step.
package enum Guarantee {
    /// Most that a UE counts over its weight. In a cell of ten UEs it takes up to three quarters of the resources.
    package static let steepest: Float = 32

    /// Utility that a UE of weight 1 loses by missing its guarantee; 0 where it does not.
    package static func costOfMiss(rateMbps: Double, guaranteeMbps: Double, alpha: Double) -> Double {
        if rateMbps >= guaranteeMbps { return 0 }
        return Double(steepest - 1)
            * (Utility.value(guaranteeMbps, alpha: alpha) - Utility.value(rateMbps, alpha: alpha))
    }
}

extension Frame {
    /// What missed guarantees of some UEs cost in utility.
    func costOfMisses(_ ues: Range<Int>) -> Double {
        var cost = 0.0
        for u in ues where rate[u] < view.guarantee[u] {
            cost +=
                Double(view.weight[u])
                * Guarantee.costOfMiss(
                    rateMbps: Double(rate[u]), guaranteeMbps: Double(view.guarantee[u]), alpha: view.alpha)
        }
        return cost
    }
}
