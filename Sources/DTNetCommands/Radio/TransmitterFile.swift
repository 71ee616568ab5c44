internal import Foundation
package import RadioPropagation

/// A transmitter of a map: where it stands, how it radiates, with what power.
package struct MapTransmitter: Sendable, Equatable {
    /// Name of the cell.
    package var name: String
    /// Metres in the scene's axes.
    package var position: SIMD3<Double>
    package var antenna: Antenna
    /// Watts by subband while it sends.
    package var powerWatts: [Double]
    /// Share of time in which it sends, 0...1.
    package var load: Double
}

/// Transmitters from a CSV file with a header line: `x_m,y_m,z_m` (or `x,y,z`), and where they are given `cell`,
/// `power_dbm` or, per subband, `power_1_dbm`, `power_2_dbm` ..., `antenna`, `bearing_deg`, `downtilt_deg`, `slant_deg`
/// and `load`. What a row leaves empty takes the value of the command's option. Further columns are passed over.
package struct TransmitterFile: Sendable {
    package var transmitters: [MapTransmitter] = []
    /// 1 where the file gives no powers per subband.
    package let subbands: Int

    /// Transmitters at most: each keeps what it reaches in memory.
    package static let most = 256
    private static let mostSubbands = 256
    private static let positionNames = [["x_m", "x"], ["y_m", "y"], ["z_m", "z"]]

    /// What holds where a file or row says nothing.
    package struct Defaults: Sendable {
        /// Of a transmitter, over all subbands, dBm.
        package var powerDbm: Double
        package var antenna: AntennaPattern
        /// Degrees, as `--bearing`, `--downtilt` and `--slant`.
        package var bearing: Double
        package var downtilt: Double
        package var slant: Double

        package init(
            powerDbm: Double, antenna: AntennaPattern = .isotropic, bearing: Double = 0, downtilt: Double = 0,
            slant: Double = 0
        ) {
            self.powerDbm = powerDbm
            self.antenna = antenna
            self.bearing = bearing
            self.downtilt = downtilt
            self.slant = slant
        }

        func element(_ pattern: AntennaPattern, bearing: Double, downtilt: Double, slant: Double) -> Antenna {
            let radians = Double.pi / 180
            return Antenna(
                pattern, slant: slant * radians,
                orientation: AntennaOrientation(bearing: bearing * radians, downtilt: downtilt * radians))
        }
    }

    /// Reads a file from disk.
    ///
    /// - Throws: `ToolFailure` with `file:line:column: what is wrong`.
    static func read(_ path: String, defaults: Defaults) throws -> TransmitterFile {
        let data = try InputFile.data(at: path, mostMiB: 4)
        do {
            return try TransmitterFile(parsing: String(decoding: data, as: UTF8.self), defaults: defaults)
        } catch {
            throw ToolFailure(.usage, "\(path):\(error)")
        }
    }

    /// The antennas of some cells by the rows that name them, whatever else a file holds; a cell without a row, and
    /// what its row leaves empty, takes what the command's options say.
    ///
    /// - Throws: what is wrong with a row; also columns of antennas without one of cells.
    package static func antennas(
        parsing text: String, of cells: [String], defaults: Defaults
    ) throws(PointFile.Fault) -> [Antenna] {
        let common = defaults.element(
            defaults.antenna, bearing: defaults.bearing, downtilt: defaults.downtilt, slant: defaults.slant)
        var antennas = Array(repeating: common, count: cells.count)
        let rows = TransmitterFile.rows(of: text)
        guard let header = rows.first else { return antennas }
        let columns = TransmitterRow.fields(of: header.text)
        guard ["antenna", "bearing_deg", "downtilt_deg", "slant_deg"].contains(where: columns.contains) else {
            return antennas
        }
        guard columns.contains("cell") else {
            throw PointFile.Fault(
                line: header.line, column: 1,
                what: "no column cell among \(columns.joined(separator: ", ")), which says whose antennas these are")
        }
        for row in rows.dropFirst() {
            let reader = TransmitterRow(columns: columns, line: row.line, text: row.text)
            let antenna = try reader.antenna(defaults)
            if let cell = reader.value("cell").flatMap({ cells.firstIndex(of: $0) }) { antennas[cell] = antenna }
        }
        return antennas
    }

    /// Lines that are not blank, with their numbers.
    private static func rows(of text: String) -> [(line: Int, text: Substring)] {
        var rows: [(line: Int, text: Substring)] = []
        for (line, row) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if !row.allSatisfy({ $0 == " " || $0 == "\u{FEFF}" }) { rows.append((line + 1, row)) }
        }
        return rows
    }

    package init(parsing text: String, defaults: Defaults) throws(PointFile.Fault) {
        let rows = TransmitterFile.rows(of: text)
        guard let header = rows.first else {
            throw PointFile.Fault(line: 1, column: 1, what: "an empty file: a header line is missing")
        }
        let columns = TransmitterRow.fields(of: header.text)
        let powers = columns.filter { $0.hasPrefix("power_") && $0.hasSuffix("_dbm") && $0 != "power_dbm" }
        subbands = max(1, powers.count)
        for names in TransmitterFile.positionNames where !names.contains(where: columns.contains) {
            throw PointFile.Fault(
                line: header.line, column: 1,
                what: "no column \(names[0]) (or \(names[1])) among \(columns.joined(separator: ", "))")
        }
        for subband in 1...subbands where !powers.isEmpty && !columns.contains("power_\(subband)_dbm") {
            throw PointFile.Fault(
                line: header.line, column: 1, what: "\(powers.count) columns of powers, but no power_\(subband)_dbm")
        }
        guard subbands <= TransmitterFile.mostSubbands else {
            throw PointFile.Fault(
                line: header.line, column: 1, what: "more than \(TransmitterFile.mostSubbands) subbands")
        }
        for row in rows.dropFirst() {
            guard transmitters.count < TransmitterFile.most else {
                throw PointFile.Fault(
                    line: row.line, column: 1, what: "more than \(TransmitterFile.most) transmitters")
            }
            let reader = TransmitterRow(columns: columns, line: row.line, text: row.text)
            transmitters.append(try transmitter(reader, isPerSubband: !powers.isEmpty, defaults: defaults))
        }
        guard !transmitters.isEmpty else {
            throw PointFile.Fault(line: header.line, column: 1, what: "no transmitter below the header")
        }
    }

    private func transmitter(
        _ row: TransmitterRow, isPerSubband: Bool, defaults: Defaults
    ) throws(PointFile.Fault) -> MapTransmitter {
        var position = SIMD3<Double>.zero
        for (axis, names) in TransmitterFile.positionNames.enumerated() {
            let name = row.columns.contains(names[0]) ? names[0] : names[1]
            position[axis] = try row.required(name, in: -1e7...1e7, "metres within 10,000 km")
        }
        let name = row.value("cell") ?? "\(transmitters.count + 1)"
        if transmitters.contains(where: { $0.name == name }) {
            throw row.fault("cell", "'\(name)' is the name of a row above")
        }
        let antenna = try row.antenna(defaults)
        var watts: [Double] = []
        if isPerSubband {
            // A subband without a number is one that the cell does not send in.
            for subband in 1...subbands {
                watts.append(RadioArguments.watts(try row.power("power_\(subband)_dbm")))
            }
        } else {
            watts = [RadioArguments.watts(try row.power("power_dbm") ?? defaults.powerDbm)]
        }
        return MapTransmitter(
            name: name, position: position, antenna: antenna, powerWatts: watts,
            load: try row.number("load", in: 0...1, "a share of time") ?? 1)
    }
}

