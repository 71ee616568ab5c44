import Foundation
import Testing

/// `dtnet radio paths` and `dtnet radio map` on the scene that this repository ships.
@Suite struct RadioCommandTests {
    private static let scene = ToolRun.root.appending(path: "topologies/scenes/blocks/blocks.xml").path
    private static let common = ["--tx", "-28,0,20", "--frequency", "3.5GHz", "--depth", "2"]

    private static func run(
        _ command: String, _ arguments: [String], in place: Workplace
    ) throws -> (status: Int32, output: String, errors: [String]) {
        try ToolRun.run(["radio", command, scene] + common + arguments, in: place.folder)
    }

    private static func rows(_ text: String) -> [[String]] {
        text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// The map's centre mode is the sum of the paths' powers.
    @Test func theMapAtItsCentresIsTheSumOfThePaths() throws {
        let place = try Workplace()
        let points = try place.write("x_m,y_m\n60,0\n-30,30\n0,-5\n-60,-20\n", as: "points.csv")
        let map = try Self.run("map", ["--points", points, "--sample", "centre"], in: place)
        #expect(map.status == 0)
        let receivers = ["--rx", "60,0,1.5", "-30,30,1.5", "0,-5,1.5", "-60,-20,1.5"]
        let paths = try Self.run("paths", receivers, in: place)
        #expect(paths.status == 0, "\(paths.errors)")
        let traced = Self.rows(paths.output)
        #expect(
            traced.first?.prefix(6) == ["rx_x", "rx_y", "rx_z", "n_bounces", "delay_ns", "gain_db"])
        let mapped = Self.rows(map.output)
        #expect(mapped.first == ["x_m", "y_m", "path_gain_db"] && mapped.count == 5)
        for row in mapped.dropFirst() {
            let powers = traced.filter { $0[0] == row[0] && $0[1] == row[1] }.compactMap { Double($0[5]) }
            if powers.isEmpty {
                #expect(row[2].isEmpty)
            } else {
                let sum = 10 * log10(powers.reduce(0) { $0 + pow(10, $1 / 10) })
                #expect(abs(sum - (Double(row[2]) ?? 0)) < 0.002, "\(row)")
            }
        }
        // The last one stands inside a building.
        #expect(mapped[4][2].isEmpty)
        #expect(paths.errors.contains { $0.hasPrefix("1 receivers have no path") }, "\(paths.errors)")
    }

    /// To a receiver inside a building.
    @Test func pathsMayBeMirroredAndPassWalls() throws {
        let place = try Workplace()
        let inside = ["--rx", "-60,-20,1.5", "--interactions", "los,specular,transmission"]
        let straight = try Self.run("paths", inside, in: place)
        let mirrored = try Self.run("paths", inside + ["--through-walls", "1"], in: place)
        #expect(straight.status == 0 && mirrored.status == 0, "\(mirrored.errors)")
        let (few, many) = (Self.rows(straight.output), Self.rows(mirrored.output))
        #expect(few.allSatisfy(many.contains) && many.count > few.count)
        func isMixed(_ row: [String]) -> Bool {
            row[12].contains("specular:") && row[12].contains("transmission:")
        }
        #expect(!few.contains(where: isMixed))
        #expect(many.count { isMixed($0) } == many.count - few.count)
    }

    /// Round the corner of a house: by way of the ground the bend is lower than on the straight way to the corner.
    @Test func bendsMayFollowReflections() throws {
        let place = try Workplace()
        let behind = ["--rx", "-60,-55,15", "--interactions", "diffraction"]
        let direct = try Self.run("paths", behind, in: place)
        let both = try Self.run("paths", behind + ["--before-bend", "1"], in: place)
        #expect(direct.status == 0 && both.status == 0, "\(both.errors)")
        let (few, many) = (Self.rows(direct.output), Self.rows(both.output))
        #expect(few.dropFirst().allSatisfy { $0[3] == "1" } && few.allSatisfy(many.contains))
        #expect(many.contains { $0[12].hasPrefix("specular:") && $0[12].contains(" diffraction:") })
    }

