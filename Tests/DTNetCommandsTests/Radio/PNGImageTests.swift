import DTNetCommands
import Testing

@Suite struct PNGImageTests {
    private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    /// Chunks by name, their lengths and checksums checked bit by bit.
    private static func chunks(_ file: [UInt8]) throws -> [(name: String, content: [UInt8])] {
        #expect(Array(file.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        var found: [(String, [UInt8])] = []
        var at = 8
        while at < file.count {
            let size = number(file[at..<at + 4])
            let body = file[at + 4..<at + 8 + size]
            var checksum = UInt32.max
            for byte in body {
                checksum ^= UInt32(byte)
                for _ in 0..<8 { checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0xEDB8_8320 : checksum >> 1 }
            }
            #expect(number(file[at + 8 + size..<at + 12 + size]) == Int(~checksum))
            found.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
            at += 12 + size
        }
        return found
    }

    /// Undoes stored blocks.
    private static func inflated(_ stream: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var at = 2
        while true {
            let isLast = stream[at] == 1
            let size = Int(stream[at + 1]) | Int(stream[at + 2]) << 8
            #expect(Int(stream[at + 3]) | Int(stream[at + 4]) << 8 == 65_535 - size)
            bytes += stream[at + 5..<at + 5 + size]
            at += 5 + size
            if isLast { break }
        }
        #expect(number(stream[at..<at + 4]) == Int(adler(bytes)) && at + 4 == stream.count)
        return bytes
    }

    private static func adler(_ bytes: [UInt8]) -> UInt64 {
        var low: UInt64 = 1
        var high: UInt64 = 0
        for byte in bytes {
            low = (low + UInt64(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return high << 16 | low
    }

    @Test func thePixelsComeBack() throws {
        var image = PNGImage(width: 300, height: 250, palette: [SIMD3(0, 0, 0), SIMD3(255, 9, 1)])
        image.fill(x: 290, y: -5, width: 100, height: 10, colour: 1)
        let chunks = try Self.chunks(image.data)
        #expect(chunks.map(\.name) == ["IHDR", "PLTE", "IDAT", "IEND"])
        #expect(chunks[0].content == [0, 0, 1, 44, 0, 0, 0, 250, 8, 3, 0, 0, 0])
        #expect(chunks[1].content == [0, 0, 0, 255, 9, 1])
        // More than one stored block of 65,535 bytes.
        let rows = Self.inflated(chunks[2].content)
        #expect(rows.count == 250 * 301)
        #expect(rows.filter { $0 == 1 }.count == 5 * 10)
        #expect(rows[301 * 4 + 300] == 1 && rows[301 * 5 + 300] == 0)
    }
}
