/// Writes values as little-endian bytes.
struct SnapshotWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    mutating func put(_ value: Float) { put(value.bitPattern) }
    mutating func put(_ value: Double) { put(value.bitPattern) }
    mutating func put(_ text: String) {
        let utf8 = Array(text.utf8.prefix(255))
        put(UInt8(utf8.count))
        bytes.append(contentsOf: utf8)
    }
    mutating func put(_ values: [UInt8]) { bytes.append(contentsOf: values) }
    mutating func put(_ values: [Float]) { for value in values { put(value) } }
    mutating func put(_ values: [Double]) { for value in values { put(value) } }
    mutating func put(_ values: [UInt32]) { for value in values { put(value) } }

    /// FNV-1a over everything written so far.
    mutating func seal() { put(SnapshotReader.digest(bytes[...])) }
}

/// Reads what `SnapshotWriter` wrote; every count is checked against the bytes that are left before memory is taken.
struct SnapshotReader {
    private let bytes: ArraySlice<UInt8>
    private var at: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        at = bytes.startIndex
    }

    var isAtEnd: Bool { at == bytes.endIndex }

    static func digest(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return hash
    }

    mutating func integer<Value: FixedWidthInteger>(_: Value.Type) throws(SnapshotError) -> Value {
        let size = MemoryLayout<Value>.size
        guard bytes.endIndex - at >= size else { throw .truncated }
        var value: Value = 0
        for index in 0..<size { value |= Value(truncatingIfNeeded: bytes[at + index]) << Value(8 * index) }
        at += size
        return value
    }

    /// A count that is at most `limit`.
    mutating func count(atMost limit: Int, _ what: String) throws(SnapshotError) -> Int {
        let value = Int(try integer(UInt32.self))
        guard value <= limit else { throw .outOfRange("\(what) \(value) of at most \(limit)") }
        return value
    }

    /// A finite number.
    mutating func float(_ what: String) throws(SnapshotError) -> Float {
        let value = Float(bitPattern: try integer(UInt32.self))
        guard value.isFinite else { throw .outOfRange("\(what) is not finite") }
        return value
    }

    mutating func double(_ what: String) throws(SnapshotError) -> Double {
        let value = Double(bitPattern: try integer(UInt64.self))
        guard value.isFinite else { throw .outOfRange("\(what) is not finite") }
        return value
    }

    mutating func text() throws(SnapshotError) -> String {
        let length = Int(try integer(UInt8.self))
        guard bytes.endIndex - at >= length else { throw .truncated }
        defer { at += length }
        guard let text = String(validating: bytes[at..<(at + length)], as: UTF8.self) else {
            throw .outOfRange("a name is not UTF-8")
        }
        return text
    }

    mutating func floats(_ count: Int, _ what: String) throws(SnapshotError) -> [Float] {
        guard (bytes.endIndex - at) / 4 >= count else { throw .truncated }
        var result: [Float] = []
        result.reserveCapacity(count)
        for _ in 0..<count { result.append(try float(what)) }
        return result
    }

    mutating func doubles(_ count: Int, _ what: String) throws(SnapshotError) -> [Double] {
        guard (bytes.endIndex - at) / 8 >= count else { throw .truncated }
        var result: [Double] = []
        result.reserveCapacity(count)
        for _ in 0..<count { result.append(try double(what)) }
        return result
    }

    mutating func bytes(_ count: Int) throws(SnapshotError) -> [UInt8] {
        guard bytes.endIndex - at >= count else { throw .truncated }
        defer { at += count }
        return Array(bytes[at..<(at + count)])
    }

    mutating func integers(_ count: Int) throws(SnapshotError) -> [UInt32] {
        guard (bytes.endIndex - at) / 4 >= count else { throw .truncated }
        var result: [UInt32] = []
        result.reserveCapacity(count)
        for _ in 0..<count { result.append(try integer(UInt32.self)) }
        return result
    }
}

/// Why bytes are no snapshot of an engine.
package enum SnapshotError: Error, Equatable, CustomStringConvertible {
    case notASnapshot
    /// Written in a format that this version does not read, and the one that it reads.
    case version(UInt16, reads: UInt16)
    case truncated
    /// The digest at the end does not fit the bytes.
    case damaged
    case outOfRange(String)

    package var description: String {
        switch self {
        case .notASnapshot: "not a saved channel model (its first bytes are neither DTCM nor DTCE)"
        case .version(let format, let readable):
            "a channel model of format \(format); this program reads \(readable): fit it anew (dtnet radio fit --save)"
        case .truncated: "a channel model cut short"
        case .damaged: "a damaged channel model: its digest does not fit"
        case .outOfRange(let what): "a channel model with an impossible value: \(what)"
        }
    }
}