    @Test(arguments: [
        (["--through-walls", "1"], "needs specular and transmission"),
        (["--before-bend", "1"], "needs diffraction"),
        (["--through-walls", "3", "--interactions", "specular,transmission"], "are 0 to --depth, 2"),
        (["--before-bend", "3", "--interactions", "diffraction"], "are 0 to --depth, 2"),
    ])
    func combinationsNeedWhatTheyCombine(arguments: [String], error: String) throws {
        let place = try Workplace()
        let run = try Self.run("paths", ["--rx", "60,0,1.5"] + arguments, in: place)
        #expect(run.status == 2 && run.errors.last?.contains(error) == true, "\(run.errors)")
    }

    @Test func aMapIsWrittenAsTableAndPicture() throws {
        let place = try Workplace()
        let run = try Self.run(
            "map",
            ["--cell", "10", "--sample", "mean", "--height", "1.5", "--out", "m.csv", "--png", "m.png", "--json"],
            in: place)
        #expect(run.status == 0, "\(run.errors)")
        let json = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        #expect(json?["cells"] as? Int == 18 * 13 && json?["receiver"] as? String == "both")
        let table = try String(contentsOf: place.folder.appending(path: "m.csv"), encoding: .utf8)
        #expect(table.split(separator: "\n").count == 18 * 13 + 1)
        let picture = try Data(contentsOf: place.folder.appending(path: "m.png"))
        #expect(picture.prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
    }

    private static func footprint(_ outline: String) -> String {
        "{\"type\": \"Feature\", \"properties\": {\"height\": 10}, "
            + "\"geometry\": {\"type\": \"Polygon\", \"coordinates\": [\(outline)]}}"
    }

    /// More cells along x than a picture may have pixels: some share one.
    @Test func aPictureOfALongMapFitsIt() throws {
        let place = try Workplace()
        let wall = Self.footprint("[[0, 0], [170000, 0], [170000, 2], [0, 2], [0, 0]]")
        let scene = try place.write(wall, as: "wall.geojson")
        let run = try ToolRun.run(
            [
                "radio", "map", scene, "--metres", "--origin", "0,0", "--tx", "85000,-20,30", "--frequency", "3.5GHz",
                "--depth", "0", "--interactions", "los", "--cell", "10", "--out", "m.csv", "--png", "m.png",
            ], in: place.folder)
        #expect(run.status == 0, "\(run.errors)")
        let picture = try Data(contentsOf: place.folder.appending(path: "m.png"))
        // The header begins with the width, big endian, behind signature, length and name of its chunk.
        let width = picture.dropFirst(16).prefix(4).reduce(0) { $0 << 8 | Int($1) }
        #expect((3_900...4_100).contains(width), "\(width)")
    }

    @Test func anOriginMayLieInTheWest() throws {
        let place = try Workplace()
        let house = Self.footprint("[[-8.4, 51.9], [-8.399, 51.9], [-8.399, 51.901], [-8.4, 51.901], [-8.4, 51.9]]")
        let scene = try place.write(house, as: "house.geojson")
        let run = try ToolRun.run(["radio", "inspect", scene, "--origin", "-8.4,51.9"], in: place.folder)
        #expect(run.status == 0 && run.output.contains("(0, 0) is longitude -8.4, latitude 51.9"), "\(run.errors)")
    }

    @Test func badInputIsNamed() throws {
        let place = try Workplace()
        let broken = try place.write("rx_x,rx_y,rx_z\n1,2,1.5\n3,nan,1.5\n", as: "rx.csv")
        let cases: [(command: String, arguments: [String], text: String)] = [
            ("paths", ["--rx", broken], "rx.csv:3:3: rx_y: 'nan'"),
            ("paths", ["--rx", "absent.csv"], "--rx absent.csv: neither a position"),
            ("paths", ["--rx", "1,x,2"], "'1,x,2' is no position"),
            ("paths", ["--rx", "1,2,3", "--dpeth", "2"], "unknown option '--dpeth'"),
            ("map", ["--height", "1.5"], "say where"),
            ("map", ["--cell", "0"], "'0' is no length"),
            ("map", ["--cell", "0.01"], "more than"),
            ("map", ["--cell", "10", "--out", "m", "--png", "./m"], "./m: it is named twice"),
        ]
        for (command, arguments, text) in cases {
            let (status, output, errors) = try Self.run(command, arguments, in: place)
            #expect(status == 2 && output.isEmpty, "\(arguments): \(status)")
            #expect(errors.last?.contains(text) == true, "\(arguments): \(errors)")
        }
        let outOfRange = try ToolRun.run(
            ["radio", "paths", Self.scene, "--tx", "0,0,9", "--rx", "1,2,3", "--frequency", "105GHz"], in: place.folder)
        #expect(outOfRange.status == 2 && outOfRange.errors.last?.contains("is not defined at 105") == true)
    }

