import Learning
import Measurements
import Testing

@Suite struct MeasurementReaderTests {
    let ucc = """
        Timestamp,Longitude,Latitude,NetworkMode,RSRP,RAWCELLID
        2019.12.14_10.16.30,-8.388186,51.935604,5G,-99,11
        2019.12.14_10.16.31,-8.388186,51.935604,5G,-200,11
        2019.12.14_10.16.32,-8.388186,51.935604,HSPA+,-70,12
        2019.12.14_10.16.33,-8.388186,51.935604,5G,-,11
        2019.12.14_10.16.34,-8.386726,51.935604,LTE,-101,13
        2019.12.14_10.16.35,-8.386726,51.935604,LTE,2147483647,13
        2019.12.14_10.16.36,-8.386726,51.935604,LTE,NaN,13
        """

    func read(_ text: String, _ layout: MeasurementLayout) throws -> MeasurementSet {
        var set = MeasurementSet()
        try MeasurementReader(layout).parse(text, path: "drive.csv", into: &set)
        return set
    }

    func message(_ text: String, _ layout: MeasurementLayout) -> String {
        do {
            _ = try read(text, layout)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func uccLeavesOutWhatIsMissingAndCountsIt() throws {
        let set = try read(ucc, .ucc)
        #expect(set.rows.map(\.readingDb) == [-99, -101])
        #expect(set.rows.map(\.line) == [2, 6])
        #expect(set.cells == ["11", "13"])
        #expect(set.rows[1].seconds - set.rows[0].seconds == 4)
        let causes = set.leftOut.map { "\($0.count) \($0.cause) \($0.first)" }
        #expect(causes.contains("3 without a reading drive.csv:5:5"), "\(causes)")
        #expect(causes.contains("1 of another kind (NetworkMode) drive.csv:4:4"), "\(causes)")
        #expect(
            causes.contains { $0.hasPrefix("1 with a reading outside") && $0.hasSuffix("drive.csv:3:5") }, "\(causes)")
    }

    @Test func degreesBecomeMetres() throws {
        let set = try read(ucc, .ucc)
        let first = try #require(set.rows[0].position)
        let second = try #require(set.rows[1].position)
        // 0.00146 degrees of longitude at 51.9356 N on WGS84.
        #expect(abs(second.x - first.x - 100.4) < 0.2)
        #expect(abs(second.y - first.y) < 1e-6)
    }

    @Test func rowsBetweenTwoFixesLieBetweenThem() throws {
        let rows = (0...4).map { "2019.12.14_10.16.3\($0),-8.\($0 < 4 ? "388186" : "386726"),51.9,5G,-9\($0),1" }
        let set = try read(
            "Timestamp,Longitude,Latitude,NetworkMode,RSRP,RAWCELLID\n" + rows.joined(separator: "\n"), .ucc)
        let x = set.rows.compactMap { $0.position?.x }
        for step in 1...4 { #expect(abs(x[step] - x[0] - Double(step) * (x[4] - x[0]) / 4) < 1e-9) }
    }

    /// Two phones in one file, row about: neither's fixes nor its repeated readings are the other's.
    @Test func phonesOfOneFileAreReadEachByItself() throws {
        var layout = MeasurementLayout.ucc
        layout.phone = "ue"
        let rows = (0...4).flatMap { step in
            [
                "2019.12.14_10.16.3\(step),-8.\(step < 4 ? "388186" : "386726"),51.9,5G,-9\(step),1,a",
                "2019.12.14_10.16.3\(step),-8.5,51.9,5G,-80,1,b",
            ]
        }
        let drive = try read(
            "Timestamp,Longitude,Latitude,NetworkMode,RSRP,RAWCELLID,ue\n" + rows.joined(separator: "\n"), layout)
        let (a, b) = (drive.rows.filter { $0.phone == 0 }, drive.rows.filter { $0.phone == 1 })
        let x = a.compactMap { $0.position?.x }
        try #require(x.count == 5 && b.count == 5)
        for step in 1...4 { #expect(abs(x[step] - x[0] - Double(step) * (x[4] - x[0]) / 4) < 1e-9) }
        #expect(b.allSatisfy { $0.position == b[0].position })
        layout = .cicv5g
        layout.phone = "ue"
        let changes = try read(
            "pub_time(ms) utmX(m) utmY(m) cellid rsrp(dbm) ue\n0 1 2 A -98 a\n1 1 2 A -98 b\n2 1 2 A -98 a\n", layout)
        #expect(changes.rows.map(\.line) == [2, 3])
    }

    @Test func cicv5gTakesEachChangeOnceAndShiftsUTM() throws {
        let text = """
            pub_time(ms) utmX(m) utmY(m) cellid(db) sinr(db) rsrp(db)
            1721032372000 328977.5 3463460.2 A 15 -98
            1721032372050 328977.2 3463460.3 A 15 -98
            1721032372100 328976.9 3463460.5 A 15 -97
            1721032372150 328976.4 3463460.9 A 15 -98
            """
        let set = try read(text, .cicv5g)
        #expect(set.rows.map(\.readingDb) == [-98, -97, -98])
        #expect(set.leftOut.map(\.cause) == ["repeated readings"])
        let place = try #require(set.rows[1].position)
        #expect(abs(place.x + 1.1) < 1e-6 && abs(place.y - 0.5) < 1e-6)
    }

    /// Before its first fix a receiver reports (0, 0): the others keep the origin that they have without that row.
    @Test func aFixFarFromAllOthersIsLeftOut() throws {
        let rows = ["328977.5 3463460.2 A 15 -98", "328976.5 3463461.2 A 15 -97", "328975.5 3463462.2 A 15 -96"]
        func text(_ bad: String) -> String {
            let all = [bad + " A 15 -99"] + rows
            return "pub_time(ms) utmX(m) utmY(m) cellid(db) sinr(db) rsrp(db)\n"
                + all.enumerated().map { "\(1_000 * $0) \($1)" }.joined(separator: "\n")
        }
        for bad in ["0 0", "-3e7 3463460"] {
            let set = try read(text(bad), .cicv5g)
            #expect(set.rows.map(\.readingDb) == [-98, -97, -96])
            #expect(set.frame == .metres(originX: 328_978, originY: 3_463_460))
            #expect(set.rows.map { $0.position?.x } == [-0.5, -1.5, -2.5])
            let causes = set.leftOut.map { "\($0.count) \($0.cause) \($0.first)" }
            #expect(causes == ["1 with a position more than 300 km from the others' drive.csv:2:2"], "\(causes)")
        }
        let degrees =
            "lon,lat,rsrp_dbm,cell_id\n0.0001,0,-95,1\n"
            + (1...3).map { "-121.\($0),47.4,-9\($0),1\n" }.joined()
        let set = try read(degrees, .maveric)
        #expect(set.rows.map(\.readingDb) == [-91, -92, -93])
        #expect(set.frame == .geodetic(latitude: 47.4, longitude: -121.1))
    }

    @Test func aDriveMayCrossTheMeridianOf180Degrees() throws {
        let set = try read(
            "lon,lat,rsrp_dbm,cell_id\n179.9995,-16.5,-95,1\n-179.9995,-16.5,-96,1\n-179.999,-16.5,-97,1\n", .maveric)
        let places = set.rows.compactMap(\.position)
        try #require(places.count == 3)
        // 0.001 degrees of longitude at 16.5 degrees south: 106.8 m.
        #expect(abs(places[1].x - places[0].x - 106.8) < 0.2 && abs(places[2].x - places[1].x - 53.4) < 0.2)
    }

    @Test func quotesKeepCommasAndMarksOfEncodingAreNoText() throws {
        var layout = MeasurementLayout(
            coordinates: .metres(x: "x", y: "y"), time: .none, reading: "gain", cell: "cell")
        let text = "\u{FEFF}\"cell\",x,y,gain\r\n\"Cork, west\",1,2,-90\r\n"
        let set = try read(text, layout)
        #expect(set.cells == ["Cork, west"] && set.rows.map(\.readingDb) == [-90])
        layout.isBlankSeparated = true
        #expect(try read("\u{FEFF}cell x y gain\nA 1 2 -90\n", layout).cells == ["A"])
    }

    @Test func maverickSpellingsAreKnown() throws {
        for header in ["loc_x,loc_y,rsrp_dbm,cell_id", "lon,lat,rsrp_dbm,cell_id"] {
            let set = try read(header + "\n-121.769,47.4755,-95.8,1\n-121.769,47.4758,-95.5,1\n", .maveric)
            #expect(set.rows.count == 2 && set.cells == ["1"])
        }
    }

    @Test func columnsAreNamed() throws {
        var layout = MeasurementLayout(
            coordinates: .metres(x: "east", y: "north"), time: .seconds("t"), reading: "gain", cell: "sector")
        layout.phone = "ue"
        let set = try read("t,ue,sector,east,north,gain\n0,a,s1,1,2,-90\n1,b,s2,3,4,-91\n2,a,s1,,,-92\n", layout)
        #expect(set.phones == ["a", "b"] && set.rows.map(\.phone) == [0, 1, 0])
        #expect(set.rows[2].position == nil)
        #expect(set.rows[1].position == SIMD3(3, 4, 1.5))
    }

    @Test func faultsNameTheirPlace() {
        #expect(message(ucc.replacing("-99", with: "-9x9"), .ucc) == "drive.csv:2:5: '-9x9' is no number")
        #expect(message("a,b\n1,2\n", .ucc).hasPrefix("drive.csv:1: no column 'Longitude'; the header has: a, b"))
        #expect(message(ucc + "\n2019.12.14_10.16.36,-8.3", .ucc) == "drive.csv:9: 2 fields where the header needs 6")
        #expect(message("", .ucc) == "drive.csv: empty: a header line with column names is needed")
        #expect(message(ucc.replacing("10.16.30", with: "noon"), .ucc).hasPrefix("drive.csv:2:1: '2019.12.14_noon'"))
        #expect(message("loc_x,loc_y,rsrp_dbm,cell_id\n", .maveric).contains("no usable row"))
        for time in ["9223372036854775807.12.14_10.16.30", "2019.12.41_10.16.30", "2019.12.14_25.16.30"] {
            #expect(message(ucc.replacing("2019.12.14_10.16.30", with: time), .ucc).contains("is no time as"))
        }
    }

    @Test func mutatedFilesNeverTrap() {
        let bytes = Array(ucc.utf8)
        for at in bytes.indices {
            for byte in [UInt8(ascii: ","), UInt8(ascii: "e"), UInt8(ascii: "-"), UInt8(ascii: "\n"), 0xFF] {
                var mutated = bytes
                mutated[at] = byte
                _ = message(String(decoding: mutated, as: UTF8.self), .ucc)
            }
        }
    }
}
