internal import Glibc
package import NetworkModel

extension ReplayNetwork {
    /// What the given cells report now, of the users that they serve and whose phones report RSRP and SNR.
    package func measurements(cells: [CellID]) -> CellMeasurements {
        var report = CellMeasurements()
        report.slot = slot
        report.subbands = radio.subbands
        report.reportedSubbands = configuration.reportedSubbands
        report.linksPerUE = 1
        for cell in cells {
            let index = cell.index
            report.cells.append(cell.rawValue)
            report.powersWatts += appliedPower(cell: cell)
            report.prbUsedPercent.append(account.prbUsedPercent[index])
            report.cellThroughputKbps.append(account.cellThroughputKbps[index])
            report.handoversIn.append(handoversIn[index])
            for ue in 0..<ueCount where state[ue].isServed && state[ue].cell == cell.rawValue {
                append(ue, to: &report)
            }
        }
        return report
    }

    private func append(_ ue: Int, to report: inout CellMeasurements) {
        let user = state[ue]
        var efficiency: Float = 0
        var ratio: Float = 0
        for subband in 0..<radio.subbands {
            efficiency += self.efficiency(ue, subband)
            ratio += power[Int(user.cell) * radio.subbands + subband] * user.gain / user.disturbanceWatts
        }
        report.ues.append(UInt32(ue))
        report.servingCell.append(user.cell)
        // Where the plane of the drives does not reach, no place is reported.
        let isPlaced = max(abs(user.x), abs(user.y)) <= LocalPlane.reachMetres
        report.xMetres.append(isPlaced ? Float(user.x) : 0)
        report.yMetres.append(isPlaced ? Float(user.y) : 0)
        // Satellite positioning of a phone in the open.
        report.positionDeviationMetres.append(isPlaced ? 5 : -1)
        report.throughputKbps.append(account.throughputKbps[ue])
        report.backlogBytes.append(0)
        report.isFullBuffer.append(true)
        report.cqi.append(ChannelQuality.index(efficiency: efficiency / Float(radio.subbands)))
        report.sinrDb.append(10 * log10(max(ratio / Float(radio.subbands), 1e-6)))
        report.linkCell.append(user.cell)
        report.rsrpDbm.append(user.rsrpDbm ?? -200)
        let gain = 10 * log10(user.gain)
        let background = 10 * log10(user.disturbanceWatts) + 30
        for _ in 0..<report.reportedSubbands {
            report.gainDb.append(gain)
            report.backgroundDbm.append(background)
        }
        report.readingAgeMs.append(Float(Double(slot - user.changedSlot) * slotSeconds * 1_000))
    }

    /// The modelled channel of the served users, in the shape of the emulated truth.
    package func trueGains(averaged: Bool = false) -> TrueChannel {
        var truth = TrueChannel()
        truth.subbands = radio.subbands
        truth.linksPerUE = 1
        for ue in 0..<ueCount where state[ue].isServed {
            truth.ues.append(UInt32(ue))
            truth.isBacklogged.append(true)
            truth.servingCell.append(state[ue].cell)
            truth.linkCell.append(state[ue].cell)
            for _ in 0..<radio.subbands {
                truth.gains.append(state[ue].gain)
                truth.backgroundWatts.append(state[ue].disturbanceWatts)
            }
        }
        if ceiling.contains(where: { $0 < radio.maxSpectralEfficiency }) { truth.ceiling = ceiling }
        return truth
    }
}
