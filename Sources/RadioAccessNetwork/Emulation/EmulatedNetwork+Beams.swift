internal import Glibc
package import NetworkModel
internal import RadioPropagation

/// Beams of a sector: one of a codebook serves a user. What reaches others is the sector's mean: the beams of a
/// codebook without oversampling are orthogonal, and the power of all of them together in any direction is that of one
/// element per beam.
extension EmulatedNetwork {
    /// Serves users of a cell by beams of its codebook.
    package mutating func applyBeams(cell: CellID, ues: [UEID], beams: [UInt32]) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        guard beams.count == ues.count else { throw .wrongCount(found: beams.count, expected: ues.count) }
        for (index, ue) in ues.enumerated() {
            guard ue.index < ueCount else { throw .unknownUE(ue) }
            guard servingCell[ue.index] == cell.rawValue else { throw .notServed(ue, by: cell) }
            guard Int(beams[index]) < emulation.beams else { throw .outOfRange(index: index) }
        }
        for (ue, chosen) in zip(ues, beams) where services.beam[ue.index] != chosen {
            services.beam[ue.index] = chosen
            refreshBeam(ue.index)
            allRatesStale = true
        }
    }

    /// Back to the whole sector for the users of a cell.
    package mutating func releaseBeams(cell: CellID) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        for index in start[cell.index]..<start[cell.index + 1] {
            (services.beam[Int(order[index])], services.beamGain[Int(order[index])]) = (.max, 1)
        }
        allRatesStale = true
    }

    /// Gain of the user's beam towards where it is.
    mutating func refreshBeam(_ ue: Int) {
        guard services.beam[ue] != .max, let codebook = services.codebook else { return }
        let cell = configuration.cells[Int(servingCell[ue])]
        guard let azimuth = cell.azimuthDegrees else {
            services.beamGain[ue] = 1
            return
        }
        let place = mobility.position(ue, at: slot)
        let offset = atan2(place.y - cell.yMetres, place.x - cell.xMetres) - azimuth * .pi / 180
        services.beamGain[ue] = codebook.gain(ofBeam: Int(services.beam[ue]), azimuthOffsetRadians: Float(offset))
    }

    /// Beam that serves a user; nil for the whole sector.
    package func servingBeam(ue: UEID) -> Int? { services.beam[ue.index] == .max ? nil : Int(services.beam[ue.index]) }
}
