internal import ArgumentParser
internal import Measurements

/// Which columns of a drive test hold what: a known layout, or names.
struct LayoutOptions: ParsableArguments {
    static let names = ["columns", "ucc", "cicv5g", "maveric"]

    @Option(
        help: "Layout of the files: ucc, cicv5g, maveric, or columns named by the options below.",
        completion: .list(names))
    var layout = "columns"

    @Option(help: "Columns of x and y in metres, UTM among them, e.g. x_m,y_m.")
    var metres: String?

    @Option(help: "Columns of latitude and longitude in degrees (WGS84), e.g. lat,lon.")
    var degrees: String?

    @Option(help: "Column of the height in metres (default: 1.5 m everywhere).")
    var height: String?

    @Option(help: "Column of the time, with its unit: NAME:s or NAME:ms (default: one row a second).")
    var time: String?

    @Option(help: "Column of the cell's name (default: one cell).")
    var cell: String?

    @Option(
        help: ArgumentHelp(
            "Low bits of a cell's number that tell the cells of one site apart.",
            discussion: "8 for E-UTRAN cell identities, as in ucc: --baseline map takes a cell that was never "
                + "heard for one of its site. Without this every cell has a site of its own."))
    var cellBits: Int?

    @Option(help: "Column of the reading, RSRP or gain in dB (default: rsrp_dbm).")
    var reading: String?

    @Option(help: "Column of the device (default: each file is one device).")
    var phone: String?

    @Flag(help: "Columns are separated by blanks, not by commas.")
    var blanks = false

    /// The layout that the options describe.
    func resolve() throws -> MeasurementLayout {
        var chosen: MeasurementLayout
        switch layout {
        case "ucc": chosen = .ucc
        case "cicv5g": chosen = .cicv5g
        case "maveric": chosen = .maveric
        case "columns":
            chosen = MeasurementLayout(
                coordinates: .metres(x: "x_m", y: "y_m"), time: .none, reading: "rsrp_dbm", cell: nil)
        default: throw ValidationError("'\(layout)' is no layout: \(LayoutOptions.names.joined(separator: ", "))")
        }
        if metres != nil && degrees != nil { throw ValidationError("--metres and --degrees exclude each other") }
        if let metres {
            let pair = try LayoutOptions.pair(metres, "--metres")
            chosen.coordinates = .metres(x: pair.0, y: pair.1)
        }
        if let degrees {
            let pair = try LayoutOptions.pair(degrees, "--degrees")
            chosen.coordinates = .degrees(latitude: pair.0, longitude: pair.1)
        }
        if let height { chosen.height = height }
        if let time { chosen.time = try LayoutOptions.time(time) }
        if let cell {
            chosen.cell = cell
            chosen.cellBits = nil
        }
        if let cellBits {
            guard (1...63).contains(cellBits) else { throw ValidationError("--cell-bits is 1 to 63") }
            chosen.cellBits = cellBits
        }
        if let reading { chosen.reading = reading }
        if let phone { chosen.phone = phone }
        if blanks { chosen.isBlankSeparated = true }
        return chosen
    }

    private static func pair(_ text: String, _ option: String) throws -> (String, String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw ValidationError("\(option) takes two names of columns with a comma between, not '\(text)'")
        }
        return (parts[0], parts[1])
    }

    private static func time(_ text: String) throws -> MeasurementLayout.Time {
        if text.hasSuffix(":ms") { return .milliseconds(String(text.dropLast(3))) }
        if text.hasSuffix(":s") { return .seconds(String(text.dropLast(2))) }
        throw ValidationError("--time takes NAME:s or NAME:ms, not '\(text)'")
    }
}
