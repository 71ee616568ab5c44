import BaselineTracing
import Foundation
import Learning
import Measurements
import NetworkModel
import Numerics
import RadioPropagation
import SceneFiles
import Testing

/// Readings without a position, placed by the gains of other cells and by movement, in seeded cities: better than left
/// out, and no worse than that where the positions are wrong.
@Suite struct SoftPositionTests {
    private static let seeds: [UInt64] = [1, 2, 3, 4, 5, 6, 7, 8]

    /// A city as the twin knows it, its truth (parameters and shadowing), and devices that drive through it.
    private struct City {
        static let devices = 16
        static let reports = 30
        static let gapSeconds = 2.0

        let generator: CounterGenerator
        let map: BaselineMap
        let theta: [Double]
        let streets: [Double]

        init(seed: UInt64) throws {
            generator = CounterGenerator(seed: seed, purpose: 0x50F7)
            let blocks = CityBlocks(columns: 4, rows: 4, seed: seed)
            let pitch = blocks.blockMetres + blocks.streetMetres
            let streets = (0..<5).map { (Double($0) - 2) * pitch }
            self.streets = streets
            let folder = FileManager.default.temporaryDirectory.appending(path: "soft-\(UUID().uuidString.prefix(8))")
            defer { try? FileManager.default.removeItem(at: folder) }
            let file = try MitsubaWriter(try blocks.scene()).write(to: folder.path(), name: "city")
            let sites = [(2, 2), (0, 1), (4, 3), (1, 4), (3, 0)]
            let cells = sites.enumerated().map { index, site in
                CellConfiguration(
                    id: CellID(UInt32(index)), name: "c\(index)", region: RegionID(0), xMetres: streets[site.0] + 4,
                    yMetres: streets[site.1] + 4, heightMetres: 12)
            }
            var network = NetworkConfiguration(
                name: "city", seed: seed, hierarchy: .decentralised, epoch: .milliseconds(20), slot: .milliseconds(1),
                cells: cells, regionNames: ["all"])
            network.twin.baseline = .ray
            network.twin.scene = file
            network.twin.depth = 2
            network.twin.interactions = [.los, .specular, .diffraction]
            let map = try #require(try BaselineTracer.map(for: network))
            self.map = map
            let draw = generator
            theta = map.parameters.indices.map {
                0.5 * Double(map.parameters[$0].deviation) * draw.normal(UInt64($0), 1)
            }
        }

        /// Where a device is at a report: along a street, back at its end.
        func position(_ device: Int, _ report: Int) -> SIMD2<Double> {
            let key = UInt64(device)
            let street = streets[Int(generator.bits(key, 2) % 5)]
            let reach = streets[4] + 5
            let speed = generator.uniform(key, 3, in: 3..<12)
            let start = generator.uniform(key, 4, in: -reach..<reach)
            // A triangle wave from end to end.
            let way = (start + reach + speed * City.gapSeconds * Double(report)).truncatingRemainder(
                dividingBy: 4 * reach)
            let along = way < 2 * reach ? way - reach : 3 * reach - way
            return generator.bits(key, 5) % 2 == 0 ? SIMD2(street + 2, along) : SIMD2(along, street - 2)
        }

        /// What the baseline does not hold: a field of each cell's own and one of all, dB.
        private func shadow(_ cell: Int, _ at: SIMD2<Double>) -> Double {
            func field(_ number: Int) -> Double {
                (0..<24).reduce(0.0) { (sum: Double, wave: Int) -> Double in
                    let key = UInt64(number * 100 + wave)
                    let angle = generator.uniform(key, 11, in: 0..<(2 * .pi))
                    let length = generator.uniform(key, 12, in: 60..<220)
                    let phase = generator.uniform(key, 13, in: 0..<(2 * .pi))
                    return sum + cos(2 * .pi * (at.x * cos(angle) + at.y * sin(angle)) / length + phase)
                } / 12.0.squareRoot()
            }
            return 4 * field(cell) + 3 * field(99)
        }

        func gainDb(_ cell: Int, _ at: SIMD2<Double>) -> Double {
            map.prediction(cell: cell, xMetres: at.x, yMetres: at.y).corrected(theta).gainDb + shadow(cell, at)
        }

        func readingDb(_ cell: Int, _ device: Int, _ report: Int) -> Float {
            let key = UInt64(device * 1_000 + report)
            let noise = generator.normal(key, UInt64(20 + cell)) + 1.5 * generator.normal(UInt64(device), 6)
            return Float(gainDb(cell, position(device, report)) + noise)
        }

