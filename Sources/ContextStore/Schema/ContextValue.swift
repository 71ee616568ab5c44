/// One field of a row, as both kinds of store hold it.
package enum ContextValue: Hashable, Sendable {
    case null
    case integer(Int64)
    /// Finite; what is not is kept as null.
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// nil becomes null.
    package static func integer(_ value: Int64?) -> ContextValue { value.map { .integer($0) } ?? .null }
    /// nil, and what is not finite, becomes null.
    package static func real(_ value: Double?) -> ContextValue {
        guard let value, value.isFinite else { return .null }
        return .real(value)
    }
    /// nil becomes null.
    package static func text(_ value: String?) -> ContextValue { value.map { .text($0) } ?? .null }

    /// The whole number that the field holds, nil where it holds something else.
    package var integer: Int64? {
        if case .integer(let value) = self { return value }
        return nil
    }

    /// The number that the field holds, nil where it holds something else.
    package var real: Double? {
        switch self {
        case .real(let value): value
        case .integer(let value): Double(value)
        case .null, .text, .blob: nil
        }
    }

    /// The text that the field holds, nil where it holds something else.
    package var text: String? {
        if case .text(let value) = self { return value }
        return nil
    }

    /// The bytes that the field holds, nil where it holds something else.
    package var blob: [UInt8]? {
        if case .blob(let value) = self { return value }
        return nil
    }
}

extension ContextValue {
    /// An order of keys: numbers by size, texts by their characters; values of different kinds have none.
    func precedes(_ other: ContextValue) -> Bool {
        switch (self, other) {
        case (.integer(let one), .integer(let two)): one < two
        case (.real(let one), .real(let two)): one < two
        case (.text(let one), .text(let two)): one < two
        default: false
        }
    }
}
