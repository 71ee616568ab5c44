/// An element of a Mitsuba file, read in its context: its own file, for places and names beside it, and the defaults
/// that `$name` stands for.
struct MitsubaPart {
    let node: XMLNode
    let source: MitsubaSource
    /// Names and values of the `<default>` elements read before.
    let defaults: [String: String]

    func fault(_ message: String, at offset: Int? = nil) -> SceneFileError {
        SceneFileError(source.file, XMLReader.place(of: offset ?? node.offset, in: source.bytes), message)
    }

    func part(_ child: XMLNode) -> MitsubaPart { MitsubaPart(node: child, source: source, defaults: defaults) }

    var children: [MitsubaPart] { node.children.map(part) }

    /// The text of an attribute with every `$name` replaced; nil where there is no such attribute.
    func text(_ name: String) throws(SceneFileError) -> String? {
        guard let attribute = node.attribute(name) else { return nil }
        guard attribute.value.contains("$") else { return attribute.value }
        var out = ""
        var rest = Substring(attribute.value)
        while let dollar = rest.firstIndex(of: "$") {
            out += rest[..<dollar]
            let tail = rest[rest.index(after: dollar)...]
            let key = tail.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            guard let value = defaults[String(key)] else {
                throw fault("'$\(key)' has no <default>", at: attribute.offset)
            }
            out += value
            rest = tail[key.endIndex...]
        }
        return out + rest
    }

    func required(_ name: String) throws(SceneFileError) -> String {
        guard let text = try text(name) else { throw fault("<\(node.name)> has no attribute '\(name)'") }
        return text
    }

    /// A finite number; nil where there is no such attribute.
    func number(_ name: String) throws(SceneFileError) -> Double? {
        guard let text = try text(name) else { return nil }
        guard let value = Double(text.filter { !$0.isWhitespace }), value.isFinite else {
            throw fault("'\(text)' of '\(name)' is not a number", at: node.attribute(name)?.offset)
        }
        return value
    }

    /// Finite numbers divided by commas or blanks.
    func numbers(_ name: String) throws(SceneFileError) -> [Double] {
        let text = try required(name)
        let words = text.split { $0 == "," || $0.isWhitespace }
        let values = words.compactMap { Double($0) }.filter(\.isFinite)
        guard values.count == words.count else {
            throw fault("'\(text.prefix(60))' of '\(name)' are not numbers", at: node.attribute(name)?.offset)
        }
        return values
    }

    /// Three numbers from one attribute, or from `x`, `y`, `z` with a value for those that are absent.
    func vector(_ name: String, absent: Double) throws(SceneFileError) -> SIMD3<Double> {
        if node.attribute(name) == nil {
            return SIMD3(try number("x") ?? absent, try number("y") ?? absent, try number("z") ?? absent)
        }
        let values = try numbers(name)
        switch values.count {
        case 1: return SIMD3(repeating: values[0])
        case 3: return SIMD3(values)
        default: throw fault("'\(name)' takes 3 numbers, not \(values.count)", at: node.attribute(name)?.offset)
        }
    }

    /// The property of that name among the children: `<float name="thickness" value="0.2"/>`.
    func property(_ kind: String, _ name: String) throws(SceneFileError) -> MitsubaPart? {
        for child in children where child.node.name == kind {
            if try child.text("name") == name { return child }
        }
        return nil
    }
}

/// One XML file of a scene.
final class MitsubaSource: Sendable {
    let file: String
    let bytes: [UInt8]

    init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
    }
}
