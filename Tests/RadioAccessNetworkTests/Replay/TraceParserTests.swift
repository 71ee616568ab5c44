import NetworkModel
import RadioAccessNetwork
import Testing

struct TraceParserTests {
    static let header =
        "Timestamp,Longitude,Latitude,Speed,CellID,RSRP,SNR,CQI,DL_bitrate,RAWCELLID,NRxRSRP"

    /// A row of the drives' layout.
    static func row(
        _ time: String, rsrp: String = "-99", snr: String = "6.0", cell: String = "11016972", cqi: String = "12",
        neighbour: String = "-100.0", longitude: String = "-8.388", latitude: String = "51.935"
    ) -> String {
        "2019.12.14_\(time),\(longitude),\(latitude),0,12,\(rsrp),\(snr),\(cqi),7,\(cell),\(neighbour)"
    }

    static func parse(_ lines: [String], ending: String = "\n") throws(TraceError) -> ParsedTrace {
        let text = ([header] + lines).joined(separator: ending)
        return try TraceParser.parse(bytes: Array(text.utf8), name: "drive.csv", format: .ucc)
    }

    @Test(arguments: ["\n", "\r\n"])
    func readsRows(ending: String) throws {
        let trace = try Self.parse(
            [Self.row("10.16.30"), Self.row("10.16.30"), Self.row("10.17.31", cell: "7")], ending: ending)
        #expect(trace.rows.map(\.seconds) == [0, 0, 61])
        #expect(trace.cellNames == ["11016972", "7"] && trace.rows.map(\.cell) == [0, 0, 1])
        #expect(trace.rows[0].rsrpDbm == -99 && trace.rows[0].snrDb == 6 && trace.rows[0].cqi == 12)
        #expect(trace.rows[0].neighbourRsrpDbm == -100 && trace.rows[0].downlinkKbps == 7)
        #expect(trace.refusedRows == 0 && trace.gaps == 1 && trace.isGeographic)
    }

    @Test func missingValuesAreNil() throws {
        let trace = try Self.parse([
            Self.row("10.16.30", rsrp: "-200", snr: "-", cqi: "-", neighbour: "2147483647.0"),
            Self.row("10.16.31", rsrp: "-", snr: "", neighbour: "2147483647"),
        ])
        #expect(trace.rows.count == 2 && trace.refusedRows == 0)
        for row in trace.rows {
            #expect(row.rsrpDbm == nil && row.snrDb == nil && row.neighbourRsrpDbm == nil)
        }
        #expect(trace.rows[0].cqi == nil)
    }

    @Test func badRowsAreCountedAndTheRestGoesOn() throws {
        let trace = try Self.parse([
            Self.row("10.16.30"),
            "1,2,3",
            Self.row("10:16:xx"),
            Self.row("10.16.29"),
            Self.row("10.16.31", longitude: "-"),
            Self.row("10.16.31", latitude: "91"),
            Self.row("10.16.31", cell: "-"),
            Self.row("10.16.31", snr: "six"),
            Self.row("10.16.31", rsrp: "nan"),
            Self.row("10.16.32"),
        ])
        #expect(trace.rows.map(\.seconds) == [0, 2])
        let counts = Dictionary(uniqueKeysWithValues: zip(ParsedTrace.Reason.allCases, trace.refused))
        #expect(counts[.fieldCount] == 1 && counts[.time] == 1 && counts[.order] == 1)
        #expect(counts[.position] == 2 && counts[.cell] == 1 && counts[.number] == 2)
        #expect(trace.firstRefusals.map(\.line) == [3, 4, 5, 6, 7, 8, 9, 10])
    }

    @Test func readingsThatNoPhoneReportsAreCounted() throws {
        let trace = try Self.parse([
            Self.row("10.16.30", rsrp: "-160", snr: "40"), Self.row("10.16.31", rsrp: "-999"),
            Self.row("10.16.31", rsrp: "9999"), Self.row("10.16.31", snr: "1000000"), Self.row("10.16.31", snr: "-99"),
            Self.row("10.16.32", rsrp: "-30", snr: "-50"),
        ])
        #expect(trace.rows.map(\.seconds) == [0, 2])
        let counts = Dictionary(uniqueKeysWithValues: zip(ParsedTrace.Reason.allCases, trace.refused))
        #expect(counts[.range] == 4 && trace.refusedRows == 4)
    }

