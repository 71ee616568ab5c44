internal import Glibc

/// The AI engine of a radio twin (DESIGN 8): corrects any baseline by what is measured, in two steps and online.
///
/// `reading = baseline(theta) + offset[cell] + residual(place, cell) + track(device, time) + bias[device] + noise`.
/// Step one moves the parameters `theta` by recursive least squares with forgetting, linearised anew at each update.
/// Step two is a sparse Gaussian process: bounded inducing points, predictions by kriging from the nearest of them. The
/// two share one likelihood: what the neighbours already explain is taken from reading and regressor alike (a Cholesky
/// factor of the residual's covariance, row by row: generalised least squares), so a street of shadowed readings does
/// not count as many independent ones. Outliers weigh less by a Student-t law; devices and cells have offsets shrunk
/// towards 0; the standard deviation is calibrated online.
///
/// A value: the same readings give the same state. Memory is bounded by `Settings`, whatever is learnt.
package struct ChannelEngine: Sendable, Equatable {
    package struct Settings: Sendable, Equatable {
        /// Inducing points at most.
        package var inducingPoints = 1_000
        /// Groups of paths kept of a point's baseline, so that it is linearised anew when the parameters move; 1 for
        /// statistical baselines.
        package var pathGroups = 8
        /// Devices whose bias is remembered.
        package var phones = 1_024
        /// Spread of devices' biases and of cells' offsets about their means, dB.
        package var phoneDeviationDb: Float = 2
        package var cellDeviationDb: Float = 4
        /// Forgetting factor of the parameters per reading.
        package var forgetting = 0.9998
        /// Readings of one cell and device within this distance and time make one inducing point.
        package var mergeMetres: Float = 20
        package var mergeSeconds = 20.0
        package var kernel = ChannelKernel()
        /// How far predictions are drawn towards a device's last reading.
        package var persistence = ReadingPersistence()

        package init() {}
    }

    /// Cells that readings may name: 0..<cells.
    package let cells: Int
    package let parameters: [ChannelParameter]
    package internal(set) var settings: Settings

    var filter: ParameterFilter
    var points: InducingPoints
    var phoneBias: OffsetTable
    var cellOffset: OffsetTable
    /// Means of `cellOffset` by cell, for quick use.
    var cellOffsets: [Float]
    /// Last readings, as they came.
    var latest: LatestReadings
    package internal(set) var calibration = CalibrationScale()
    /// Readings learnt from, left out as unusable, and counted as outliers.
    package internal(set) var readings = 0
    package internal(set) var refused = 0
    package internal(set) var outliers = 0
    /// Outliers in a row.
    var outlierRun = 0

    package init(cells: Int, parameters: [ChannelParameter], settings: Settings = Settings()) {
        precondition(cells > 0 && cells <= 65_536 && parameters.count <= 64)
        precondition(settings.inducingPoints > 0 && settings.inducingPoints <= 100_000 && settings.phones > 0)
        precondition(settings.persistence.isUsable)
        precondition(settings.kernel.isUsable && settings.pathGroups > 0 && settings.pathGroups <= 64)
        self.cells = cells
        self.parameters = parameters
        self.settings = settings
        filter = ParameterFilter(parameters, forgetting: settings.forgetting)
        points = InducingPoints(
            capacity: settings.inducingPoints, parameters: parameters.count, groups: settings.pathGroups)
        phoneBias = OffsetTable(capacity: settings.phones, deviationDb: settings.phoneDeviationDb, driftVariance: 1e-3)
        cellOffset = OffsetTable(capacity: cells, deviationDb: settings.cellDeviationDb, driftVariance: 1e-4)
        cellOffsets = Array(repeating: 0, count: cells)
        latest = LatestReadings(capacity: settings.phones)
    }

    /// Parameters as learnt, dB per count, and their standard deviations.
    package var theta: [Double] { filter.theta }
    package var thetaDeviation: [Double] {
        let count = parameters.count
        return (0..<count).map { filter.covariance[$0 * count + $0].squareRoot() }
    }

    /// Bias learnt for a device, dB, and its standard deviation.
    package func bias(ofPhone phone: UInt32) -> (meanDb: Double, deviationDb: Double) {
        let (mean, variance) = phoneBias.offset(phone)
        return (mean, variance.squareRoot())
    }

    /// Inducing points in use.
    package var inducingCount: Int { points.count }

    /// Bytes of the learnt state: its arrays, which never grow beyond `Settings`.
    package var stateBytes: Int {
        points.count * (12 * 4 + 8 + 4 * (parameters.count + settings.pathGroups * (1 + parameters.count))) + phoneBias
            .rows.count * MemoryLayout<OffsetTable.Row>.size + latest.rows.count * MemoryLayout<LatestReadings.Row>.size
            + cells * (4 + MemoryLayout<OffsetTable.Row>.size) + parameters.count * (parameters.count + 1) * 8
    }

    // MARK: - Prediction

    /// What a reading of a link will be.
    ///
    /// Without a place, the device's last one serves, if it was heard within `trackSeconds` times three; else only
    /// parameters and offsets.
    package func predict(_ query: ChannelQuery) -> ChannelPrediction {
        let parts = expand(query)
        let raw = (parts.variance + Double(settings.kernel.placeVariance + settings.kernel.readingVariance))
            .squareRoot()
        let mean = parts.mean + pull(query, from: parts.mean)
        return ChannelPrediction(
            baselineDb: query.baseline.gainDb, parametricDb: Float(parts.parametric), meanDb: Float(mean),
            deviationDb: Float(raw * calibration.factor), rawDeviationDb: Float(raw))
    }

    /// What the device's last reading draws a prediction by, dB.
    private func pull(_ query: ChannelQuery, from mean: Double) -> Double {
        let persistence = settings.persistence
        guard persistence.sameCell > 0 || persistence.otherCell > 0,
            let last = latest.newest(phone: query.phone, cell: query.cell, otherCells: persistence.otherCell > 0)
        else { return 0 }
        let share = persistence.share(isSameCell: last.cell == query.cell, age: query.seconds - last.seconds)
        return share * (Double(last.level) - mean)
    }

    /// Devices report all cells that they hear, each with its own level: the last reading of one says nothing of
    /// another.
    package mutating func expectAllCells() { settings.persistence.otherCell = 0 }

    /// A baseline with the parameters of now and the cell's offset, without residual and bias, dB.
    package func parametricDb(_ baseline: BaselinePrediction, cell: UInt32) -> Double {
        baseline.corrected(filter.theta).gainDb + Double(cellOffsets[min(Int(cell), cells - 1)])
    }

    /// Takes the error of an earlier prediction into the calibration: the one that the prediction was used for, e.g.
    /// ten seconds ahead, and not that of the next reading.
    package mutating func calibrate(_ prediction: ChannelPrediction, readingDb: Float) {
        calibration.note(
            error: Double(readingDb - prediction.meanDb), deviation: Double(prediction.rawDeviationDb))
    }

    /// A prediction with everything that learning from its reading needs.
    struct Expansion {
        var parametric: Double
        /// The baseline's slope less what the neighbours' residuals already hold of it.
        var regressor: [Double]
        /// Shares of the device's bias and the cell's offset that are not in the neighbours' residuals.
        var phoneShare: Double
        var cellShare: Double
        var mean: Double
        /// Variance of the mean (residual, parameters, offsets), and its part that is the residual's, dB^2.
        var variance: Double
        var residualVariance: Double
        var neighbourhood: Neighbourhood
    }

    func expand(_ query: ChannelQuery) -> Expansion {
        precondition(query.baseline.parameters == parameters.count, "the baseline's parameters are the engine's")
        let cell = min(Int(query.cell), cells - 1)
        let (gain, sensitivity) = query.baseline.corrected(filter.theta)
        let offset = cellOffset.offset(query.cell)
        let bias = phoneBias.offset(query.phone)
        let place = query.place ?? lastPlace(query)
        let neighbours = Neighbourhood(of: points, place: place, cell: query.cell, phone: query.phone)
        let angle = place?.angleRadians ?? 0
        let kriging = LocalKriging(
            points, settings.kernel, indices: neighbours.indices,
            target: LocalKriging.Target(
                place: place, east: cos(angle), north: sin(angle), cell: query.cell, phone: query.phone,
                seconds: query.seconds))
        var result = Expansion(
            parametric: gain + Double(cellOffsets[cell]), regressor: sensitivity, phoneShare: 1, cellShare: 1, mean: 0,
            variance: 0, residualVariance: kriging.variance, neighbourhood: neighbours)
        var residual = 0.0
        for (place, index) in kriging.indices.enumerated() {
            let weight = kriging.weights[place]
            let point = Int(index)
            residual += weight * points.residual(point, theta: filter.theta, cellOffset: cellOffsets)
            for m in sensitivity.indices {
                result.regressor[m] -= weight * Double(points.sensitivity[point * parameters.count + m])
            }
            if points.phone[point] == query.phone { result.phoneShare -= weight }
            if points.cell[point] == query.cell { result.cellShare -= weight }
        }
        result.phoneShare = min(1, max(0, result.phoneShare))
        result.cellShare = min(1, max(0, result.cellShare))
        result.mean = result.parametric + residual + bias.mean
        result.variance = kriging.variance + filter.variance(result.regressor)
        result.variance += result.phoneShare * result.phoneShare * bias.variance
        result.variance += result.cellShare * result.cellShare * offset.variance
        return result
    }

    /// Where a device that now reports no place was a moment ago.
    private func lastPlace(_ query: ChannelQuery) -> ChannelPlace? {
        guard query.phone != .max else { return nil }
        var best: Int?
        for index in 0..<points.count where points.phone[index] == query.phone {
            if points.seconds[index] > best.map({ points.seconds[$0] }) ?? -.infinity { best = index }
        }
        guard let best, abs(query.seconds - points.seconds[best]) <= 3 * Double(settings.kernel.trackSeconds) else {
            return nil
        }
        return points.place(best)
    }
}
