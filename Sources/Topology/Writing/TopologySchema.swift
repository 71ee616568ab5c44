internal import Foundation

/// JSON Schema (draft 2020-12) of a topology file.
package enum TopologySchema {
    /// The schema as JSON with sorted keys. Editors take it for completion and hints; what ties keys together (names,
    /// paths, ports) only `validate` checks.
    package static func json() -> String {
        var root = schema(of: KeySpecification.tree)
        root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        root["title"] = "LLM-DTNet topology"
        do {
            let data = try JSONSerialization.data(
                withJSONObject: root, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
            return String(decoding: data, as: UTF8.self) + "\n"
        } catch {
            preconditionFailure("the schema is always encodable: \(error)")
        }
    }

    private static func schema(of tree: KeyTree) -> [String: Any] {
        var schema: [String: Any]
        switch tree.specification?.kind ?? .mapping {
        case .mapping: schema = object(tree)
        case .entries(let maximum, let names):
            let pattern: [String: Any] = names.isEmpty ? ["pattern": namePattern] : ["enum": names]
            schema = [
                "type": ["object", "null"], "propertyNames": pattern, "maxProperties": maximum,
                "additionalProperties": tree.entry.map { nullable(object($0)) } ?? [:],
            ]
        case .sequence(let maximum):
            schema = ["type": "array", "maxItems": maximum, "items": tree.element.map(object) ?? [:]]
        case .names(let maximum, let allowed):
            let item: [String: Any] =
                allowed.isEmpty ? ["type": "string", "pattern": namePattern] : ["enum": allowed]
            schema = [
                "anyOf": [item, ["type": "array", "items": item, "maxItems": maximum, "uniqueItems": true]]
            ]
        default:
            schema = tree.specification.map(scalar) ?? [:]
        }
        if let specification = tree.specification {
            schema["description"] = specification.documentation
            if let text = specification.defaultText { schema["default"] = defaultValue(text, specification.kind) }
        }
        return schema
    }

    private static func object(_ tree: KeyTree) -> [String: Any] {
        var properties: [String: Any] = [:]
        for (name, child) in zip(tree.names, tree.children) { properties[name] = schema(of: child) }
        var schema: [String: Any] = ["type": "object", "properties": properties, "additionalProperties": false]
        let required = zip(tree.names, tree.children).filter { $0.1.specification?.isRequired == true }.map(\.0)
        if !required.isEmpty { schema["required"] = required }
        return schema
    }

    /// A name with nothing under it counts as an empty mapping.
    private static func nullable(_ object: [String: Any]) -> [String: Any] {
        guard object["required"] == nil else { return object }
        var nullable = object
        nullable["type"] = ["object", "null"]
        return nullable
    }

    private static func scalar(_ specification: KeySpecification) -> [String: Any] {
        switch specification.kind {
        case .text: ["type": "string", "minLength": 1, "maxLength": ScalarText.maximumTextBytes]
        case .name: ["type": "string", "pattern": namePattern]
        case .choice(let words): ["enum": words]
        case .boolean: ["type": "boolean"]
        case .integer: bounded("integer", specification, .number)
        case .quantity(.number): bounded("number", specification, .number)
        case .quantity(.fraction):
            ["anyOf": [bounded("number", specification, .fraction), ["type": "string", "pattern": "^[0-9.]+%$"]]]
        case .quantity(let kind): ["type": "string", "pattern": pattern(of: kind)]
        case .mapping, .entries, .sequence, .names: [:]
        }
    }

    private static func bounded(_ type: String, _ key: KeySpecification, _ kind: UnitKind) -> [String: Any] {
        guard let bounds = key.range?.values(as: kind) else { return ["type": type] }
        if type == "integer" {
            return ["type": type, "minimum": Int(bounds.minimum), "maximum": Int(bounds.maximum)]
        }
        return ["type": type, "minimum": bounds.minimum, "maximum": bounds.maximum]
    }

    private static func defaultValue(_ text: String, _ kind: KeySpecification.Kind) -> Any {
        switch kind {
        case .boolean: text == "true"
        case .integer: Int(text) ?? 0
        case .quantity(.number), .quantity(.fraction): Double(text) ?? 0
        default: text
        }
    }

    private static let namePattern = "^[a-z][a-z0-9-]{0,31}$"

    private static func pattern(of kind: UnitKind) -> String {
        let symbols = kind.symbols.map(\.symbol).joined(separator: "|")
        return "^[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)? *(\(symbols))$"
    }
}
