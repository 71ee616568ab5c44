package import Learning

/// One reading of a drive test.
package struct DriveReading: Sendable, Equatable {
    /// Line of the file, from 1.
    package var line: Int
    /// Seconds; the start is the file's own.
    package var seconds: Double
    /// Metres in the set's frame, z up; nil where the row has none.
    package var position: SIMD3<Double>?
    /// Index among the set's cells.
    package var cell: UInt32
    /// Index of the device.
    package var phone: UInt32
    /// RSRP or gain, dB.
    package var readingDb: Double

    package init(
        line: Int, seconds: Double, position: SIMD3<Double>?, cell: UInt32, phone: UInt32, readingDb: Double
    ) {
        self.line = line
        self.seconds = seconds
        self.position = position
        self.cell = cell
        self.phone = phone
        self.readingDb = readingDb
    }
}

/// Readings of some files in one frame.
package struct MeasurementSet: Sendable {
    package var rows: [DriveReading] = []
    /// Names of cells, by index.
    package var cells: [String] = []
    /// Low bits of a cell's name that tell the cells of one site apart; nil where names say nothing of sites.
    package var cellBits: Int?
    /// Devices so far: each file is one, unless a column names them.
    package var phones: [String] = []
    /// Where the frame lies; set by the first row that has a position.
    package var frame: Frame?
    /// Rows left out, by cause: how many, and the first as `file:line:column`.
    package var leftOut: [LeftOut] = []

    package struct LeftOut: Sendable, Equatable {
        package var cause: String
        package var count: Int
        package var first: String
    }

    package init() {}

    /// A new set that shares frame and names of cells, so that its readings can be predicted from this one's.
    package func sibling() -> MeasurementSet {
        var other = MeasurementSet()
        other.cells = cells
        other.cellBits = cellBits
        other.phones = phones
        other.frame = frame
        return other
    }

    /// Sites of the cells, by cell: the index of the site's first cell; its own where names say nothing of sites.
    package var sites: [Int] {
        guard let cellBits else { return Array(cells.indices) }
        var first: [UInt64: Int] = [:]  // lookup only
        return cells.enumerated().map { index, name in
            guard let number = UInt64(name) else { return index }
            let site = number >> UInt64(cellBits)
            let found = first[site] ?? index
            first[site] = found
            return found
        }
    }

    /// The same set with its first rows only.
    package func first(_ count: Int) -> MeasurementSet {
        var part = self
        part.rows = Array(rows.prefix(count))
        return part
    }

    mutating func leaveOut(_ cause: String, at place: String) {
        if let index = leftOut.firstIndex(where: { $0.cause == cause }) {
            leftOut[index].count += 1
        } else {
            leftOut.append(LeftOut(cause: cause, count: 1, first: place))
        }
    }
}
