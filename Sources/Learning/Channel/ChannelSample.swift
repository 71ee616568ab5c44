/// Where on the map a link ends: the features of the residual.
package struct ChannelPlace: Sendable, Equatable {
    /// Receiver, metres in the engine's frame.
    package var position: SIMD3<Float>
    /// Azimuth of the receiver seen from the transmitter, radians; 0 where the site is unknown.
    package var angleRadians: Float
    /// log10 of the distance in metres; 0 where the site is unknown.
    package var logDistance: Float

    package init(position: SIMD3<Float>, angleRadians: Float = 0, logDistance: Float = 0) {
        self.position = position
        self.angleRadians = angleRadians
        self.logDistance = logDistance
    }

    package var isFinite: Bool {
        position.x.isFinite && position.y.isFinite && position.z.isFinite && angleRadians.isFinite
            && logDistance.isFinite
    }
}

/// One link at one time: what a prediction is asked for.
package struct ChannelQuery: Sendable, Equatable {
    /// Index of the transmitting cell.
    package var cell: UInt32
    /// Device, by which bias and track are kept. A number that is not known has no bias yet.
    package var phone: UInt32
    /// Time of the reading, seconds from any fixed start.
    package var seconds: Double
    /// nil where the device reports no position.
    package var place: ChannelPlace?
    package var baseline: BaselinePrediction

    package init(cell: UInt32, phone: UInt32, seconds: Double, place: ChannelPlace?, baseline: BaselinePrediction) {
        self.cell = cell
        self.phone = phone
        self.seconds = seconds
        self.place = place
        self.baseline = baseline
    }
}

/// What the engine says of a link.
package struct ChannelPrediction: Sendable, Equatable {
    /// Baseline alone, dB.
    package var baselineDb: Float
    /// Baseline with its parameters and the cell's offset, dB.
    package var parametricDb: Float
    /// All corrections: parameters, residual, the device's bias, dB.
    package var meanDb: Float
    /// Standard deviation of a reading about the mean, calibrated: the 90 % interval is `meanDb` +- 1.645 of it.
    package var deviationDb: Float
    /// The same before calibration.
    package var rawDeviationDb: Float

    package init(baselineDb: Float, parametricDb: Float, meanDb: Float, deviationDb: Float, rawDeviationDb: Float) {
        self.baselineDb = baselineDb
        self.parametricDb = parametricDb
        self.meanDb = meanDb
        self.deviationDb = deviationDb
        self.rawDeviationDb = rawDeviationDb
    }
}
