/// A function, initialiser or subscript with a body.
struct MeasuredFunction: Sendable {
    var path: String
    /// Line of the declaration, from 1.
    var line: Int
    var name: String
    /// Lines from the declaration to the closing brace, both counted.
    var length: Int
}

/// Finds the functions of a file and counts their lines. Works on blanked code, where braces are braces.
struct FunctionLengths {
    private let path: String
    private let bytes: [UInt8]
    /// Line of each byte, from 1.
    private let line: [Int]

    /// Words that start the next declaration: a requirement of a protocol ends before them, without a body.
    private static let declarations = [
        "func", "var", "let", "init", "deinit", "subscript", "static", "mutating", "package", "public", "private",
        "internal", "fileprivate", "case", "associatedtype", "typealias", "struct", "enum", "extension", "protocol",
        "nonisolated",
    ]

    static func measure(_ file: SourceFile) -> [MeasuredFunction] {
        FunctionLengths(file).functions()
    }

    private init(_ file: SourceFile) {
        path = file.path
        bytes = Array(file.code.utf8)
        var current = 1
        line = bytes.map { byte in
            defer { if byte == UInt8(ascii: "\n") { current += 1 } }
            return current
        }
    }

    private func functions() -> [MeasuredFunction] {
        var found: [MeasuredFunction] = []
        var at = 0
        while at < bytes.count {
            guard let word = word(at: at) else {
                at += 1
                continue
            }
            let end = at + word.utf8.count
            if isDeclaration(word, at: at, end: end), let open = body(after: end) {
                let close = closing(of: open)
                found.append(
                    MeasuredFunction(
                        path: path, line: line[at], name: name(word, after: end), length: line[close] - line[at] + 1))
            }
            at = end
        }
        return found
    }

    // MARK: - Declarations

    private func isDeclaration(_ word: String, at start: Int, end: Int) -> Bool {
        switch word {
        case "func", "deinit": return true
        case "init", "subscript":
            let isMember = start > 0 && bytes[start - 1] == UInt8(ascii: ".")
            return !isMember && end < bytes.count && "(<?!".utf8.contains(bytes[end])
        default: return false
        }
    }

    private func name(_ word: String, after end: Int) -> String {
        guard word == "func" else { return word }
        let rest = bytes[min(end + 1, bytes.count)...].prefix { $0 != UInt8(ascii: "(") }
        return String(decoding: rest, as: UTF8.self)
    }

    /// Index of the brace that opens the body; nil where the declaration has none.
    private func body(after end: Int) -> Int? {
        var at = end
        var depth = 0
        var seenParameters = false
        while at < bytes.count {
            if let word = word(at: at) {
                if depth == 0, seenParameters, FunctionLengths.declarations.contains(word) { return nil }
                at += word.utf8.count
                continue
            }
            switch bytes[at] {
            case UInt8(ascii: "("), UInt8(ascii: "["):
                depth += 1
                seenParameters = true
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "{") where depth == 0: return at
            case UInt8(ascii: "}") where depth == 0: return nil
            case UInt8(ascii: "@") where depth == 0 && seenParameters && line[at] != line[end]: return nil
            default: break
            }
            at += 1
        }
        return nil
    }

    private func closing(of open: Int) -> Int {
        var depth = 0
        for at in open..<bytes.count {
            if bytes[at] == UInt8(ascii: "{") { depth += 1 }
            if bytes[at] == UInt8(ascii: "}") {
                depth -= 1
                if depth == 0 { return at }
            }
        }
        return bytes.count - 1
    }

    // MARK: - Words

    /// The whole identifier that starts here.
    private func word(at start: Int) -> String? {
        guard isIdentifier(bytes[start]), start == 0 || !isIdentifier(bytes[start - 1]) else { return nil }
        return String(decoding: bytes[start...].prefix(while: isIdentifier), as: UTF8.self)
    }

    private func isIdentifier(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...: true
        default: false
        }
    }
}
