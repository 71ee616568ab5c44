/// Which column of a file holds what.
package struct MeasurementLayout: Sendable, Equatable {
    package enum Coordinates: Sendable, Equatable {
        /// Metres of any plane frame, UTM among them.
        case metres(x: String, y: String)
        /// WGS84 degrees.
        case degrees(latitude: String, longitude: String)
    }

    package enum Time: Sendable, Equatable {
        case seconds(String)
        case milliseconds(String)
        /// `2019.12.14_10.16.30`.
        case dotted(String)
        /// Rows follow each other by a second.
        case none
    }

    package var coordinates: Coordinates
    package var time: Time
    /// Column of the reading, dB or dBm.
    package var reading: String
    /// Column of the cell's name; nil takes all rows as of one cell.
    package var cell: String?
    /// Column of the device; nil takes each file as one device.
    package var phone: String?
    /// Height column, metres; nil takes 1.5 m.
    package var height: String?
    /// Separated by blanks instead of commas.
    package var isBlankSeparated = false
    /// Column and values of the rows that are taken; others are left out.
    package var only: (column: String, values: [String])?
    /// Texts and numbers that mean missing.
    package var missing = ["", "-"]
    /// Readings outside are left out: -200 dBm and 2147483647 mean missing in the field.
    package var range = -190.0...50.0
    /// Positions are repeated until the device has moved by about 100 m: rows between two fixes lie between them.
    package var interpolatesFixes = false
    /// A reading is repeated until it changes: only the first of each is taken.
    package var takesChangesOnly = false

    /// Low bits of a cell's name, a number, that tell the cells of one site apart; nil where names say nothing of it.
    package var cellBits: Int?

    package init(coordinates: Coordinates, time: Time, reading: String, cell: String?) {
        self.coordinates = coordinates
        self.time = time
        self.reading = reading
        self.cell = cell
    }

    package static func == (one: MeasurementLayout, other: MeasurementLayout) -> Bool {
        one.coordinates == other.coordinates && one.time == other.time && one.reading == other.reading
            && one.cell == other.cell && one.cellBits == other.cellBits && one.phone == other.phone
            && one.height == other.height
    }

    /// Raca et al., MMSys 2020 (uccmisl/5Gdataset): rows of 5G and LTE, whose RSRP is that of the LTE anchor.
    package static var ucc: MeasurementLayout {
        var layout = MeasurementLayout(
            coordinates: .degrees(latitude: "Latitude", longitude: "Longitude"), time: .dotted("Timestamp"),
            reading: "RSRP", cell: "RAWCELLID")
        layout.only = ("NetworkMode", ["5G", "LTE"])
        layout.interpolatesFixes = true
        // E-UTRAN cell identity, TS 36.413 section 9.2.1.38: 20 bits of the base station, 8 of its cell.
        layout.cellBits = 8
        return layout
    }

    /// zxr805/CICV5G: UTM, 20 rows a second of readings that change every few seconds.
    package static var cicv5g: MeasurementLayout {
        var layout = MeasurementLayout(
            coordinates: .metres(x: "utmX(m)", y: "utmY(m)"), time: .milliseconds("pub_time(ms)"),
            reading: "rsrp(dbm)", cell: "cellid")
        layout.isBlankSeparated = true
        layout.takesChangesOnly = true
        return layout
    }

    /// Maveric's simulated drives: `lon,lat` or `loc_x,loc_y`, degrees both.
    package static var maveric: MeasurementLayout {
        MeasurementLayout(
            coordinates: .degrees(latitude: "loc_y", longitude: "loc_x"), time: .none, reading: "rsrp_dbm",
            cell: "cell_id")
    }

    /// Other spellings of a column that are met in the files of a layout.
    static let spellings: [[String]] = [
        ["loc_x", "lon", "longitude"], ["loc_y", "lat", "latitude"], ["rsrp(dbm)", "rsrp(db)", "rsrp"],
        ["cellid", "cellid(db)"], ["rsrp_dbm", "cell_rxpwr_dbm"],
    ]
}
