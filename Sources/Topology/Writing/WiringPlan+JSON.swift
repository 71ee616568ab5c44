package import Foundation
package import NetworkModel

extension WiringPlan {
    /// The plan as JSON with sorted keys: equal plans give equal bytes, on every machine. Infinity is `"inf"`.
    package func jsonData() -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do {
            return try encoder.encode(self)
        } catch {
            preconditionFailure("a wiring plan is always encodable: \(error)")
        }
    }

    /// Reads what `jsonData` wrote; throws `DecodingError` on anything else.
    package init(jsonData: Data) throws {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        self = try decoder.decode(WiringPlan.self, from: jsonData)
    }

    /// Why `init(jsonData:)` threw, in words: the key that is missing, or of another form.
    package static func reason(of error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .keyNotFound(let key, let context): return "\(path(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            return context.codingPath.isEmpty ? "no JSON of a plan" : "\(path(context.codingPath)) has another form"
        @unknown default: return "\(error)"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce("") { path, key in
            key.intValue.map { "\(path)[\($0)]" } ?? (path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)")
        }
    }

    /// FNV-1a, 64 bits, over `jsonData`: peers compare it when they shake hands, so that both run the same plan.
    package var digest: UInt64 {
        jsonData().reduce(0xCBF2_9CE4_8422_2325) { hash, byte in (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
}