        func query(_ cell: Int, _ device: UInt32, _ seconds: Double, _ at: SIMD2<Double>) -> ChannelQuery {
            ChannelQuery(
                cell: UInt32(cell), phone: device, seconds: seconds,
                place: ChannelPlace(position: SIMD3(Float(at.x), Float(at.y), 1.5)),
                baseline: map.prediction(cell: cell, xMetres: at.x, yMetres: at.y))
        }

        /// RMSE over places on all streets and all cells, of devices never heard, dB.
        func error(of engine: ChannelEngine) -> Double {
            var sum = 0.0
            let places = 300
            for place in 0..<places {
                let key = UInt64(place)
                let street = streets[Int(generator.bits(key, 31) % 5)] + generator.uniform(key, 32, in: -4..<4)
                let along = generator.uniform(key, 33, in: -(streets[4] + 5)..<(streets[4] + 5))
                let at = generator.bits(key, 34) % 2 == 0 ? SIMD2(street, along) : SIMD2(along, street)
                for cell in 0..<map.cells {
                    let error = Double(engine.predict(query(cell, .max, 1e4, at)).meanDb) - gainDb(cell, at)
                    sum += error * error
                }
            }
            return (sum / Double(places * map.cells)).squareRoot()
        }
    }

    /// What becomes of a report whose position is missing.
    private enum Treatment { case leftOut, soft, known, believed }

    /// What a report that is not sure says of its position.
    private enum Report { case nothing, wrong }

