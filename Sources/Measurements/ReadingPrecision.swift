internal import Foundation

/// Inverse covariance of what a right scene leaves of readings: shadowing along the streets, a level per cell, a bias
/// per device, noise of its own.
///
/// Dense, for the few hundred readings that a scene is learnt from; a reading's noise can change at the cost of one
/// pass over the matrix.
struct ReadingPrecision {
    let count: Int
    /// Rows of the inverse.
    private(set) var matrix: [Double]
    /// Variance of each reading's own noise, dB^2.
    private(set) var noise: [Double]
    /// Logarithm of the covariance's determinant.
    private(set) var logDeterminant: Double

    /// - Parameter noise: variance of each reading's own noise, dB^2.
    init(_ rows: [SceneReading], _ law: ReadingLaw, noise: [Double]) {
        precondition(rows.count == noise.count)
        self.init(noise: noise, factor: CholeskyFactor(ReadingPrecision.covariance(rows, law, noise)))
    }

    private init(noise: [Double], factor: CholeskyFactor) {
        count = noise.count
        self.noise = noise
        matrix = factor.inverse
        logDeterminant = factor.logDeterminant
    }

    /// The same with other spreads if `takes` says so, given how the log-likelihood of the residuals changes.
    mutating func tryLaw(
        _ law: ReadingLaw, noise: [Double], rows: [SceneReading], residual: [Double], projected: [Double],
        takes: (Double) -> Bool
    ) -> Bool {
        let factor = CholeskyFactor(ReadingPrecision.covariance(rows, law, noise))
        let before = -0.5 * (logDeterminant + zip(residual, projected).reduce(0) { $0 + $1.0 * $1.1 })
        guard takes(-0.5 * (factor.logDeterminant + factor.square(residual)) - before) else { return false }
        self = ReadingPrecision(noise: noise, factor: factor)
        return true
    }

    /// The lower triangle, row by row.
    private static func covariance(_ rows: [SceneReading], _ law: ReadingLaw, _ noise: [Double]) -> [Double] {
        let count = rows.count
        var covariance = Array(repeating: 0.0, count: count * count)
        for (i, a) in rows.enumerated() {
            for (j, b) in rows[...i].enumerated() {
                covariance[i * count + j] = law.covariance(a, b) + (i == j ? noise[i] : 0)
            }
        }
        return covariance
    }

    /// The product of the inverse with values of all readings.
    func product(_ values: [Double]) -> [Double] {
        precondition(values.count == count)
        var result = Array(repeating: 0.0, count: count)
        let count = count
        matrix.withUnsafeBufferPointer { matrix in
            values.withUnsafeBufferPointer { values in
                for i in 0..<count {
                    guard let matrix = matrix.baseAddress, let values = values.baseAddress else { return }
                    result[i] = CholeskyFactor.dot(matrix + i * count, values, count)
                }
            }
        }
        return result
    }

    /// `projected += factor * row` of the inverse.
    func add(row: Int, times factor: Double, to projected: inout [Double]) {
        let count = count
        matrix.withUnsafeBufferPointer { matrix in
            projected.withUnsafeMutableBufferPointer { projected in
                let start = row * count
                for j in 0..<count { projected[j] += factor * matrix[start + j] }
            }
        }
    }

    /// Gives a reading another noise (Sherman and Morrison 1950) and keeps `projected`, the product of the inverse with
    /// the residuals, in step.
    mutating func setNoise(_ variance: Double, of row: Int, projected: inout [Double]) {
        let change = variance - noise[row]
        noise[row] = variance
        let count = count
        let column = Array(matrix[(row * count)..<((row + 1) * count)])
        logDeterminant += log(1 + change * column[row])
        let factor = change / (1 + change * column[row])
        let own = projected[row]
        matrix.withUnsafeMutableBufferPointer { matrix in
            column.withUnsafeBufferPointer { column in
                for i in 0..<count {
                    let scaled = factor * column[i]
                    let start = i * count
                    for j in 0..<count { matrix[start + j] -= scaled * column[j] }
                }
            }
        }
        for j in 0..<count { projected[j] -= factor * own * column[j] }
    }
}