    @Test func aTransmitterOutsideTheSceneIsSaidSo() throws {
        let place = try Workplace()
        let run = try ToolRun.run(
            ["radio", "paths", Self.scene, "--tx", "-400,0,90", "--rx", "0,0,1.5", "--frequency", "3.5GHz"],
            in: place.folder)
        #expect(run.status == 0 && run.errors.contains { $0.contains("outside the scene's box") })
    }

    // MARK: - Several transmitters

    private static let cells = """
        cell,x_m,y_m,z_m,power_1_dbm,power_2_dbm,antenna,bearing_deg,load
        west,-28,0,20,40,30,tr38901,0,0.5
        back,-28,0,20,43,,tr38901,180,1
        east,70,5,18,20,41,isotropic,0,1
        """

    /// Every value of the SINR and interference maps is the sum of the gain maps of the single transmitters.
    @Test func mapsOfSeveralTransmittersAreTheSumsOfTheSingleOnes() throws {
        let place = try Workplace()
        let file = try place.write(Self.cells, as: "cells.csv")
        let common = ["radio", "map", Self.scene, "--frequency", "3.5GHz", "--depth", "1", "--cell", "15"]
        func table(_ more: [String]) throws -> [[String]] {
            let run = try ToolRun.run(common + more, in: place.folder)
            #expect(run.status == 0, "\(more): \(run.errors)")
            return Self.rows(run.output)
        }
        // Gains by transmitter, each served everywhere; the antennas of one site differ.
        let gains = try ["west", "back", "east"].map { name in
            try table(["--transmitters", file, "--served-by", name]).dropFirst().map { row in
                Double(row[3]).map { pow(10, $0 / 10) } ?? 0
            }
        }
        #expect(gains[0] != gains[1] && gains[0].contains { $0 > 0 })
        let powers: [[Double]] = [[10, 1], [pow(10, 1.3), 0], [0.1, pow(10, 1.1)]]
        let loads: [Double] = [0.5, 1, 1]
        let noise = pow(10, (-174.0 + 9) / 10 - 3) * 20e6 / 2
        let sinr = try table(["--transmitters", file, "--quantity", "sinr", "--png", "s.png", "--subband", "2"])
        let harm = try table(["--transmitters", file, "--quantity", "interference"])
        #expect(sinr[0] == ["x_m", "y_m", "cell", "sinr_db", "sinr_1_db", "sinr_2_db"])
        #expect(harm[0].suffix(3) == ["interference_dbm", "interference_1_dbm", "interference_2_dbm"])
        #expect(sinr.count == gains[0].count + 1)
        for point in gains[0].indices {
            let received: [Double] = (0..<3).map { cell in gains[cell][point] * (powers[cell][0] + powers[cell][1]) }
            guard let most = received.max(), most > 0 else {
                #expect(sinr[point + 1][2].isEmpty && sinr[point + 1][3].isEmpty)
                continue
            }
            let server = received.firstIndex(of: most) ?? 0
            // Gains are printed to 0.001 dB: names of servers within that are not compared.
            let close = received.count { $0 > 0.999 * most }
            guard close == 1 else { continue }
            #expect(sinr[point + 1][2] == ["west", "back", "east"][server])
            var (signals, others) = (0.0, 0.0)
            for subband in 0..<2 {
                let signal = gains[server][point] * powers[server][subband]
                var other = 0.0
                for cell in 0..<3 where cell != server {
                    other += gains[cell][point] * powers[cell][subband] * loads[cell]
                }
                Self.expect(sinr[point + 1][4 + subband], signal / (noise + other))
                Self.expect(harm[point + 1][4 + subband], 1_000 * other)
                signals += signal
                others += other
            }
            Self.expect(sinr[point + 1][3], signals / (2 * noise + others))
            Self.expect(harm[point + 1][3], 1_000 * others)
        }
        #expect(FileManager.default.fileExists(atPath: place.folder.appending(path: "s.png").path))
    }

