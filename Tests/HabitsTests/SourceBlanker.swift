/// Replaces comments and the contents of string literals by spaces; lines and columns stay where they are.
struct SourceBlanker {
    private let bytes: [UInt8]
    private var out: [UInt8]
    private var at = 0

    static func blank(_ text: String) -> String {
        var blanker = SourceBlanker(text)
        blanker.scanCode(insideInterpolation: false)
        return String(decoding: blanker.out, as: UTF8.self)
    }

    private init(_ text: String) {
        bytes = Array(text.utf8)
        out = bytes
    }

    // MARK: - Code, comments, strings

    /// Scans to the end of the file, or to the parenthesis that closes an interpolation.
    private mutating func scanCode(insideInterpolation: Bool) {
        var depth = 0
        while at < bytes.count {
            if starts("//") {
                erase { $0.bytes[$0.at] == UInt8(ascii: "\n") }
            } else if starts("/*") {
                scanBlockComment()
            } else if let hashes = stringStart() {
                scanString(hashes: hashes)
            } else {
                if bytes[at] == UInt8(ascii: "(") { depth += 1 }
                if bytes[at] == UInt8(ascii: ")") { depth -= 1 }
                if insideInterpolation, depth < 0 { return }
                at += 1
            }
        }
    }

    private mutating func scanBlockComment() {
        var depth = 0
        repeat {
            if starts("/*") {
                depth += 1
                eraseBytes(2)
            } else if starts("*/") {
                depth -= 1
                eraseBytes(2)
            } else {
                eraseBytes(1)
            }
        } while depth > 0 && at < bytes.count
    }

    private mutating func scanString(hashes: Int) {
        let marks = String(repeating: "#", count: hashes)
        at += hashes
        let quote = starts("\"\"\"") ? "\"\"\"" : "\""
        at += quote.utf8.count
        while at < bytes.count {
            if starts(quote + marks) {
                at += quote.utf8.count + hashes
                return
            }
            if starts("\\" + marks + "(") {
                eraseBytes(hashes + 2)
                scanCode(insideInterpolation: true)
                eraseBytes(1)
            } else if starts("\\" + marks) {
                eraseBytes(hashes + 2)
            } else {
                eraseBytes(1)
            }
        }
    }

    // MARK: - Bytes

    /// Number of `#` before the quote where a string literal starts here.
    private func stringStart() -> Int? {
        var end = at
        while end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
        return end < bytes.count && bytes[end] == UInt8(ascii: "\"") ? end - at : nil
    }

    private func starts(_ text: String) -> Bool {
        var end = at
        for byte in text.utf8 {
            guard end < bytes.count, bytes[end] == byte else { return false }
            end += 1
        }
        return true
    }

    private mutating func eraseBytes(_ count: Int) {
        for _ in 0..<count where at < bytes.count {
            if bytes[at] != UInt8(ascii: "\n") { out[at] = UInt8(ascii: " ") }
            at += 1
        }
    }

    private mutating func erase(until ends: (SourceBlanker) -> Bool) {
        while at < bytes.count, !ends(self) { eraseBytes(1) }
    }
}