    /// Learns a city's reports in order of time.
    private static func learn(
        _ city: City, _ treatment: Treatment, says: Report = .nothing, isMissing: (Int, Int) -> Bool
    ) -> (error: Double, softShare: Double, offMetres: Double) {
        var settings = ChannelFit.assumedRaySettings
        settings.pathGroups = 8
        var engine = ChannelEngine(cells: city.map.cells, parameters: city.map.parameters, settings: settings)
        var soft = SoftPositions(map: city.map)
        var (missing, used, off) = (0, 0, 0.0)
        for report in 0..<City.reports {
            let seconds = City.gapSeconds * Double(report)
            for device in 0..<City.devices {
                let at = city.position(device, report)
                let readings = (0..<city.map.cells).map { cell in
                    SoftPositions.Reading(cell: UInt32(cell), gainDb: city.readingDb(cell, device, report))
                }
                let isSure = !isMissing(device, report)
                // A vague position claims 20 m and is 120 m off.
                let claimed = at + SIMD2(85, 85)
                if isSure || treatment == .known || treatment == .believed {
                    let place = isSure || treatment == .known ? at : claimed
                    for (cell, reading) in readings.enumerated() {
                        let query = city.query(cell, UInt32(device), seconds, place)
                        soft.note(
                            ue: UInt32(device), seconds: seconds, xMetres: place.x, yMetres: place.y,
                            errorDb: reading.gainDb
                                - Float(engine.parametricDb(query.baseline, cell: UInt32(cell))))
                        engine.learn(query, readingDb: reading.gainDb, readingDeviationDb: 1)
                    }
                    continue
                }
                guard treatment == .soft else { continue }
                let places = soft.places(
                    ue: UInt32(device), seconds: seconds, readings: readings,
                    reported: says == .wrong ? (claimed.x, claimed.y, 20) : nil, engine: engine)
                for (cell, place) in places.enumerated() {
                    missing += 1
                    guard place.isUsable else { continue }
                    used += 1
                    let found = SIMD2(place.xMetres, place.yMetres)
                    off += ((found - at) * (found - at)).sum().squareRoot()
                    engine.learn(
                        city.query(cell, UInt32(device), seconds, found), readingDb: readings[cell].gainDb,
                        readingDeviationDb: (1 + place.deviationDb * place.deviationDb).squareRoot())
                }
            }
        }
        return (city.error(of: engine), Double(used) / Double(max(1, missing)), off / Double(max(1, used)))
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// Half of the reports without a position, at random.
    @Test func halfOfThePositionsMissing() throws {
        var table: [(leftOut: Double, soft: Double, known: Double)] = []
        for seed in Self.seeds {
            let city = try City(seed: seed)
            let isMissing = { (device: Int, report: Int) in
                city.generator.uniform(UInt64(device * 1_000 + report), 41) < 0.5
            }
            let soft = Self.learn(city, .soft, isMissing: isMissing)
            let row = (
                Self.learn(city, .leftOut, isMissing: isMissing).error, soft.error,
                Self.learn(city, .known, isMissing: isMissing).error
            )
            print(
                "seed \(seed): RMSE left out \(row.0), soft \(row.1), known \(row.2) dB; "
                    + "\(soft.softShare) of the readings used, \(soft.offMetres) m off")
            table.append(row)
        }
        let (leftOut, soft) = (Self.mean(table.map(\.leftOut)), Self.mean(table.map(\.soft)))
        print(
            "mean of \(table.count) seeds: left out \(leftOut), soft \(soft), known \(Self.mean(table.map(\.known))) dB"
        )
        #expect(soft < leftOut)
        #expect(table.allSatisfy { $0.soft < $0.leftOut + 0.15 }, "never much worse on one seed")
    }

    /// Half of the devices never report a position: nothing but gains and movement places them.
    @Test func halfOfTheDevicesWithoutPositions() throws {
        var table: [(leftOut: Double, soft: Double)] = []
        for seed in Self.seeds {
            let city = try City(seed: seed)
            let isMissing = { (device: Int, _: Int) in device % 2 == 1 }
            let soft = Self.learn(city, .soft, isMissing: isMissing)
            table.append((Self.learn(city, .leftOut, isMissing: isMissing).error, soft.error))
            print(
                "seed \(seed): RMSE left out \(table.last!.leftOut), soft \(soft.error) dB; "
                    + "\(soft.softShare) of the readings used, \(soft.offMetres) m off")
        }
        let (leftOut, soft) = (Self.mean(table.map(\.leftOut)), Self.mean(table.map(\.soft)))
        print("mean of \(table.count) seeds: left out \(leftOut), soft \(soft) dB")
        #expect(soft < leftOut + 0.05, "not worse than leaving them out")
    }

    /// The same map with a point of its own for each quarter of the other's.
    private static func refined(_ map: BaselineMap) -> BaselineMap {
        let old = map.grid
        let grid = BaselineMap.Grid(
            xMetres: old.xMetres, yMetres: old.yMetres, spacingMetres: old.spacingMetres / 2, columns: 2 * old.columns,
            rows: 2 * old.rows)
        let predictions = (0..<grid.count * map.cells).map { index in
            let (x, y) = grid.position(index % grid.count)
            return map.prediction(cell: index / grid.count, xMetres: x, yMetres: y)
        }
        return BaselineMap(
            grid: grid, cells: map.cells, parameters: map.parameters, predictions: predictions,
            departures: Array(repeating: [], count: predictions.count))
    }

    /// What a row without a position costs is bounded: its belief has no more points than it may have, however many the
    /// map has, and every reading of it gets a place.
    @Test func aRowCostsABoundedNumberOfPoints() throws {
        let city = try City(seed: 1)
        var settings = ChannelFit.assumedRaySettings
        settings.pathGroups = 8
        let engine = ChannelEngine(cells: city.map.cells, parameters: city.map.parameters, settings: settings)
        let fine = Self.refined(city.map)
        #expect(fine.grid.count > SoftPositions.points)
        var soft = SoftPositions(map: fine)
        #expect(soft.beliefPoints <= SoftPositions.points && soft.beliefPoints > SoftPositions.points / 5)
        #expect(SoftPositions(map: city.map).beliefPoints == city.map.grid.count, "a small map is taken whole")
        for row in 0..<200 {
            let (device, report) = (row % City.devices, row / City.devices)
            let readings = (0..<city.map.cells).map { cell in
                SoftPositions.Reading(cell: UInt32(cell), gainDb: city.readingDb(cell, device, report))
            }
            let places = soft.places(
                ue: UInt32(device), seconds: City.gapSeconds * Double(report), readings: readings, reported: nil,
                engine: engine)
            #expect(places.count == readings.count)
        }
    }

    /// Half of the reports claim 20 m and are 120 m off: their harm is bounded, that of believing them is not.
    @Test func wrongPositionsDoBoundedHarm() throws {
        var table: [(leftOut: Double, soft: Double, believed: Double)] = []
        for seed in Self.seeds {
            let city = try City(seed: seed)
            let isMissing = { (device: Int, report: Int) in
                city.generator.uniform(UInt64(device * 1_000 + report), 41) < 0.5
            }
            table.append(
                (
                    Self.learn(city, .leftOut, isMissing: isMissing).error,
                    Self.learn(city, .soft, says: .wrong, isMissing: isMissing).error,
                    Self.learn(city, .believed, isMissing: isMissing).error
                ))
        }
        let (leftOut, soft) = (Self.mean(table.map(\.leftOut)), Self.mean(table.map(\.soft)))
        let believed = Self.mean(table.map(\.believed))
        print(
            "wrong positions, mean of \(table.count) seeds: left out \(leftOut), soft \(soft), believed \(believed) dB")
        #expect(soft < leftOut + 0.25 && soft < believed - 0.5)
    }
}
