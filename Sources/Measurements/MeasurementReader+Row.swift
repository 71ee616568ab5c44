internal import Foundation
internal import Learning

extension MeasurementReader {
    /// Where the needed columns stand.
    struct Columns {
        var x, y, reading: Int
        var height, time, cell, phone, only: Int?
        /// Fields that a row needs.
        var least: Int

        init(_ layout: MeasurementLayout, header: [Substring], place: String) throws(MeasurementError) {
            func index(_ name: String) throws(MeasurementError) -> Int {
                let names = [name] + (MeasurementLayout.spellings.first { $0.contains(name) } ?? [])
                for name in names {
                    if let index = header.firstIndex(where: { $0.lowercased() == name.lowercased() }) { return index }
                }
                let known = header.prefix(40).joined(separator: ", ")
                throw MeasurementError(
                    place, "no column '\(name)'; the header has: \(known). Name it with an option, or another --layout")
            }
            switch layout.coordinates {
            case .metres(let xName, let yName): (x, y) = (try index(xName), try index(yName))
            case .degrees(let latitude, let longitude): (x, y) = (try index(longitude), try index(latitude))
            }
            reading = try index(layout.reading)
            switch layout.time {
            case .seconds(let name), .milliseconds(let name), .dotted(let name): time = try index(name)
            case .none: time = nil
            }
            if let name = layout.height { height = try index(name) }
            if let name = layout.cell { cell = try index(name) }
            if let name = layout.phone { phone = try index(name) }
            if let filter = layout.only { only = try index(filter.column) }
            least = ([x, y, reading] + [height, time, cell, phone, only].compactMap { $0 }).reduce(0, max) + 1
        }
    }

    /// One line on its way to a reading.
    struct Row {
        var fields: [Substring]
        var path: String
        var line: Int
        var columns: Columns
        var layout: MeasurementLayout

        /// Column of a field in its line, from 1.
        func place(_ column: Int) -> String { "\(path):\(line):\(column + 1)" }

        /// nil where something is missing, which is counted; positions as the file has them.
        func measurement(
            phone: UInt32, in set: inout MeasurementSet, _ places: inout PlaceFrame
        ) throws(MeasurementError) -> DriveReading? {
            if let only = columns.only, let filter = layout.only, !filter.values.contains(String(fields[only])) {
                set.leaveOut("of another kind (\(filter.column))", at: place(only))
                return nil
            }
            guard let reading = try number(columns.reading) else {
                set.leaveOut("without a reading", at: place(columns.reading))
                return nil
            }
            guard layout.range.contains(reading) else {
                set.leaveOut(
                    "with a reading outside \(layout.range.lowerBound)...\(layout.range.upperBound)",
                    at: place(columns.reading))
                return nil
            }
            guard let seconds = try seconds() else {
                set.leaveOut("without a time", at: place(columns.time ?? 0))
                return nil
            }
            let position = try position(among: &places)
            if position == nil { set.leaveOut("without a position (kept)", at: place(columns.x)) }
            let name = columns.cell.map { String(fields[$0]) } ?? "all"
            guard !layout.missing.contains(name) || columns.cell == nil else {
                set.leaveOut("without a cell", at: place(columns.cell ?? 0))
                return nil
            }
            var cell = set.cells.firstIndex(of: name)
            if cell == nil {
                guard set.cells.count < 4_096 else {
                    throw MeasurementError(place(columns.cell ?? 0), "more than 4096 cells: is this the cell's column?")
                }
                set.cells.append(name)
                cell = set.cells.count - 1
            }
            return DriveReading(
                line: line, seconds: seconds, position: position, cell: UInt32(cell ?? 0), phone: phone,
                readingDb: reading)
        }

        /// A number; nil where it is missing or not finite.
        private func number(_ column: Int) throws(MeasurementError) -> Double? {
            let text = String(fields[column])
            if layout.missing.contains(text) || ["nan", "na", "null", "none"].contains(text.lowercased()) {
                return nil
            }
            guard let value = Double(text) else {
                throw MeasurementError(place(column), "'\(text.prefix(40))' is no number")
            }
            return value.isFinite && value != 2_147_483_647 ? value : nil
        }

        private func position(among places: inout PlaceFrame) throws(MeasurementError) -> SIMD3<Double>? {
            guard let x = try number(columns.x), let y = try number(columns.y) else { return nil }
            if case .degrees = layout.coordinates, abs(x) > 180 || abs(y) > 90 || (x == 0 && y == 0) { return nil }
            places.note(SIMD2(x, y))
            return SIMD3(x, y, try columns.height.map(number).flatMap { $0 } ?? 1.5)
        }

        private func seconds() throws(MeasurementError) -> Double? {
            switch layout.time {
            case .none: return Double(line)
            case .seconds: return try columns.time.flatMap { column throws(MeasurementError) in try number(column) }
            case .milliseconds:
                return try columns.time.flatMap { column throws(MeasurementError) in try number(column) }.map {
                    $0 / 1_000
                }
            case .dotted:
                guard let column = columns.time else { return nil }
                return try dotted(column)
            }
        }

        /// `2019.12.14_10.16.30` as seconds since 1970.
        private func dotted(_ column: Int) throws(MeasurementError) -> Double {
            let parts = fields[column].split { $0 == "." || $0 == "_" }.map { Int($0) }
            guard parts.count == 6, let year = parts[0], let month = parts[1], let day = parts[2], let hour = parts[3],
                let minute = parts[4], let second = parts[5], (1...9_999).contains(year), (1...12).contains(month),
                (1...31).contains(day), (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
            else {
                throw MeasurementError(
                    place(column), "'\(fields[column].prefix(40))' is no time as 2019.12.14_10.16.30")
            }
            // Days since 1970 of the proleptic Gregorian calendar, years starting in March.
            let shifted = month > 2 ? year : year - 1
            let days =
                365 * shifted + shifted / 4 - shifted / 100 + shifted / 400
                + (153 * ((month + 9) % 12) + 2) / 5 + day - 719_469
            return Double(((days * 24 + hour) * 60 + minute) * 60 + second)
        }
    }
}
