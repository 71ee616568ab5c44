package import NetworkModel

extension LogDistanceModel {
    /// What has been learnt of the cells' laws and how fast they are followed, without single links: what is kept of a
    /// condition and gone back to when it returns.
    package struct Law: Sendable {
        fileprivate let parameters: [CellParameters]
        fileprivate let prior: Prior
    }

    package var law: Law { Law(parameters: parameters, prior: prior) }

    /// Goes back to laws that were kept. Links that are tracked keep their gain: what the law moves comes off their
    /// shadowing.
    package mutating func recall(_ law: Law) {
        guard law.parameters.count == parameters.count else { return }
        parameters = law.parameters
        prior = law.prior
    }

    /// Readings that the laws remember, and variance that shadowing gains between two readings, as orders may set them.
    private static let memories = 100.0...1e5
    private static let drifts = 1e-3...10.0

    /// Multiplies a parameter, within bounds. The noise of readings is an argument of `updateAll`, not of the model.
    package mutating func scale(_ parameter: TwinParameter, by factor: Double) {
        switch parameter {
        case .memory:
            let memory = factor / (1 - prior.forgetting)
            prior.forgetting = 1 - 1 / memory.clamped(to: LogDistanceModel.memories)
        case .residualTime:
            let drift = (prior.driftVarianceDb / factor).clamped(to: LogDistanceModel.drifts)
            tracks.scaleDrift(by: Float(drift / prior.driftVarianceDb))
            prior.driftVarianceDb = drift
        case .readingNoise: break
        }
    }
}

extension TrackTable {
    /// All links of now wander by this factor faster.
    mutating func scaleDrift(by factor: Float) {
        forEachTrack { $0.drift = min(100, max(1e-4, $0.drift * factor)) }
    }
}

extension Comparable {
    func clamped(to range: ClosedRange<Self>) -> Self { min(range.upperBound, max(range.lowerBound, self)) }
}
