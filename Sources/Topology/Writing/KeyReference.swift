internal import NetworkModel

/// The table of keys for people and the JSON Schema for editors, both made from the table that the reader uses.
package enum KeyReference {
    /// Markdown table of every key, for `topologies/README.md`.
    package static func markdown() -> String {
        TextTable.markdown(
            ["key", "value", "default", "meaning"],
            KeySpecification.table.map { key in
                let fallback = key.isRequired ? "required" : key.defaultText.map { "`\($0)`" } ?? ""
                return ["`\(key.path)`", value(of: key), fallback, key.documentation]
            })
    }

    /// Symbols of every dimension, for the same file.
    package static func unitsMarkdown() -> String {
        TextTable.markdown(
            ["dimension", "units", "example"],
            UnitKind.allCases.map { [name(of: $0), $0.allowedSymbols, $0.example] })
    }

    /// What a link of each medium has where the file says nothing.
    package static func mediaMarkdown() -> String {
        TextTable.markdown(
            ["medium", "bandwidth", "jitter", "loss"],
            KeySpecification.media.map { name in
                guard let medium = LinkMedium(rawValue: name) else { preconditionFailure("no medium \(name)") }
                let usual = LinkQualities.usual(of: medium)
                return [
                    name, SpanText.of(bitsPerSecond: usual.bandwidth ?? 0),
                    SpanText.of(.seconds(usual.jitterSeconds ?? 0)), SpanText.digits((usual.loss ?? 0) * 100) + "%",
                ]
            })
    }

    private static func value(of key: KeySpecification) -> String {
        let bounds = key.range.map { ", \($0.minimum) to \($0.maximum)" } ?? ""
        return switch key.kind {
        case .mapping: "keys"
        case .entries(_, let names): names.isEmpty ? "names with keys" : words(names) + " with keys"
        case .sequence: "list"
        case .text: "text"
        case .name: "name"
        case .names(_, let allowed): allowed.isEmpty ? "name or list of names" : "one or more of " + words(allowed)
        case .choice(let allowed): words(allowed)
        case .integer: "whole number" + bounds
        case .boolean: "`true`, `false`"
        case .quantity(let kind): name(of: kind) + bounds
        }
    }

    private static func words(_ words: [String]) -> String { words.map { "`\($0)`" }.joined(separator: ", ") }

    private static func name(of kind: UnitKind) -> String {
        switch kind {
        case .bitRate: "bit rate"
        case .dataSize: "data size"
        default: kind.rawValue
        }
    }
}
