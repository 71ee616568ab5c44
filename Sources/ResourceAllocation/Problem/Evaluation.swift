internal import Glibc

/// What an allocation is worth: exact rates and the network value M of DESIGN 11.
package struct Evaluation: Sendable {
    /// Rates below this count as this much in M, in Mbit/s (1 kbit/s).
    package static let rateFloorMbps = 1e-3

    /// R_u in Mbit/s, limited by demand, U values.
    package let rateMbps: [Double]
    /// M in Mbit/s.
    package let networkValueMbps: Double
    /// The shares (U x K) behind the rates.
    package let shares: [Double]

    /// Value of `powerWatts` (C x K) under the joint scheduler, whose shares are solved again from `shares`.
    package init(
        _ problem: Problem, powerWatts: [Double], shares: [Double]? = nil, solver: ShareSolver = ShareSolver()
    ) {
        var solver = solver
        let solved = solver.solve(problem, powerWatts: powerWatts, shares: shares)
        self.init(problem, powerWatts: powerWatts, fixedShares: solved)
    }

    /// Value of powers and shares as they are.
    package init(_ problem: Problem, powerWatts: [Double], fixedShares: [Double]) {
        rateMbps = Evaluation.rates(problem, powerWatts: powerWatts, shares: fixedShares)
        networkValueMbps = Evaluation.networkValue(rateMbps: rateMbps, weight: problem.weight, alpha: problem.alpha)
        shares = fixedShares
    }

    /// `M = (sum_u w_u R_u^(1-alpha) / sum_u w_u)^(1/(1-alpha))`, at alpha = 1 the weighted geometric mean.
    package static func networkValue(rateMbps: [Double], weight: [Double], alpha: Double) -> Double {
        precondition(rateMbps.count == weight.count)
        var sum = 0.0
        var total = 0.0
        for (rate, weight) in zip(rateMbps, weight) {
            let floored = max(rate, rateFloorMbps)
            sum += weight * (alpha == 1 ? log(floored) : pow(floored, 1 - alpha))
            total += weight
        }
        if total == 0 { return 0 }
        return alpha == 1 ? exp(sum / total) : pow(sum / total, 1 / (1 - alpha))
    }

    /// R_u of DESIGN 11 in Mbit/s, written as the formula stands.
    package static func rates(_ problem: Problem, powerWatts: [Double], shares: [Double]) -> [Double] {
        let subbands = problem.subbands
        precondition(powerWatts.count == problem.cells * subbands && shares.count == problem.ues * subbands)
        let reach = reach(problem, powerWatts: powerWatts)
        return problem.withView { view in
            (0..<problem.ues).map { u in
                let rate = (0..<subbands).reduce(0) { $0 + shares[u * subbands + $1] * reach[u * subbands + $1] }
                return min(rate, Double(view.demand[u]))
            }
        }
    }
}
