/// Bytes of a table cut into lines and fields, without copies; blanks around fields do not count.
struct TraceText {
    private let bytes: [UInt8]
    private let separator: UInt8
    private var next = 0
    /// Number of the line read last, from 1.
    private(set) var line = 0
    /// Ranges of the fields of that line.
    private(set) var fields: [Range<Int>] = []

    /// - Parameter separator: a comma, or a blank, of which any number stand for one.
    init(bytes: [UInt8], separator: UInt8) {
        self.bytes = bytes
        self.separator = separator
    }

    /// Reads the next line that is not blank; false at the end.
    mutating func nextLine() -> Bool {
        while next < bytes.count {
            let first = next
            while next < bytes.count && bytes[next] != 0x0A { next += 1 }
            let end = next
            next += 1
            line += 1
            split(first..<end)
            if fields.count > 1 || fields.first.map({ !$0.isEmpty }) == true { return true }
        }
        return false
    }

    func string(_ field: Int) -> String { String(decoding: bytes[fields[field]], as: UTF8.self) }

    /// The field as a finite number; nil where it is none.
    func number(_ field: Int) -> Double? {
        let range = fields[field]
        guard !range.isEmpty, range.count <= 32, let value = Double(string(field)), value.isFinite else { return nil }
        return value
    }

    /// The digits of a part of a field as a number; nil where anything else stands there.
    func digits(_ field: Int, _ offset: Int, _ count: Int) -> Int? {
        let first = fields[field].lowerBound + offset
        guard first + count <= fields[field].upperBound else { return nil }
        var value = 0
        for index in first..<first + count {
            guard bytes[index] >= 0x30 && bytes[index] <= 0x39 else { return nil }
            value = value * 10 + Int(bytes[index] - 0x30)
        }
        return value
    }

    private mutating func split(_ range: Range<Int>) {
        fields.removeAll(keepingCapacity: true)
        var first = range.lowerBound
        var index = first
        while index <= range.upperBound {
            if index == range.upperBound || bytes[index] == separator {
                let field = trimmed(first..<index)
                if separator != 0x20 || !field.isEmpty { fields.append(field) }
                first = index + 1
            }
            index += 1
        }
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high && TraceText.isBlank(bytes[low]) { low += 1 }
        while high > low && TraceText.isBlank(bytes[high - 1]) { high -= 1 }
        return low..<high
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
