internal import DTNetMessages
internal import Glibc
internal import Learning
internal import NetworkModel
internal import RadioPropagation

/// Where users are, from the positions that they report, and the beam that serves each of them: by the ways out of the
/// antenna that a twin has traced, else towards where the user is.
struct BeamSteering: Sendable {
    private let codebook: BeamCodebook?
    private let cells: [CellConfiguration]
    private var places = PlaceTable()
    /// Beams by traced ways.
    private var traced = ServingBeams()
    /// Weight of the newest position in its mean.
    private let weight: Float

    /// Time over which positions are averaged: long against their noise, short against a turn.
    private static let memorySeconds = 0.5
    private static let leastGain: Float = 1e-3

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
            if let known = traced.value(ue: ue, cell: report.ueCell[row]) {
                report.servingBeam.append(known.beam)
                report.beamGainDb.append(known.gainDb)
                continue
            }
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
            report.beamGainDb.append(10 * log10(max(gain, BeamSteering.leastGain)))
        }
    }

    /// Chooses beams anew by the ways that the twin has traced to where users are. Off the decision path.
    mutating func learn(_ telemetry: Telemetry, by twin: CorrectedTwin?) {
        guard let codebook, let twin, twin.grid != nil else { return }
        for (row, ue) in telemetry.ue.enumerated() {
            let cell = telemetry.ueCell[row]
            let ways = twin.traced(ue: ue, cell: cell)
            if let azimuth = cells[Int(cell)].azimuthDegrees, !ways.isEmpty {
                traced.set(ue: ue, cell: cell, BeamSteering.best(codebook, ways, boresightDegrees: azimuth))
            } else {
                traced.remove(ue: ue)
            }
        }
    }

    /// The beam that sends most over all ways, and its gain over one element, dB.
    private static func best(
        _ codebook: BeamCodebook, _ ways: [BaselineMap.Departure], boresightDegrees: Double
    ) -> (beam: UInt32, gainDb: Float) {
        var gains = Array(repeating: Float(0), count: codebook.beams)
        var rest: Float = 1
        for way in ways {
            let sine = Double(way.sine(boresightDegrees: boresightDegrees))
            codebook.addGains(sine: sine, scale: Double(way.share), to: &gains, from: 0)
            rest -= way.share
        }
        var best = 0
        for beam in gains.indices where gains[beam] > gains[best] { best = beam }
        // What leaves on ways that are not named finds a beam's mean over all directions: that of one element.
        let gain = gains[best] + max(0, rest)
        return (UInt32(best), 10 * log10(max(gain, leastGain)))
    }

    /// The straight way from a cell to where a user was last heard; none where it was not, or cells have one beam.
    func departures(ue: UInt32, cell: UInt32) -> [BaselineMap.Departure] {
        guard codebook != nil, let place = places.value(ue) else { return [] }
        let site = cells[Int(cell)]
        let azimuth = atan2(place.y - Float(site.yMetres), place.x - Float(site.xMetres))
        return [BaselineMap.Departure(azimuthRadians: azimuth, zenithRadians: .pi / 2, share: 1)]
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

/// The beam of each user and the cell that it is of: a direct-mapped table, in which a newer user takes the place of an
/// older one.
private struct ServingBeams: Sendable {
    private struct Row: Sendable {
        var ue = UInt32.max
        var cell = UInt32.max
        var beam = UInt32.max
        var gainDb: Float = 0
    }

    private static let slots = 4_096

    /// Empty until a beam is set.
    private var rows: [Row] = []

    func value(ue: UInt32, cell: UInt32) -> (beam: UInt32, gainDb: Float)? {
        guard !rows.isEmpty else { return nil }
        let row = rows[Int(ue) % ServingBeams.slots]
        return row.ue == ue && row.cell == cell ? (row.beam, row.gainDb) : nil
    }

    mutating func set(ue: UInt32, cell: UInt32, _ value: (beam: UInt32, gainDb: Float)) {
        if rows.isEmpty { rows = Array(repeating: Row(), count: ServingBeams.slots) }
        rows[Int(ue) % ServingBeams.slots] = Row(ue: ue, cell: cell, beam: value.beam, gainDb: value.gainDb)
    }

    mutating func remove(ue: UInt32) {
        guard !rows.isEmpty, rows[Int(ue) % ServingBeams.slots].ue == ue else { return }
        rows[Int(ue) % ServingBeams.slots] = Row()
    }
}

extension BaselineMap.Departure {
    /// Cosine of its angle to a horizontal row of elements across a boresight: 0 on the boresight, 1 to its left.
    func sine(boresightDegrees: Double) -> Float {
        sin(azimuthRadians - Float(boresightDegrees * .pi / 180)) * sin(zenithRadians)
    }
}