    private static func expect(_ text: String, _ linear: Double, line: Int = #line) {
        if linear > 0 {
            #expect(abs((Double(text) ?? .nan) - 10 * log10(linear)) < 0.005, "\(text), line \(line)")
        } else {
            #expect(text.isEmpty, "\(text), line \(line)")
        }
    }

    @Test func transmittersMayBeGivenOneByOne() throws {
        let place = try Workplace()
        let run = try ToolRun.run(
            [
                "radio", "map", Self.scene, "--tx", "-28,0,20", "--tx", "70,5,18", "--frequency", "3.5GHz", "--depth",
                "1", "--cell", "30", "--quantity", "sinr", "--power", "30dBm", "--json", "--out", "m.csv",
            ], in: place.folder)
        #expect(run.status == 0, "\(run.errors)")
        let json = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        #expect(json?["transmitters"] as? Int == 2 && json?["quantity"] as? String == "sinr")
        let table = try String(contentsOf: place.folder.appending(path: "m.csv"), encoding: .utf8)
        let servers = Set(Self.rows(table).dropFirst().map { $0[2] })
        #expect(servers.isSuperset(of: ["1", "2"]) && Self.rows(table)[0] == ["x_m", "y_m", "cell", "sinr_db"])
    }

    @Test func badTransmittersAreNamed() throws {
        let place = try Workplace()
        let good = try place.write(Self.cells, as: "cells.csv")
        let bad = try place.write("x_m,y_m,z_m\n1,2\n", as: "bad.csv")
        let cases: [(arguments: [String], text: String)] = [
            (["--cell", "20"], "say what transmits"),
            (["--cell", "20", "--tx", "0,0,9", "--transmitters", good], "say what transmits"),
            (["--cell", "20", "--transmitters", bad], "bad.csv:2:1: z_m: is missing"),
            (["--cell", "20", "--transmitters", "absent.csv"], "absent.csv: no such file"),
            (["--cell", "20", "--transmitters", good, "--served-by", "north"], "no transmitter of that name"),
            (["--cell", "20", "--transmitters", good, "--subband", "3", "--png", "a.png"], "cells.csv has 2"),
            (["--cell", "20", "--transmitters", good, "--subband", "2", "--png", "a.png"], "a map of gains is"),
            (["--cell", "20", "--tx", "0,0,9", "--subband", "9", "--png", "a.png"], "transmitters of --tx have 1"),
            (["--cell", "20", "--tx", "0,0,9", "--quantity", "rate"], "'rate' is none of gain, sinr, interference"),
            (["--cell", "20", "--tx", "0,0,9", "--power", "1kW"], "'1kW' is no power"),
        ]
        for (arguments, text) in cases {
            let run = try ToolRun.run(
                ["radio", "map", Self.scene, "--frequency", "3.5GHz"] + arguments, in: place.folder)
            #expect(run.status == 2 && run.output.isEmpty, "\(arguments): \(run.status)")
            #expect(run.errors.last?.contains(text) == true, "\(arguments): \(run.errors)")
        }
    }

    // MARK: - Deadlines and progress

    @Test func aDeadlineThatLeavesNothingWritesNoFile() throws {
        let place = try Workplace()
        let run = try Self.run(
            "map", ["--cell", "0.2", "--sample", "mean", "--deadline", "1us", "--out", "m.csv"], in: place)
        #expect(run.status == 1 && run.errors.last?.contains("nothing is written") == true, "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: place.folder.appending(path: "m.csv").path))
    }

