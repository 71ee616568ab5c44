/// Eigenvalues and eigenvectors of a small Hermitian matrix by Jacobi's cyclic rotations (Golub, Van Loan, "Matrix
/// computations", 4th edition, section 8.5).
package struct HermitianEigenvectors: Sendable {
    /// Eigenvalues, highest first.
    package let values: [Double]
    /// Orthonormal eigenvectors as columns, in the order of the values.
    package let vectors: ComplexMatrix

    private static let mostSweeps = 60

    /// - Parameter matrix: square and Hermitian, finite.
    package init(_ matrix: ComplexMatrix) {
        precondition(matrix.rows == matrix.columns)
        let size = matrix.rows
        var work = matrix
        var vectors = ComplexMatrix.diagonal(1, size: size)
        for _ in 0..<HermitianEigenvectors.mostSweeps {
            var rotations = 0
            for p in 0..<size {
                for q in (p + 1)..<max(p + 1, size) where HermitianEigenvectors.rotate(&work, &vectors, p, q) {
                    rotations += 1
                }
            }
            if rotations == 0 { break }
        }
        let order = (0..<size).sorted { (work[$1, $1].real, $0) < (work[$0, $0].real, $1) }
        values = order.map { work[$0, $0].real }
        var sorted = ComplexMatrix(rows: size, columns: size)
        for (column, from) in order.enumerated() {
            for row in 0..<size { sorted[row, column] = vectors[row, from] }
        }
        self.vectors = sorted
    }

    /// Takes away the element (p, q); `false` where it is nothing beside the diagonal.
    private static func rotate(_ work: inout ComplexMatrix, _ vectors: inout ComplexMatrix, _ p: Int, _ q: Int) -> Bool
    {
        let off = work[p, q].magnitude
        let (a, b) = (work[p, p].real, work[q, q].real)
        guard off > 1e-16 * (abs(a) * abs(b)).squareRoot(), off > 1e-300 else { return false }
        let ratio = (b - a) / (2 * off)
        let tangent = (ratio < 0 ? -1 : 1) / (abs(ratio) + (1 + ratio * ratio).squareRoot())
        guard tangent != 0 else { return false }
        let cosine = 1 / (1 + tangent * tangent).squareRoot()
        let sine = tangent * cosine
        // Columns p and q turn by [[c, s e], [-s e*, c]], e the phase of the element.
        let phase = (1 / off) * work[p, q]
        let turn = sine * phase
        for row in 0..<work.rows {
            let (left, right) = (work[row, p], work[row, q])
            work[row, p] = cosine * left - turn.conjugate * right
            work[row, q] = turn * left + cosine * right
            let (first, second) = (vectors[row, p], vectors[row, q])
            vectors[row, p] = cosine * first - turn.conjugate * second
            vectors[row, q] = turn * first + cosine * second
        }
        for column in 0..<work.columns {
            let (upper, lower) = (work[p, column], work[q, column])
            work[p, column] = cosine * upper - turn * lower
            work[q, column] = turn.conjugate * upper + cosine * lower
        }
        (work[p, q], work[q, p]) = (.zero, .zero)
        work[p, p].imaginary = 0
        work[q, q].imaginary = 0
        return true
    }
}
