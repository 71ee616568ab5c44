package import Learning

/// Where a link ends and what the baseline says of it: the input of a channel engine.
package struct BaselineLink: Sendable, Equatable {
    package var place: ChannelPlace
    package var prediction: BaselinePrediction

    package init(place: ChannelPlace, prediction: BaselinePrediction) {
        self.place = place
        self.prediction = prediction
    }
}

/// A baseline that a channel engine corrects: log-distance, TR 38.901 or ray tracing.
package protocol LinkBaseline: Sendable {
    /// Parameters that its predictions hang on.
    var parameters: [ChannelParameter] { get }
    /// Groups of paths that are worth keeping of a prediction.
    var pathGroups: Int { get }
    /// Predictions of links from cells to positions (metres in the set's frame), in order.
    func predict(cells: [UInt32], positions: [SIMD3<Double>]) -> [BaselineLink]
    /// A prediction where no position is known.
    func predict(cell: UInt32) -> BaselinePrediction
}

/// Log-distance per cell with fitted sites; cells that cannot be fitted have their mean, cells never heard the mean of
/// all.
package struct LogDistanceBaseline: LinkBaseline, Equatable {
    /// Laws by cell, nil where the cell was never heard.
    package var laws: [LogDistanceLaw?]
    /// Mean of all readings, dB.
    package var meanDb: Double

    package let parameters = ChannelParameter.statistical
    package let pathGroups = 1

    package init(laws: [LogDistanceLaw?], meanDb: Double) {
        self.laws = laws
        self.meanDb = meanDb
    }

    /// - Parameters:
    ///   - fixedExponent: that of TR 38.901, say; nil fits each cell's.
    ///   - isFlat: cells' means only.
    package init(fitting set: MeasurementSet, fixedExponent: Double? = nil, isFlat: Bool = false) {
        let total = set.rows.reduce(0) { $0 + $1.readingDb }
        meanDb = total / Double(max(1, set.rows.count))
        laws = Array(repeating: nil, count: set.cells.count)
        for cell in laws.indices {
            let rows = set.rows.filter { Int($0.cell) == cell }
            guard !rows.isEmpty else { continue }
            let mean = rows.reduce(0) { $0 + $1.readingDb } / Double(rows.count)
            let placed = rows.filter { $0.position != nil }
            let fit =
                isFlat
                ? nil
                : LogDistanceLaw.fitted(
                    positions: placed.compactMap(\.position), levelsDb: placed.map(\.readingDb),
                    fixedExponent: fixedExponent)
            laws[cell] = fit ?? LogDistanceLaw(site: nil, interceptDb: mean, exponent: 0)
        }
    }

    /// Level of a cell at a position, dB.
    package func levelDb(cell: UInt32, position: SIMD3<Double>) -> Double {
        law(cell).levelDb(position)
    }

    private func law(_ cell: UInt32) -> LogDistanceLaw {
        let known = Int(cell) < laws.count ? laws[Int(cell)] : nil
        return known ?? LogDistanceLaw(site: nil, interceptDb: meanDb, exponent: 0)
    }

    package func predict(cells: [UInt32], positions: [SIMD3<Double>]) -> [BaselineLink] {
        precondition(cells.count == positions.count)
        return zip(cells, positions).map { cell, position in
            let law = law(cell)
            let logDistance = Float(law.logDistance(position))
            return BaselineLink(
                place: ChannelPlace(
                    position: SIMD3(Float(position.x), Float(position.y), Float(position.z)),
                    angleRadians: Float(law.angle(position)), logDistance: logDistance),
                prediction: BaselinePrediction(
                    gainDb: Float(law.levelDb(position)),
                    sensitivity: ChannelParameter.statisticalSensitivity(logDistance: logDistance)))
        }
    }

    package func predict(cell: UInt32) -> BaselinePrediction {
        let law = law(cell)
        let level = law.site == nil ? law.interceptDb : law.interceptDb - 25 * law.exponent
        return BaselinePrediction(gainDb: Float(level), sensitivity: [1, 0])
    }
}
