import Foundation
import LanguageEngine
import NetworkModel

/// A network of seven cells with two slices and a platform, and the texts beside the tests.
enum Sample {
    static func network(associates: Bool = true) -> NetworkConfiguration {
        var cells = (0..<7).map { index in
            CellConfiguration(
                id: CellID(UInt32(index)), name: "c\(index)", region: RegionID(0), xMetres: Double(index) * 200,
                yMetres: 0, transmitPowerDbm: 40)
        }
        cells[6].platform = PlatformConfiguration(
            speedKmh: 60, lowestMetres: 50, highestMetres: 150, rangeMetres: 500)
        var game = GameConfiguration()
        game.association = associates ? .leader : .a3
        return NetworkConfiguration(
            name: "sample", seed: 1, hierarchy: .semiCentralised, epoch: .milliseconds(20), slot: .milliseconds(1),
            cells: cells, regionNames: ["all"], game: game,
            slices: [
                SliceConfiguration(name: "video", fraction: 0.5, rateBps: 1e6),
                SliceConfiguration(name: "urllc", fraction: 0.5, rateBps: 1e5, delaySeconds: 0.005),
            ])
    }

    static let bounds = ActionBounds(network: network())

    static func fixture(_ name: String) throws -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        return try String(contentsOf: folder.appending(path: "Fixtures/\(name)"), encoding: .utf8)
    }

    static func state(_ change: (inout [CellState]) -> Void = { _ in }) -> NetworkState {
        var cells = (0..<7).map { index in
            var cell = CellState()
            (cell.load, cell.forecastLoad, cell.throughputKbps, cell.ueCount) = (0.6, 0.6, 20_000, 10)
            (cell.twinErrorDb, cell.usualErrorDb, cell.neighbour) = (3, 3, (index + 1) % 7)
            return cell
        }
        change(&cells)
        return NetworkState(epoch: 100, seconds: 2, cells: cells, sliceNeed: [0.2, 0.1], sliceUEs: [35, 35])
    }
}
