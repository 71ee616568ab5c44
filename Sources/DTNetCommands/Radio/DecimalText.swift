/// Text of tables: numbers with fixed decimals, written without a format string (tables have millions of them).
package struct DecimalText: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// What another text holds.
    package mutating func append(_ text: DecimalText) { bytes.append(contentsOf: text.bytes) }

    package mutating func append(_ byte: Unicode.Scalar) { bytes.append(UInt8(ascii: byte)) }

    /// A number rounded to some decimals, 0 to 9; its size below 1e9. What is not finite becomes an empty cell.
    package mutating func append(_ value: Double, decimals: Int) {
        guard value.isFinite, abs(value) < 1e9 else { return }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        var rest = UInt64((abs(value) * scale).rounded())
        if value < 0 && rest > 0 { append("-") }
        var digits: [UInt8] = []
        var place = 0
        repeat {
            if place == decimals && decimals > 0 { digits.append(UInt8(ascii: ".")) }
            digits.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
            place += 1
        } while rest > 0 || place <= decimals
        bytes.append(contentsOf: digits.reversed())
    }

    /// A number as short as it reads back the same, without `.0`.
    package mutating func append(shortest value: Double) {
        let text = "\(value)"
        append(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
    }

    /// A text as one cell of a CSV file.
    package mutating func append(cell text: String) {
        if text.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" }) {
            append("\"" + text.replacing("\"", with: "\"\"") + "\"")
        } else {
            append(text)
        }
    }
}
