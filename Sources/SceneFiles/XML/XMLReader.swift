/// Reads the XML that scenes are written in: elements, attributes, comments, the five named and all numbered character
/// references, UTF-8.
///
/// Document types are refused and with them entities: nothing in a file can grow when it is read. Depth is bounded.
/// Every element and attribute keeps its place, for errors that name line and column.
struct XMLReader {
    private let file: String
    private let bytes: [UInt8]
    private var at = 0
    private var open: [XMLNode] = []
    private var root: XMLNode?

    static let maximumDepth = 64

    static func read(_ bytes: [UInt8], file: String) throws(SceneFileError) -> XMLNode {
        var reader = XMLReader(file: file, bytes: bytes)
        try reader.readAll()
        guard let root = reader.root else { throw reader.error("the file holds no element", at: reader.at) }
        return root
    }

    private init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
    }

    /// Line and column (both from 1, the column in bytes) of a byte.
    static func place(of offset: Int, in bytes: [UInt8]) -> SceneFileError.Place {
        let before = bytes[..<min(offset, bytes.count)]
        let line = before.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return .line(line, column: before.count - start + 1)
    }

    private func error(_ message: String, at offset: Int) -> SceneFileError {
        SceneFileError(file, XMLReader.place(of: offset, in: bytes), message)
    }

    // MARK: - Content

    private mutating func readAll() throws(SceneFileError) {
        if starts("\u{FEFF}") { at += 3 }
        while at < bytes.count {
            if bytes[at] != UInt8(ascii: "<") {
                guard isSpace(bytes[at]) else { throw error("text where an element was expected", at: at) }
                at += 1
            } else if starts("<!--") {
                try skip(to: "-->", what: "comment")
            } else if starts("<?") {
                try skip(to: "?>", what: "processing instruction")
            } else if starts("<!DOCTYPE") {
                throw error("document type declarations are not read: remove it, entities are not expanded", at: at)
            } else if starts("<!") {
                throw error("only elements and comments are read", at: at)
            } else if starts("</") {
                try readEnd()
            } else {
                try readStart()
            }
        }
        if let last = open.last { throw error("<\(last.name)> is never closed", at: last.offset) }
    }

    private mutating func skip(to end: String, what: String) throws(SceneFileError) {
        let start = at
        while at < bytes.count {
            if starts(end) {
                at += end.utf8.count
                return
            }
            at += 1
        }
        throw error("the \(what) is never closed", at: start)
    }

    private mutating func readEnd() throws(SceneFileError) {
        let start = at
        at += 2
        let name = readName()
        skipSpace()
        guard at < bytes.count, bytes[at] == UInt8(ascii: ">") else {
            throw error("'>' is missing after </\(name)", at: at)
        }
        at += 1
        guard let node = open.popLast() else { throw error("</\(name)> closes nothing", at: start) }
        guard node.name == name else { throw error("</\(name)> where </\(node.name)> was expected", at: start) }
        try close(node)
    }

    private mutating func close(_ node: XMLNode) throws(SceneFileError) {
        if open.isEmpty {
            guard root == nil else { throw error("a second root element <\(node.name)>", at: node.offset) }
            root = node
        } else {
            open[open.count - 1].children.append(node)
        }
    }

    // MARK: - Elements

    private mutating func readStart() throws(SceneFileError) {
        let start = at
        at += 1
        let name = readName()
        guard !name.isEmpty else { throw error("'<' is not followed by the name of an element", at: start) }
        guard open.count < XMLReader.maximumDepth else {
            throw error("elements are nested more than \(XMLReader.maximumDepth) deep", at: start)
        }
        var node = XMLNode(name: name, attributes: [], offset: start)
        while true {
            skipSpace()
            guard at < bytes.count else { throw error("the tag <\(name)> is never closed", at: start) }
            if bytes[at] == UInt8(ascii: ">") {
                at += 1
                open.append(node)
                return
            }
            if starts("/>") {
                at += 2
                try close(node)
                return
            }
            let attribute = try readAttribute(of: name)
            guard node.attribute(attribute.name) == nil else {
                throw error("attribute '\(attribute.name)' appears twice", at: attribute.offset)
            }
            node.attributes.append(attribute)
        }
    }

    private mutating func readAttribute(of element: String) throws(SceneFileError) -> XMLAttribute {
        let start = at
        let name = readName()
        guard !name.isEmpty else { throw error("unexpected character in <\(element)>", at: start) }
        skipSpace()
        guard at < bytes.count, bytes[at] == UInt8(ascii: "=") else {
            throw error("attribute '\(name)' has no value", at: start)
        }
        at += 1
        skipSpace()
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") || bytes[at] == UInt8(ascii: "'") else {
            throw error("the value of '\(name)' is not in quotes", at: at)
        }
        let quote = bytes[at]
        at += 1
        var value: [UInt8] = []
        while at < bytes.count, bytes[at] != quote {
            if bytes[at] == UInt8(ascii: "<") { throw error("'<' inside the value of '\(name)'", at: at) }
            if bytes[at] == UInt8(ascii: "&") {
                value += try readReference()
            } else {
                value.append(bytes[at])
                at += 1
            }
        }
        guard at < bytes.count else { throw error("the value of '\(name)' is never closed", at: start) }
        at += 1
        return XMLAttribute(name: name, value: String(decoding: value, as: UTF8.self), offset: start)
    }

    private mutating func readReference() throws(SceneFileError) -> [UInt8] {
        let start = at
        let end = bytes[start...].prefix(12).firstIndex(of: UInt8(ascii: ";"))
        guard let end else { throw error("'&' that begins no character reference (write &amp;)", at: start) }
        at = end + 1
        let text = String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
        switch text {
        case "lt": return [UInt8(ascii: "<")]
        case "gt": return [UInt8(ascii: ">")]
        case "amp": return [UInt8(ascii: "&")]
        case "quot": return [UInt8(ascii: "\"")]
        case "apos": return [UInt8(ascii: "'")]
        default: break
        }
        let number =
            text.hasPrefix("#x") ? UInt32(text.dropFirst(2), radix: 16) : UInt32(text.dropFirst(1), radix: 10)
        guard text.hasPrefix("#"), let number, let scalar = Unicode.Scalar(number), number > 0 else {
            throw error("unknown entity '&\(text);'", at: start)
        }
        return Array(String(Character(scalar)).utf8)
    }

    // MARK: - Characters

    private func starts(_ text: String) -> Bool {
        let prefix = text.utf8
        return bytes.count - at >= prefix.count && bytes[at..<(at + prefix.count)].elementsEqual(prefix)
    }

    private mutating func skipSpace() {
        while at < bytes.count, isSpace(bytes[at]) { at += 1 }
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private mutating func readName() -> String {
        let start = at
        while at < bytes.count, isName(bytes[at]) { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...: true
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"): true
        default: false
        }
    }
}
