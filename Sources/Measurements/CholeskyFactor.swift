internal import Foundation

/// Lower triangular factor of a symmetric positive matrix, row by row.
package struct CholeskyFactor {
    private let count: Int
    private var factor: [Double]

    /// - Parameter lower: rows of a square matrix, of which the lower triangle is read. A pivot that rounding leaves
    ///     below 1e-9 is held there.
    package init(_ lower: [Double]) {
        let count = Int(Double(lower.count).squareRoot().rounded())
        precondition(count * count == lower.count)
        self.count = count
        factor = lower
        factor.withUnsafeMutableBufferPointer { buffer in
            guard let a = buffer.baseAddress else { return }
            for i in 0..<count {
                for j in 0...i {
                    let rest = a[i * count + j] - CholeskyFactor.dot(a + i * count, a + j * count, j)
                    a[i * count + j] = i == j ? max(rest, 1e-9).squareRoot() : rest / a[j * count + j]
                }
            }
        }
    }

    /// Logarithm of the matrix's determinant.
    package var logDeterminant: Double { (0..<count).reduce(0) { $0 + 2 * log(factor[$1 * count + $1]) } }

    /// `x^T A^-1 x` of the matrix `A`.
    package func square(_ x: [Double]) -> Double {
        precondition(x.count == count)
        var solved = x
        var sum = 0.0
        factor.withUnsafeBufferPointer { a in
            solved.withUnsafeMutableBufferPointer { solved in
                guard let a = a.baseAddress, let x = solved.baseAddress else { return }
                for i in 0..<count {
                    x[i] = (x[i] - CholeskyFactor.dot(a + i * count, x, i)) / a[i * count + i]
                    sum += x[i] * x[i]
                }
            }
        }
        return sum
    }

    /// `A^-1 x` of the matrix `A`.
    package func solved(_ right: [Double]) -> [Double] {
        precondition(right.count == count)
        var x = right
        for i in 0..<count {
            var sum = x[i]
            for k in 0..<i { sum -= factor[i * count + k] * x[k] }
            x[i] = sum / factor[i * count + i]
        }
        for i in stride(from: count - 1, through: 0, by: -1) {
            x[i] /= factor[i * count + i]
            for k in 0..<i { x[k] -= factor[i * count + k] * x[i] }
        }
        return x
    }

    /// Rows of the matrix's inverse.
    package var inverse: [Double] {
        // Row c of `columns` is column c of the factor's inverse.
        var columns = Array(repeating: 0.0, count: count * count)
        var result = columns
        factor.withUnsafeBufferPointer { a in
            columns.withUnsafeMutableBufferPointer { b in
                result.withUnsafeMutableBufferPointer { r in
                    guard let a = a.baseAddress, let b = b.baseAddress, let r = r.baseAddress else { return }
                    for c in 0..<count {
                        b[c * count + c] = 1 / a[c * count + c]
                        for i in (c + 1)..<max(count, c + 1) {
                            let sum = CholeskyFactor.dot(a + i * count + c, b + c * count + c, i - c)
                            b[c * count + i] = -sum / a[i * count + i]
                        }
                    }
                    for i in 0..<count {
                        for j in 0...i {
                            let sum = CholeskyFactor.dot(b + i * count + i, b + j * count + i, count - i)
                            r[i * count + j] = sum
                            r[j * count + i] = sum
                        }
                    }
                }
            }
        }
        return result
    }

    /// Scalar product of `count` numbers each, eight sums side by side.
    @inline(__always)
    static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
        let (left, right) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
        var wide = SIMD8<Double>.zero
        var at = 0
        while at + 8 <= count {
            wide +=
                left.loadUnaligned(fromByteOffset: 8 * at, as: SIMD8<Double>.self)
                * right.loadUnaligned(fromByteOffset: 8 * at, as: SIMD8<Double>.self)
            at += 8
        }
        var sum = wide.sum()
        while at < count {
            sum += a[at] * b[at]
            at += 1
        }
        return sum
    }
}
