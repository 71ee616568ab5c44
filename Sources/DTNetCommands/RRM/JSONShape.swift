internal import Foundation
internal import Topology

/// What a JSON file may hold, said once: checked against, filled with defaults, and written out as a JSON Schema.
indirect enum JSONShape: Sendable {
    case number(ClosedRange<Double>)
    case integer(ClosedRange<Int>)
    case boolean
    case text
    case choice([String])
    case list(JSONShape, least: Int)
    case object([Field])
    /// The same, or null.
    case optional(JSONShape)

    /// A key of an object.
    struct Field: Sendable {
        var key: String
        var shape: JSONShape
        /// What stands for a key that is left out; nil where it must be there.
        var fallback: JSONDefault?
        var about: String

        init(_ key: String, _ shape: JSONShape, _ fallback: JSONDefault? = nil, _ about: String) {
            self.key = key
            self.shape = shape
            self.fallback = fallback
            self.about = about
        }
    }

    enum JSONDefault: Sendable {
        case null, number(Double), flag(Bool), emptyList

        var value: Any {
            switch self {
            case .null: NSNull()
            case .number(let number): number
            case .flag(let flag): flag
            case .emptyList: [Any]()
            }
        }
    }

    /// What of a value is wrong: the place in it, and words.
    struct Mismatch: Error { var path: String, words: String }

    /// The value with defaults filled in.
    func checked(_ value: Any, at path: String = "") throws(Mismatch) -> Any {
        func mismatch(_ words: String) -> Mismatch { Mismatch(path: path.isEmpty ? "file" : path, words: words) }
        switch self {
        case .number(let range):
            guard let number = JSONShape.number(value) else { throw mismatch("a number is needed") }
            guard range.contains(number) else {
                throw mismatch("\(number) is not from \(range.lowerBound) to \(range.upperBound)")
            }
        case .integer(let range):
            guard let number = JSONShape.number(value), let whole = Int(exactly: number) else {
                throw mismatch("a whole number is needed")
            }
            guard range.contains(whole) else {
                throw mismatch("\(whole) is not from \(range.lowerBound) to \(range.upperBound)")
            }
        case .boolean: guard JSONShape.isFlag(value) else { throw mismatch("true or false is needed") }
        case .text: guard value is String else { throw mismatch("text is needed") }
        case .choice(let allowed):
            guard let text = value as? String, allowed.contains(text) else {
                throw mismatch("one of \(allowed.joined(separator: ", ")) is needed")
            }
        case .list(let element, let least):
            guard let list = value as? [Any] else { throw mismatch("a list is needed") }
            guard list.count >= least else { throw mismatch("\(list.count) entries, \(least) or more are needed") }
            var result: [Any] = []
            result.reserveCapacity(list.count)
            for (index, entry) in list.enumerated() {
                result.append(try element.checked(entry, at: "\(path)[\(index)]"))
            }
            return result
        case .object(let fields): return try JSONShape.checked(value, fields, path)
        case .optional(let shape): return value is NSNull ? value : try shape.checked(value, at: path)
        }
        return value
    }

    private static func checked(_ value: Any, _ fields: [Field], _ path: String) throws(Mismatch) -> Any {
        guard let object = value as? [String: Any] else {
            throw Mismatch(path: path.isEmpty ? "file" : path, words: "an object is needed")
        }
        let prefix = path.isEmpty ? "" : path + "."
        let keys = fields.map(\.key)
        if let unknown = object.keys.sorted().first(where: { !keys.contains($0) }) {
            throw Mismatch(path: prefix + unknown, words: "unknown key\(NearestMatch.hint(for: unknown, among: keys))")
        }
        var result: [String: Any] = [:]
        for field in fields {
            if let value = object[field.key] {
                result[field.key] = try field.shape.checked(value, at: prefix + field.key)
            } else if let fallback = field.fallback {
                result[field.key] = fallback.value
            } else {
                throw Mismatch(path: prefix + field.key, words: "missing; \(field.about)")
            }
        }
        return result
    }

    /// A number that is no flag: both come as the same class.
    private static func number(_ value: Any) -> Double? {
        guard let number = value as? NSNumber, !isFlag(value) else { return nil }
        return number.doubleValue.isFinite ? number.doubleValue : nil
    }

    private static func isFlag(_ value: Any) -> Bool {
        guard let number = value as? NSNumber else { return false }
        return String(cString: number.objCType) == "c"
    }

    /// JSON Schema (draft 2020-12) of the shape.
    var schema: [String: Any] {
        switch self {
        case .number(let range): ["type": "number", "minimum": range.lowerBound, "maximum": range.upperBound]
        case .integer(let range): ["type": "integer", "minimum": range.lowerBound, "maximum": range.upperBound]
        case .boolean: ["type": "boolean"]
        case .text: ["type": "string"]
        case .choice(let allowed): ["enum": allowed]
        case .list(let element, let least): ["type": "array", "items": element.schema, "minItems": least]
        case .optional(let shape): ["anyOf": [shape.schema, ["type": "null"]]]
        case .object(let fields):
            [
                "type": "object", "additionalProperties": false,
                "required": fields.filter { $0.fallback == nil }.map(\.key),
                "properties": Dictionary(
                    uniqueKeysWithValues: fields.map { field in
                        var schema = field.shape.schema
                        schema["description"] = field.about
                        if let fallback = field.fallback { schema["default"] = fallback.value }
                        return (field.key, schema)
                    }),
            ]
        }
    }
}
