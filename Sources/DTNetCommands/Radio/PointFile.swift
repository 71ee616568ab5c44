internal import Foundation

/// Positions from a CSV file with a header line. Further columns are passed over.
package struct PointFile: Sendable {
    package var points: [SIMD3<Double>]
    /// x and y as the file writes them, for tables that repeat them.
    package var labels: [(x: String, y: String)]

    private static let largestBytes = 256 << 20
    private static let mostPoints = 5_000_000
    /// Names of the three coordinates, most telling first.
    private static let names = [
        ["rx_x", "x_m", "x"], ["rx_y", "y_m", "y"], ["rx_z", "z_m", "z", "height_m"],
    ]

    /// Reads a file from disk.
    ///
    /// - Parameter height: for files without a column of heights; nil requires one.
    /// - Throws: `ToolFailure` with `file:line:column: what is wrong`.
    static func read(_ path: String, height: Double?) throws -> PointFile {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
            throw ToolFailure(.usage, "\(path): \(isFolder.boolValue ? "a folder, not a CSV file" : "no such file")")
        }
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? nil
        guard let size, size <= largestBytes, let data = FileManager.default.contents(atPath: path) else {
            throw ToolFailure(.usage, "\(path): cannot be read, or larger than \(largestBytes >> 20) MiB")
        }
        do {
            return try PointFile(parsing: [UInt8](data), height: height)
        } catch {
            throw ToolFailure(.usage, "\(path):\(error)")
        }
    }

    /// What is wrong with the text, and where.
    package struct Fault: Error, Equatable, CustomStringConvertible {
        package var line: Int
        package var column: Int
        package var what: String

        package var description: String { "\(line):\(column): \(what)" }
    }

    package init(parsing bytes: [UInt8], height: Double?) throws(Fault) {
        points = []
        labels = []
        var columns: [Int?]?
        var line = 0
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let bytes = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
        for text in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            line += 1
            let row = text.last == UInt8(ascii: "\r") ? text.dropLast() : text
            if row.allSatisfy({ $0 == UInt8(ascii: " ") }) { continue }
            let fields = row.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            guard let known = columns else {
                columns = try PointFile.columns(of: fields, line: line, needsHeight: height == nil)
                continue
            }
            guard points.count < PointFile.mostPoints else {
                throw Fault(line: line, column: 1, what: "more than \(PointFile.mostPoints) points")
            }
            var values = [0.0, 0, height ?? 0]
            for axis in 0..<3 {
                guard let column = known[axis] else { continue }
                values[axis] = try PointFile.number(fields, column, line: line, axis: axis)
            }
            points.append(SIMD3(values[0], values[1], values[2]))
            labels.append((PointFile.text(fields[known[0] ?? 0]), PointFile.text(fields[known[1] ?? 1])))
        }
        guard columns != nil else { throw Fault(line: 1, column: 1, what: "an empty file: a header line is missing") }
        guard !points.isEmpty else { throw Fault(line: line, column: 1, what: "no point below the header") }
    }

    private static func columns(
        of fields: [ArraySlice<UInt8>], line: Int, needsHeight: Bool
    ) throws(Fault) -> [Int?] {
        let header = fields.map(text)
        if header.contains(where: { Double($0) != nil }) {
            throw Fault(
                line: line, column: 1, what: "a header line is missing: name the columns, e.g. rx_x,rx_y,rx_z")
        }
        var found: [Int?] = []
        for (axis, names) in names.enumerated() {
            let column = names.lazy.compactMap { header.firstIndex(of: $0) }.first
            if column == nil && (axis < 2 || needsHeight) {
                throw Fault(
                    line: line, column: 1,
                    what: "no column \(names[0]) (or \(names.dropFirst().joined(separator: ", "))) among "
                        + header.joined(separator: ", "))
            }
            found.append(column)
        }
        return found
    }

    private static func number(
        _ fields: [ArraySlice<UInt8>], _ column: Int, line: Int, axis: Int
    ) throws(Fault) -> Double {
        guard fields.indices.contains(column) else {
            let end = (fields.last?.endIndex ?? 0) - (fields.first?.startIndex ?? 0) + 1
            throw Fault(line: line, column: end, what: "the row ends before column \(column + 1), \(names[axis][0])")
        }
        let place = fields[column].startIndex - (fields.first?.startIndex ?? 0) + 1
        let text = text(fields[column])
        guard let value = Double(text), value.isFinite, abs(value) <= 1e7 else {
            throw Fault(
                line: line, column: place,
                what: "\(names[axis][0]): '\(text)' is not a finite number of metres within 10,000 km")
        }
        return value
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String {
        let trimmed = field.drop { $0 == UInt8(ascii: " ") }
        let text = String(decoding: trimmed, as: UTF8.self)
        return text.hasSuffix(" ") ? text.trimmingCharacters(in: .whitespaces) : text
    }
}
