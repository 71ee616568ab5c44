import Foundation
import Testing

/// `dtnet radio channel` on the scene that this repository ships: its three tables against each other and against
/// `dtnet radio paths`.
@Suite struct RadioChannelTests {
    private static let scene = ToolRun.root.appending(path: "topologies/scenes/blocks/blocks.xml").path
    private static let common = ["--tx", "-28,0,20", "--frequency", "3.5GHz", "--depth", "2"]
    private static let receivers = ["--rx", "60,0,1.5", "-30,30,1.5", "-60,-20,1.5"]

    private static func rows(_ text: String) -> [[String]] {
        text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    private static func file(_ name: String, in place: Workplace) throws -> [[String]] {
        rows(try String(contentsOf: place.folder.appending(path: name), encoding: .utf8))
    }

    private static func channel(_ arguments: [String], in place: Workplace) throws -> [[String]] {
        let run = try ToolRun.run(["radio", "channel", scene] + common + receivers + arguments, in: place.folder)
        #expect(run.status == 0, "\(run.errors)")
        return rows(run.output)
    }

    private static func number(_ text: String) throws -> Double { try #require(Double(text), "\(text)") }

    /// The vertical ports are what `radio paths` prints of each path; the horizontal ones come in the same run.
    @Test func theImpulseResponseIsThePathsWithBothPolarisations() throws {
        let place = try Workplace()
        let moving = ["--rx-velocity", "3,0,0"]
        _ = try Self.channel(["--cir", "cir.csv"] + moving, in: place)
        let paths = try ToolRun.run(
            ["radio", "paths", Self.scene] + Self.common + Self.receivers + moving, in: place.folder)
        let traced = Array(Self.rows(paths.output).dropFirst())
        let cir = try Self.file("cir.csv", in: place)
        #expect(
            cir[0] == [
                "rx_x", "rx_y", "rx_z", "path", "delay_ns", "doppler_hz", "rx_port", "tx_port", "real", "imaginary",
            ])
        #expect(cir.count == 1 + 4 * traced.count && traced.count > 4)
        let vertical = cir.dropFirst().filter { $0[6] == "1" && $0[7] == "1" }
        for (row, path) in zip(vertical, traced) {
            #expect(row[0] == path[0] && row[1] == path[1] && row[4] == path[4] && row[5] == path[11])
            let (real, imaginary) = (try Self.number(row[8]), try Self.number(row[9]))
            let gainDb = 10 * log10(real * real + imaginary * imaginary)
            #expect(abs(gainDb - (try Self.number(path[5]))) < 1e-3)
            #expect(abs(atan2(imaginary, real) * 180 / .pi - (try Self.number(path[6]))) < 2e-3)
        }
        #expect(traced.contains { $0[11] != "0.000" }, "a receiver that moves has a Doppler shift")
        // A horizontal wave meets walls with other coefficients than a vertical one.
        let horizontal = cir.dropFirst().filter { $0[6] == "2" && $0[7] == "2" }
        #expect(horizontal.count == traced.count && zip(vertical, horizontal).contains { $0[8] != $1[8] })
    }

    /// The channel of a subband is the Fourier sum of the impulse response, port by port; taps begin at its first path.
    @Test func subbandsAndTapsAreSumsOfTheImpulseResponse() throws {
        let place = try Workplace()
        let bySubband = try Self.channel(
            [
                "--cir", "cir.csv", "--taps", "taps.csv", "--tap-count", "256", "--subbands", "4", "--bandwidth",
                "40MHz", "--tx-array", "1x2:0.7", "--antenna", "tr38901", "--tx-polarisation", "crossed",
                "--rx-polarisation", "vertical",
            ], in: place)
        let cir = Array(try Self.file("cir.csv", in: place).dropFirst())
        let taps = Array(try Self.file("taps.csv", in: place).dropFirst())
        // Two places, two polarisations, one receiver that stands in a building.
        let ports = Set(cir.map { $0[7] })
        #expect(ports == ["1", "2", "3", "4"] && Set(cir.map { $0[0] }) == ["60", "-30"])
        #expect(bySubband.count == 1 + 2 * 4 * 4 && taps.count == 2 * 4 * 256)
        let offsets = Set(bySubband.dropFirst().map { $0[6] })
        #expect(offsets == ["-15000000", "-5000000", "5000000", "15000000"], "\(offsets)")
        for row in bySubband.dropFirst() {
            let offset = try Self.number(row[6])
            var (real, imaginary, size) = (0.0, 0.0, 0.0)
            for path in cir where path[0] == row[0] && path[7] == row[4] {
                let turn = -2 * Double.pi * offset * (try Self.number(path[4])) * 1e-9
                let (re, im) = (try Self.number(path[8]), try Self.number(path[9]))
                real += re * cos(turn) - im * sin(turn)
                imaginary += re * sin(turn) + im * cos(turn)
                size += hypot(re, im)
            }
            #expect(abs(real - (try Self.number(row[7]))) < 1e-6 * size, "\(row)")
            #expect(abs(imaginary - (try Self.number(row[8]))) < 1e-6 * size, "\(row)")
        }
        // The first tap lies at the first path, the next one sample later.
        let own = taps.filter { $0[0] == "60" && $0[4] == "1" }
        let earliest = try cir.filter { $0[0] == "60" }.map { try Self.number($0[4]) }.min()
        #expect(abs((try Self.number(own[0][6])) - (try #require(earliest))) < 1e-5)
        #expect(abs((try Self.number(own[1][6])) - (try Self.number(own[0][6])) - 25) < 1e-5)
    }

    /// Half a wavelength apart across a bearing along x, two elements differ by the phase of the direction in which the
    /// straight path leaves.
    @Test func theElementsOfAnArrayDifferByThePhaseOfTheirPlaces() throws {
        let place = try Workplace()
        let run = try ToolRun.run(
            [
                "radio", "channel", Self.scene, "--tx", "-28,0,20", "--rx", "-30,30,1.5", "--frequency", "3.5GHz",
                "--depth", "0", "--interactions", "los", "--tx-array", "1x2", "--tx-polarisation", "vertical",
                "--rx-polarisation", "vertical",
            ], in: place.folder)
        #expect(run.status == 0, "\(run.errors)")
        let rows = Self.rows(run.output).dropFirst()
        #expect(rows.count == 2 && rows.map { $0[4] } == ["1", "2"])
        let phases = try rows.map { atan2(try Self.number($0[8]), try Self.number($0[7])) }
        let distance = (2.0 * 2 + 30 * 30 + 18.5 * 18.5).squareRoot()
        let expected = Double.pi * 30 / distance
        let turn = (phases[1] - phases[0] - expected) / (2 * .pi)
        #expect(abs(turn - turn.rounded()) < 1e-6, "\(phases), \(expected)")
    }

    @Test func aSummaryNamesTheTables() throws {
        let place = try Workplace()
        let run = try ToolRun.run(
            ["radio", "channel", Self.scene] + Self.common + Self.receivers
                + ["--json", "--out", "h.csv", "--cir", "c.csv"], in: place.folder)
        #expect(run.status == 0, "\(run.errors)")
        let json = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        #expect(json?["receivers"] as? Int == 3 && json?["receivers_without_path"] as? Int == 1)
        #expect(json?["receivers_inside"] as? Int == 1, "one stands in a building")
        #expect(json?["out"] as? String == "h.csv" && json?["cir"] as? String == "c.csv" && json?["taps"] == nil)
    }

    @Test func badInputIsNamed() throws {
        let place = try Workplace()
        let cases: [(arguments: [String], text: String)] = [
            (["--tx-array", "4"], "'4' is no array: write ROWSxCOLUMNS"),
            (["--rx-array", "0x4"], "'0x4' is no array"),
            (["--tx-polarisation", "circular"], "'circular' is none of vertical, horizontal, both, crossed"),
            (["--rx-velocity", "8,0"], "'8,0' is no velocity: write x,y,z in metres per second"),
            (["--subbands", "0"], "--subbands is 1 to 4096"),
            (["--tap-count", "0"], "--tap-count is 1 to 65536"),
            (["--bandwidth", "8GHz"], "less than twice --frequency"),
            (["--tx-array", "64x64", "--rx-array", "64x64"], "more than 20000000 rows"),
            (["--cri", "a.csv"], "unknown option '--cri' (see dtnet radio channel --help)"),
            (["--cir", "/no/such/folder/a.csv"], "cannot write /no/such/folder/a.csv"),
        ]
        for (arguments, text) in cases {
            let run = try ToolRun.run(
                ["radio", "channel", Self.scene] + Self.common + Self.receivers + arguments, in: place.folder)
            #expect(run.status == 2 && run.output.isEmpty, "\(arguments): \(run.status)")
            #expect(run.errors.last?.contains(text) == true, "\(arguments): \(run.errors)")
        }
    }

    @Test func aDeadlineThatLeavesNothingWritesNoFile() throws {
        let place = try Workplace()
        let run = try ToolRun.run(
            ["radio", "channel", Self.scene] + Self.common + Self.receivers
                + ["--deadline", "1us", "--out", "h.csv", "--cir", "c.csv"], in: place.folder)
        #expect(run.status == 1 && run.errors.last?.contains("nothing is written") == true, "\(run.errors)")
        for name in ["h.csv", "c.csv"] {
            #expect(!FileManager.default.fileExists(atPath: place.folder.appending(path: name).path))
        }
    }
}
