/// Step one of the engine: recursive least squares with forgetting over the parameters (Haykin, Adaptive Filter Theory,
/// ch. 10), from a prior and within bounds.
///
/// Forgetting without news does not wind the covariance up: no parameter's variance grows beyond its prior's.
struct ParameterFilter: Sendable, Equatable {
    /// Offsets, dB per count.
    private(set) var theta: [Double]
    /// Rows of the symmetric covariance.
    private(set) var covariance: [Double]
    let deviation: [Double]
    let bound: [Double]
    var forgetting: Double

    init(_ parameters: [ChannelParameter], forgetting: Double) {
        precondition(forgetting > 0 && forgetting <= 1)
        let count = parameters.count
        theta = Array(repeating: 0, count: count)
        covariance = Array(repeating: 0, count: count * count)
        deviation = parameters.map { Double($0.deviation) }
        bound = parameters.map { Double($0.bound) }
        self.forgetting = forgetting
        for m in 0..<count { covariance[m * count + m] = deviation[m] * deviation[m] }
    }

    /// Takes over values read from a snapshot.
    init(like other: ParameterFilter, theta: [Double], covariance: [Double]) {
        precondition(theta.count == other.theta.count && covariance.count == other.covariance.count)
        self = other
        self.theta = theta
        self.covariance = covariance
    }

    /// Variance of `regressor` times the parameters, dB^2.
    func variance(_ regressor: [Double]) -> Double {
        let count = theta.count
        var sum = 0.0
        for i in 0..<count where regressor[i] != 0 {
            for j in 0..<count { sum += regressor[i] * covariance[i * count + j] * regressor[j] }
        }
        return max(0, sum)
    }

    /// One step: `innovation` is what the reading exceeds the prediction by, `noiseVariance` that of the reading about
    /// the prediction with the right parameters.
    mutating func take(regressor: [Double], innovation: Double, noiseVariance: Double) {
        let count = theta.count
        guard count > 0 else { return }
        var towards = Array(repeating: 0.0, count: count)
        var spread = 0.0
        for i in 0..<count {
            for j in 0..<count { towards[i] += covariance[i * count + j] * regressor[j] }
            spread += towards[i] * regressor[i]
        }
        guard spread > 1e-12 else { return }
        let scale = 1 / (noiseVariance + spread)
        for i in 0..<count {
            theta[i] = min(bound[i], max(-bound[i], theta[i] + scale * towards[i] * innovation))
            for j in 0..<count { covariance[i * count + j] -= scale * towards[i] * towards[j] }
        }
        forget(towards, spread: spread)
    }

    /// Forgets in the direction that was measured, by the share that the reading told of it (Kulhavy's directional
    /// forgetting): what is not excited stays known.
    private mutating func forget(_ towards: [Double], spread: Double) {
        let count = theta.count
        let growth = (1 / forgetting - 1) / spread
        for i in 0..<count {
            for j in 0..<count { covariance[i * count + j] += growth * towards[i] * towards[j] }
        }
        for i in 0..<count {
            let most = deviation[i] * deviation[i]
            let excess = covariance[i * count + i] / most
            guard excess > 1 else { continue }
            let shrink = 1 / excess.squareRoot()
            for j in 0..<count {
                covariance[i * count + j] *= shrink
                covariance[j * count + i] *= shrink
            }
        }
    }
}
