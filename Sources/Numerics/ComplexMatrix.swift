/// A dense matrix of complex numbers of double precision, row by row, for the small sizes of antenna arrays.
package struct ComplexMatrix: Sendable, Equatable {
    /// Sizes, at least 0.
    package let rows: Int
    package let columns: Int
    /// Elements, row by row: rows times columns.
    package var elements: [Complex]

    /// A matrix of zeros.
    package init(rows: Int, columns: Int) {
        precondition(rows >= 0 && columns >= 0)
        self.rows = rows
        self.columns = columns
        elements = [Complex](repeating: .zero, count: rows * columns)
    }

    /// - Parameter elements: row by row.
    package init(rows: Int, columns: Int, elements: [Complex]) {
        precondition(rows >= 0 && columns >= 0 && elements.count == rows * columns)
        self.rows = rows
        self.columns = columns
        self.elements = elements
    }

    /// A multiple of the identity.
    package static func diagonal(_ value: Double, size: Int) -> ComplexMatrix {
        var matrix = ComplexMatrix(rows: size, columns: size)
        matrix.addDiagonal(value)
        return matrix
    }

    /// Matrices of the same number of columns, one below the other.
    package init(stacked parts: [ComplexMatrix], columns: Int) {
        precondition(parts.allSatisfy { $0.columns == columns })
        self.init(
            rows: parts.reduce(0) { $0 + $1.rows }, columns: columns, elements: parts.flatMap(\.elements))
    }

    package subscript(row: Int, column: Int) -> Complex {
        get { elements[row * columns + column] }
        set { elements[row * columns + column] = newValue }
    }

    /// Conjugate transpose.
    package var adjoint: ComplexMatrix {
        var result = ComplexMatrix(rows: columns, columns: rows)
        for row in 0..<rows {
            for column in 0..<columns { result[column, row] = self[row, column].conjugate }
        }
        return result
    }

    /// Sum of the squared magnitudes.
    package var squaredNorm: Double { elements.reduce(0) { $0 + $1.squaredMagnitude } }

    /// Sum of the real parts of the diagonal.
    package var trace: Double { (0..<min(rows, columns)).reduce(0) { $0 + self[$1, $1].real } }

    package static func * (a: ComplexMatrix, b: ComplexMatrix) -> ComplexMatrix {
        precondition(a.columns == b.rows)
        var result = ComplexMatrix(rows: a.rows, columns: b.columns)
        for row in 0..<a.rows {
            for inner in 0..<a.columns {
                let factor = a[row, inner]
                for column in 0..<b.columns {
                    result.elements[row * b.columns + column] += factor * b.elements[inner * b.columns + column]
                }
            }
        }
        return result
    }

    package static func * (a: Double, b: ComplexMatrix) -> ComplexMatrix {
        ComplexMatrix(rows: b.rows, columns: b.columns, elements: b.elements.map { a * $0 })
    }

    /// Adds a real number to every element of the diagonal.
    package mutating func addDiagonal(_ value: Double) {
        for index in 0..<min(rows, columns) { elements[index * columns + index].real += value }
    }

    /// `F^H F` of this matrix F, Hermitian to the last bit.
    package var gram: ComplexMatrix {
        var result = ComplexMatrix(rows: columns, columns: columns)
        for row in 0..<columns {
            for column in 0...row {
                var sum = Complex.zero
                for inner in 0..<rows { sum += self[inner, row].conjugate * self[inner, column] }
                result[row, column] = sum
                result[column, row] = sum.conjugate
            }
            result[row, row].imaginary = 0
        }
        return result
    }
}
