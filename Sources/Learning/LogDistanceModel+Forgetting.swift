extension LogDistanceModel {
    /// Forgets the law and the links of all cells, and what orders have set, so that they are learnt anew.
    package mutating func forget() {
        self = LogDistanceModel(cells: cells, interceptDb: interceptDb, maxUEs: maxUEs)
    }

    /// Learns the links of some UEs anew, and nothing else: each keeps its shadowing as a first guess that is as
    /// uncertain as before any reading. The laws of the cells and the links of other UEs stay as they are.
    ///
    /// - Parameter isMeant: whether the links of a UE are.
    package mutating func forgetLinks(where isMeant: (UInt32) -> Bool) {
        let variance = Float(prior.shadowingDeviationDb * prior.shadowingDeviationDb)
        let drift = Float(prior.driftVarianceDb)
        tracks.forEachTrack(where: isMeant) { track in
            track.variance = variance
            track.innovationVariance = variance
            track.drift = drift
            track.lastInnovation = 0
            track.readings = 0
        }
    }

    /// Predicted path gain of a link that has been heard before, dB; nil for every other.
    ///
    /// - Parameter distanceMetres: negative where unknown.
    package func trackedGainDb(ue: UInt32, cell: UInt32, distanceMetres: Float) -> Double? {
        guard tracks.find(ue: ue, cell: cell) != nil else { return nil }
        return predict(ue: ue, cell: cell, distanceMetres: distanceMetres)?.gainDb
    }
}
