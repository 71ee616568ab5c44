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

    /// FNV-1a, 64 bits, over `jsonData`: peers compare it when they shake hands, so that both run the same plan.
    package var digest: UInt64 {
        jsonData().reduce(0xCBF2_9CE4_8422_2325) { hash, byte in (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
}
