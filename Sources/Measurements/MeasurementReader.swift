internal import Foundation

/// Reads drive tests: text with a header, one row a reading.
///
/// What is missing (an empty field, `-`, NaN, a value outside the layout's range) is left out and counted by cause;
/// what is no number at all, a row with too few fields or a header without a needed column is an error with its place.
package struct MeasurementReader: Sendable {
    package let layout: MeasurementLayout
    /// Files larger than this are refused.
    package static let largestFileBytes = 256 << 20

    package init(_ layout: MeasurementLayout) { self.layout = layout }

    /// Adds the readings of a file to a set.
    package func read(_ path: String, into set: inout MeasurementSet) throws(MeasurementError) {
        guard let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? nil else {
            throw MeasurementError(path, "no such file")
        }
        guard size <= MeasurementReader.largestFileBytes else {
            throw MeasurementError(path, "larger than 256 MiB; split it")
        }
        guard let data = FileManager.default.contents(atPath: path), let text = String(validating: data, as: UTF8.self)
        else { throw MeasurementError(path, "cannot be read as UTF-8 text") }
        try parse(text, path: path, into: &set)
    }

    /// Adds the readings of a text; `path` only names it.
    package func parse(_ text: String, path: String, into set: inout MeasurementSet) throws(MeasurementError) {
        var columns: Columns?
        var phone: UInt32?
        var number = 0
        let start = set.rows.count
        var places = PlaceFrame(layout)
        set.cellBits = layout.cellBits
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            let fields = fields(line)
            if fields.allSatisfy(\.isEmpty) { continue }
            guard let known = columns else {
                columns = try Columns(layout, header: fields, place: "\(path):\(number)")
                continue
            }
            guard fields.count >= known.least else {
                throw MeasurementError(
                    "\(path):\(number)", "\(fields.count) fields where the header needs \(known.least)")
            }
            let row = Row(fields: fields, path: path, line: number, columns: known, layout: layout)
            if phone == nil || known.phone != nil { phone = MeasurementReader.phone(row, path: path, in: &set) }
            if let reading = try row.measurement(phone: phone ?? 0, in: &set, &places) { set.rows.append(reading) }
        }
        guard let columns else { throw MeasurementError(path, "empty: a header line with column names is needed") }
        places.bring(&set, from: start, path: path, column: columns.x)
        guard set.rows.count > start else {
            let causes = set.leftOut.map { "\($0.count) \($0.cause)" }.joined(separator: ", ")
            throw MeasurementError(path, "no usable row (\(causes.isEmpty ? "no rows" : causes))")
        }
        finish(&set, from: start)
    }

    private func fields(_ line: Substring) -> [Substring] {
        if layout.isBlankSeparated { return line.split(whereSeparator: { " \t\u{FEFF}".contains($0) }) }
        guard line.contains("\"") else {
            return line.split(separator: ",", omittingEmptySubsequences: false).map(MeasurementReader.trimmed)
        }
        var isQuoted = false
        return line.split(omittingEmptySubsequences: false) { character in
            if character == "\"" { isQuoted.toggle() }
            return character == "," && !isQuoted
        }.map(MeasurementReader.trimmed)
    }

    /// Without blanks, quotes and a byte-order mark at its ends.
    private static func trimmed(_ field: Substring) -> Substring {
        let isFrame: (Character) -> Bool = { $0 == " " || $0 == "\"" || $0 == "\u{FEFF}" }
        var field = field.drop(while: isFrame)
        while let last = field.last, isFrame(last) { field.removeLast() }
        return field
    }

    private static func phone(_ row: Row, path: String, in set: inout MeasurementSet) -> UInt32 {
        let name = row.columns.phone.map { String(row.fields[$0]) } ?? path
        if let index = set.phones.firstIndex(of: name) { return UInt32(index) }
        set.phones.append(name)
        return UInt32(set.phones.count - 1)
    }

    /// What needs the neighbouring rows: positions between fixes, and repeated readings.
    private func finish(_ set: inout MeasurementSet, from start: Int) {
        if layout.interpolatesFixes { FixInterpolation.apply(&set.rows[start...]) }
        guard layout.takesChangesOnly else { return }
        var kept: [DriveReading] = []
        var latest: [UInt32: DriveReading] = [:]  // lookup only
        for row in set.rows[start...] {
            if let last = latest[row.phone], last.readingDb == row.readingDb, last.cell == row.cell { continue }
            latest[row.phone] = row
            kept.append(row)
        }
        let repeated = set.rows.count - start - kept.count
        if repeated > 0 {
            set.leftOut.append(.init(cause: "repeated readings", count: repeated, first: ""))
        }
        set.rows.replaceSubrange(start..., with: kept)
    }
}

/// Rows between two fixes lie between them: a phone that reports its position every 100 m repeats the last until then.
enum FixInterpolation {
    /// Fixes further apart than this in metres or seconds are not joined.
    private static let mostMetres = 500.0
    private static let mostSeconds = 300.0

    /// Of each phone by itself, whose rows others' may stand between.
    static func apply(_ rows: inout ArraySlice<DriveReading>) {
        let ordered = rows.indices.sorted { (rows[$0].phone, $0) < (rows[$1].phone, $1) }
        var first = 0
        while first < ordered.count {
            let phone = rows[ordered[first]].phone
            let next = ordered[first...].firstIndex { rows[$0].phone != phone } ?? ordered.count
            apply(&rows, of: ordered[first..<next])
            first = next
        }
    }

    /// - Parameter own: rows of one phone, in order.
    private static func apply(_ rows: inout ArraySlice<DriveReading>, of own: ArraySlice<Int>) {
        var fixes: [Int] = []
        for place in own.indices {
            guard let position = rows[own[place]].position else { continue }
            if let last = fixes.last, let before = rows[own[last]].position, before == position { continue }
            fixes.append(place)
        }
        for (from, to) in zip(fixes, fixes.dropFirst()) {
            guard let a = rows[own[from]].position, let b = rows[own[to]].position else { continue }
            let start = rows[own[from]].seconds
            let span = rows[own[to]].seconds - start
            let way = ((b - a) * (b - a)).sum().squareRoot()
            guard span > 0, span <= mostSeconds, way <= mostMetres else { continue }
            for index in own[from..<to] where rows[index].position != nil {
                rows[index].position = a + (b - a) * min(1, max(0, (rows[index].seconds - start) / span))
            }
        }
    }
}
