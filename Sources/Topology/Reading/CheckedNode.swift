/// A part of the file after its keys, types, units and ranges were checked against the table; defaults are filled in.
struct CheckedNode: Sendable {
    indirect enum Content: Sendable {
        /// In the base unit.
        case number(Double)
        case integer(Int64)
        case boolean(Bool)
        case text(String)
        case names([Located<String>])
        case mapping([(key: Located<String>, value: CheckedNode)])
        case sequence([CheckedNode])
    }

    let content: Content
    let position: SourcePosition
    let path: String
    /// True where the file does not hold the key.
    let isDefault: Bool

    /// The value under a key of a mapping, nil where it is absent.
    subscript(key: String) -> CheckedNode? {
        guard case .mapping(let entries) = content else { preconditionFailure("\(path) is not a mapping") }
        return entries.first { $0.key.value == key }?.value
    }

    /// Entries of a mapping in file order.
    var entries: [(key: Located<String>, value: CheckedNode)] {
        guard case .mapping(let entries) = content else { preconditionFailure("\(path) is not a mapping") }
        return entries
    }

    var elements: [CheckedNode] {
        guard case .sequence(let elements) = content else { preconditionFailure("\(path) is not a sequence") }
        return elements
    }

    var number: Located<Double> {
        guard case .number(let value) = content else { preconditionFailure("\(path) is not a quantity") }
        return located(value)
    }

    var integer: Located<Int> {
        guard case .integer(let value) = content else { preconditionFailure("\(path) is not an integer") }
        return located(Int(value))
    }

    var boolean: Bool {
        guard case .boolean(let value) = content else { preconditionFailure("\(path) is not a truth value") }
        return value
    }

    var text: Located<String> {
        guard case .text(let value) = content else { preconditionFailure("\(path) is not a text") }
        return located(value)
    }

    var names: [Located<String>] {
        guard case .names(let values) = content else { preconditionFailure("\(path) is not a list of names") }
        return values
    }

    /// A choice as the enumeration that the table took its words from.
    func choice<Value: RawRepresentable & Sendable>(_ type: Value.Type) -> Located<Value>
    where Value.RawValue == String {
        guard let value = Value(rawValue: text.value) else { preconditionFailure("\(path) admits too much") }
        return located(value)
    }

    private func located<Value>(_ value: Value) -> Located<Value> {
        Located(value: value, position: isDefault ? nil : position, path: path)
    }
}
