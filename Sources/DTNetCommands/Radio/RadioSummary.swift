internal import Foundation

/// What a command of `dtnet radio` found, for `--json`.
protocol RadioSummary: Encodable {}

extension RadioSummary {
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
