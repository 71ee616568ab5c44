internal import Foundation

/// Inverse covariance of what a right scene leaves of readings: shadowing along the streets, a level per cell, a bias
/// per device, noise of its own.
///
/// Dense, for the few hundred readings that a scene is learnt from; a reading's noise can change at the cost of one
/// pass over the matrix.
struct ReadingPrecision {
    /// What is assumed: shadowing of 3 dB that decorrelates as exp(-d / 20 m), level 1 dB, bias 1.2 dB.
    static let shadowVariance = 9.0
    static let shadowMetres = 20.0
    static let levelVariance = 1.0
    static let phoneVariance = 1.4

    let count: Int
    /// Rows of the inverse.
    private(set) var matrix: [Double]
    /// Variance of each reading's own noise, dB^2.
    private(set) var noise: [Double]

    init(_ rows: [SceneReading], noiseVariance: Double) {
        count = rows.count
        noise = Array(repeating: noiseVariance, count: rows.count)
        var covariance = Array(repeating: 0.0, count: count * count)
        for (i, a) in rows.enumerated() {
            for (j, b) in rows[...i].enumerated() {
                covariance[i * count + j] = ReadingPrecision.covariance(a, b) + (i == j ? noiseVariance : 0)
            }
        }
        matrix = ReadingPrecision.inverse(covariance, count: count)
    }

    /// Covariance of two readings without their noise, dB^2.
    static func covariance(_ a: SceneReading, _ b: SceneReading) -> Double {
        let way = a.place - b.place
        var value = shadowVariance * exp(-(way * way).sum().squareRoot() / shadowMetres)
        if a.cell == b.cell { value += levelVariance }
        if a.phone == b.phone { value += phoneVariance }
        return value
    }

    /// The product of the inverse with values of all readings.
    func product(_ values: [Double]) -> [Double] {
        precondition(values.count == count)
        var result = Array(repeating: 0.0, count: count)
        let count = count
        matrix.withUnsafeBufferPointer { matrix in
            values.withUnsafeBufferPointer { values in
                for i in 0..<count {
                    var sum = 0.0
                    let row = i * count
                    for j in 0..<count { sum += matrix[row + j] * values[j] }
                    result[i] = sum
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

    /// Inverse of a symmetric positive matrix whose lower triangle is given: Cholesky, then the factor's inverse.
    private static func inverse(_ lower: [Double], count: Int) -> [Double] {
        var factor = lower
        var inverse = Array(repeating: 0.0, count: count * count)
        var result = inverse
        factor.withUnsafeMutableBufferPointer { a in
            for i in 0..<count {
                for j in 0...i {
                    var sum = a[i * count + j]
                    for k in 0..<j { sum -= a[i * count + k] * a[j * count + k] }
                    a[i * count + j] = i == j ? max(sum, 1e-9).squareRoot() : sum / a[j * count + j]
                }
            }
            // Row c of `inverse` is column c of the factor's inverse.
            inverse.withUnsafeMutableBufferPointer { b in
                for c in 0..<count {
                    b[c * count + c] = 1 / a[c * count + c]
                    for i in (c + 1)..<max(count, c + 1) {
                        var sum = 0.0
                        for k in c..<i { sum -= a[i * count + k] * b[c * count + k] }
                        b[c * count + i] = sum / a[i * count + i]
                    }
                }
                result.withUnsafeMutableBufferPointer { r in
                    for i in 0..<count {
                        for j in 0...i {
                            var sum = 0.0
                            for k in i..<count { sum += b[i * count + k] * b[j * count + k] }
                            r[i * count + j] = sum
                            r[j * count + i] = sum
                        }
                    }
                }
            }
        }
        return result
    }
}