    /// What is there after a deadline is what is there without one, as far as it goes, and the rest is named.
    @Test func aDeadlineLeavesTheFirstCellsAndNamesTheRest() throws {
        let place = try Workplace()
        let run = try Self.run(
            "map", ["--cell", "0.1", "--deadline", "400ms", "--progress", "--json", "--out", "m.csv"], in: place)
        #expect(run.status == 1, "\(run.errors)")
        let json = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        let (done, missing) = (json?["cells"] as? Int ?? 0, json?["cells_missing"] as? Int ?? 0)
        #expect(done > 0 && missing > 0 && json?["complete"] as? Bool == false)
        let error = try #require(run.errors.last)
        #expect(error.contains("deadline of 0.4 s cut the work short after \(done) of \(done + missing) cells"))
        #expect(error.contains("from row \(done + 1),"), "\(error)")
        let rows = Self.rows(try String(contentsOf: place.folder.appending(path: "m.csv"), encoding: .utf8))
        #expect(rows.count == done + 1)
        let some = rows[(rows.count - 20)...]
        let points = try place.write(
            "x_m,y_m\n" + some.map { "\($0[0]),\($0[1])\n" }.joined(), as: "points.csv")
        let again = try Self.run("map", ["--points", points], in: place)
        #expect(Self.rows(again.output).dropFirst().elementsEqual(some), "the last rows are whole")
    }

    @Test func aDeadlineLeavesTheFirstReceiversAndNamesTheRest() throws {
        let place = try Workplace()
        let receivers = (0..<200_000).map { "\(-80 + Double($0 % 1_600) / 10),\(-50 + Double($0 / 1_600)),1.5\n" }
        let file = try place.write("rx_x,rx_y,rx_z\n" + receivers.joined(), as: "rx.csv")
        let run = try Self.run(
            "paths", ["--rx", file, "--deadline", "500ms", "--json", "--out", "p.csv"], in: place)
        #expect(run.status == 1, "\(run.errors)")
        let json = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        let (done, missing) = (json?["receivers"] as? Int ?? 0, json?["receivers_missing"] as? Int ?? 0)
        #expect(done > 0 && missing > 0 && done + missing == 200_000)
        #expect(run.errors.last?.contains("those from number \(done + 1),") == true, "\(run.errors)")
        let none = try Self.run("paths", ["--rx", file, "--deadline", "1us", "--out", "q.csv"], in: place)
        #expect(none.status == 1 && none.errors.last?.contains("nothing is written") == true)
        #expect(!FileManager.default.fileExists(atPath: place.folder.appending(path: "q.csv").path))
    }

    /// Standard error is a pipe here: without --progress nothing is said on the way, with it a line is.
    @Test func progressIsShownWhereItIsAskedFor() throws {
        let place = try Workplace()
        let work = ["--cell", "0.1", "--deadline", "2s", "--out", "m.csv"]
        let isLine = { (line: String) in line.contains(" of ") && line.hasSuffix(" %") }
        let quiet = try Self.run("map", work, in: place)
        #expect(!quiet.errors.contains(where: isLine), "\(quiet.errors)")
        let told = try Self.run("map", work + ["--progress"], in: place)
        let lines = told.errors.filter(isLine)
        #expect((1...3).contains(lines.count), "\(told.errors)")
    }

    @Test func aFitThatIsCutShortNamesWhatIsMissing() throws {
        let place = try Workplace()
        let row = { (index: Int) in "\(index),\(index % 977),\(index % 463),\(-70 - index % 41)\n" }
        let train = try place.write("t,x_m,y_m,rsrp_dbm\n" + (0..<60_000).map(row).joined(), as: "train.csv")
        let test = try place.write("t,x_m,y_m,rsrp_dbm\n" + (0..<300).map(row).joined(), as: "test.csv")
        let files = ["radio", "fit", "--train", train, "--test", test, "--time", "t:s"]
        let cut = try ToolRun.run(files + ["--deadline", "1s", "--json"], in: place.folder)
        #expect(cut.status == 1, "\(cut.errors)")
        #expect(cut.errors.last?.contains(" of 120000 readings, each counted twice") == true, "\(cut.errors)")
        let json = try JSONSerialization.jsonObject(with: Data(cut.output.utf8)) as? [String: Any]
        #expect((json?["trained_on"] as? Int).map { $0 < 120_000 } == true)
        let nothing = try ToolRun.run(files + ["--deadline", "1us"], in: place.folder)
        #expect(nothing.status == 1 && nothing.errors.last?.contains("scored 0 of 300 readings") == true)
        let whole = try ToolRun.run(
            ["radio", "fit", "--train", test, "--test", test, "--time", "t:s", "--deadline", "60s"], in: place.folder)
        #expect(whole.status == 0, "\(whole.errors)")
    }

