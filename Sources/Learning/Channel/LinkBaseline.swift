/// Where a link ends and what the baseline says of it: the input of a channel engine.
package struct BaselineLink: Sendable, Equatable {
    package var place: ChannelPlace
    package var prediction: BaselinePrediction

    package init(place: ChannelPlace, prediction: BaselinePrediction) {
        self.place = place
        self.prediction = prediction
    }
}

/// A baseline that a channel engine corrects: log-distance, TR 38.901, ray tracing or a map solved from drives.
package protocol LinkBaseline: Sendable {
    /// Parameters that its predictions hang on.
    var parameters: [ChannelParameter] { get }
    /// Groups of paths that are worth keeping of a prediction.
    var pathGroups: Int { get }
    /// Predictions of links from cells to positions (metres in the set's frame), in order.
    func predict(cells: [UInt32], positions: [SIMD3<Double>]) -> [BaselineLink]
    /// The same as far as time allows: nil for links that are not worked out when `goesOn`, asked with the number of
    /// those that are, answers no.
    func predict(
        cells: [UInt32], positions: [SIMD3<Double>], goesOn: (Int) -> Bool
    ) -> [BaselineLink?]
    /// A prediction where no position is known.
    func predict(cell: UInt32) -> BaselinePrediction
}

extension LinkBaseline {
    /// For baselines that are formulas: all links, whatever the time.
    package func predict(
        cells: [UInt32], positions: [SIMD3<Double>], goesOn: (Int) -> Bool
    ) -> [BaselineLink?] {
        predict(cells: cells, positions: positions)
    }
}

/// Log-distance per cell with fitted sites; cells that cannot be fitted have their mean, cells never heard the mean of
/// all.
package struct LogDistanceBaseline: LinkBaseline, Equatable {
    /// Laws by cell, nil where the cell was never heard.
    package var laws: [LogDistanceLaw?]
    /// Mean of all readings, dB.
    package var meanDb: Double

    /// How far a prediction follows the cell's law from the mean of all readings, 0...1: a site fitted from one street
    /// extrapolates badly, and the residual takes up what is left.
    package var trust: Double

    package let parameters = ChannelParameter.statistical
    package let pathGroups = 1

    package init(laws: [LogDistanceLaw?], meanDb: Double, trust: Double = 1) {
        precondition(trust >= 0 && trust <= 1)
        self.laws = laws
        self.meanDb = meanDb
        self.trust = trust
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
                    gainDb: Float(meanDb + trust * (law.levelDb(position) - meanDb)),
                    sensitivity: ChannelParameter.statisticalSensitivity(logDistance: logDistance)))
        }
    }

    package func predict(cell: UInt32) -> BaselinePrediction {
        let law = law(cell)
        let level = law.site == nil ? law.interceptDb : law.interceptDb - 25 * law.exponent
        return BaselinePrediction(gainDb: Float(meanDb + trust * (level - meanDb)), sensitivity: [1, 0])
    }
}
