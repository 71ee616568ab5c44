internal import Foundation

/// A row as one line of JSON: its table under `table`, then its columns; bytes in base 64, what a row leaves out is not
/// there.
package enum JSONLine {
    /// Bytes of a line at most.
    package static let mostBytes = 64 << 20

    /// Appends the line of a row, with its end.
    package static func append(_ table: ContextTable, _ values: [ContextValue], to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "{\"table\":\"\(table.name)\"".utf8)
        appendFields(table, values, to: &bytes)
        bytes.append(contentsOf: "}\n".utf8)
    }

    /// Appends `,"column":value` for each field that the row has.
    package static func appendFields(_ table: ContextTable, _ values: [ContextValue], to bytes: inout [UInt8]) {
        for (column, value) in zip(table.columns, values) where value != .null {
            bytes.append(contentsOf: ",\"\(column.name)\":".utf8)
            append(value, to: &bytes)
        }
    }

    /// The row of a line. Throws `input`, saying what is wrong with it.
    package static func row(_ line: String) throws(ContextStoreError) -> ContextRow {
        guard let fields = try? JSONDecoder().decode([String: Field].self, from: Data(line.utf8)) else {
            throw ContextStoreError(.input, "no JSON object of numbers and texts")
        }
        guard case .text(let name)? = fields["table"] else {
            throw ContextStoreError(.input, "the object has no 'table'")
        }
        guard let table = ContextTable.named(name) else {
            let known = ContextTable.all.map(\.name).joined(separator: ", ")
            throw ContextStoreError(.input, "there is no table '\(name)'; there are \(known)")
        }
        var values: [ContextValue] = []
        for column in table.columns { values.append(try value(of: column, fields[column.name])) }
        let unknown = fields.keys.filter { $0 != "table" && !table.has($0) }.sorted()
        guard unknown.isEmpty else {
            throw ContextStoreError(.input, "\(name) has no column '\(unknown[0])'")
        }
        let row = ContextRow(table, values)
        try checkTime(of: row)
        return row
    }

    /// Up to the end of year 9999, microseconds since 1970.
    private static let times: ClosedRange<Int64> = 0...253_402_300_799_999_999

    /// Rows are found, summed up and removed by their time: one beyond all times would stay for ever.
    private static func checkTime(of row: ContextRow) throws(ContextStoreError) {
        guard let name = row.table.time, let at = row.table.index(of: name).flatMap({ row.values[$0].integer }) else {
            return
        }
        guard times.contains(at) else { throw ContextStoreError(.input, "'\(name)' is no time of this age") }
        guard row.table == .measurement, let place = row.table.index(of: "bucket") else { return }
        guard row.values[place].integer == KPISample.bucket(of: at) else {
            throw ContextStoreError(.input, "'bucket' must be \(KPISample.bucket(of: at)), the bucket of its '\(name)'")
        }
    }

    // MARK: Values

    /// Appends one value.
    static func append(_ value: ContextValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .integer(let number): bytes.append(contentsOf: "\(number)".utf8)
        case .real(let number): bytes.append(contentsOf: "\(number)".utf8)
        case .text(let text): append(text, to: &bytes)
        case .blob(let data): bytes.append(contentsOf: "\"\(Data(data).base64EncodedString())\"".utf8)
        }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20, 0x7F:
                let digits = String(byte, radix: 16)
                bytes.append(contentsOf: "\\u00\(digits.count == 1 ? "0" : "")\(digits)".utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private enum Field: Decodable {
        case null
        case integer(Int64)
        case real(Double)
        case text(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let number = try? container.decode(Int64.self) {
                self = .integer(number)
            } else if let number = try? container.decode(Double.self) {
                self = .real(number)
            } else {
                self = .text(try container.decode(String.self))
            }
        }
    }

    private static func value(
        of column: ContextTable.Column, _ field: Field?
    ) throws(ContextStoreError) -> ContextValue {
        switch (field ?? .null, column.kind) {
        case (.null, _):
            guard column.isOptional else { throw ContextStoreError(.input, "'\(column.name)' is missing") }
            return .null
        case (.integer(let number), .integer): return .integer(number)
        case (.integer(let number), .real): return .real(Double(number))
        case (.real(let number), .real): return .real(number)
        case (.text(let text), .text), (.text(let text), .label): return .text(text)
        case (.text(let text), .object):
            guard (try? JSONSerialization.jsonObject(with: Data(text.utf8))) is [String: Any] else {
                throw ContextStoreError(.input, "'\(column.name)' is no JSON object")
            }
            return .text(text)
        case (.text(let text), .blob):
            guard let data = Data(base64Encoded: text) else {
                throw ContextStoreError(.input, "'\(column.name)' is not in base 64")
            }
            return .blob([UInt8](data))
        default:
            let wanted =
                switch column.kind {
                case .integer: "a whole number"
                case .real: "a number"
                case .text, .label: "a text"
                case .blob: "bytes in base 64"
                case .object: "a text that is a JSON object"
                }
            throw ContextStoreError(.input, "'\(column.name)' must be \(wanted)")
        }
    }
}
