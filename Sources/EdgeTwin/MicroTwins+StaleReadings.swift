internal import DTNetMessages
internal import Learning
internal import NetworkModel

extension MicroTwins {
    /// A gain further from its reading than this is not believed, dB.
    private static let mostMoveDb: Float = 40

    /// Brings the gains of users whose readings are stale up to now: what the twin predicts now, and of what the
    /// reading held beside the prediction of then the part that is likely to hold still. Costs a comparison where none
    /// is stale.
    ///
    /// - Parameter report: with the rows of the telemetry's users that wait for something.
    mutating func renewStale(_ report: inout ChannelReport, by telemetry: Telemetry, oldestMs: Float, epoch: UInt64) {
        staleVarianceDb.removeAll(keepingCapacity: true)
        stale.note(telemetry, oldestMs: oldestMs, epoch: epoch)
        guard stale.isStale(ageMs: oldestMs) else { return }
        staleVarianceDb = Array(repeating: 0, count: report.linkCell.count)
        let links = telemetry.links
        var target = 0
        for row in telemetry.ue.indices where telemetry.backlogBytes[row] != 0 {
            defer { target += 1 }
            guard stale.isStale(ageMs: telemetry.readingAgeMs[row]) else { continue }
            let drift = stale.drift(telemetry, row: row)
            for place in 0..<links {
                let (link, reported) = (row * links + place, target * links + place)
                guard let found = change(telemetry, link: link, drift, epoch: epoch) else { continue }
                let move = min(MicroTwins.mostMoveDb, max(-MicroTwins.mostMoveDb, found.moveDb))
                for k in (reported * report.reportSubbands)..<((reported + 1) * report.reportSubbands) {
                    report.gainDb[k] += move
                }
                staleVarianceDb[reported] = found.varianceDb
            }
        }
    }

    /// Adds to the deviations of a report what its stale readings have lost.
    func widenStale(_ report: inout ChannelReport) {
        guard staleVarianceDb.count == report.deviationDb.count else { return }
        for (link, variance) in staleVarianceDb.enumerated() where variance > 0 {
            let deviation = report.deviationDb[link]
            report.deviationDb[link] = (deviation * deviation + variance).squareRoot()
        }
    }

    /// By how much the gain of a link is likely to have moved since its reading, dB, and the variance that this adds to
    /// the deviation of a fresh one, dB^2; nil where the twin has nothing to say of it. Mutating though it changes
    /// nothing, as `predict` is.
    ///
    /// With e what the prediction lacks, of variance P and of correlation c between then and now, and q^2 the variance
    /// of a reading, the best linear estimate is `prediction now + c P / (P + q^2) (reading - prediction then)`.
    private mutating func change(
        _ telemetry: Telemetry, link: Int, _ drift: StaleReadings.Drift, epoch: UInt64
    ) -> (moveDb: Float, varianceDb: Float)? {
        let row = link / telemetry.links
        let (cell, ue) = (telemetry.linkCell[link], telemetry.ue[row])
        guard cell != .max else { return nil }
        let reading = telemetry.rsrpDbm[link] - referencePowerDbm[Int(cell)]
        let noise = Float(readingDeviationDb * readingDeviationDb)
        if corrected != nil {
            let takenMs = stale.takenMs(telemetry, row: row, epoch: epoch)
            guard let now = corrected?.prediction(ue: ue, cell: cell),
                let then = corrected?.anchor(ue: ue, cell: cell), stale.isSame(then.takenMs, takenMs)
            else { return nil }
            let variance = now.deviationDb * now.deviationDb
            let kept = drift.correlation * variance / (variance + noise)
            // Its deviation is that of the prediction: a stale reading only lowers it.
            return (now.meanDb + kept * (reading - then.meanDb) - reading, 0)
        }
        let twin = telemetry.ueCell[row]
        // What a distance law leaves of a gain.
        let variance = MicroTwins.unknownDeviationDb * MicroTwins.unknownDeviationDb
        let full = variance / (variance + noise)
        let spread = full * variance * (1 - drift.correlation * drift.correlation)
        guard place[Int(twin)] >= 0, let then = drift.place else { return (0, spread) }
        let site = network.cells[Int(cell)]
        let lawNow = lawDb(
            twin: CellID(twin), from: site, xMetres: Double(telemetry.xMetres[row]),
            yMetres: Double(telemetry.yMetres[row]))
        let lawThen = lawDb(twin: CellID(twin), from: site, xMetres: Double(then.x), yMetres: Double(then.y))
        let kept = drift.correlation * full
        // The law of now, less what is only an error of the two positions.
        let current = Float(lawThen) + drift.surePart * Float(lawNow - lawThen)
        return (current + kept * (reading - Float(lawThen)) - reading, spread)
    }
}
