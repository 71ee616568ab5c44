import Foundation
import Testing

/// `dtnet radio interference`, and the states of twins that runs leave for it.
@Suite(.serialized) struct InterferenceCommandTests {
    private static func topology(_ twin: String) -> String {
        Workplace.smallText.replacing(
            "sectors: 1}\n  - {name: south",
            with: "sectors: 1}\n  - {name: east, x: 100m, y: 200m, region: b, sectors: 1}\n  - {name: south")
            + "\n" + twin + "\n"
    }
    private static let statistical = "twin: {baseline: tr38901, spacing: 60m}\ncarrier: {subbands: 3}"

    private static func rows(_ text: String) -> [[String]] {
        text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    private static func table(_ arguments: [String], in place: Workplace) throws -> [[String]] {
        let run = try ToolRun.run(["radio", "interference"] + arguments, in: place.folder)
        #expect(run.status == 0, "\(arguments): \(run.errors)")
        return rows(run.output)
    }

    /// At every point the interference is the sum of the other twins' gains by their powers.
    @Test(arguments: [statistical, "twin: {spacing: 60m}\ncarrier: {subbands: 3}"])
    func everyMicroTwinHasItsMap(twin: String) throws {
        let place = try Workplace()
        let file = try place.write(Self.topology(twin))
        let names = ["north", "east", "south"]
        let gains = try names.map { name in
            try Self.table([file, "--cell", name, "--quantity", "gain"], in: place).dropFirst().map { row in
                pow(10, (Double(row[3]) ?? .nan) / 10)
            }
        }
        let all = try Self.table([file], in: place)
        #expect(
            all[0] == [
                "x_m", "y_m", "cell", "interference_dbm", "interference_1_dbm", "interference_2_dbm",
                "interference_3_dbm",
            ])
        let points = gains[0].count
        #expect(points > 50 && all.count == 1 + 3 * points && gains[0] != gains[1])
        // 43 dBm in three equal parts, milliwatts.
        let part = pow(10, 4.3) / 3
        for (cell, name) in names.enumerated() {
            for point in 0..<points {
                let row = all[1 + cell * points + point]
                let sum = (0..<3).filter { $0 != cell }.reduce(0) { $0 + gains[$1][point] * part }
                #expect(row[2] == name && abs((Double(row[4]) ?? .nan) - 10 * log10(sum)) < 0.01, "\(row)")
                #expect(row[4] == row[6] && abs((Double(row[3]) ?? .nan) - 10 * log10(3 * sum)) < 0.01, "\(row)")
            }
        }
        let one = try Self.table([file, "--cell", "east", "--png", "east.png", "--subband", "2"], in: place)
        #expect(Array(one.dropFirst()) == Array(all[(1 + points)..<(1 + 2 * points)]))
        let picture = try Data(contentsOf: place.folder.appending(path: "east.png"))
        #expect(picture.prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
    }

    @Test func raysInASceneWithItsEditsStandBehindTheMap() throws {
        let place = try Workplace()
        let scene = ToolRun.root.appending(path: "topologies/scenes/blocks/blocks.xml").path
        let file = try place.write(
            Workplace.smallText.replacing("x: 300m", with: "x: 60m")
                + "\ntwin: {baseline: ray, scene: \(scene), scene_edits: edits.json, depth: 1, spacing: 10m, "
                + "interactions: [los, specular]}\n")
        let without = try Self.table([file, "--cell", "north"], in: place)
        _ = try place.write(
            #"{"format": "dtnet scene edits 1", "edits": [{"add": "wall", "material": "itu_metal", "#
                + #""centre": [30, 0], "size": [2, 14], "height": 40}]}"#, as: "edits.json")
        let with = try Self.table([file, "--cell", "north"], in: place)
        #expect(without.count == with.count && without != with)
        _ = try place.write("{", as: "edits.json")
        let bad = try ToolRun.run(["radio", "interference", file], in: place.folder)
        #expect(bad.status == 2 && bad.errors.last?.contains("edits.json") == true, "\(bad.errors)")
    }

    /// A run that ends leaves what each edge has learnt; the map and another run start from it.
    @Test func whatARunLeavesIsMappedAndStartedFrom() throws {
        let place = try Workplace()
        let file = try place.write(Self.topology(Self.statistical))
        let first = try ToolRun.run(["up", file, "--duration", "2s", "--warm-up", "200ms"], in: place.folder)
        #expect(first.status == 0, "\(first.errors)")
        let run = try #require(place.runs.first)
        let names = try FileManager.default.contentsOfDirectory(atPath: run.appending(path: "twins").path).sorted()
        #expect(names == ["edge-a.l1", "edge-b.l1"])
        let state = run.appending(path: "twins/edge-a.l1").path
        let plain = try Self.table([file, "--cell", "north"], in: place)
        let learnt = try Self.table([file, "--cell", "north", "--model", state, "--powers", run.path], in: place)
        #expect(learnt.count == plain.count && learnt != plain)
        let again = try place.write(
            Self.topology(Self.statistical.replacing("spacing: 60m", with: "spacing: 60m, model: \(state)")),
            as: "again.yaml")
        let second = try ToolRun.run(["up", again, "--duration", "1s", "--warm-up", "200ms"], in: place.folder)
        #expect(second.status == 0, "\(second.errors)")
        let log = try String(
            contentsOf: try #require(place.runs.last).appending(path: "logs/edge-local.log"), encoding: .utf8)
        #expect(log.contains("the fitted state of \(state)"), "\(log)")
    }

    @Test func badInputIsNamed() throws {
        let place = try Workplace()
        let file = try place.write(Self.topology(Self.statistical))
        let garbage = try place.write("garbage", as: "state.l1")
        let cases: [(arguments: [String], text: String)] = [
            ([file, "--cell", "west"], "--cell west: the cells of \(file) are north, east, south"),
            ([file, "--png", "a.png"], "name it with --cell"),
            ([file, "--cell", "north", "--subband", "1"], "--subband belongs to --png"),
            ([file, "--cell", "north", "--png", "a.png", "--subband", "4"], "--subband 4: \(file) has 3"),
            ([file, "--quantity", "rate"], "'rate' is none of gain, sinr, interference"),
            ([file, "--model", "absent.l1"], "--model absent.l1: no such file"),
            ([file, "--model", garbage], "not a saved channel model"),
            ([file, "--powers", "absent"], "absent is no run folder"),
            ([file, "--json"], "name the table with --out"),
            (["absent.yaml"], "absent.yaml: no such file"),
        ]
        for (arguments, text) in cases {
            let run = try ToolRun.run(["radio", "interference"] + arguments, in: place.folder)
            #expect(run.status == 2 && run.output.isEmpty, "\(arguments): \(run.status)")
            #expect(run.errors.last?.contains(text) == true, "\(arguments): \(run.errors)")
        }
    }
}