/// One row of such a file.
private struct TransmitterRow {
    let columns: [String]
    let line: Int
    private let fields: [String]
    /// Where each field begins, from 1.
    private let places: [Int]

    init(columns: [String], line: Int, text: Substring) {
        self.columns = columns
        self.line = line
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        fields = TransmitterRow.fields(of: text)
        places = parts.map { text.utf8.distance(from: text.startIndex, to: $0.startIndex) + 1 }
    }

    static func fields(of text: Substring) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: CharacterSet(charactersIn: " \u{FEFF}"))
        }
    }

    /// nil where there is no such column, or the row leaves it empty.
    func value(_ name: String) -> String? {
        guard let column = columns.firstIndex(of: name), fields.indices.contains(column), !fields[column].isEmpty
        else { return nil }
        return fields[column]
    }

    func fault(_ name: String, _ what: String) -> PointFile.Fault {
        let column = columns.firstIndex(of: name) ?? 0
        return PointFile.Fault(
            line: line, column: places.indices.contains(column) ? places[column] : 1, what: "\(name): \(what)")
    }

    func number(
        _ name: String, in range: ClosedRange<Double>, _ what: String
    ) throws(PointFile.Fault) -> Double? {
        guard let text = value(name) else { return nil }
        guard let number = Double(text), range.contains(number) else {
            throw fault(name, "'\(text)' is not \(what)")
        }
        return number
    }

    func antenna(_ defaults: TransmitterFile.Defaults) throws(PointFile.Fault) -> Antenna {
        var pattern = defaults.antenna
        if let text = value("antenna") {
            guard let known = AntennaPattern(rawValue: text) else {
                let names = AntennaPattern.allCases.map(\.rawValue).joined(separator: ", ")
                throw fault("antenna", "'\(text)' is none of \(names)")
            }
            pattern = known
        }
        return defaults.element(
            pattern, bearing: try number("bearing_deg", in: -360...360, "degrees") ?? defaults.bearing,
            downtilt: try number("downtilt_deg", in: -90...90, "degrees") ?? defaults.downtilt,
            slant: try number("slant_deg", in: -180...180, "degrees") ?? defaults.slant)
    }

    func power(_ name: String) throws(PointFile.Fault) -> Double? {
        try number(name, in: -200...100, "a power in dBm, -200 to 100")
    }

    func required(
        _ name: String, in range: ClosedRange<Double>, _ what: String
    ) throws(PointFile.Fault) -> Double {
        guard let number = try number(name, in: range, what) else { throw fault(name, "is missing") }
        return number
    }
}
