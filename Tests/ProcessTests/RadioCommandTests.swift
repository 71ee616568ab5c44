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

    @Test func aDeadlineEndsAMapWithoutAFile() throws {
        let place = try Workplace()
        let run = try Self.run(
            "map", ["--cell", "0.2", "--sample", "mean", "--depth", "4", "--deadline", "20ms", "--out", "m.csv"],
            in: place)
        #expect(run.status == 1 && run.errors.last?.contains("deadline of 0.02 s") == true, "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: place.folder.appending(path: "m.csv").path))
    }
}
