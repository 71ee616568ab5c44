/// The header of a PLY mesh: its encoding, and the elements with their properties in the order of the data.
struct PLYHeader: Equatable {
    enum Encoding: Equatable {
        case ascii
        case littleEndian
        case bigEndian
    }

    enum Scalar: Equatable {
        case int8, uint8, int16, uint16, int32, uint32, float, double

        init?(_ name: String) {
            switch name {
            case "char", "int8": self = .int8
            case "uchar", "uint8": self = .uint8
            case "short", "int16": self = .int16
            case "ushort", "uint16": self = .uint16
            case "int", "int32": self = .int32
            case "uint", "uint32": self = .uint32
            case "float", "float32": self = .float
            case "double", "float64": self = .double
            default: return nil
            }
        }

        var size: Int {
            switch self {
            case .int8, .uint8: 1
            case .int16, .uint16: 2
            case .int32, .uint32, .float: 4
            case .double: 8
            }
        }
    }

    struct Property: Equatable {
        var name: String
        var scalar: Scalar
        /// Of a list: the type of its length.
        var count: Scalar?
    }

    struct Element: Equatable {
        var name: String
        var count: Int
        var properties: [Property] = []

        /// Bytes of one row at least: a list may be empty; in text a number takes two.
        func minimumSize(_ encoding: Encoding) -> Int {
            properties.reduce(0) { $0 + (encoding == .ascii ? 2 : ($1.count ?? $1.scalar).size) }
        }
    }

    var encoding: Encoding
    var elements: [Element]
    /// Bytes of the header, its last line end included.
    var size: Int

    /// Longer headers are refused.
    static let limit = 65_536

    init(_ bytes: [UInt8], file: String) throws(SceneFileError) {
        func fault(_ message: String, _ offset: Int) -> SceneFileError { SceneFileError(file, .byte(offset), message) }
        var encoding: Encoding?
        var elements: [Element] = []
        var at = 0
        var number = 0
        while true {
            let start = at
            guard let end = bytes[at...].prefix(PLYHeader.limit).firstIndex(of: UInt8(ascii: "\n")),
                end < PLYHeader.limit
            else { throw fault(number == 0 ? "is not a PLY file" : "the header has no 'end_header'", start) }
            at = end + 1
            let words = String(decoding: bytes[start..<end], as: UTF8.self)
                .split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }).map(String.init)
            number += 1
            if number == 1 {
                guard words == ["ply"] else { throw fault("is not a PLY file: it does not begin with 'ply'", 0) }
                continue
            }
            switch words.first {
            case nil, "comment", "obj_info": continue
            case "format": encoding = try PLYHeader.encoding(words, fault, start)
            case "element": elements.append(try PLYHeader.element(words, fault, start))
            case "property":
                guard !elements.isEmpty else { throw fault("a property before the first element", start) }
                elements[elements.count - 1].properties.append(try PLYHeader.property(words, fault, start))
            case "end_header":
                guard let encoding else { throw fault("the header names no format", start) }
                self.encoding = encoding
                self.elements = elements
                size = at
                return
            default: throw fault("unknown header line '\(words.joined(separator: " ").prefix(60))'", start)
            }
        }
    }

    private typealias Fault = (String, Int) -> SceneFileError

    private static func encoding(_ words: [String], _ fault: Fault, _ at: Int) throws(SceneFileError) -> Encoding {
        switch words.dropFirst().first {
        case "ascii": .ascii
        case "binary_little_endian": .littleEndian
        case "binary_big_endian": .bigEndian
        default:
            throw fault(
                "unknown format '\(words.dropFirst().joined(separator: " "))': known are ascii, "
                    + "binary_little_endian, binary_big_endian", at)
        }
    }

    private static func element(_ words: [String], _ fault: Fault, _ at: Int) throws(SceneFileError) -> Element {
        guard words.count == 3, let count = Int(words[2]), count >= 0 else {
            throw fault("'\(words.joined(separator: " "))' is not 'element NAME COUNT'", at)
        }
        return Element(name: words[1], count: count)
    }

    private static func property(_ words: [String], _ fault: Fault, _ at: Int) throws(SceneFileError) -> Property {
        if words.count == 3, let scalar = Scalar(words[1]) { return Property(name: words[2], scalar: scalar) }
        if words.count == 5, words[1] == "list", let count = Scalar(words[2]), let scalar = Scalar(words[3]),
            count != .float, count != .double
        {
            return Property(name: words[4], scalar: scalar, count: count)
        }
        throw fault("'\(words.joined(separator: " "))' is not a property", at)
    }
}
