internal import Foundation
internal import LanguageEngine

/// A request as JSON text. Written by hand: the keys of a schema keep their order, which is the order in which a model
/// is made to write them, and the parts that stay the same from request to request stand first.
struct ChatBody {
    private let request: ChatRequest
    private let model: String

    /// nil where the schema is not JSON.
    init?(_ request: ChatRequest, model: String) {
        if !request.schema.isEmpty, !JSONText.isDocument(request.schema) { return nil }
        self.request = request
        self.model = model
    }

    /// - Parameters:
    ///   - usesCache: whether a llama.cpp server may go on from what it has read before; nil does not say so.
    ///   - usesGrammar: whether the request's grammar, another key of llama.cpp's, stands in place of the schema.
    func text(usesCache: Bool?, usesGrammar: Bool) -> String {
        var fields: [String] = []
        if !model.isEmpty { fields.append("\"model\":\(JSONText.quoted(model))") }
        let messages = [("system", request.instructions), ("user", request.situation)].map { role, content in
            "{\"role\":\"\(role)\",\"content\":\(JSONText.quoted(content))}"
        }
        fields.append("\"messages\":[\(messages.joined(separator: ","))]")
        if usesGrammar {
            fields.append("\"grammar\":\(JSONText.quoted(request.grammar))")
        } else if !request.schema.isEmpty {
            fields.append(
                "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":"
                    + "{\"name\":\"answer\",\"strict\":true,\"schema\":\(request.schema)}}")
        }
        fields.append("\"max_tokens\":\(max(1, request.maxOutputTokens))")
        fields.append("\"temperature\":\(request.temperature.isFinite ? max(0, request.temperature) : 0)")
        // Servers keep seeds in 32 bits, some of them signed.
        fields.append("\"seed\":\(request.seed & 0x7FFF_FFFF)")
        if let usesCache { fields.append("\"cache_prompt\":\(usesCache)") }
        fields.append("\"stream\":false")
        return "{\(fields.joined(separator: ","))}"
    }
}

/// JSON as text.
enum JSONText {
    /// A string literal.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// Whether a text is one whole JSON object or array.
    static func isDocument(_ text: String) -> Bool {
        (try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil
    }

    /// Whether a text begins as an object or array of JSON and ends before that does.
    static func isUnfinished(_ bytes: [UInt8]) -> Bool {
        var depth = 0
        var isString = false
        var isEscaped = false
        for byte in bytes.drop(while: { $0 <= 0x20 }) {
            if isString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""): isString = true
            default: break
            }
            if depth <= 0 { return false }
        }
        return depth > 0
    }
}
