internal import DTNetMessages
internal import Glibc
internal import NetworkModel
internal import RadioPropagation

/// Where users are, from the positions that they report, and the beam towards each of them.
struct BeamSteering: Sendable {
    private let codebook: BeamCodebook?
    private let cells: [CellConfiguration]
    private var places = PlaceTable()
    /// Weight of the newest position in its mean.
    private let weight: Float

    /// Time over which positions are averaged: long against their noise, short against a turn.
    private static let memorySeconds = 0.5

    init(network: NetworkConfiguration) {
        codebook = network.beams > 1 ? BeamCodebook(beams: network.beams) : nil
        cells = network.cells
        weight = Float(1 - exp(-network.epoch.seconds / BeamSteering.memorySeconds))
    }

    /// Takes the positions of a telemetry and adds every user's beam and its gain to the report.
    mutating func steer(_ report: inout ChannelReport, by telemetry: Telemetry) {
        for row in telemetry.ue.indices where telemetry.positionDeviationMetres[row] >= 0 {
            let heard = SIMD2(telemetry.xMetres[row], telemetry.yMetres[row])
            let known = places.value(telemetry.ue[row]) ?? heard
            places.set(telemetry.ue[row], known + weight * (heard - known))
        }
        guard let codebook else { return }
        for (row, ue) in report.ue.enumerated() {
            let cell = cells[Int(report.ueCell[row])]
            guard let place = places.value(ue), let azimuth = cell.azimuthDegrees else {
                report.servingBeam.append(.max)
                report.beamGainDb.append(0)
                continue
            }
            let offset =
                atan2(place.y - Float(cell.yMetres), place.x - Float(cell.xMetres)) - Float(azimuth) * .pi / 180
            let beam = codebook.best(azimuthOffsetRadians: offset)
            report.servingBeam.append(UInt32(beam))
            let gain = codebook.gain(ofBeam: beam, azimuthOffsetRadians: offset)
            report.beamGainDb.append(10 * log10(max(gain, 1e-3)))
        }
    }

    /// Adds where each user was heard, or where its cell stands.
    func locate(_ report: inout ChannelReport) {
        for (row, ue) in report.ue.enumerated() {
            let cell = cells[Int(report.ueCell[row])]
            let place = places.value(ue) ?? SIMD2(Float(cell.xMetres), Float(cell.yMetres))
            report.xMetres.append(place.x)
            report.yMetres.append(place.y)
        }
    }
}
