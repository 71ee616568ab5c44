internal import Foundation
internal import LanguageEngine

/// What a server answers, read with distrust: everything that is not as OpenAI's API has it is named.
enum ChatReply {
    /// Bytes of a server's own words that a message holds.
    static let messageBytes = 200

    /// The part of a chat completion that is used.
    private struct Completion: Decodable {
        struct Choice: Decodable {
            struct Message: Decodable {
                var content: String?
            }

            var message: Message?
            var finishReason: String?
        }

        struct Usage: Decodable {
            struct Details: Decodable {
                var cachedTokens: Int?
            }

            var promptTokens: Int?
            var completionTokens: Int?
            var promptTokensDetails: Details?
        }

        var choices: [Choice]?
        var usage: Usage?
    }

    private struct ModelList: Decodable {
        struct Model: Decodable {
            var id: String?
            var aliases: [String]?
        }

        var data: [Model]?
    }

    /// The answer in the body of a chat completion; its time is left at 0.
    ///
    /// - Parameter isJSON: whether the answer had to be JSON: then one that is whole counts as whole, although the
    ///   model went on writing blanks to its token limit.
    static func answer(in body: [UInt8], isJSON: Bool) -> Result<ChatAnswer, ChatFailure> {
        let completion: Completion
        switch decode(Completion.self, body) {
        case .success(let value): completion = value
        case .failure(let failure): return .failure(failure)
        }
        guard let choice = completion.choices?.first else {
            return .failure(.incompatible("the answer has no choices"))
        }
        guard let text = choice.message?.content else {
            return .failure(.incompatible("the answer's choice has no message with content"))
        }
        if choice.finishReason == "length", !isJSON || !JSONText.isDocument(text) { return .failure(.truncated) }
        func count(_ value: Int?) -> Int { min(max(0, value ?? 0), 1 << 30) }
        return .success(
            ChatAnswer(
                text: text, promptTokens: count(completion.usage?.promptTokens),
                cachedTokens: count(completion.usage?.promptTokensDetails?.cachedTokens),
                outputTokens: count(completion.usage?.completionTokens)))
    }

    /// Names of the models in a list, aliases included, each once.
    static func models(in body: [UInt8]) -> Result<[String], ChatFailure> {
        decode(ModelList.self, body).flatMap { list in
            guard let data = list.data else { return .failure(.incompatible("the list of models has no data")) }
            var names: [String] = []
            for name in data.flatMap({ [$0.id].compactMap { $0 } + ($0.aliases ?? []) }) where !names.contains(name) {
                names.append(name)
            }
            return .success(names)
        }
    }

    /// A server's own words for an error: `error.message`, `error`, `message` or `detail`, else the text as it is.
    static func message(of body: [UInt8]) -> String {
        let object = (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any]
        let error = object?["error"]
        let words =
            (error as? [String: Any])?["message"] as? String ?? error as? String ?? object?["message"] as? String
            ?? object?["detail"] as? String
        return words ?? String(decoding: body.prefix(messageBytes), as: UTF8.self)
    }

    /// JSON, or what stands there instead.
    private static func decode<Value: Decodable>(_ type: Value.Type, _ body: [UInt8]) -> Result<Value, ChatFailure> {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return .success(try decoder.decode(type, from: Data(body)))
        } catch DecodingError.typeMismatch(_, let context) {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return .failure(.incompatible("the answer's \(path.isEmpty ? "JSON" : path) has another type"))
        } catch {
            if body.isEmpty || JSONText.isUnfinished(body) { return .failure(.truncated) }
            let start = String(decoding: body.prefix(60), as: UTF8.self).cut(toBytes: 60)
            return .failure(.incompatible("the answer is not JSON: '\(start)'"))
        }
    }
}
