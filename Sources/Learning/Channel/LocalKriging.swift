/// Simple kriging from a few inducing points: the weights of their residuals and the variance that is left.
///
/// The residual's Gaussian process conditioned on its nearest points only (Vecchia 1988; Datta et al. 2016, nearest
/// neighbour Gaussian processes): exact for few points, and of cost independent of how many there are.
struct LocalKriging {
    /// Points taken, and the weight of each residual.
    let indices: [Int32]
    private(set) var weights: [Double]
    /// Variance of the residual (map and track, without nuggets) given the points, dB^2.
    private(set) var variance: Double

    /// What is predicted: `east` and `north` as in `InducingPoints`.
    struct Target {
        var place: ChannelPlace?
        var east: Float
        var north: Float
        var cell: UInt32
        var phone: UInt32
        var seconds: Double
    }

    init(_ points: InducingPoints, _ kernel: ChannelKernel, indices: [Int32], target: Target) {
        self.indices = indices
        let count = indices.count
        weights = Array(repeating: 0, count: count)
        let prior = Double(kernel.mapVariance + kernel.trackVariance)
        variance = prior
        guard count > 0 else { return }
        var lower = Array(repeating: 0.0, count: count * count)
        var towards = Array(repeating: 0.0, count: count)
        LocalKriging.fill(points, kernel, indices, target, &lower, &towards)
        lower.withUnsafeMutableBufferPointer { matrix in
            weights.withUnsafeMutableBufferPointer { solution in
                towards.withUnsafeBufferPointer { right in
                    variance = max(0, prior - LocalKriging.solve(matrix, right, into: solution, count: count))
                }
            }
        }
    }

    // MARK: - Covariance

    /// The lower triangle of the points' covariance with their nuggets, and the covariance with the target.
    private static func fill(
        _ points: InducingPoints, _ kernel: ChannelKernel, _ indices: [Int32], _ target: Target,
        _ lower: inout [Double], _ towards: inout [Double]
    ) {
        let count = indices.count
        let scales = Scales(kernel)
        let rows = indices.map { Row(points, Int($0)) }
        for i in 0..<count {
            let a = rows[i]
            for j in 0..<i { lower[i * count + j] = Double(scales.covariance(a, rows[j])) }
            var own = kernel.mapVariance + kernel.trackVariance
            own += kernel.placeVariance / min(1, a.weight) + kernel.readingVariance / a.weight
            lower[i * count + i] = Double(own)
            towards[i] = Double(scales.covariance(a, target))
        }
    }

    /// One point, side by side.
    private struct Row {
        var position: SIMD3<Float>
        var east, north, logDistance, weight: Float
        var cell, phone: UInt32
        var seconds: Double

        init(_ points: InducingPoints, _ index: Int) {
            position = SIMD3(points.x[index], points.y[index], points.z[index])
            east = points.east[index]
            north = points.north[index]
            logDistance = points.logDistance[index]
            weight = points.weight[index]
            cell = points.cell[index]
            phone = points.phone[index]
            seconds = points.seconds[index]
        }
    }

    /// The kernel with its lengths inverted.
    private struct Scales {
        let kernel: ChannelKernel
        let wide, local, cell, angle, decades, age, seconds: Float

        init(_ kernel: ChannelKernel) {
            self.kernel = kernel
            wide = 1 / kernel.wideMetres
            local = 1 / kernel.localMetres
            cell = 1 / kernel.cellMetres
            angle = 1 / kernel.antennaRadians
            decades = 1 / kernel.antennaDecades
            age = 1 / kernel.mapSeconds
            seconds = 1 / kernel.trackSeconds
        }

        @inline(__always)
        private func map(metres: Float, chord: Float, decadesApart: Float, isSameCell: Bool) -> Float {
            var sum = kernel.wideVariance / (1 + metres * wide) + kernel.localVariance / (1 + metres * local)
            if isSameCell {
                sum += kernel.cellVariance / (1 + metres * cell)
                sum += kernel.antennaVariance / ((1 + chord * angle) * (1 + decadesApart * decades))
            }
            return sum
        }

        @inline(__always)
        private func track(_ apart: Float) -> Float { kernel.trackVariance / (1 + apart * seconds) }

        @inline(__always)
        func covariance(_ a: Row, _ b: Row) -> Float {
            let d = a.position - b.position
            let chord = ((a.east - b.east) * (a.east - b.east) + (a.north - b.north) * (a.north - b.north)).squareRoot()
            var sum = map(
                metres: (d * d).sum().squareRoot(), chord: chord, decadesApart: abs(a.logDistance - b.logDistance),
                isSameCell: a.cell == b.cell)
            let apart = Float(abs(a.seconds - b.seconds))
            sum /= 1 + apart * age
            if a.phone == b.phone && a.phone != .max { sum += track(apart) }
            return sum
        }

        @inline(__always)
        func covariance(_ a: Row, _ b: Target) -> Float {
            var sum: Float = 0
            let apart = Float(abs(a.seconds - b.seconds))
            if let place = b.place {
                let d = a.position - place.position
                let chord = ((a.east - b.east) * (a.east - b.east) + (a.north - b.north) * (a.north - b.north))
                sum = map(
                    metres: (d * d).sum().squareRoot(), chord: chord.squareRoot(),
                    decadesApart: abs(a.logDistance - place.logDistance), isSameCell: a.cell == b.cell)
                sum /= 1 + apart * age
            }
            if a.phone == b.phone && a.phone != .max { sum += track(apart) }
            return sum
        }
    }

    // MARK: - Solution

    /// Cholesky in place, `weights = A^-1 right`; returns `right . weights`.
    private static func solve(
        _ a: UnsafeMutableBufferPointer<Double>, _ right: UnsafeBufferPointer<Double>,
        into x: UnsafeMutableBufferPointer<Double>, count: Int
    ) -> Double {
        for i in 0..<count {
            for j in 0...i {
                var sum = a[i * count + j]
                for k in 0..<j { sum -= a[i * count + k] * a[j * count + k] }
                a[i * count + j] = i == j ? max(sum, 1e-6).squareRoot() : sum / a[j * count + j]
            }
        }
        var explained = 0.0
        for i in 0..<count {
            var sum = right[i]
            for k in 0..<i { sum -= a[i * count + k] * x[k] }
            x[i] = sum / a[i * count + i]
            explained += x[i] * x[i]
        }
        for i in stride(from: count - 1, through: 0, by: -1) {
            var sum = x[i]
            for k in (i + 1)..<max(count, i + 1) { sum -= a[k * count + i] * x[k] }
            x[i] = sum / a[i * count + i]
        }
        return explained
    }
}
