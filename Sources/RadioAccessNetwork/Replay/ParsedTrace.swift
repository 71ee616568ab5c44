/// One measured drive: what a phone reported, row by row, and what of its file could not be used.
package struct ParsedTrace: Hashable, Sendable {
    /// One reading. nil is a value that the phone did not report.
    package struct Row: Hashable, Sendable {
        /// Seconds since the first row of the drive.
        package var seconds: Double
        /// Longitude and latitude in degrees, or easting and northing in metres: see `isGeographic`.
        package var x: Double
        package var y: Double
        /// Index into `cellNames`.
        package var cell: Int
        package var rsrpDbm: Float?
        package var snrDb: Float?
        package var cqi: UInt8?
        /// RSRP of the strongest neighbour, whose name is not known.
        package var neighbourRsrpDbm: Float?
        /// Downlink rate that the phone measured.
        package var downlinkKbps: Float?
        /// Measured one-way delay vehicle - 5G - cloud.
        package var delayMs: Float?
    }

    /// A row that was left out, and why.
    package struct Refusal: Hashable, Sendable {
        /// From 1, the header included.
        package var line: Int
        package var reason: Reason
    }

    package enum Reason: String, Hashable, Sendable, CaseIterable {
        case fieldCount = "another number of fields than the header"
        case time = "unreadable time"
        case order = "earlier than the row before"
        case position = "missing or unreadable position"
        case cell = "missing serving cell"
        case number = "unreadable number"
        case range = "an RSRP or SNR that no phone reports"
    }

    package var name: String
    /// Positions are degrees.
    package var isGeographic: Bool
    package var cellNames: [String] = []
    package var rows: [Row] = []
    /// Refused rows by reason, in the order of `Reason.allCases`.
    package var refused = [Int](repeating: 0, count: Reason.allCases.count)
    /// The first refusals, 16 at most.
    package var firstRefusals: [Refusal] = []
    /// Pauses of more than 5 s between rows.
    package var gaps = 0

    package init(name: String, isGeographic: Bool) {
        self.name = name
        self.isGeographic = isGeographic
    }

    package var refusedRows: Int { refused.reduce(0, +) }
    package var seconds: Double { rows.last?.seconds ?? 0 }

    mutating func refuse(line: Int, _ reason: Reason) {
        refused[Reason.allCases.firstIndex(of: reason)!] += 1
        if firstRefusals.count < 16 { firstRefusals.append(Refusal(line: line, reason: reason)) }
    }
}

/// Why a trace file cannot be used at all.
package struct TraceError: Error, Hashable, Sendable, CustomStringConvertible {
    package var file: String
    /// From 1.
    package var line: Int
    /// Name of the column, where one is at fault.
    package var column: String?
    package var message: String

    package var description: String {
        let place = column.map { "\(file):\(line): column \($0)" } ?? "\(file):\(line)"
        return "\(place): \(message)"
    }
}
