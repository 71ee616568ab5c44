internal import Glibc

/// What became of a reading.
package enum LearningOutcome: Sendable, Equatable {
    /// Learnt; the innovation is what it exceeded the prediction by, dB, in units of its standard deviation beside it.
    case learnt(innovationDb: Float, standardised: Float)
    /// Not a number, of no cell of the engine, or out of any radio's range.
    case refused
}

extension ChannelEngine {
    /// Degrees of freedom of the Student-t law that weighs outliers down.
    private static let freedom = 4.0
    /// Standard deviations beyond which a reading is counted as an outlier.
    private static let outlierGate = 4.0
    /// Outliers in a row after which they are the truth.
    private static let credibleRun = 3
    /// Points whose tangents are renewed with each reading.
    private static let tangentsPerReading = 8
    /// Points of a cell within the merging distance beyond which a new one replaces the oldest of them.
    private static let crowd = 4

    /// Learns from one reading (dB, in the unit of the baseline) whose own standard deviation (fading left after
    /// averaging, quantisation) is given.
    ///
    /// - Returns: `.refused` for what cannot be a reading; nothing is changed then but the count.
    @discardableResult
    package mutating func learn(
        _ query: ChannelQuery, readingDb: Float, readingDeviationDb: Float
    ) -> LearningOutcome {
        guard Int(query.cell) < cells, readingDb.isFinite, abs(readingDb) < 400, query.seconds.isFinite,
            readingDeviationDb.isFinite, readingDeviationDb >= 0, query.baseline.parameters == parameters.count,
            query.baseline.isFinite, query.place?.isFinite ?? true
        else {
            refused += 1
            return .refused
        }
        let parts = expand(query)
        let own = Double(settings.kernel.readingVariance + settings.kernel.placeVariance)
        let noise = own + Double(readingDeviationDb * readingDeviationDb)
        let innovation = Double(readingDb) - parts.mean
        let spread = parts.variance + noise
        let standardised = innovation / spread.squareRoot()
        // Expected precision of a Student-t reading given its innovation (Lange, Little and Taylor 1989).
        let trust = min(
            1, (ChannelEngine.freedom + 1) / (ChannelEngine.freedom + standardised * standardised))
        readings += 1
        let isOutlier = abs(standardised) > ChannelEngine.outlierGate
        if isOutlier { outliers += 1 }
        moveOffsets(query, parts, innovation: innovation, noiseVariance: (parts.residualVariance + noise) / trust)
        points.renewTangents(ChannelEngine.tangentsPerReading, theta: filter.theta)
        let bias = phoneBias.offset(query.phone).mean
        outlierRun = isOutlier ? outlierRun + 1 : 0
        if let place = query.place, !isOutlier || outlierRun > ChannelEngine.credibleRun {
            let ratio = own / max(own, noise)
            store(
                InducingPoints.Reading(
                    place: place, cell: query.cell, phone: query.phone, seconds: query.seconds,
                    weight: Float(max(0.02, trust * ratio)), reading: Float(Double(readingDb) - bias),
                    parametric: Float(parametricDb(query.baseline, cell: query.cell)), baseline: query.baseline,
                    theta: filter.theta),
                near: parts.neighbourhood)
        }
        latest.note(.init(phone: query.phone, cell: query.cell, level: readingDb, seconds: query.seconds))
        return .learnt(innovationDb: Float(innovation), standardised: Float(standardised))
    }

    /// Parameters, the cell's offset and the device's bias take the innovation, each with the others' uncertainty in
    /// the noise.
    private mutating func moveOffsets(
        _ query: ChannelQuery, _ parts: Expansion, innovation: Double, noiseVariance: Double
    ) {
        let cell = cellOffset.offset(query.cell)
        let phone = phoneBias.offset(query.phone)
        let fromParameters = filter.variance(parts.regressor)
        let fromCell = parts.cellShare * parts.cellShare * cell.variance
        let fromPhone = parts.phoneShare * parts.phoneShare * phone.variance
        filter.take(
            regressor: parts.regressor, innovation: innovation, noiseVariance: noiseVariance + fromCell + fromPhone)
        cellOffset.take(
            query.cell, innovation: innovation, share: parts.cellShare,
            noiseVariance: noiseVariance + fromParameters + fromPhone)
        cellOffsets[Int(query.cell)] = Float(cellOffset.offset(query.cell).mean)
        if query.phone != .max {
            phoneBias.take(
                query.phone, innovation: innovation, share: parts.phoneShare,
                noiseVariance: noiseVariance + fromParameters + fromCell)
        }
    }

    /// Puts a reading where it belongs: into the device's latest point, into a crowd's oldest, into a new point, or,
    /// with the memory full, into the nearest of its cell or in place of the oldest.
    private mutating func store(_ reading: InducingPoints.Reading, near: Neighbourhood) {
        let reach = settings.mergeMetres * settings.mergeMetres
        var crowd = 0
        var oldest = -1
        for place in 0..<near.sameCellCount where near.squaredMetres[place] <= reach {
            let index = Int(near.indices[place])
            if points.phone[index] == reading.phone,
                abs(points.seconds[index] - reading.seconds) <= settings.mergeSeconds
            {
                merge(reading, into: index)
                return
            }
            crowd += 1
            if oldest < 0 || points.seconds[index] < points.seconds[oldest] { oldest = index }
        }
        if crowd >= ChannelEngine.crowd {
            merge(reading, into: oldest)
        } else if points.count < points.capacity {
            points.append(reading)
        } else if near.sameCellCount > 0, near.squaredMetres[0] <= 9 * reach {
            merge(reading, into: Int(near.indices[0]))
        } else {
            points.replace(points.oldest, by: reading)
        }
    }

    private mutating func merge(_ reading: InducingPoints.Reading, into index: Int) {
        let residual = points.residual(index, theta: filter.theta, cellOffset: cellOffsets)
        points.merge(reading, into: index, parametric: points.reading[index] - Float(residual))
    }
}
