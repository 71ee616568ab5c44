internal import Foundation

/// Covariance of what a right scene leaves of readings: shadowing along the streets, a level per cell, a bias per
/// device, noise of its own; and who among the readings lies behind something that no scene shows.
///
/// Dense: for the few hundred readings that a fit of the scene takes.
struct ReadingCovariance {
    /// What is assumed: shadowing of 3 dB that decorrelates in 20 m (the scale of TR 38.901 UMi), level and bias 2 dB.
    static let shadowVariance = 9.0
    static let shadowMetres = 20.0
    static let levelVariance = 4.0
    static let phoneVariance = 1.4
    /// Variance that a reading has which is blocked, or lit by a reflection off a car, dB^2, and how often that is.
    static let blockedVariance = 150.0
    static let blockedShare = 0.15

    let count: Int
    /// Variance of a reading's own noise, dB^2.
    let noiseVariance: Double
    /// Rows of the covariance without noise, and of the lower Cholesky factor with it.
    private let shared: [Double]
    private var factor: [Double]
    private(set) var noise: [Double]

    init(_ rows: [SceneFit.Row], noiseVariance: Double) {
        count = rows.count
        self.noiseVariance = noiseVariance
        var shared = Array(repeating: 0.0, count: count * count)
        for (i, a) in rows.enumerated() {
            for (j, b) in rows[...i].enumerated() {
                let way = a.place - b.place
                var value =
                    ReadingCovariance.shadowVariance
                    * exp(-(way * way).sum().squareRoot() / ReadingCovariance.shadowMetres)
                if a.cell == b.cell { value += ReadingCovariance.levelVariance }
                if a.phone == b.phone { value += ReadingCovariance.phoneVariance }
                shared[i * count + j] = value
                shared[j * count + i] = value
            }
        }
        self.shared = shared
        factor = shared
        noise = Array(repeating: noiseVariance, count: count)
        factorise()
    }

    /// `L^-1 values`, from the first that is not 0 on.
    func whitened(_ values: [Double]) -> [Double] {
        precondition(values.count == count)
        var result = values
        guard let first = values.firstIndex(where: { $0 != 0 }) else { return values }
        let count = count
        factor.withUnsafeBufferPointer { factor in
            result.withUnsafeMutableBufferPointer { result in
                for i in first..<count {
                    let row = i * count
                    var sum = result[i]
                    for j in first..<i { sum -= factor[row + j] * result[j] }
                    result[i] = sum / factor[row + i]
                }
            }
        }
        return result
    }

    /// Half the squared length of what is whitened: the negative logarithm of a likelihood.
    func cost(_ residual: [Double]) -> Double { 0.5 * whitened(residual).reduce(0) { $0 + $1 * $1 } }

    /// Expectation step of a mixture: each reading, beside what all others say of it, is either plain or blocked; its
    /// noise becomes that of its expected precision.
    mutating func weighBlocked(_ residual: [Double], rounds: Int = 3) {
        for _ in 0..<rounds {
            let (mean, precision) = leftOut(residual)
            for i in 0..<count {
                let latent = max(0.1, 1 / precision[i] - noise[i])
                let error = mean[i] * mean[i]
                let plain = latent + noiseVariance
                let wide = latent + ReadingCovariance.blockedVariance
                let odds =
                    log((1 - ReadingCovariance.blockedShare) / ReadingCovariance.blockedShare)
                    - 0.5 * (error / plain - error / wide + log(plain / wide))
                let blocked = 1 / (1 + exp(min(50, max(-50, odds))))
                noise[i] = 1 / ((1 - blocked) / noiseVariance + blocked / ReadingCovariance.blockedVariance)
            }
            factorise()
        }
    }

    /// What each residual exceeds the others' prediction by, and the precision of that: `(K^-1 r)_i / (K^-1)_ii`.
    private func leftOut(_ residual: [Double]) -> (mean: [Double], precision: [Double]) {
        let white = whitened(residual)
        var solved = Array(repeating: 0.0, count: count)
        var precision = solved
        var unit = solved
        // Columns of L^-1: their squares sum to the diagonal of K^-1.
        for i in 0..<count {
            unit[i] = 1
            let column = whitened(unit)
            unit[i] = 0
            for k in i..<count {
                solved[i] += column[k] * white[k]
                precision[i] += column[k] * column[k]
            }
        }
        return (zip(solved, precision).map { $0 / $1 }, precision)
    }

    private mutating func factorise() {
        let count = count
        let shared = shared
        let noise = noise
        factor.withUnsafeMutableBufferPointer { factor in
            for i in 0..<count {
                let row = i * count
                for j in 0...i {
                    let other = j * count
                    var sum = shared[row + j] + (i == j ? noise[i] : 0)
                    for k in 0..<j { sum -= factor[row + k] * factor[other + k] }
                    factor[row + j] = i == j ? max(1e-9, sum).squareRoot() : sum / factor[other + j]
                }
            }
        }
    }
}
