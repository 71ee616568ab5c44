import DTNetMessages
import EdgeTwin
import Foundation
import Learning
import NetworkModel
import RadioPropagation
import Testing
import TwinProtocol

/// Beams and precoders of sectors with an array, by what the twin knows of the ways out of it.
@Suite struct TwinBeamTests {
    private static let beams = 8

    /// The last short report of an edge after 6 s, whose twins stand on a map with the same two ways for every user.
    private static func report(
        ways: ((CellConfiguration) -> [BaselineMap.Departure])?
    ) throws -> (network: NetworkConfiguration, report: ChannelReport) {
        let scene = try CampusScene(.decentralised, epoch: .milliseconds(50)) {
            guard case .emulated(var emulation) = $0.network.scenario else { return }
            emulation.beams = beams
            $0.network.scenario = .emulated(emulation)
            guard ways != nil else { return }
            $0.network.twin.baseline = .ray
            $0.network.twin.scene = "any.xml"
        }
        let network = scene.plan.network
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        if let ways { _ = edge.finish(.baseline(map: map(network, ways), engine: nil), at: .zero) }
        var last: ChannelReport?
        var ran = try scene.radioNetwork()
        for (epoch, telemetry) in CampusScene.epochs(120, of: &ran).enumerated() {
            let now = Instant.zero + network.epoch * Int64(epoch + 1)
            for envelope in telemetry where envelope.recipient == edge.node {
                for due in edge.take(envelope, at: now).timers.sorted() {
                    for sent in edge.fireThrough(TimerID(2), at: due).sends {
                        if case .channelReport(let report) = sent.body, report.links == 0 { last = report }
                    }
                }
            }
        }
        return (network, try #require(last))
    }

    private static func map(
        _ network: NetworkConfiguration, _ ways: (CellConfiguration) -> [BaselineMap.Departure]
    ) -> BaselineMap {
        let grid = BaselineMap.Grid(xMetres: -500, yMetres: -500, spacingMetres: 1_000, columns: 2, rows: 2)
        let prediction = BaselinePrediction(gainDb: -100, sensitivity: [1, 0])
        return BaselineMap(
            grid: grid, cells: network.cells.count, parameters: ChannelParameter.statistical,
            predictions: Array(repeating: prediction, count: network.cells.count * grid.count),
            departures: network.cells.flatMap { Array(repeating: ways($0), count: grid.count) })
    }

    /// A way at a sine off a sector's boresight.
    private static func way(_ cell: CellConfiguration, sine: Double, share: Float) -> BaselineMap.Departure {
        let azimuth = (cell.azimuthDegrees ?? 0) * .pi / 180 + asin(sine)
        return BaselineMap.Departure(azimuthRadians: Float(azimuth), zenithRadians: .pi / 2, share: share)
    }

    /// The strongest way lies between beams 4 and 5, of which either holds two fifths; the other way on beam 2.
    private static func twoWays(_ cell: CellConfiguration) -> [BaselineMap.Departure] {
        [way(cell, sine: 0.125, share: 0.5), way(cell, sine: -0.5, share: 0.45)]
    }

    @Test func theServingBeamSendsMostOverAllWays() throws {
        let (network, report) = try Self.report(ways: Self.twoWays)
        let rows = report.ue.indices.filter { network.cells[Int(report.ueCell[$0])].azimuthDegrees != nil }
        // A user that was handed over in the last epoch still goes by its position.
        let steered = rows.filter { report.servingBeam[$0] == 2 }
        #expect(!rows.isEmpty && steered.count * 10 >= rows.count * 9, "\(rows.map { report.servingBeam[$0] })")
        // 0.45 times 8, 0.5 times 0.18 of the other, 0.05 of elsewhere.
        #expect(steered.allSatisfy { abs(report.beamGainDb[$0] - 5.73) < 0.1 }, "\(report.beamGainDb)")
        for row in report.ue.indices where !rows.contains(row) { #expect(report.servingBeam[row] == .max) }
    }

    @Test func thePrecoderIsOfTheTwinsWays() throws {
        let (network, report) = try Self.report(ways: Self.twoWays)
        #expect(report.precoderBeam.count == 2 * report.ue.count && report.precoderCoPhasing.count == report.ue.count)
        for row in report.ue.indices {
            let layers = report.precoderBeam[(2 * row)..<(2 * row + 2)]
            guard network.cells[Int(report.ueCell[row])].azimuthDegrees != nil else {
                #expect(layers.allSatisfy { $0 == .max })
                continue
            }
            // Beam 18 of 32 is the strongest way; nearest without oversampling is beam 5.
            #expect(layers.first == 18 && report.beam[2 * row] == 5)
            #expect(report.rank[row] == (report.precoderBeam[2 * row + 1] == .max ? 1 : 2))
            #expect(report.precoderCoPhasing[row] == .max, "this map tells no polarisations apart")
        }
    }

    @Test func twoPolarisationsMakeTwoLayers() throws {
        let (network, report) = try Self.report { cell in
            var way = Self.way(cell, sine: 0, share: 1)
            way.pair = CrossedPair(
                firstPower: 1, secondPower: 1, coherenceReal: 0, coherenceImaginary: 0)
            return [way]
        }
        for row in report.ue.indices where network.cells[Int(report.ueCell[row])].azimuthDegrees != nil {
            #expect(report.rank[row] == 2 && report.precoderCoPhasing[row] <= 1)
            #expect(report.precoderBeam[2 * row] == 16 && report.precoderBeam[2 * row + 1] == 16)
        }
    }

    /// Distance laws know no ways: the precoder points where the user was heard.
    @Test func withoutAMapThePrecoderPointsAtTheUser() throws {
        let (_, report) = try Self.report(ways: nil)
        let rows = report.ue.indices.filter { report.servingBeam[$0] != .max }
        #expect(!rows.isEmpty)
        for row in rows {
            let turn = (Int(report.beam[2 * row]) - Int(report.servingBeam[row]) + Self.beams) % Self.beams
            #expect([0, 1, Self.beams - 1].contains(turn), "beam \(report.beam[2 * row])")
            #expect(report.precoderBeam[2 * row] < 32 && report.rank[row] == 1)
        }
    }
}
