import BaselineTracing
import Glibc
import Learning
import NetworkModel
import RadioPropagation
import Testing

/// Rays as a baseline of the L1 engine, on a generated city.
@Suite struct RayBaselineTests {
    private func baseline(
        _ interactions: Interactions = [.lineOfSight, .specular], depth: Int = 2
    ) throws -> RayBaseline {
        let scene = try CityBlocks(columns: 3, rows: 3, seed: 5).scene()
        return try RayBaseline(
            scene: scene, frequencyHz: 3.5e9, settings: PathSettings(maxDepth: depth, interactions: interactions))
    }

    private let street = SIMD3(27.5, 0.0, 6.0)

    @Test func aClearStreetHasTheFreeSpaceGainAtLeast() throws {
        var baseline = try baseline()
        let receiver = SIMD3(27.5, 40.0, 1.5)
        let links = try #require(
            try baseline.links(transmitter: street, antenna: .vertical, receivers: [receiver]))
        let link = try #require(links.first)
        #expect(link.isReached)
        let metres = (40.0 * 40 + 4.5 * 4.5).squareRoot()
        let free = -20 * log10(4 * .pi * metres * 3.5e9 / 299_792_458)
        #expect(Double(link.prediction.gainDb) > free - 0.5 && Double(link.prediction.gainDb) < free + 9)
        #expect(abs(link.prediction.share.reduce(0, +) - 1) < 1e-5)
        #expect(link.prediction.parameters == baseline.parameters.count)
        // The strongest way out is the straight one: to the north, a little below the horizon.
        let straight = try #require(link.departures.first)
        #expect(abs(straight.azimuthRadians - .pi / 2) < 1e-3)
        #expect(abs(Double(straight.zenithRadians) - .pi / 2 - asin(4.5 / metres)) < 1e-3)
    }

    @Test func derivativesAreThoseOfTheGain() throws {
        var baseline = try baseline()
        let receivers = (0..<12).map { SIMD3(27.5 + Double($0 % 3), 8.0 + 5 * Double($0), 1.5) }
        let links = try #require(try baseline.links(transmitter: street, antenna: .vertical, receivers: receivers))
        for link in links where link.isReached {
            let at = [Double](repeating: 0.5, count: baseline.parameters.count)
            let (_, sensitivity) = link.prediction.corrected(at)
            for m in at.indices {
                var above = at
                var below = at
                above[m] += 1e-4
                below[m] -= 1e-4
                let numeric = (link.prediction.corrected(above).gainDb - link.prediction.corrected(below).gainDb) / 2e-4
                #expect(abs(numeric - sensitivity[m]) < 1e-5)
            }
        }
    }

    @Test func whereNoPathLeadsAStatisticalGainStandsIn() throws {
        var baseline = try baseline([.lineOfSight], depth: 0)
        // Behind a block.
        let links = try #require(
            try baseline.links(
                transmitter: SIMD3(27.5, -70, 2), antenna: .vertical, receivers: [SIMD3(-70, 27.5, 1.5)]))
        let link = try #require(links.first)
        #expect(!link.isReached && link.departures.isEmpty)
        #expect(link.prediction.gainDb < -85 && link.prediction.gainDb > -140)
        let (_, sensitivity) = link.prediction.corrected([Double](repeating: 0, count: baseline.parameters.count))
        #expect(sensitivity.last == 1 && baseline.parameters.last?.name == "no path")
    }

    @Test func materialsThatAreMetMoveTheGain() throws {
        var baseline = try baseline([.specular], depth: 1)
        let links = try #require(
            try baseline.links(transmitter: street, antenna: .vertical, receivers: [SIMD3(27.5, 40, 1.5)]))
        let link = try #require(links.first { $0.isReached })
        let (_, sensitivity) = link.prediction.corrected([Double](repeating: 0, count: baseline.parameters.count))
        // One reflection each: the materials' derivatives add up to 1, and nothing else is met.
        #expect(abs(sensitivity[3..<(sensitivity.count - 1)].reduce(0, +) - 1) < 1e-5)
        #expect(sensitivity[0] == 0 && sensitivity[2] == 0)
    }

    @Test func aSearchThatIsStoppedSaysSo() throws {
        var baseline = try baseline()
        let receivers = (0..<200).map { SIMD3(27.5, -60 + 0.6 * Double($0), 1.5) }
        let links = try baseline.links(transmitter: street, antenna: .vertical, receivers: receivers) { _ in false }
        #expect(links == nil || links?.count == receivers.count)
    }

    @Test func aMapAnswersForTheNearestPoint() {
        let grid = BaselineMap.Grid(xMetres: -10, yMetres: 20, spacingMetres: 5, columns: 4, rows: 3)
        let parameters = ChannelParameter.statistical
        let predictions = (0..<24).map { BaselinePrediction(gainDb: Float(-$0), sensitivity: [1, 0]) }
        let map = BaselineMap(
            grid: grid, cells: 2, parameters: parameters, predictions: predictions,
            departures: Array(repeating: [], count: 24))
        #expect(map.prediction(cell: 0, xMetres: -10, yMetres: 20).gainDb == 0)
        #expect(map.prediction(cell: 1, xMetres: 1, yMetres: 26).gainDb == -18)
        #expect(map.prediction(cell: 0, xMetres: 1e9, yMetres: -1e9).gainDb == -3)
        #expect(map.prediction(cell: 0, xMetres: .nan, yMetres: 31).gainDb == -8)
        for point in 0..<grid.count {
            let (x, y) = grid.position(point)
            #expect(grid.point(xMetres: x + 1.9, yMetres: y - 1.9) == point)
        }
    }
}
