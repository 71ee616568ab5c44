/// The joint proportional-fair scheduler: shares x[u,k] that maximise `sum_u w_u U(R_u)` at given powers.
///
/// In each cell this is the Eisenberg-Gale market of UEs (buyers with budgets w_u) and subbands (goods). Its
/// proportional-response dynamics (Zhang 2011; Birnbaum, Devanur, Xiao 2011) bid for a subband what it earned in the
/// last step: `b[u,k] = w_u R_u^(1-alpha) x[u,k] v[u,k] / R_u`, `x[u,k] = b[u,k] / sum_u b[u,k]`. For alpha = 1 the
/// step is mirror ascent and converges from any positive start; for alpha > 1 it is damped by 1/alpha. A UE whose
/// demand binds spends less until its rate meets the demand.
package struct ShareSolver: Sendable {
    /// Shares are kept above this, so that a UE can come back to a subband that it left.
    package static let smallestShare: Float = 1e-6

    /// Most steps of one call.
    package var steps: Int
    /// Stops once the duality gap `sum_k max_u lambda_u v[u,k] - sum_u lambda_u R_u` is below this part of
    /// `sum_u lambda_u R_u`; for alpha = 1 it bounds what the logarithm of the network value can still gain.
    package var tolerance: Double

    private var workspace = Workspace()

    package init(steps: Int = 2_000, tolerance: Double = 1e-4) {
        self.steps = steps
        self.tolerance = tolerance
    }

    /// The same of a solver that is used once.
    package func solved(_ problem: Problem, powerWatts: [Double]) -> [Double] {
        var solver = self
        return solver.solve(problem, powerWatts: powerWatts)
    }

    /// Shares (U x K) at powers `powerWatts` (C x K), started from `shares` or from equal shares.
    package mutating func solve(_ problem: Problem, powerWatts: [Double], shares: [Double]? = nil) -> [Double] {
        precondition(powerWatts.count == problem.cells * problem.subbands)
        _ = workspace.fit(problem)
        let steps = steps
        let tolerance = tolerance
        return workspace.withFrame(problem) { frame in
            frame.load(powerWatts, into: frame.power)
            frame.shareEqually()
            if let shares { frame.load(shares, into: frame.share) }
            frame.updateRadio()
            frame.equilibrateShares(steps: steps, tolerance: tolerance)
            return frame.unload(frame.share, rows: problem.ues)
        }
    }
}

extension Frame {
    /// Share steps until the duality gap is within `tolerance`; leaves rates and lambda of the final shares.
    /// The gap is looked at every `stride` steps.
    func equilibrateShares(steps: Int, tolerance: Double, stride: Int = 16) {
        updateRates()
        var left = steps
        while left > 0 {
            stepShares(Swift.min(stride, left))
            left -= stride
            if left > 0 && relativeShareGap() <= tolerance { break }
        }
    }

    /// Duality gap of the shares relative to what they are worth.
    func relativeShareGap() -> Double {
        var worth: Float = 0
        var bound = Lanes()
        for c in 0..<view.cells {
            for q in 0..<vectors {
                var highest = Lanes()
                for u in view.members(c) {
                    highest = highest.max(value[u &* vectors &+ q] * Lanes(repeating: lambda[u]))
                }
                bound += highest
            }
        }
        for u in 0..<view.ues { worth += lambda[u] * rate[u] }
        return worth > 0 ? Double(bound.total / worth) - 1 : 0
    }
}
