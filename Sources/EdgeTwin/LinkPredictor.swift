internal import DTNetMessages
internal import Glibc
internal import Learning
internal import NetworkModel
internal import RadioPropagation

/// Turns the channel of a report into what link adaptation and beam management go by (DESIGN 8): SINR with its standard
/// deviation, scheme, layers, the beams of the codebook towards the strongest ways out of the antenna, and where cells
/// have arrays a precoder.
struct LinkPredictor: Sendable {
    private let schemes: ModulationAndCoding
    private let powerDbm: [Float]
    private let azimuthDegrees: [Double?]
    private let codebook: BeamCodebook
    /// Whether cells have the codebook's array.
    private let hasArrays: Bool

    /// Elements in a row, and beams of the codebook, where the network names none.
    static let beams = 8
    /// A beam beside the first counts where its way carries at least this share of the power.
    private static let leastShare: Float = 0.05

    init(network: NetworkConfiguration) {
        schemes = ModulationAndCoding(snrGapDb: network.carrier.snrGapDb)
        let subbandsDb = 10 * log10(Double(network.carrier.subbands))
        powerDbm = network.cells.map { Float($0.transmitPowerDbm - subbandsDb) }
        azimuthDegrees = network.cells.map(\.azimuthDegrees)
        hasArrays = network.beams > 1
        codebook = BeamCodebook(beams: hasArrays ? network.beams : LinkPredictor.beams)
    }

    /// Adds the predictions to a report that still holds its links and deviations.
    ///
    /// - Parameters:
    ///   - highestMCS: highest scheme of a cell's users, `MCSTable.uncapped` where nothing caps it.
    ///   - departures: ways out of a cell towards a user, strongest first; empty where none is known.
    func complete(
        _ report: inout ChannelReport, highestMCS: (UInt32) -> UInt32,
        departures: (UInt32, UInt32) -> [BaselineMap.Departure]
    ) {
        guard report.links > 0, report.reportSubbands > 0,
            report.deviationDb.count == report.ue.count * report.links
        else { return }
        for row in report.ue.indices {
            let (sinr, deviation) = sinr(report, row: row)
            let ways = departures(report.ue[row], report.ueCell[row])
            report.sinrDb.append(sinr)
            report.sinrDeviationDb.append(deviation)
            let scheme = schemes.recommended(sinrDb: sinr, deviationDb: deviation)
            let highest = highestMCS(report.ueCell[row])
            report.mcs.append(scheme.map { min(UInt32($0), highest) } ?? .max)
            let precoder = precoder(ways, of: report.ueCell[row], sinrDb: sinr)
            if hasArrays { LinkPredictor.append(precoder, to: &report) }
            let beams = beams(ways, of: report.ueCell[row], precoder)
            report.beam += beams
            // Two layers need two beams, or two polarisations.
            let shares = beams[1] == .max ? [] : ways.map(\.share)
            let rank = precoder?.rank ?? ModulationAndCoding.recommendedRank(sinrDb: sinr, shares: shares)
            report.rank.append(UInt32(rank))
        }
        let schemes = report.cell.map(highestMCS)
        report.highestMCS = schemes.contains { $0 != MCSTable.uncapped } ? schemes : []
    }

    /// Mean over subbands of the SINR in dB at full power of all cells, and its standard deviation: the serving link's
    /// and, by their part in the interference, the others' (first order in dB).
    private func sinr(_ report: ChannelReport, row: Int) -> (Float, Float) {
        let width = report.reportSubbands
        let first = row * report.links
        var sum: Float = 0
        var variance: Float = 0
        for k in 0..<width {
            let background = pow(10, report.backgroundDbm[row * width + k] / 10)
            var interference = background
            var spread: Float = 0
            for link in (first + 1)..<(first + max(1, report.links)) where report.linkCell[link] != .max {
                let cell = Int(report.linkCell[link])
                let power = pow(10, (powerDbm[cell] + report.gainDb[link * width + k]) / 10)
                interference += power
                let part = power * report.deviationDb[link]
                spread += part * part
            }
            let steered = report.gainDb[first * width + k] + (report.beamGainDb.isEmpty ? 0 : report.beamGainDb[row])
            let serving = powerDbm[Int(report.ueCell[row])] + steered
            sum += serving - 10 * log10(interference)
            variance += report.deviationDb[first] * report.deviationDb[first] + spread / (interference * interference)
        }
        return (min(199, max(-199, sum / Float(width))), (variance / Float(width)).squareRoot())
    }

    /// Precoder of a sector with an array; nil where no way is known.
    private func precoder(_ ways: [BaselineMap.Departure], of cell: UInt32, sinrDb: Float) -> TypeIPrecoder? {
        guard hasArrays, let boresight = azimuthDegrees[Int(cell)] else { return nil }
        let ways = ways.map { way in
            PrecoderWay(sine: way.sine(boresightDegrees: boresight), share: way.share, pair: way.pair)
        }
        return TypeIPrecoder(elements: codebook.beams, ways: ways, sinrDb: sinrDb)
    }

    private static func append(_ precoder: TypeIPrecoder?, to report: inout ChannelReport) {
        for layer in 0..<2 {
            let beam = precoder.flatMap { layer < $0.rank ? UInt32($0.beams[layer]) : nil }
            report.precoderBeam.append(beam ?? .max)
        }
        report.precoderCoPhasing.append((precoder?.coPhasing).map { UInt32($0) } ?? .max)
    }

    /// Beams of the precoder's layers, or of its one layer (without a precoder, towards the first way out) and towards
    /// the next way that is strong enough and needs another beam.
    private func beams(_ ways: [BaselineMap.Departure], of cell: UInt32, _ precoder: TypeIPrecoder?) -> [UInt32] {
        let boresight = Float((azimuthDegrees[Int(cell)] ?? 0) * .pi / 180)
        guard let strongest = ways.first else { return [.max, .max] }
        let first =
            precoder?.codebookBeam(layer: 0)
            ?? codebook.best(azimuthOffsetRadians: strongest.azimuthRadians - boresight)
        if let precoder, precoder.rank > 1, precoder.codebookBeam(layer: 1) != first {
            return [UInt32(first), UInt32(precoder.codebookBeam(layer: 1))]
        }
        for way in ways where way.share >= LinkPredictor.leastShare {
            let other = codebook.best(azimuthOffsetRadians: way.azimuthRadians - boresight)
            if other != first { return [UInt32(first), UInt32(other)] }
        }
        return [UInt32(first), .max]
    }
}
