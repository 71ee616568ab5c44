internal import Yams

/// Reads text into a YAML node tree with marks, within bounds that hold before any tree is built.
enum YamlSource {
    /// Largest topology file, in bytes.
    static let maximumBytes = 256 * 1024

    /// The root mapping of the only document of `text`, free of aliases.
    ///
    /// Nesting is bounded by the parser (1,000 levels, reported as an error) and the tree is at most as large as the
    /// text, because aliases are refused first: a key that is an alias would be hashed at its expanded size.
    static func compose(_ text: String, file: String) throws(TopologyError) -> Node {
        guard text.utf8.count <= maximumBytes else {
            throw failure(
                "the file has \(text.utf8.count) bytes; a topology has at most \(maximumBytes)", at: nil, file: file)
        }
        if let position = firstAlias(in: text) {
            throw failure(
                "aliases (`*name`) are not supported: what is shared goes under defaults, media, roles or a region's "
                    + "site", at: position, file: file)
        }
        do {
            guard let root = try Yams.compose(yaml: text) else {
                throw failure("the file is empty", at: nil, file: file)
            }
            return root
        } catch let error as TopologyError {
            throw error
        } catch {
            let (position, message) = explain(error, text)
            throw failure(message, at: position, file: file)
        }
    }

    /// Position of the first `*name` that could be an alias while the text also holds a possible anchor `&name`.
    ///
    /// Errs towards refusing (a comment may hold both), never towards letting one through: an alias token begins a
    /// value, so no letter, digit or closing mark stands before it.
    private static func firstAlias(in text: String) -> SourcePosition? {
        var alias: SourcePosition?
        var hasAnchor = false
        var position = SourcePosition(line: 1, column: 0)
        var last: UInt8 = 0x0A
        var pending: (mark: UInt8, position: SourcePosition)?
        for byte in text.utf8 {
            if byte & 0xC0 != 0x80 { position.column += 1 }
            if let (mark, place) = pending, isNameByte(byte) || byte == 0x2D {
                if mark == 0x26 { hasAnchor = true } else if alias == nil { alias = place }
            }
            let startsToken = byte == 0x2A || byte == 0x26
            pending = startsToken && !isNameByte(last) ? (byte, position) : nil
            if byte == 0x0A { position = SourcePosition(line: position.line + 1, column: 0) }
            last = byte
        }
        return hasAnchor ? alias : nil
    }

    /// Letters, digits and `_`; with `-` what the parser takes for the name of an anchor.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
        default: false
        }
    }

    private static func explain(_ error: any Error, _ text: String) -> (SourcePosition?, String) {
        func place(_ mark: Mark) -> SourcePosition { SourcePosition(line: mark.line, column: mark.column) }
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            // The parser's own words name a C function to raise the limit with.
            let isDeep = problem.contains("nesting")
            return (place(mark), isDeep ? "nested more than 1000 levels deep" : "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
            return (place(context.mark), "key \(names) stands twice in one mapping")
        case .reader(let problem, let offset, _, _):
            var position = SourcePosition(line: 1, column: 1)
            for character in text.prefix(offset ?? 0) {
                position.column += 1
                if character.isNewline { position = SourcePosition(line: position.line + 1, column: 1) }
            }
            return (offset == nil ? nil : position, "not YAML: \(problem)")
        default:
            return (nil, "not YAML: \(error)")
        }
    }

    private static func failure(_ message: String, at position: SourcePosition?, file: String) -> TopologyError {
        let diagnostic = TopologyDiagnostic(file: file, position: position, keyPath: "", message: message)
        return TopologyError(diagnostics: [diagnostic], omitted: 0)
    }
}
