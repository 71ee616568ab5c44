internal import Glibc

/// The kernel's search, off the decision path: a job on a copy of the engine, whose settings are then taken over.
extension ChannelEngine {
    /// How far the search may go from what is assumed: standard deviation of each value's logarithm.
    private static let priorDeviation: Float = 0.8

    /// Log-likelihood of the inducing points, each given its nearest among those before it in time (Vecchia 1988).
    ///
    /// - Parameter most: points judged at most, evenly spread over them.
    func logLikelihood(_ kernel: ChannelKernel, most: Int = 400) -> Double {
        let order = (0..<points.count).sorted { (points.seconds[$0], $0) < (points.seconds[$1], $1) }
        var past = InducingPoints(capacity: points.capacity, parameters: 0, groups: 1)
        let residuals = order.map { points.residual($0, theta: filter.theta, cellOffset: cellOffsets) }
        let stride = max(1, points.count / max(1, most))
        var sum = 0.0
        for (rank, index) in order.enumerated() {
            if rank % stride == 0 {
                let neighbours = Neighbourhood(
                    of: past, place: points.place(index), cell: points.cell[index], phone: points.phone[index])
                let kriging = LocalKriging(
                    past, kernel, indices: neighbours.indices,
                    target: LocalKriging.Target(
                        place: points.place(index), east: points.east[index], north: points.north[index],
                        cell: points.cell[index], phone: points.phone[index], seconds: points.seconds[index]))
                var error = residuals[rank]
                for (place, other) in kriging.indices.enumerated() {
                    error -= kriging.weights[place] * residuals[Int(other)]
                }
                let weight = points.weight[index]
                let nugget = kernel.placeVariance / min(1, weight) + kernel.readingVariance / weight
                let variance = kriging.variance + Double(nugget)
                // Student-t with four degrees of freedom: a few outliers do not widen the map.
                sum -= 0.5 * log(variance) + 2.5 * log(1 + error * error / (4 * variance))
            }
            past.appendBare(points, index)
        }
        return sum
    }

    /// The kernel of highest posterior found by a search along each value in turn, from the present one, with a
    /// log-normal prior about `assumed`.
    ///
    /// - Parameters:
    ///   - sweeps: passes over all values; each halves the step.
    ///   - shouldStop: asked before each trial; the best so far is returned.
    package func refittedKernel(
        assumed: ChannelKernel, sweeps: Int = 3, shouldStop: () -> Bool = { false }
    ) -> ChannelKernel {
        guard points.count >= 20 else { return settings.kernel }
        func posterior(_ kernel: ChannelKernel) -> Double {
            var penalty: Float = 0
            for (value, prior) in zip(kernel.values, assumed.values) where prior > 0 && value > 0 {
                let distance = log(value / prior) / ChannelEngine.priorDeviation
                penalty += distance * distance
            }
            return logLikelihood(kernel) - 0.5 * Double(penalty)
        }
        var best = settings.kernel
        var highest = posterior(best)
        var step: Float = 2
        for _ in 0..<sweeps {
            for value in best.values.indices where best.values[value] > 0 {
                for factor in [step, 1 / step] {
                    if shouldStop() { return best }
                    var trial = best
                    trial.values[value] *= factor
                    let height = posterior(trial)
                    if height > highest {
                        best = trial
                        highest = height
                        break
                    }
                }
            }
            step = step.squareRoot()
        }
        return best
    }

    /// An engine that starts afresh from the parameters learnt here, with another kernel: for a second pass over the
    /// same readings, which then linearises near the truth from the first one on.
    package func restarted(_ kernel: ChannelKernel) -> ChannelEngine {
        var settings = settings
        settings.kernel = kernel
        var fresh = ChannelEngine(cells: cells, parameters: parameters, settings: settings)
        fresh.filter = ParameterFilter(like: fresh.filter, theta: filter.theta, covariance: fresh.filter.covariance)
        return fresh
    }

    /// Takes over a kernel that a search found.
    package mutating func adopt(_ kernel: ChannelKernel) {
        precondition(kernel.isUsable)
        settings.kernel = kernel
    }
}
