internal import Glibc

/// Cholesky's factor of `A = value I + F^H F`: an upper triangular R with a real diagonal and `A = R^H R`, made from
/// the rows of F by Givens rotations (Golub, Van Loan, "Matrix computations", 4th edition, sections 4.2 and 5.2).
///
/// The product is never formed: where F spans many decades, what is left of the identity beside it would be rounding.
package struct GramCholesky: Sendable {
    /// R, n x n for an F of n columns; its diagonal is at least the square root of the value.
    package private(set) var upper: ComplexMatrix

    /// - Parameters:
    ///   - factor: F, of any number of rows.
    ///   - value: at least 0; above 0 where the factor is to solve.
    package init(of factor: ComplexMatrix, plus value: Double) {
        precondition(value >= 0)
        let size = factor.columns
        var elements = ComplexMatrix.diagonal(value.squareRoot(), size: size).elements
        for row in 0..<factor.rows {
            var rest = Array(factor.elements[(row * size)..<((row + 1) * size)])
            for pivot in 0..<size {
                let (root, lead) = (elements[pivot * size + pivot].real, rest[pivot])
                let length = hypot(root, hypot(lead.real, lead.imaginary))
                guard length > root else { continue }
                let cosine = root / length
                let sine = Complex(lead.real / length, lead.imaginary / length)
                elements[pivot * size + pivot] = Complex(length)
                for column in (pivot + 1)..<max(pivot + 1, size) {
                    let (above, own) = (elements[pivot * size + column], rest[column])
                    elements[pivot * size + column] = cosine * above + sine.conjugate * own
                    rest[column] = cosine * own - sine * above
                }
            }
        }
        upper = ComplexMatrix(rows: size, columns: size, elements: elements)
    }

    /// Binary logarithm of the determinant of A.
    package var log2Determinant: Double { (0..<upper.rows).reduce(0) { $0 + 2 * log2(upper[$1, $1].real) } }

    /// `R^-H B`, whose squared norm is the trace of `B^H A^-1 B`.
    package func forward(_ right: ComplexMatrix) -> ComplexMatrix {
        precondition(right.rows == upper.rows)
        var result = right
        let width = right.columns
        for row in 0..<upper.rows {
            for inner in 0..<row {
                let factor = upper[inner, row].conjugate
                for column in 0..<width {
                    result.elements[row * width + column] += -(factor * result.elements[inner * width + column])
                }
            }
            let inverse = 1 / upper[row, row].real
            for column in 0..<width { result[row, column] = inverse * result[row, column] }
        }
        return result
    }

    /// `R^-1 B`.
    package func backward(_ right: ComplexMatrix) -> ComplexMatrix {
        precondition(right.rows == upper.rows)
        var result = right
        let width = right.columns
        for row in (0..<upper.rows).reversed() {
            for inner in (row + 1)..<max(row + 1, upper.rows) {
                let factor = upper[row, inner]
                for column in 0..<width {
                    result.elements[row * width + column] += -(factor * result.elements[inner * width + column])
                }
            }
            let inverse = 1 / upper[row, row].real
            for column in 0..<width { result[row, column] = inverse * result[row, column] }
        }
        return result
    }

    /// `A^-1 B`.
    package func solve(_ right: ComplexMatrix) -> ComplexMatrix { backward(forward(right)) }
}
