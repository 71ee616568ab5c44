import BaselineTracing
import EdgeTwin
import Foundation
import Learning
import NetworkModel
import Testing

/// What `dtnet radio fit --save` writes, loaded as an edge loads it.
@Suite struct RadioFitTests {
    /// Transmitted power that the readings hold, dBm.
    private static let powerDbm = 18.0
    /// Path gain at 1 m of the two cells, dB: 25 dB apart.
    private static let northDb = -25.0
    private static let southDb = -50.0

    private static func gainDb(_ x: Double, site: Double, at1mDb: Double) -> Double {
        at1mDb - 15 * log10((x - site) * (x - site) + 400)
    }

    /// A drive along a street of two cells, which hears south first and a stranger last.
    private static var drive: String {
        var lines = ["t_s,x_m,y_m,cell,rsrp_dbm"]
        for step in 0..<80 {
            let x = -400 + 10 * Double(step)
            let south = powerDbm + gainDb(x, site: 300, at1mDb: southDb)
            let north = powerDbm + gainDb(x, site: 0, at1mDb: northDb)
            lines.append("\(2 * step),\(x),0,south,\(south)")
            lines.append("\(2 * step + 1),\(x),0,north,\(north)")
        }
        lines.append("200,0,0,stranger,-100")
        return lines.joined(separator: "\n") + "\n"
    }

    private func fit(_ place: Workplace, _ arguments: [String]) throws -> (status: Int32, errors: [String]) {
        let drive = try place.write(Self.drive, as: "drive.csv")
        let run = try ToolRun.run(
            ["radio", "fit", "--train", drive, "--test", drive, "--time", "t_s:s", "--cell", "cell", "--fixed-kernel"]
                + arguments, in: place.folder)
        return (run.status, run.errors)
    }

    /// Two cells in an order other than the drive's, whose (0, 0) is the drive's (100, 0).
    private func network(model: URL) -> NetworkConfiguration {
        let cells = [("north", -100.0), ("south", 200.0)].enumerated().map { index, cell in
            CellConfiguration(
                id: CellID(UInt32(index)), name: cell.0, region: RegionID(0), xMetres: cell.1, yMetres: 0,
                heightMetres: 20)
        }
        var network = NetworkConfiguration(
            name: "street", seed: 1, hierarchy: .decentralised, epoch: .milliseconds(20), slot: .milliseconds(1),
            cells: cells, regionNames: ["all"])
        network.twin.model = model.path()
        return network
    }

    @Test func anEdgeLoadsWhatAFitSavesAndEveryCellIsItsOwn() throws {
        let place = try Workplace()
        let run = try fit(place, ["--save", "street.l1", "--power", "18", "--origin", "100,0"])
        #expect(run.status == 0, "\(run.errors)")
        let network = network(model: place.folder.appending(path: "street.l1"))
        guard
            case .baseline(let map?, let engine?, let notices) =
                BaselineTracer().execute(.prepareBaseline(network))
        else {
            Issue.record("an edge does not take what the fit saved")
            return
        }
        #expect(notices.contains { $0.contains("also fitted to stranger") }, "\(notices)")
        #expect(notices.contains { $0.contains("x 100.0 m, y 0.0 m of the measurements") }, "\(notices)")
        #expect(engine.cells == 2 && engine.inducingCount > 10)
        for cell in 0..<2 {
            let (site, level) = cell == 0 ? (0.0, Self.northDb) : (300.0, Self.southDb)
            for x in stride(from: -250.0, through: 350, by: 100) {
                // The network's x of a place of the drive.
                let own = x - 100
                let told = engine.predict(
                    ChannelQuery(
                        cell: UInt32(cell), phone: .max, seconds: 160,
                        place: ChannelPlace(position: SIMD3(Float(own), 0, 1.5)),
                        baseline: map.prediction(cell: cell, xMetres: own, yMetres: 0)))
                let truth = Self.gainDb(x, site: site, at1mDb: level)
                #expect(abs(Double(told.meanDb) - truth) < 8, "cell \(cell) at \(x): \(told.meanDb), \(truth)")
            }
        }
    }

    @Test func aFitIsSavedWithItsPowerOnly() throws {
        let place = try Workplace()
        let run = try fit(place, ["--save", "street.l1"])
        #expect(run.status == 2 && run.errors.last?.contains("--save needs --power") == true, "\(run.errors)")
    }
}
