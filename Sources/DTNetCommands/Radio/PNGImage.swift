/// A picture of at most 256 colours as a PNG file (RFC 2083): its pixels are stored without compression, which
/// needs no library and opens everywhere.
package struct PNGImage: Sendable {
    package let width: Int
    package let height: Int
    /// Red, green, blue of each colour.
    package let palette: [SIMD3<UInt8>]
    /// Colour of each pixel, rows from the top.
    package var pixels: [UInt8]

    package init(width: Int, height: Int, palette: [SIMD3<UInt8>], fill: UInt8 = 0) {
        precondition((1...16_384).contains(width) && (1...16_384).contains(height), "1 to 16,384 pixels a side")
        precondition((1...256).contains(palette.count), "1 to 256 colours")
        self.width = width
        self.height = height
        self.palette = palette
        pixels = [UInt8](repeating: fill, count: width * height)
    }

    /// Paints a rectangle; what lies outside the picture is left out.
    package mutating func fill(x: Int, y: Int, width: Int, height: Int, colour: UInt8) {
        let columns = max(x, 0)..<max(min(x + width, self.width), max(x, 0))
        for row in max(y, 0)..<max(min(y + height, self.height), max(y, 0)) {
            for column in columns { pixels[row * self.width + column] = colour }
        }
    }

    /// The file.
    package var data: [UInt8] {
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        var header: [UInt8] = []
        PNGImage.append(UInt32(width), to: &header)
        PNGImage.append(UInt32(height), to: &header)
        // 8 bits a pixel, palette, deflate, no filter method but 0, not interlaced.
        header += [8, 3, 0, 0, 0]
        PNGImage.append(chunk: "IHDR", header, to: &file)
        PNGImage.append(chunk: "PLTE", palette.flatMap { [$0.x, $0.y, $0.z] }, to: &file)
        var rows: [UInt8] = []
        rows.reserveCapacity((width + 1) * height)
        for row in 0..<height {
            rows.append(0)
            rows += pixels[row * width..<(row + 1) * width]
        }
        PNGImage.append(chunk: "IDAT", PNGImage.stored(rows), to: &file)
        PNGImage.append(chunk: "IEND", [], to: &file)
        return file
    }

    // MARK: - Chunks and checksums

    /// A zlib stream (RFC 1950) of stored blocks.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var at = 0
        repeat {
            let size = min(bytes.count - at, 65_535)
            let isLast = at + size == bytes.count
            stream += [
                isLast ? 1 : 0, UInt8(size & 255), UInt8(size >> 8), UInt8(~size & 255), UInt8(~size >> 8 & 255),
            ]
            stream += bytes[at..<at + size]
            at += size
        } while at < bytes.count
        var low: UInt32 = 1
        var high: UInt32 = 0
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        append(high << 16 | low, to: &stream)
        return stream
    }

    private static func append(_ value: UInt32, to bytes: inout [UInt8]) {
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
    }

    private static func append(chunk name: String, _ content: [UInt8], to file: inout [UInt8]) {
        append(UInt32(content.count), to: &file)
        let body = Array(name.utf8) + content
        file += body
        append(checksum(body), to: &file)
    }

    private static let checksumTable: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    /// CRC-32 of ISO 3309.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { checksumTable[Int(($0 ^ UInt32($1)) & 255)] ^ ($0 >> 8) }
    }
}
