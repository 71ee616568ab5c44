package import Numerics

/// WMMSE for precoders (Shi, Razaviyayn, Luo, He, "An iteratively weighted MMSE approach to distributed sum-utility
/// maximization for a MIMO interfering broadcast channel", IEEE TSP 2011, Table I).
///
/// Receivers, weights and precoders are set in turn, each to its best for the others; the weighted sum rate never
/// falls. With `T_u = C_u^-1 H_u V_u` and `A_u = I + V_u^H H_u^H T_u` the paper's weight is `W = A`, its receiver
/// `U = T A^-1`, hence `U W = T` and `U W U^H = T A^-1 T^H`: nothing is inverted that loses digits at high SNR, and the
/// own signal is never taken off a sum. The precoders of a cell are `(M + mu I)^-1 weight_u H_u^H T_u`, with
/// `M = sum_j weight_j H_j^H T_j A_j^-1 T_j^H H_j` over all users and the least `mu >= 0` that keeps the budget.
package struct PrecoderWMMSE: Sendable {
    /// Least growth of the weighted sum rate that calls for another iteration, relative to it.
    package var tolerance = 1e-4
    /// Iterations at most.
    package var maxIterations = 200

    package init() {}

    /// What a call came to.
    package struct Outcome: Sendable {
        /// Precoders of all users, N x d each, within every budget.
        package var precoders: [ComplexMatrix]
        /// Their weighted sum rate, bit/s/Hz.
        package var sumRate: Double
        /// Weighted sum rate at the start and after each iteration.
        package var course: [Double]
        package var iterations: Int { course.count - 1 }
        /// `false` where iterations or the budget ended it.
        package var hasConverged: Bool
    }

    /// Solves from the better of zero forcing and maximum ratio, or from `start`: precoders within the budgets, of
    /// which a stream without power stays without.
    ///
    /// - Parameter budget: one round an iteration; the best that was reached when it ends is returned.
    package func solve(
        _ problem: PrecodingProblem, from start: [ComplexMatrix]? = nil, budget: inout Budget
    ) -> Outcome {
        precondition(start.map { $0.count == problem.users } ?? true)
        var precoders = start ?? PrecoderWMMSE.start(problem)
        var parts = PrecoderWMMSE.receive(problem, precoders)
        var rate = PrecoderWMMSE.rate(problem, parts)
        var outcome = Outcome(precoders: precoders, sumRate: rate, course: [rate], hasConverged: false)
        while outcome.iterations < maxIterations && budget.spend() {
            precoders = PrecoderWMMSE.send(problem, parts)
            parts = PrecoderWMMSE.receive(problem, precoders)
            let next = PrecoderWMMSE.rate(problem, parts)
            outcome.course.append(next)
            if next > outcome.sumRate { (outcome.precoders, outcome.sumRate) = (precoders, next) }
            outcome.hasConverged = next - rate <= tolerance * next
            rate = next
            if outcome.hasConverged { break }
        }
        return outcome
    }

    /// The better of the two in closed form.
    private static func start(_ problem: PrecodingProblem) -> [ComplexMatrix] {
        let ratio = LinearPrecoders.maximumRatio(problem)
        guard let forced = LinearPrecoders.zeroForcing(problem) else { return ratio }
        return problem.sumRate(forced) > problem.sumRate(ratio) ? forced : ratio
    }

    /// What the precoders of a point ask of a user.
    private struct Part {
        /// `T_u`, M x d.
        var matched: ComplexMatrix
        /// F with `F^H F = T A^-1 T^H`, d x M.
        var factor: ComplexMatrix
        /// log2 det A, the rate.
        var rate: Double
    }

    /// Receivers and weights of all users.
    private static func receive(_ problem: PrecodingProblem, _ precoders: [ComplexMatrix]) -> [Part] {
        (0..<problem.users).map { user in
            let disturbance = problem.disturbance(user, precoders)
            let white = disturbance.forward(problem.ownChannel(user) * precoders[user])
            let matched = disturbance.backward(white)
            let weight = GramCholesky(of: white, plus: 1)
            return Part(matched: matched, factor: weight.forward(matched.adjoint), rate: weight.log2Determinant)
        }
    }

    private static func rate(_ problem: PrecodingProblem, _ parts: [Part]) -> Double {
        zip(problem.weight, parts).reduce(0) { $0 + $1.0 * $1.1.rate }
    }

    /// Precoders of all cells for these receivers and weights.
    private static func send(_ problem: PrecodingProblem, _ parts: [Part]) -> [ComplexMatrix] {
        var precoders = [ComplexMatrix](
            repeating: ComplexMatrix(rows: problem.sending, columns: problem.streams), count: problem.users)
        for cell in 0..<problem.cells {
            let own = (0..<problem.users).filter { problem.cellOfUser[$0] == cell }
            guard !own.isEmpty else { continue }
            let cost = (0..<problem.users).map { user in
                problem.weight[user].squareRoot() * (parts[user].factor * problem.channel(to: user, from: cell))
            }
            let wanted = own.map { problem.weight[$0] * (problem.ownChannel($0).adjoint * parts[$0].matched) }
            let stage = PrecoderStage(
                root: ComplexMatrix(stacked: cost, columns: problem.sending), wanted: side(wanted),
                powerLimit: problem.powerLimit[cell])
            let solved = stage.solve()
            for (place, user) in own.enumerated() {
                for row in 0..<problem.sending {
                    for stream in 0..<problem.streams {
                        precoders[user][row, stream] = solved[row, place * problem.streams + stream]
                    }
                }
            }
        }
        return precoders
    }

    /// Matrices side by side.
    private static func side(_ parts: [ComplexMatrix]) -> ComplexMatrix {
        let width = parts[0].columns
        var result = ComplexMatrix(rows: parts[0].rows, columns: width * parts.count)
        for (place, part) in parts.enumerated() {
            for row in 0..<part.rows {
                for column in 0..<width { result[row, place * width + column] = part[row, column] }
            }
        }
        return result
    }
}
