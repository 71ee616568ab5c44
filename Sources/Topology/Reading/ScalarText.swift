/// Scalars of the file: what a specification expects of one, and its value.
enum ScalarText {
    struct Problem: Error {
        var message: String
    }

    static let maximumTextBytes = 256
    static let nameRule = "a name has 1 to 32 lower-case letters, digits and dashes, a letter first"

    /// Checks type, unit, range and choice of one scalar.
    static func content(of text: String, _ specification: KeySpecification) -> Result<CheckedNode.Content, Problem> {
        let expected = "must be \(expectation(of: specification)), not '\(shown(text))'"
        switch specification.kind {
        case .quantity(let kind):
            return quantity(text, kind, specification, expected)
        case .integer:
            guard let value = Int64(text) else { return .failure(Problem(message: expected)) }
            guard let range = specification.range else { return .success(.integer(value)) }
            let bounds = range.values(as: .number)
            guard Double(value) >= bounds.minimum, Double(value) <= bounds.maximum else {
                return .failure(Problem(message: expected))
            }
            return .success(.integer(value))
        case .boolean:
            guard text == "true" || text == "false" else { return .failure(Problem(message: expected)) }
            return .success(.boolean(text == "true"))
        case .choice(let words):
            guard words.contains(text) else {
                return .failure(
                    Problem(message: "'\(shown(text))' is not allowed" + NearestMatch.hint(for: text, among: words)))
            }
            return .success(.text(text))
        case .name:
            return isName(text)
                ? .success(.text(text)) : .failure(Problem(message: "'\(shown(text))' is not a name: \(nameRule)"))
        case .text:
            let isClean = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
            guard !text.isEmpty, text.utf8.count <= maximumTextBytes, isClean else {
                return .failure(Problem(message: expected))
            }
            return .success(.text(text))
        case .mapping, .entries, .sequence, .names:
            preconditionFailure("\(specification.path) is not a scalar")
        }
    }

    /// `a time such as 20ms from 1ms to 10s`, for messages.
    static func expectation(of specification: KeySpecification) -> String {
        let bounds = specification.range.map { " from \($0.minimum) to \($0.maximum)" } ?? ""
        return switch specification.kind {
        case .quantity(let kind): "\(article(of: kind)) such as \(kind.example)\(bounds)"
        case .integer: "a whole number\(bounds)"
        case .boolean: "true or false"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .name, .names: "a name"
        case .text: "a text of 1 to \(maximumTextBytes) bytes without control characters"
        case .mapping, .entries: "a mapping"
        case .sequence: "a list"
        }
    }

    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x61...0x7A).contains(first), text.utf8.count <= 32 else { return false }
        return text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }

    /// Text of the file as messages show it: at most 48 characters, no control characters.
    static func shown(_ text: String) -> String {
        let clean = text.unicodeScalars.prefix(49).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : String($0) }
        return clean.prefix(48).joined() + (clean.count > 48 ? "..." : "")
    }

    private static func quantity(
        _ text: String, _ kind: UnitKind, _ specification: KeySpecification, _ expected: String
    ) -> Result<CheckedNode.Content, Problem> {
        let value: Double
        switch QuantityText.parse(text, as: kind) {
        case .success(let parsed): value = parsed
        case .failure(.notANumber): return .failure(Problem(message: expected))
        case .failure(.unit(let symbol)):
            let what = symbol.isEmpty ? "'\(shown(text))' has no unit" : "unit '\(shown(symbol))' is not allowed"
            return .failure(
                Problem(message: "\(what) for \(article(of: kind)); allowed: \(kind.allowedSymbols)"))
        }
        if let bounds = specification.range?.values(as: kind), value < bounds.minimum || value > bounds.maximum {
            return .failure(Problem(message: expected))
        }
        return .success(.number(value))
    }

    private static func article(of kind: UnitKind) -> String {
        switch kind {
        case .bitRate: "a bit rate"
        case .dataSize: "a data size"
        case .angle: "an angle"
        default: "a \(kind.rawValue)"
        }
    }
}