    /// A fit over a scene says what the learnt scene leaves of readings; over the scene as it is drawn there is nothing
    /// to say.
    @Test func aFitOverASceneNamesWhatItLeaves() throws {
        let place = try Workplace()
        let places = (0..<512).map { "\($0 % 32 * 5 - 80).5,\($0 / 32 * 6 - 49).5\n" }
        let points = try place.write("x_m,y_m\n" + places.joined(), as: "points.csv")
        let map = try Self.run("map", ["--points", points, "--sample", "centre"], in: place)
        #expect(map.status == 0, "\(map.errors)")
        let heard = Self.rows(map.output).dropFirst().filter { !$0[2].isEmpty }
        #expect(heard.count > 60)
        let lines = heard.enumerated().map { number, row in
            let gainDb: Double = (Double(row[2]) ?? 0) + 2 * sin(Double(number))
            return "\(number),\(row[0]),\(row[1]),\(gainDb)\n"
        }
        let drive = try place.write("t,x_m,y_m,gain\n" + lines.joined(), as: "drive.csv")
        let sites = try place.write("cell,x_m,y_m,z_m\nall,-28,0,20\n", as: "sites.csv")
        let fit = [
            "radio", "fit", "--train", drive, "--test", drive, "--time", "t:s", "--metres", "x_m,y_m", "--reading",
            "gain", "--baseline", "ray", "--scene", Self.scene, "--sites", sites, "--frequency", "3.5GHz", "--depth",
            "1", "--json",
        ]
        let learnt = try ToolRun.run(fit, in: place.folder)
        #expect(learnt.status == 0, "\(learnt.errors)")
        let json = try JSONSerialization.jsonObject(with: Data(learnt.output.utf8)) as? [String: Any]
        let spreads = try #require(json?["spreads"] as? [String: Double])
        #expect(Set(spreads.keys) == ["shadow_db", "shadow_metres", "device_db", "noise_db"])
        #expect(spreads.values.allSatisfy { $0 > 0.2 && $0 < 100 }, "\(spreads)")
        let drawn = try ToolRun.run(fit + ["--fixed-scene"], in: place.folder)
        #expect(drawn.status == 0, "\(drawn.errors)")
        let plain = try JSONSerialization.jsonObject(with: Data(drawn.output.utf8)) as? [String: Any]
        #expect(plain != nil && plain?["spreads"] == nil)
    }

    /// One reading of either drive stands in a building, one beside the scene: both are kept, and it is said so.
    @Test func aFitOverASceneCountsReadingsInsideBuildings() throws {
        let place = try Workplace()
        let rows = (0..<30).map { "\($0),\(Double($0) - 28),0,-\(80 + $0 % 5)\n" }
        let drive = try place.write(
            "t,x_m,y_m,gain\n" + rows.joined() + "30,-60,-20,-120\n31,5000,0,-130\n", as: "drive.csv")
        let sites = try place.write("cell,x_m,y_m,z_m\nall,-28,0,20\n", as: "sites.csv")
        let fit = [
            "radio", "fit", "--train", drive, "--test", drive, "--time", "t:s", "--metres", "x_m,y_m", "--reading",
            "gain", "--baseline", "ray", "--scene", Self.scene, "--sites", sites, "--frequency", "3.5GHz", "--depth",
            "0", "--fixed-scene", "--fixed-kernel", "--json",
        ]
        let run = try ToolRun.run(fit, in: place.folder)
        #expect(run.status == 0, "\(run.errors)")
        let cause = "inside a building of the scene (kept)"
        #expect(run.errors.contains { $0.contains("left out of --train: 1 rows \(cause), first at ") })
        let json = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        let leftOut = try #require(json?["left_out"] as? [[String: Any]])
        try #require(leftOut.count == 2)
        for (entry, (cause, line)) in zip(leftOut, [(cause, 32), ("beside the scene (kept)", 33)]) {
            #expect(entry["cause"] as? String == cause && entry["rows"] as? Int == 1, "\(leftOut)")
            #expect((entry["first"] as? String)?.hasSuffix("drive.csv:\(line)") == true, "\(leftOut)")
        }
    }
}
