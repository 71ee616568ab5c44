internal import Numerics

/// The precoders of one cell: `V = (M + mu I)^-1 R` with the least `mu >= 0` at which `|V|^2` is the budget at most.
///
/// The paper finds mu by bisection. Here it is Newton's method on `1 / |V|`, which is concave in mu, from below, as for
/// trust regions (More, Sorensen, SIAM J. Sci. Stat. Comput. 1983), with bisection where a step leaves the bracket.
struct PrecoderStage {
    /// R0, N x N, with `M = R0^H R0`.
    private let root: ComplexMatrix
    /// R, the right-hand sides of all users of the cell.
    private let wanted: ComplexMatrix
    /// Budget, above 0.
    private let powerLimit: Double

    /// Least mu as a part of the trace of M: the digits of M have an end.
    private static let rounding = 1e-15
    /// How near to the budget the power comes, relative.
    private static let nearness = 1e-12
    private static let mostSteps = 100

    /// - Parameters:
    ///   - root: F of any number of rows with `M = F^H F`.
    ///   - wanted: R, N rows.
    ///   - powerLimit: budget, above 0.
    init(root: ComplexMatrix, wanted: ComplexMatrix, powerLimit: Double) {
        self.root = GramCholesky(of: root, plus: 0).upper
        self.wanted = wanted
        self.powerLimit = powerLimit
    }

    /// V, within the budget.
    func solve() -> ComplexMatrix {
        let size = wanted.squaredNorm
        let trace = root.squaredNorm
        guard size > 0, trace > 0 else { return ComplexMatrix(rows: wanted.rows, columns: wanted.columns) }
        let least = max(PrecoderStage.rounding * trace, 1e-300)
        // |R| / (trace + mu) <= |V| <= |R| / mu.
        let highest = (size / powerLimit).squareRoot()
        var (low, high) = (max(least, highest - trace), max(least, highest))
        var multiplier = low
        var (precoders, power, slope) = point(multiplier)
        var steps = 0
        while power > powerLimit * (1 + PrecoderStage.nearness) || (multiplier > least && isBelow(power)),
            steps < PrecoderStage.mostSteps
        {
            if power > powerLimit { low = max(low, multiplier) } else { high = min(high, multiplier) }
            let newton = multiplier + power / slope * ((power / powerLimit).squareRoot() - 1)
            let next = newton > low && newton < high ? newton : 0.5 * (low + high)
            if next == multiplier { break }
            multiplier = next
            (precoders, power, slope) = point(multiplier)
            steps += 1
        }
        return power > powerLimit ? (powerLimit / power).squareRoot() * precoders : precoders
    }

    private func isBelow(_ power: Double) -> Bool { power < powerLimit * (1 - PrecoderStage.nearness) }

    /// V at a multiplier, `|V|^2`, and `|R^-H V|^2`, minus half of its slope.
    private func point(_ multiplier: Double) -> (precoders: ComplexMatrix, power: Double, slope: Double) {
        let factor = GramCholesky(of: root, plus: multiplier)
        let precoders = factor.solve(wanted)
        return (precoders, precoders.squaredNorm, factor.forward(precoders).squaredNorm)
    }
}
