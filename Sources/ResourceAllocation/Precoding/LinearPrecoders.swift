package import Numerics

/// Precoders in closed form: starts of the iteration, and what it is compared with. Every cell shares its budget evenly
/// among its streams; what happens in other cells is left out.
package enum LinearPrecoders {
    /// What is added to a Gram matrix of rows of length 1, so that dependent ones have an inverse.
    private static let rounding = 1e-26

    /// Maximum ratio: each user's streams go along the strongest right singular vectors of its own channel.
    package static func maximumRatio(_ problem: PrecodingProblem) -> [ComplexMatrix] {
        let directions = (0..<problem.users).map { user in
            leading(HermitianEigenvectors(problem.ownChannel(user).gram).vectors, problem.streams)
        }
        return scaled(directions, problem)
    }

    /// Zero forcing within each cell: users receive with the strongest left singular vectors of their channels, and no
    /// stream reaches another's receiver (Spencer, Swindlehurst, Haardt, IEEE TSP 2004, with receivers fixed first).
    ///
    /// nil where a cell has more streams than antennas. Streams of dependent channels are not told apart.
    package static func zeroForcing(_ problem: PrecodingProblem) -> [ComplexMatrix]? {
        var directions = [ComplexMatrix](
            repeating: ComplexMatrix(rows: problem.sending, columns: problem.streams), count: problem.users)
        for cell in 0..<problem.cells {
            let own = (0..<problem.users).filter { problem.cellOfUser[$0] == cell }
            guard own.count * problem.streams <= problem.sending else { return nil }
            guard !own.isEmpty else { continue }
            let joint = ComplexMatrix(
                stacked: own.map { received(problem.ownChannel($0), problem.streams) }, columns: problem.sending)
            // Right inverse of the joint channel, whose rows are 1 or 0 long: G^H (G G^H)^-1.
            let inverse =
                joint.adjoint
                * GramCholesky(of: joint.adjoint, plus: rounding).solve(.diagonal(1, size: joint.rows))
            for (place, user) in own.enumerated() {
                for row in 0..<problem.sending {
                    for stream in 0..<problem.streams {
                        directions[user][row, stream] = inverse[row, place * problem.streams + stream]
                    }
                }
            }
        }
        return scaled(directions, problem)
    }

    /// The first columns of a matrix.
    private static func leading(_ matrix: ComplexMatrix, _ count: Int) -> ComplexMatrix {
        var result = ComplexMatrix(rows: matrix.rows, columns: count)
        for row in 0..<matrix.rows {
            for column in 0..<count { result[row, column] = matrix[row, column] }
        }
        return result
    }

    /// What a user sees of a channel through its strongest left singular vectors, scaled to 1 per row: d x N.
    private static func received(_ channel: ComplexMatrix, _ streams: Int) -> ComplexMatrix {
        var rows = leading(HermitianEigenvectors(channel.adjoint.gram).vectors, streams).adjoint * channel
        for row in 0..<streams {
            let power = (0..<rows.columns).reduce(0) { $0 + rows[row, $1].squaredMagnitude }
            guard power > 0 else { continue }
            let scale = 1 / power.squareRoot()
            for column in 0..<rows.columns { rows[row, column] = scale * rows[row, column] }
        }
        return rows
    }

    /// Columns brought to the power that every stream of the cell has; columns without any direction stay 0.
    private static func scaled(_ directions: [ComplexMatrix], _ problem: PrecodingProblem) -> [ComplexMatrix] {
        var usersOfCell = [Int](repeating: 0, count: problem.cells)
        for cell in problem.cellOfUser { usersOfCell[cell] += 1 }
        return directions.enumerated().map { user, matrix in
            let cell = problem.cellOfUser[user]
            let share = problem.powerLimit[cell] / Double(usersOfCell[cell] * problem.streams)
            var result = matrix
            for column in 0..<matrix.columns {
                let power = (0..<matrix.rows).reduce(0) { $0 + matrix[$1, column].squaredMagnitude }
                guard power > 0, power < .infinity else { continue }
                let scale = (share / power).squareRoot()
                for row in 0..<matrix.rows { result[row, column] = scale * matrix[row, column] }
            }
            return result
        }
    }
}
