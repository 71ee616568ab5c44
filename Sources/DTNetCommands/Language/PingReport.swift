internal import Foundation
internal import LanguageEngine

/// What `dtnet llm ping` found.
struct PingReport: Sendable, Encodable {
    /// Questions of one kind.
    struct Kind: Sendable, Encodable {
        var name: String
        /// Answers that were as the schema has it.
        var valid = 0
        /// Of each answer.
        var seconds: [Double] = []
        /// Tokens read anew, known from before and written, of each answer; the report holds their medians.
        var newTokens: [Int] = []
        var cachedTokens: [Int] = []
        var outputTokens: [Int] = []
        var failures: [String] = []

        init(name: String) { self.name = name }

        mutating func add(_ answer: ChatAnswer, isValid: Bool) {
            if isValid { valid += 1 }
            seconds.append(answer.seconds)
            newTokens.append(max(0, answer.promptTokens - answer.cachedTokens))
            cachedTokens.append(answer.cachedTokens)
            outputTokens.append(answer.outputTokens)
        }

        private enum CodingKeys: String, CodingKey {
            case name, asked, valid, failures
            case p50 = "p50_ms"
            case p90 = "p90_ms"
            case new = "new_tokens"
            case cached = "cached_tokens"
            case output = "output_tokens"
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(name, forKey: .name)
            try values.encode(seconds.count + failures.count, forKey: .asked)
            try values.encode(valid, forKey: .valid)
            try values.encode(failures, forKey: .failures)
            try values.encode(quantile(0.5, of: seconds).map { $0 * 1_000 }, forKey: .p50)
            try values.encode(quantile(0.9, of: seconds).map { $0 * 1_000 }, forKey: .p90)
            try values.encode(quantile(0.5, of: newTokens), forKey: .new)
            try values.encode(quantile(0.5, of: cachedTokens), forKey: .cached)
            try values.encode(quantile(0.5, of: outputTokens), forKey: .output)
        }
    }

    var base: String
    var models: [String]
    var kinds: [Kind]
    /// Name of the adapter that it answered with; nil for none.
    var adapter: String?

    /// Indented JSON with sorted keys.
    func json() -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        guard let data = try? encoder.encode(self) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    var lines: [String] {
        var table = TextTable(
            ["question", "asked", "valid", "p50 ms", "p90 ms", "tokens new", "cached", "written"],
            numeric: [1, 2, 3, 4, 5, 6, 7])
        for kind in kinds {
            func shown<Value: Comparable>(_ share: Double, _ values: [Value], _ text: (Value) -> String) -> String {
                quantile(share, of: values).map(text) ?? "-"
            }
            table.add([
                kind.name, "\(kind.seconds.count + kind.failures.count)", "\(kind.valid)",
                shown(0.5, kind.seconds) { "\(Int(($0 * 1_000).rounded()))" },
                shown(0.9, kind.seconds) { "\(Int(($0 * 1_000).rounded()))" },
                shown(0.5, kind.newTokens) { "\($0)" }, shown(0.5, kind.cachedTokens) { "\($0)" },
                shown(0.5, kind.outputTokens) { "\($0)" },
            ])
        }
        let failures = kinds.flatMap(\.failures).prefix(3).map { "no answer: \($0)" }
        let named = adapter.map { ", adapter \($0)" } ?? ""
        return [
            "\(base): \(models.isEmpty ? "no models" : models.joined(separator: ", ").cut(toBytes: 400))\(named)", "",
        ] + table.lines
            + failures
    }
}

/// The value below which a share of the values lies, nil of none.
private func quantile<Value: Comparable>(_ share: Double, of values: [Value]) -> Value? {
    guard !values.isEmpty else { return nil }
    return values.sorted()[min(values.count - 1, Int(Double(values.count) * share))]
}
