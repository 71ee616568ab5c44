package import NetworkModel

/// Reads measured drives from bytes; a row that cannot be used is counted, a file that cannot is a `TraceError`.
package enum TraceParser {
    /// What phones report: of RSRP -156 to -31 dBm (TS 38.133, Table 10.1.6.1-1), and of SNR as much as 40 dB.
    private static let rsrpDbm: ClosedRange<Float> = -160...(-30)
    private static let snrDb: ClosedRange<Float> = -50...40
    /// Times of a drive end by then, milliseconds: the year 5138.
    private static let latestMs = 1e14

    /// Largest file that is read.
    package static let largestFileBytes = 64 << 20

    /// Reads one file.
    ///
    /// - Parameter name: the file's name, for messages and as name of the drive.
    package static func parse(
        bytes: [UInt8], name: String, format: ReplayConfiguration.Format
    ) throws(TraceError) -> ParsedTrace {
        guard bytes.count <= largestFileBytes else {
            throw TraceError(file: name, line: 1, message: "larger than \(largestFileBytes >> 20) MiB")
        }
        let trace =
            switch format {
            case .ucc: try parseUCC(bytes, name)
            case .cicv5g: try parseCICV5G(bytes, name)
            }
        guard !trace.rows.isEmpty else {
            let why = trace.firstRefusals.first.map { "; line \($0.line): \($0.reason.rawValue)" } ?? ""
            throw TraceError(file: name, line: 1, message: "no usable row, \(trace.refusedRows) refused\(why)")
        }
        return trace
    }

    /// Reads the format from the header line, so that a user need not name it: comma-separated `Timestamp` is `ucc`,
    /// blank-separated `pub_time` is `cicv5g`; nil is neither.
    package static func format(of bytes: [UInt8]) -> ReplayConfiguration.Format? {
        let head = String(decoding: bytes.prefix(4096), as: UTF8.self)
        if head.hasPrefix("Timestamp,") { return .ucc }
        if head.hasPrefix("pub_time") { return .cicv5g }
        return nil
    }

    // MARK: - Columns

    /// Finds columns by name; text from a parenthesis on is a unit and does not count.
    private static func columns(
        _ names: [String], in text: inout TraceText, file: String
    ) throws(TraceError) -> [Int] {
        guard text.nextLine() else { throw TraceError(file: file, line: 1, message: "empty file") }
        var header: [String] = []
        for field in text.fields.indices {
            let full = text.string(field)
            header.append(String(full.prefix { $0 != "(" && $0 != "\u{FEFF}" }))
        }
        var places: [Int] = []
        for name in names {
            guard let place = header.firstIndex(of: name) else {
                let found = header.prefix(30).joined(separator: ", ")
                throw TraceError(
                    file: file, line: text.line, column: name,
                    message: "missing; needed are \(names.joined(separator: ", ")); found \(found)")
            }
            places.append(place)
        }
        return places
    }

    /// A value where the phone reported one: `-`, nothing, -200 and 2147483647 mean that it did not.
    private static func value(_ text: TraceText, _ field: Int, _ isUnreadable: inout Bool) -> Float? {
        let range = text.fields[field]
        if range.isEmpty { return nil }
        if range.count == 1, text.string(field) == "-" { return nil }
        guard let number = text.number(field) else {
            isUnreadable = true
            return nil
        }
        if number == -200 || number >= 2_147_483_647 { return nil }
        guard abs(number) <= 1e9 else {
            isUnreadable = true
            return nil
        }
        return Float(number)
    }

    private static func isReported(rsrp: Float?, snr: Float?) -> Bool {
        (rsrp.map(rsrpDbm.contains) ?? true) && (snr.map(snrDb.contains) ?? true)
    }

    // MARK: - uccmisl/5Gdataset

    private static func parseUCC(_ bytes: [UInt8], _ name: String) throws(TraceError) -> ParsedTrace {
        var text = TraceText(bytes: bytes, separator: 0x2C)
        let needed = [
            "Timestamp", "Longitude", "Latitude", "RAWCELLID", "RSRP", "SNR", "CQI", "NRxRSRP", "DL_bitrate",
        ]
        let at = try columns(needed, in: &text, file: name)
        let width = text.fields.count
        var builder = TraceBuilder(ParsedTrace(name: name, isGeographic: true))
        while text.nextLine() {
            guard text.fields.count == width else {
                builder.refuse(text.line, .fieldCount)
                continue
            }
            guard let seconds = uccSeconds(text, at[0]) else {
                builder.refuse(text.line, .time)
                continue
            }
            let place = text.number(at[1]).flatMap { x in text.number(at[2]).map { (x: x, y: $0) } }
            guard let place, abs(place.x) <= 180, abs(place.y) <= 90 else {
                builder.refuse(text.line, .position)
                continue
            }
            var unreadable = false
            let rsrp = value(text, at[4], &unreadable)
            let snr = value(text, at[5], &unreadable)
            let cqi = value(text, at[6], &unreadable)
            let neighbour = value(text, at[7], &unreadable)
            let downlink = value(text, at[8], &unreadable)
            guard !unreadable, isReported(rsrp: rsrp, snr: snr) else {
                builder.refuse(text.line, unreadable ? .number : .range)
                continue
            }
            builder.append(
                line: text.line, time: seconds, cell: text.string(at[3]),
                ParsedTrace.Row(
                    seconds: 0, x: place.x, y: place.y, cell: 0, rsrpDbm: rsrp, snrDb: snr,
                    cqi: cqi.flatMap { UInt8(exactly: $0) }, neighbourRsrpDbm: neighbour, downlinkKbps: downlink,
                    delayMs: nil))
        }
        return builder.trace
    }

    /// Seconds since 1970 of `2019.12.14_10.16.30`, taken as universal time.
    private static func uccSeconds(_ text: TraceText, _ field: Int) -> Double? {
        guard text.fields[field].count == 19,
            let year = text.digits(field, 0, 4), let month = text.digits(field, 5, 2),
            let day = text.digits(field, 8, 2), let hour = text.digits(field, 11, 2),
            let minute = text.digits(field, 14, 2), let second = text.digits(field, 17, 2),
            1...12 ~= month, 1...31 ~= day, hour < 24, minute < 60, second <= 60
        else { return nil }
        // Days of the civil calendar, years counted from March.
        let (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 719_469
        return Double(((days * 24 + hour) * 60 + minute) * 60 + second)
    }

    // MARK: - zxr805/CICV5G

    private static func parseCICV5G(_ bytes: [UInt8], _ name: String) throws(TraceError) -> ParsedTrace {
        var text = TraceText(bytes: bytes, separator: 0x20)
        let needed = ["pub_time", "delay", "utmX", "utmY", "cellid", "sinr", "rsrp"]
        let at = try columns(needed, in: &text, file: name)
        let width = text.fields.count
        var builder = TraceBuilder(ParsedTrace(name: name, isGeographic: false))
        while text.nextLine() {
            guard text.fields.count == width else {
                builder.refuse(text.line, .fieldCount)
                continue
            }
            guard let time = text.number(at[0]), time >= 0, time <= latestMs else {
                builder.refuse(text.line, .time)
                continue
            }
            guard let x = text.number(at[2]), let y = text.number(at[3]), abs(x) < 1e8, abs(y) < 1e8 else {
                builder.refuse(text.line, .position)
                continue
            }
            var unreadable = false
            let delay = value(text, at[1], &unreadable)
            let snr = value(text, at[5], &unreadable)
            let rsrp = value(text, at[6], &unreadable)
            guard !unreadable, isReported(rsrp: rsrp, snr: snr) else {
                builder.refuse(text.line, unreadable ? .number : .range)
                continue
            }
            builder.append(
                line: text.line, time: time / 1_000, cell: text.string(at[4]),
                ParsedTrace.Row(
                    seconds: 0, x: x, y: y, cell: 0, rsrpDbm: rsrp, snrDb: snr, cqi: nil, neighbourRsrpDbm: nil,
                    downlinkKbps: nil, delayMs: delay))
        }
        return builder.trace
    }
}

/// Puts rows together: order of time, names of cells, pauses.
private struct TraceBuilder {
    var trace: ParsedTrace
    private var first: Double?
    private var last = -Double.infinity

    init(_ trace: ParsedTrace) { self.trace = trace }

    mutating func refuse(_ line: Int, _ reason: ParsedTrace.Reason) { trace.refuse(line: line, reason) }

    mutating func append(line: Int, time: Double, cell: String, _ row: ParsedTrace.Row) {
        guard time >= last else { return refuse(line, .order) }
        guard !cell.isEmpty, cell != "-", cell.utf8.count <= 32 else { return refuse(line, .cell) }
        var row = row
        if let known = trace.cellNames.lastIndex(of: cell) {
            row.cell = known
        } else {
            row.cell = trace.cellNames.count
            trace.cellNames.append(cell)
        }
        if first != nil, time - last > 5 { trace.gaps += 1 }
        let start = first ?? time
        first = start
        last = time
        row.seconds = time - start
        trace.rows.append(row)
    }
}
