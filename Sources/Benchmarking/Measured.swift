/// A figure, or why there is none. In JSON an absent figure is null and has its reason beside it, under `KEY_reason`.
package enum Measured<Value: Codable & Hashable & Sendable>: Hashable, Sendable {
    case value(Value)
    case absent(String)

    /// The value, or the reason where it is nil.
    package init(_ value: Value?, or reason: @autoclosure () -> String) {
        self = value.map { .value($0) } ?? .absent(reason())
    }

    package var value: Value? {
        if case .value(let value) = self { return value }
        return nil
    }

    package var reason: String? {
        if case .absent(let reason) = self { return reason }
        return nil
    }
}

/// A key of the row's JSON.
struct RowKey: CodingKey, Hashable {
    let stringValue: String

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
    var intValue: Int? { nil }
    /// Where the reason of an absent figure stands.
    var reason: RowKey { RowKey(stringValue + "_reason") }
}

typealias RowEncoder = KeyedEncodingContainer<RowKey>
typealias RowDecoder = KeyedDecodingContainer<RowKey>

extension KeyedEncodingContainer<RowKey> {
    mutating func put<Value>(_ name: String, _ measured: Measured<Value>) throws {
        let key = RowKey(name)
        switch measured {
        case .value(let value):
            // JSON has no word for it, and one figure must not cost the report.
            if let number = value as? Double, !number.isFinite {
                return try put(name, Measured<Value>.absent("not a finite number"))
            }
            try encode(value, forKey: key)
        case .absent(let reason):
            try encodeNil(forKey: key)
            try encode(reason, forKey: key.reason)
        }
    }
}

extension KeyedDecodingContainer<RowKey> {
    func take<Value>(_ name: String) throws -> Measured<Value> {
        let key = RowKey(name)
        if let value = try decodeIfPresent(Value.self, forKey: key) { return .value(value) }
        return .absent(try decode(String.self, forKey: key.reason))
    }
}

/// Six significant digits: what a figure of a row can claim.
package func sixDigits(_ value: Double) -> Double {
    guard value != 0, value.isFinite else { return value }
    var scale = 1.0
    var magnitude = value.magnitude
    while magnitude >= 1e6 {
        magnitude /= 10
        scale /= 10
    }
    while magnitude < 1e5 && scale < 1e15 {
        magnitude *= 10
        scale *= 10
    }
    return (value * scale).rounded() / scale
}
