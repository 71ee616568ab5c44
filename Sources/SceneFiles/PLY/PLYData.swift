/// The numbers after a PLY header, one after the other, whatever their encoding.
struct PLYData {
    private let file: String
    private let bytes: [UInt8]
    private let encoding: PLYHeader.Encoding
    private(set) var at: Int

    init(_ bytes: [UInt8], header: PLYHeader, file: String) {
        self.file = file
        self.bytes = bytes
        encoding = header.encoding
        at = header.size
    }

    var remaining: Int { bytes.count - at }

    func fault(_ message: String) -> SceneFileError { SceneFileError(file, .byte(at), message) }

    /// - Parameter part: what is read, for errors.
    mutating func next(_ scalar: PLYHeader.Scalar, _ part: @autoclosure () -> String) throws(SceneFileError) -> Double {
        if encoding == .ascii { return try nextText(part()) }
        guard remaining >= scalar.size else { throw fault("the file ends inside \(part())") }
        defer { at += scalar.size }
        switch scalar {
        case .int8: return Double(Int8(bitPattern: bytes[at]))
        case .uint8: return Double(bytes[at])
        case .int16: return Double(Int16(bitPattern: UInt16(truncatingIfNeeded: bits(2))))
        case .uint16: return Double(bits(2))
        case .int32: return Double(Int32(bitPattern: UInt32(truncatingIfNeeded: bits(4))))
        case .uint32: return Double(bits(4))
        case .float: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits(4))))
        case .double: return Double(bitPattern: bits(8))
        }
    }

    private func bits(_ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<count {
            let byte = UInt64(bytes[at + index])
            value |= byte << UInt64(8 * (encoding == .littleEndian ? index : count - 1 - index))
        }
        return value
    }

    private mutating func nextText(_ part: @autoclosure () -> String) throws(SceneFileError) -> Double {
        while at < bytes.count, bytes[at] <= 0x20 { at += 1 }
        let start = at
        while at < bytes.count, bytes[at] > 0x20 { at += 1 }
        guard at > start else { throw fault("the file ends inside \(part())") }
        let word = String(decoding: bytes[start..<at], as: UTF8.self)
        guard let value = Double(word) else {
            throw SceneFileError(file, .byte(start), "'\(word.prefix(40))' is not a number, in \(part())")
        }
        return value
    }
}
