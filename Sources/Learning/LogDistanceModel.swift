internal import Glibc

/// The channel model of one micro-twin (DESIGN 8): log-distance path gain per cell, corrected online by measurements.
///
/// `G_dB = a_c - 10 n_c log10(d / 1 m) + s[u,c]`. Intercept a_c and exponent n_c of each cell are learnt by recursive
/// least squares with forgetting (Haykin, Adaptive Filter Theory, ch. 10) from a prior and within bounds; the shadowing
/// s[u,c] of each link is tracked by a scalar Kalman filter whose innovations give the prediction's standard deviation.
/// Innovations beyond three deviations are clipped. A UE without a position keeps the distance term it had last.
///
/// Memory is bounded: two parameters and a 2 x 2 covariance per cell, and for at most `maxUEs` UEs the tracks of
/// `tracksPerUE` links, the least recently seen giving way.
package struct LogDistanceModel: Sendable, Codable {
    /// What is assumed before any measurement, and how fast it is given up.
    package struct Prior: Sendable, Codable {
        /// Path loss exponent (TR 38.901 UMa NLOS: 3.908) and its standard deviation.
        package var exponent = 3.908
        package var exponentDeviation = 0.4
        /// Standard deviation of the intercept, dB.
        package var interceptDeviationDb = 10.0
        /// Bounds of the exponent; the intercept stays within four deviations of its prior.
        package var exponentRange = 1.6...6.0
        /// Standard deviation of shadowing, dB.
        package var shadowingDeviationDb = 8.0
        /// Readings of one link in a row that count as one for the cell's parameters, because they share its shadowing.
        package var correlatedReadings = 40.0
        /// Forgetting factor of the cell's parameters per reading.
        package var forgetting = 0.9998
        /// Variance that shadowing gains between two readings of a new link, dB^2; each link then learns its own.
        package var driftVarianceDb = 0.05

        package init() {}
    }

    /// Links whose shadowing is remembered per UE.
    package static let tracksPerUE = 12

    /// Cells of the network.
    package let cells: Int
    /// Intercept before any measurement: path gain at 1 m, dB.
    package let interceptDb: Double
    /// UEs remembered at most.
    package let maxUEs: Int
    package internal(set) var prior: Prior

    var parameters: [CellParameters]
    var tracks: TrackTable
    private var before = RunningSquare()
    private var after = RunningSquare()
    /// Readings learnt from.
    package private(set) var readings = 0
    /// Readings clipped as outliers.
    package private(set) var outliers = 0

    package init(cells: Int, interceptDb: Double, maxUEs: Int, prior: Prior = Prior()) {
        precondition(cells > 0 && maxUEs > 0 && interceptDb.isFinite)
        self.cells = cells
        self.interceptDb = interceptDb
        self.maxUEs = maxUEs
        self.prior = prior
        parameters = Array(repeating: CellParameters(prior), count: cells)
        tracks = TrackTable(maxUEs: maxUEs, tracksPerUE: LogDistanceModel.tracksPerUE)
    }

    /// RMSE of the uncorrected prior, dB, with a memory of about 2,000 readings; 0 before the first.
    package var errorBeforeDb: Double { before.root }

    /// RMSE of the corrected prediction one reading ahead, on the same readings.
    package var errorAfterDb: Double { after.root }

    /// Path gain at 1 m (dB) and exponent learnt for a cell.
    package func parameters(ofCell cell: Int) -> (interceptDb: Double, exponent: Double) {
        (interceptDb + parameters[cell].intercept, prior.exponent + parameters[cell].exponent)
    }

    // MARK: - Prediction

    /// Predicted path gain of a link and its standard deviation, dB.
    ///
    /// - Parameter distanceMetres: negative where unknown.
    /// - Returns: nil where neither the distance nor an earlier reading of the link is known, or the cell is not one of
    ///   the network.
    package func predict(ue: UInt32, cell: UInt32, distanceMetres: Float) -> (gainDb: Double, deviationDb: Double)? {
        guard Int(cell) < cells else { return nil }
        let track = tracks.find(ue: ue, cell: cell)
        let distanceTerm: Double
        if distanceMetres >= 0 {
            distanceTerm = corrected(Int(cell), decades(distanceMetres))
        } else if let track {
            distanceTerm = Double(tracks[track].base)
        } else {
            return nil
        }
        guard let track else { return (distanceTerm, prior.shadowingDeviationDb) }
        let level = distanceMetres >= 0 ? level(tracks[track]) : Double(tracks[track].level)
        return (distanceTerm + level, Double(tracks[track].innovationVariance).squareRoot())
    }

    /// Standard deviation (dB) of a link's next reading about its prediction; that of shadowing where none was made.
    package func deviationDb(ue: UInt32, cell: UInt32) -> Double {
        guard let track = tracks.find(ue: ue, cell: cell) else { return prior.shadowingDeviationDb }
        return Double(tracks[track].innovationVariance).squareRoot()
    }

    /// Standard deviations (dB) of the links of some UEs, rows of `links`; 0 for an empty link (`UInt32.max`).
    package func deviations(ues: [UInt32], links: Int, linkCell: [UInt32]) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(linkCell.count)
        appendDeviations(of: ues, rows: 0..<ues.count, links: links, linkCell: linkCell, to: &result)
        return result
    }

    /// Appends the deviations of some rows of the UEs' links.
    package func appendDeviations(
        of ues: [UInt32], rows: Range<Int>, links: Int, linkCell: [UInt32], to result: inout [Float]
    ) {
        precondition(linkCell.count == ues.count * links && rows.upperBound <= ues.count)
        for row in rows {
            let slot = tracks.slot(of: ues[row])
            for index in (row * links)..<((row + 1) * links) {
                let cell = linkCell[index]
                if cell == .max {
                    result.append(0)
                } else if let slot, let track = tracks.find(slot: slot, cell: cell) {
                    result.append(tracks[track].innovationVariance.squareRoot())
                } else {
                    result.append(Float(prior.shadowingDeviationDb))
                }
            }
        }
    }

    // MARK: - Learning

    /// Learns from one reading; what is not finite, or of no cell of the network, is left out.
    ///
    /// - Parameters:
    ///   - distanceMetres: negative where unknown.
    ///   - readingDeviationDb: standard deviation of the reading itself (quantisation, fading).
    package mutating func update(
        ue: UInt32, cell: UInt32, distanceMetres: Float, gainDb: Float, readingDeviationDb: Double
    ) {
        guard Int(cell) < cells, gainDb.isFinite, !distanceMetres.isNaN, distanceMetres < .infinity else { return }
        let slot = tracks.claim(ue: ue)
        learn(slot: slot, cell: cell, distanceMetres: distanceMetres, gainDb: Double(gainDb), readingDeviationDb)
    }

    /// Learns from the links of some UEs, rows of `links`; an empty link has cell `UInt32.max`, an unknown distance is
    /// negative.
    ///
    /// - Parameter rows: the rows of `ues` to learn from; nil for all.
    package mutating func updateAll(
        ues: [UInt32], rows: Range<Int>? = nil, links: Int, linkCell: [UInt32], distances: [Float], gainsDb: [Float],
        readingDeviationDb: Double
    ) {
        let rows = rows ?? 0..<ues.count
        precondition(linkCell.count == ues.count * links && distances.count == linkCell.count)
        precondition(gainsDb.count == linkCell.count && rows.upperBound <= ues.count)
        for row in rows {
            let slot = tracks.claim(ue: ues[row])
            for index in (row * links)..<((row + 1) * links) {
                let (cell, distance, gain) = (linkCell[index], distances[index], gainsDb[index])
                guard Int(cell) < cells, gain.isFinite, distance < .infinity else { continue }
                learn(slot: slot, cell: cell, distanceMetres: distance, gainDb: Double(gain), readingDeviationDb)
            }
        }
    }

    /// One reading. Written over copies of the link's track and the cell's law, so that nothing is looked up twice:
    /// this is what an edge does most.
    @inline(__always)
    private mutating func learn(
        slot: Int, cell: UInt32, distanceMetres: Float, gainDb: Double, _ readingDeviationDb: Double
    ) {
        let isPlaced = distanceMetres >= 0
        let found = tracks.find(slot: slot, cell: cell)
        if found == nil && !isPlaced { return }
        let decades = isPlaced ? decades(distanceMetres) : 0
        let index =
            found
            ?? tracks.add(
                slot: slot, cell: cell, deviationDb: prior.shadowingDeviationDb, driftVarianceDb: prior.driftVarianceDb)
        var track = tracks[index]
        var law = parameters[Int(cell)]
        let perDecade = 10 * prior.exponent
        let distanceTerm =
            isPlaced ? interceptDb - perDecade * decades + law.correction(decades) : Double(track.base)
        if isPlaced {
            if found != nil {
                // What the law has moved since the last reading comes off, as in `level(_:)`.
                let then = Double(track.decades)
                let lawOfNow = interceptDb - perDecade * then + law.correction(then)
                track.level = Float(Double(track.level + track.base) - lawOfNow)
            }
            track.decades = Float(decades)
        }
        let innovation = gainDb - distanceTerm - Double(track.level)
        if isPlaced { before.note(gainDb - interceptDb + perDecade * decades) }
        after.note(innovation)
        readings += 1
        let limit = 3 * max(Double(track.innovationVariance).squareRoot(), 1)
        let clipped = min(limit, max(-limit, innovation))
        if clipped != innovation { outliers += 1 }
        track.take(
            Float(clipped), isClipped: clipped != innovation, base: Float(distanceTerm),
            readingVariance: Float(readingDeviationDb * readingDeviationDb), stamp: tracks.clock)
        tracks[index] = track
        if isPlaced {
            let deviation = prior.shadowingDeviationDb
            let misfit = min(3 * deviation, max(-3 * deviation, gainDb - distanceTerm))
            law.take(misfit, decades: decades, variance: deviation * deviation * prior.correlatedReadings, prior)
            parameters[Int(cell)] = law
        }
    }

    /// log10 of a distance, at least 1 m.
    private func decades(_ distanceMetres: Float) -> Double { log10(max(1, Double(distanceMetres))) }

    /// Shadowing by the law of now: what the law has moved since the last reading comes off, as the gain did not move.
    private func level(_ track: ShadowingTrack) -> Double {
        Double(track.level + track.base) - corrected(Int(track.cell), Double(track.decades))
    }

    /// The cell's distance law as learnt.
    private func corrected(_ cell: Int, _ decades: Double) -> Double {
        interceptDb - 10 * prior.exponent * decades + parameters[cell].correction(decades)
    }
}
