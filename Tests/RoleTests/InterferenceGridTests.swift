import DTNetMessages
import EdgeTwin
import Foundation
import Learning
import NetworkModel
import Testing
import TwinProtocol

/// The interference map of each micro-twin against sums written out.
@Suite struct InterferenceGridTests {
    /// A map in which each cell's gain differs from point to point.
    private static func map(_ network: NetworkConfiguration) -> BaselineMap {
        let grid = BaselineMap.Grid(xMetres: -300, yMetres: -200, spacingMetres: 200, columns: 4, rows: 3)
        let predictions = network.cells.indices.flatMap { cell in
            (0..<grid.count).map { point in
                BaselinePrediction(
                    gainDb: -80 - Float((cell * 7 + point * 5) % 40), share: [0.25, 0.75],
                    interactions: [1, Float(point) - 4, 0, 2])
            }
        }
        return BaselineMap(
            grid: grid, cells: network.cells.count, parameters: ChannelParameter.statistical, predictions: predictions,
            departures: Array(repeating: [], count: predictions.count))
    }

    private static func theta(_ cells: Int) -> ChannelEngine {
        var settings = ChannelEngine.Settings()
        settings.pathGroups = 8
        var engine = ChannelEngine(cells: cells, parameters: ChannelParameter.statistical, settings: settings)
        // Whatever is learnt here, the map must follow it.
        for reading in 0..<40 {
            engine.learn(
                ChannelQuery(
                    cell: UInt32(reading % cells), phone: 1, seconds: Double(reading) * 100,
                    place: ChannelPlace(position: SIMD3(Float(reading) * 90, 0, 1.5)),
                    baseline: BaselinePrediction(gainDb: -90, sensitivity: [1, Float(reading % 5) - 2])),
                readingDb: -84 + Float(reading % 3), readingDeviationDb: 1)
        }
        return engine
    }

    @Test func itIsTheSumOverTheOthersByPowerAndLoad() throws {
        let scene = try CampusScene(.semiCentralised, epoch: .milliseconds(50)) {
            $0.network.twin.baseline = .ray
            $0.network.twin.scene = "any.xml"
        }
        let network = scene.plan.network
        let subbands = network.carrier.subbands
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        let map = Self.map(network)
        let engine = Self.theta(network.cells.count)
        let ready = edge.finish(.baseline(map: map, engine: engine), at: .zero)
        #expect(ready.sends.isEmpty && ready.records.isEmpty)
        let own = scene.node(.edge).cells
        // Telemetry with powers of its own for every cell and subband, and a load that is not 1.
        var telemetry = Telemetry()
        telemetry.subbands = subbands
        telemetry.reportSubbands = 1
        telemetry.links = 1
        telemetry.cell = own.map(\.rawValue)
        telemetry.powerWatts = (0..<own.count * subbands).map { Float($0 + 1) }
        telemetry.prbUsedPercent = own.indices.map { Float(20 * ($0 + 1)) }
        telemetry.throughputKbps = own.map { _ in 0 }
        let radioNetwork = scene.node(.ran).id
        let effects = edge.take(
            Envelope(sender: radioNetwork, recipient: edge.node, epoch: 1, body: .telemetry(telemetry)))
        for due in effects.timers.sorted() { _ = edge.fireThrough(TimerID(2), at: due) }
        let others = network.cells.filter { cell in !own.contains(cell.id) }
        #expect(!others.isEmpty, "an edge with neighbours")
        for cell in own {
            let grid = try #require(edge.interferenceGrid(of: cell))
            #expect(grid.grid == map.grid && grid.watts.count == subbands * map.grid.count)
            for subband in 0..<subbands {
                for point in 0..<map.grid.count {
                    let (x, y) = map.grid.position(point)
                    var sum = 0.0
                    for other in network.cells where other.id != cell {
                        let prediction = map.prediction(cell: other.id.index, xMetres: x, yMetres: y)
                        let gain = engine.parametricDb(prediction, cell: other.id.rawValue)
                        var power = 1e-3 * pow(10, other.transmitPowerDbm / 10) / Double(subbands)
                        if let index = own.firstIndex(of: other.id) {
                            power = Double(index * subbands + subband + 1) * 0.2 * Double(index + 1)
                        }
                        sum += power * pow(10, gain / 10)
                    }
                    let found = grid.watts(subband: subband, xMetres: x, yMetres: y)
                    #expect(abs(found - sum) <= 1e-5 * sum, "cell \(cell), subband \(subband), point \(point)")
                }
            }
        }
        #expect(edge.interferenceGrid(of: others[0].id) == nil)
    }

    /// In SCH the neighbours' powers are those of the offer in force.
    @Test func theNeighboursPowersAreTheOffers() throws {
        let scene = try CampusScene(.semiCentralised, epoch: .milliseconds(50))
        let network = scene.plan.network
        let subbands = network.carrier.subbands
        var edge = EdgeNode(plan: scene.plan, node: scene.node(.edge))
        let own = scene.node(.edge).cells
        let before = try #require(edge.interferenceGrid(of: own[0]))
        let neighbours = network.cells.map(\.id).filter { !own.contains($0) }
        var offer = Offer()
        offer.offerEpoch = 1
        offer.oldestEpoch = 1
        offer.expiresEpoch = 100
        offer.subbands = subbands
        offer.cell = own.map(\.rawValue)
        offer.price = Array(repeating: 0, count: own.count * subbands)
        offer.expectedPowerWatts = Array(repeating: 0, count: own.count * subbands)
        offer.neighbourCell = neighbours.map(\.rawValue)
        offer.neighbourPowerWatts = Array(repeating: 0, count: neighbours.count * subbands)
        var ran = try scene.radioNetwork()
        let telemetry = try #require(
            CampusScene.epochs(1, of: &ran)[0].first { $0.recipient == edge.node })
        for due in edge.take(telemetry).timers.sorted() { _ = edge.fireThrough(TimerID(2), at: due) }
        let leader = scene.node(.rrm).id
        _ = edge.take(
            Envelope(sender: leader, recipient: edge.node, epoch: telemetry.epoch, term: 1, body: .offer(offer)))
        let after = try #require(edge.interferenceGrid(of: own[0]))
        // Silent neighbours leave the edge's own other cells.
        #expect(after.watts.reduce(0, +) < 0.9 * before.watts.reduce(0, +))
        if own.count == 1 { #expect(after.watts.allSatisfy { $0 == 0 }) }
    }
}