    @Test(arguments: ["1e300", "1e15", "-1", "nan"]) func aTimeThatCannotBeIsCounted(time: String) throws {
        let text = """
            pub_time(ms) sub_time(ms) delay(ms) utmX(m) utmY(m) cellid(db) sinr(db) rsrp(db)
            1000 1020 20 0 0 a 15 -98
            \(time) 1020 20 0 0 a 15 -98
            1010 1020 20 0 0 a 15 -98
            """
        let trace = try TraceParser.parse(bytes: Array(text.utf8), name: "run.txt", format: .cicv5g)
        #expect(trace.rows.count == 2)
        #expect(trace.firstRefusals.map(\.line) == [3] && trace.firstRefusals.map(\.reason) == [.time])
    }

    @Test func aMissingColumnIsNamedWithWhatIsNeeded() throws {
        let text = TraceParserTests.header.replacing("SNR", with: "SINR") + "\n"
        let error = #expect(throws: TraceError.self) {
            try TraceParser.parse(bytes: Array(text.utf8), name: "drive.csv", format: .ucc)
        }
        #expect(error?.line == 1 && error?.column == "SNR" && error?.file == "drive.csv")
        #expect(error?.description.hasPrefix("drive.csv:1: column SNR: missing; needed are Timestamp") == true)
        #expect(error?.description.contains("SINR") == true)
    }

    @Test func filesWithoutARowAreRefused() {
        for text in ["", "\n\n", TraceParserTests.header, TraceParserTests.header + "\n1,2\n"] {
            #expect(throws: TraceError.self, "\(text)") {
                try TraceParser.parse(bytes: Array(text.utf8), name: "drive.csv", format: .ucc)
            }
        }
    }

    @Test func vehicleRunsAreReadWithTheColumnsThatTheyHave() throws {
        let text = """
            pub_time(ms) sub_time(ms) delay(ms) utmX(m) utmY(m) heading velocity cellid(db) sinr(db) rsrp(db) x y
            1721032372703 1721032372729 26 328977.51 3463460.16 2.6 6.3 5C422503D 15 -98 0 0
            1721032372758 1721032372779 21  328977.23 3463460.34 2.6 6.4 5C422503D 15 -98  0 0\u{20}
            1721032372000 1721032372779 21 328977.23 3463460.34 2.6 6.4 5C422503D 15 -98 0 0
            """
        let trace = try TraceParser.parse(bytes: Array(text.utf8), name: "run.txt", format: .cicv5g)
        #expect(trace.rows.count == 2 && trace.refused[2] == 1 && !trace.isGeographic)
        #expect(abs(trace.rows[1].seconds - 0.055) < 1e-6 && trace.rows[1].delayMs == 21)
        #expect(trace.rows[0].snrDb == 15 && trace.rows[0].rsrpDbm == -98 && trace.cellNames == ["5C422503D"])
        #expect(TraceParser.format(of: Array(text.utf8)) == .cicv5g)
        #expect(TraceParser.format(of: Array(TraceParserTests.header.utf8)) == .ucc)
        #expect(TraceParser.format(of: [0xFF, 0]) == nil)
    }

    @Test(arguments: 0..<200)
    func flippedBytesNeverStopTheReader(seed: Int) {
        var text = Array(([Self.header] + (30...59).map { Self.row("10.16.\($0)") }).joined(separator: "\n").utf8)
        var word = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        for _ in 0..<12 {
            word ^= word << 13
            word ^= word >> 7
            word ^= word << 17
            text[Int(word % UInt64(text.count))] = UInt8(truncatingIfNeeded: word >> 32)
        }
        do throws(TraceError) {
            let trace = try TraceParser.parse(bytes: text, name: "drive.csv", format: .ucc)
            #expect(trace.rows.allSatisfy { $0.x.isFinite && $0.y.isFinite && $0.seconds >= 0 }, "seed \(seed)")
        } catch {
            #expect(!error.message.isEmpty, "seed \(seed)")
        }
    }
}
