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
    private static var drive: String { drive(offsetDb: 0) }

    /// The same by a device that reads so much above others.
    private static func drive(offsetDb: Double) -> String {
        var lines = ["t_s,x_m,y_m,cell,rsrp_dbm"]
        for step in 0..<80 {
            let x = -400 + 10 * Double(step)
            let south = offsetDb + powerDbm + gainDb(x, site: 300, at1mDb: southDb)
            let north = offsetDb + powerDbm + gainDb(x, site: 0, at1mDb: northDb)
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

    /// The same of a map, which holds the readings itself: nothing is left for the engine to have learnt.
    @Test func anEdgeLoadsAMapThatAFitSaves() throws {
        let place = try Workplace()
        let run = try fit(
            place, ["--baseline", "map", "--save", "street.l1", "--power", "18", "--origin", "100,0"])
        #expect(run.status == 0, "\(run.errors)")
        guard
            case .baseline(let map?, let engine?, _) =
                BaselineTracer().execute(
                    .prepareBaseline(network(model: place.folder.appending(path: "street.l1"))))
        else {
            Issue.record("an edge does not take what the fit saved")
            return
        }
        #expect(engine.cells == 2 && engine.inducingCount == 0)
        for cell in 0..<2 {
            let (site, level) = cell == 0 ? (0.0, Self.northDb) : (300.0, Self.southDb)
            for x in stride(from: -250.0, through: 350, by: 100) {
                let told = map.prediction(cell: cell, xMetres: x - 100, yMetres: 0).gainDb
                let truth = Self.gainDb(x, site: site, at1mDb: level)
                #expect(abs(Double(told) - truth) < 5, "cell \(cell) at \(x): \(told), \(truth)")
            }
        }
    }

    @Test func aFitOverAMapNamesNoDevices() throws {
        let place = try Workplace()
        let drive = try place.write(Self.drive, as: "drive.csv")
        let run = try ToolRun.run(
            [
                "radio", "fit", "--train", drive, "--test", drive, "--time", "t_s:s", "--cell", "cell", "--baseline",
                "map", "--json",
            ], in: place.folder)
        let json = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        #expect(json?["trained_on"] as? Int == 161 && (json?["phones"] as? [Any])?.isEmpty == true, "\(run)")
        let refused = try fit(place, ["--cell-bits", "0"])
        #expect(refused.status == 2 && refused.errors.last?.contains("--cell-bits is 1 to 63") == true)
    }

    /// A map would take half of the difference for the street.
    @Test func aFitOverAMapWarnsOfADeviceThatIsOff() throws {
        let place = try Workplace()
        let drive = try place.write(Self.drive, as: "drive.csv")
        let other = try place.write(Self.drive(offsetDb: -20), as: "other.csv")
        let run = try ToolRun.run(
            [
                "radio", "fit", "--train", drive, "--train", other, "--test", drive, "--time", "t_s:s", "--cell",
                "cell",
                "--baseline", "map",
            ], in: place.folder)
        let warnings = run.errors.filter { $0.contains("warning: ") }
        #expect(run.status == 0 && warnings.count == 2, "\(run)")
        #expect(warnings.last?.contains("other.csv reads -20.00 dB beside the others") == true, "\(warnings)")
        #expect(run.output.contains("other.csv: reads -20.00 dB above the others"), "\(run.output)")
    }

    @Test func aFitNamesItsDevicesWithTheirBias() throws {
        let place = try Workplace()
        let run = try fit(place, [])
        #expect(run.status == 0 && !run.errors.contains { $0.contains("warning: ") }, "\(run.errors)")
        let drive = place.folder.appending(path: "drive.csv").path()
        let arguments = ["radio", "fit", "--train", drive, "--test", drive, "--time", "t_s:s", "--cell", "cell"]
        let text = try ToolRun.run(arguments + ["--fixed-kernel"], in: place.folder)
        #expect(text.output.contains("drive.csv: reads ") && text.output.contains(" dB above the others"))
        let told = try ToolRun.run(arguments + ["--fixed-kernel", "--json"], in: place.folder)
        let json = try JSONSerialization.jsonObject(with: Data(told.output.utf8)) as? [String: Any]
        let phones = try #require(json?["phones"] as? [[String: Any]])
        #expect(phones.count == 1 && phones[0]["is_unlikely"] as? Bool == false, "\(phones)")
        #expect(phones.first?["bias_db"] is Double && phones.first?["deviation_db"] is Double, "\(phones)")
    }

    @Test func aFitIsSavedWithItsPowerOnly() throws {
        let place = try Workplace()
        let run = try fit(place, ["--save", "street.l1"])
        #expect(run.status == 2 && run.errors.last?.contains("--save needs --power") == true, "\(run.errors)")
    }

    private static let scene = ToolRun.root.appending(path: "topologies/scenes/blocks/blocks.xml").path

    /// A fit over a scene of a drive along its street, with these sites; `east` and `north` are added to every place.
    private func fitOverScene(
        _ place: Workplace, sites: String, east: Int = 0, north: Int = 0, _ arguments: [String] = []
    ) throws -> (status: Int32, last: String) {
        let rows = (0..<30).map { "\($0),\(east + $0 - 28),\(north),-\(80 + $0 % 5)\n" }
        let drive = try place.write("t,x_m,y_m,gain\n" + rows.joined(), as: "drive.csv")
        let sites = try place.write("cell,x_m,y_m,z_m\n" + sites, as: "sites.csv")
        let run = try ToolRun.run(
            [
                "radio", "fit", "--train", drive, "--test", drive, "--time", "t:s", "--metres", "x_m,y_m", "--reading",
                "gain", "--baseline", "ray", "--scene", Self.scene, "--sites", sites, "--frequency", "3.5GHz",
                "--depth", "0", "--fixed-scene", "--fixed-kernel",
            ] + arguments, in: place.folder)
        return (run.status, run.errors.last ?? "")
    }

    @Test(arguments: [
        ("all,nan,0,20\n", "sites.csv:2:2: a site needs a cell"),
        ("all,691600,5334760,20\n", "sites.csv:2:2: a site needs a cell"),
        ("all,-28,0,20\nother,0,0,-\n", "sites.csv:3:4: a site needs a cell"),
        ("all,-28,0,20\n\nall,70,5,18\n", "sites.csv:4: a second row of cell 'all'"),
        ("other,-28,0,20\n", "sites.csv: no row of cell 'all'"),
    ])
    func aSiteWithoutAPlaceOrWithTwoIsRefused(sites: String, error: String) throws {
        let place = try Workplace()
        let run = try fitOverScene(place, sites: sites)
        #expect(run.status == 2 && run.last.contains(error), "\(run)")
    }

    @Test func aFitOverASceneNeedsReadingsWithAPlaceInIt() throws {
        let place = try Workplace()
        let site = "all,-28,0,20\n"
        let far = try fitOverScene(place, sites: site, east: 691_600, north: 5_334_760)
        #expect(far.status == 2 && far.last.contains("--train: no row has a place in the scene (first at "), "\(far)")
        #expect(far.last.contains("drive.csv:2:2)") && far.last.contains("--origin says what"), "\(far)")
        let brought = try fitOverScene(
            place, sites: site, east: 691_600, north: 5_334_760, ["--origin", "691600,5334760"])
        #expect(brought.status == 0, "\(brought)")
    }

    @Test func interactionsOfAFitAreNamed() throws {
        let place = try Workplace()
        for text in ["", "los,,specular", "echo"] {
            let run = try fitOverScene(place, sites: "all,-28,0,20\n", ["--interactions", text])
            #expect(run.status != 0, "'\(text)' is taken")
        }
        let run = try fitOverScene(place, sites: "all,-28,0,20\n", ["--interactions", "los,specular"])
        #expect(run.status == 0, "\(run)")
    }

    /// Mean error of the drawing's rays over a drive away from its cell, dB; `antenna` are columns and values of the
    /// cell's row.
    private func baselineBias(_ antenna: (columns: String, values: String), _ arguments: [String]) throws -> Double {
        let place = try Workplace()
        let rows = (0..<30).map { "\($0),\($0 - 28),0,-\(80 + $0 % 5)\n" }
        let drive = try place.write("t,x_m,y_m,gain\n" + rows.joined(), as: "drive.csv")
        let sites = try place.write(
            "cell,x_m,y_m,z_m\(antenna.columns)\nall,-28,0,20\(antenna.values)\n", as: "sites.csv")
        let run = try ToolRun.run(
            [
                "radio", "fit", "--train", drive, "--test", drive, "--time", "t:s", "--reading", "gain", "--baseline",
                "ray", "--scene", Self.scene, "--sites", sites, "--frequency", "3.5GHz", "--depth", "0",
                "--fixed-scene", "--fixed-kernel", "--json",
            ] + arguments, in: place.folder)
        #expect(run.status == 0, "\(run.errors)")
        let json = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        let scores = try #require(json?["rows"] as? [[String: Any]])
        let row = scores.first { $0["cell"] as? String == "all" && $0["step"] as? String == "baseline" }
        return try #require((row?["score"] as? [String: Any])?["bias_db"] as? Double)
    }

    /// The drive lies before the antenna, or behind it (30 dB below the 8 dB of the main lobe, TR 38.901 Table 7.3-1).
    @Test func antennasOfTheSitesCount() throws {
        let plain = try baselineBias(("", ""), [])
        let ahead = try baselineBias(("", ""), ["--antenna", "tr38901"])
        let behind = try baselineBias(("", ""), ["--antenna", "tr38901", "--bearing", "180"])
        #expect(ahead - behind > 10, "\(ahead) and \(behind) dB")
        #expect(abs(plain - behind) > 5, "\(plain) and \(behind) dB")
        let named = try baselineBias((",antenna,bearing_deg", ",tr38901,0"), ["--bearing", "180"])
        #expect(abs(named - ahead) < 1e-9, "\(named) and \(ahead) dB")
        #expect(abs(try baselineBias(("", ""), ["--antenna", "isotropic"]) - plain) < 1e-9)
    }

    @Test func antennasBelongToRays() throws {
        let place = try Workplace()
        let run = try fit(place, ["--antenna", "tr38901"])
        #expect(run.status == 2 && run.errors.last?.contains("belong to --baseline ray") == true, "\(run.errors)")
    }
}
