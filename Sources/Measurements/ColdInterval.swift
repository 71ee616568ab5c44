internal import Learning

/// How wide the 90 % interval of a map is where no reading was learnt: the factor on the engine's standard deviations
/// that readings of ground which was held out of the training ask for.
///
/// The ground is cut into squares, and the squares into four kinds as a chessboard of two colours each way. For each
/// kind the others are learnt and the readings of this kind predicted, as of a device never heard. The factor is
/// the 90 % quantile of their errors in standard deviations over that of a normal law (split conformal prediction,
/// Vovk 2005; held-out blocks: Roberts et al. 2017). Readings of one square lie under one shadow, so it is squares that
/// count, and fewer than `fewestBlocks` of them say nothing. Online predictions have a calibration of their own.
package struct ColdInterval: Sendable, Equatable, Codable {
    /// Factor on the standard deviation before calibration.
    package var factor: Double
    /// Readings that were held out, squares that they lie in, and their edge in metres.
    package var readings: Int
    package var blocks: Int
    package var blockMetres: Double

    /// Squares and readings without which no factor is learnt.
    package static let fewestBlocks = 8
    package static let fewestReadings = 50
    /// The longer side of the ground is this many squares, within these bounds.
    private static let blocksAcross = 8.0
    private static let edgeMetres = 20.0...500.0
    static let kinds = 4

    /// - Parameters:
    ///   - queries: of the readings, in order of time; nil where one was not worked out.
    ///   - readingsDb: by query.
    ///   - told: predictions of the readings that are held out, by query, from all others; nil where time is up.
    /// - Returns: nil where there is too little ground or too little time.
    init?(
        queries: [ChannelQuery?], readingsDb: [Double], told: (_ isHeldOut: [Bool]) -> [ChannelPrediction?]?
    ) {
        let squares = Squares(queries)
        guard squares.count >= ColdInterval.fewestBlocks else { return nil }
        let kinds = queries.map { $0.flatMap(squares.kind) }
        var ratios: [Double] = []
        for kind in 0..<ColdInterval.kinds {
            guard let predictions = told(kinds.map { $0 == kind }) else { return nil }
            for (prediction, reading) in zip(predictions, readingsDb) {
                guard let prediction else { continue }
                let ratio = abs(reading - Double(prediction.meanDb)) / Double(prediction.rawDeviationDb)
                if ratio.isFinite { ratios.append(ratio) }
            }
        }
        guard ratios.count >= ColdInterval.fewestReadings else { return nil }
        ratios.sort()
        let rank = (0.9 * Double(ratios.count + 1)).rounded(.up)
        let quantile = ratios[min(ratios.count - 1, Int(rank) - 1)]
        let range = CalibrationScale.range
        factor = min(range.upperBound, max(range.lowerBound, quantile / ColdInterval.normalQuantile))
        readings = ratios.count
        blocks = squares.count
        blockMetres = squares.edge
    }

    /// Half of the 90 % interval of a normal law, in standard deviations.
    private static let normalQuantile = 1.645

    /// The same prediction with its interval widened or narrowed.
    func calibrated(_ prediction: ChannelPrediction) -> ChannelPrediction {
        var told = prediction
        told.deviationDb = Float(factor * Double(prediction.rawDeviationDb))
        return told
    }

    /// Squares of ground that readings lie in.
    private struct Squares {
        private var low = SIMD2<Float>(repeating: .infinity)
        private(set) var edge = 0.0
        private(set) var count = 0

        init(_ queries: [ChannelQuery?]) {
            var high = SIMD2<Float>(repeating: -.infinity)
            for case let place? in queries.map({ $0?.place }) where place.isFinite {
                let at = SIMD2(place.position.x, place.position.y)
                low = pointwiseMin(low, at)
                high = pointwiseMax(high, at)
            }
            guard low.x <= high.x else { return }
            let side = Double((high - low).max()) / ColdInterval.blocksAcross
            edge = min(ColdInterval.edgeMetres.upperBound, max(ColdInterval.edgeMetres.lowerBound, side))
            var seen: [SIMD2<Int32>] = []
            for query in queries {
                if let square = query.flatMap({ square(of: $0) }), !seen.contains(square) { seen.append(square) }
            }
            count = seen.count
        }

        private func square(of query: ChannelQuery) -> SIMD2<Int32>? {
            guard let place = query.place, place.isFinite, edge > 0 else { return nil }
            let offset = (SIMD2(place.position.x, place.position.y) - low) / Float(edge)
            return SIMD2(Int32(offset.x), Int32(offset.y))
        }

        /// Which of the four a reading is held out with; nil without a place.
        func kind(of query: ChannelQuery) -> Int? {
            square(of: query).map { Int($0.x & 1) + 2 * Int($0.y & 1) }
        }
    }
}
