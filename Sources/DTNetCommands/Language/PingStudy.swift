internal import Foundation
internal import LanguageEngine
internal import ModelServing

/// Questions of two kinds, a situation alone and one with a new passage, to a model that knows the instructions.
struct PingStudy: Sendable {
    let questions: Int
    let deadlineSeconds: Double

    /// Tokens of an answer, at most; one of the schema's has about 20, blanks included.
    private static let answerTokens = 32

    /// Read once and then in the server's cache.
    static let instructions = """
        You run the radio resources of a mobile network. You get findings of its digital twins and choose one action. \
        Actions: cap lowers the power of a cell, blank empties subbands of a cell, raise favours the users of a cell, \
        none does nothing. Choose what raises the rate of the worst users without breaking a \
        guarantee. Answer with the action and the number of the cell, as JSON.
        """

    /// What may be done: an action and, but for none, its cell.
    private static let choices =
        ["cap", "blank", "raise"].flatMap { word in (0..<7).map { "\(word) \($0)" } } + ["none"]

    static let schema = """
        {"type":"object","properties":{"action":{"enum":[\(choices.map { "\"\($0)\"" }.joined(separator: ","))]}},\
        "required":["action"],"additionalProperties":false}
        """

    /// About 48 tokens, none of them known but the first few.
    static func situation(_ number: Int) -> String {
        let (a, b, c) = (number % 7, (number * 3 + 1) % 7, (number * 5 + 2) % 7)
        return """
            traffic twin: +\(10 + number % 80) % load in cell \(a); radio twin: interference from cell \(b) at \
            -\(70 + number % 30) dBm; slice urgent \(number % 9) ms late in cell \(c); \
            \(number % 5) users of cell \(b) wait
            """
    }

    /// About 150 tokens, new with every number.
    static func passage(_ number: Int) -> String {
        let facts = (0..<7).map { fact in
            "case \(number * 7 + fact): cell \(fact) lost \(5 + (number + fact) % 20) % after its neighbour rose by "
                + "\(1 + fact) dB"
        }
        return facts.joined(separator: "; ") + "."
    }

    /// Asks the server, without and with a passage; throws where it is not there, or has not the model.
    func run(_ client: ChatClient) throws -> PingReport {
        if let failure = client.health(withinSeconds: deadlineSeconds) {
            throw ToolFailure(.failed, "\(client.base): \(PingReport.words(failure))")
        }
        let models = (try? client.models(withinSeconds: deadlineSeconds).get()) ?? []
        // The instructions are read before anything is counted.
        _ = client.complete(request(Self.situation(1_000)))
        let plain = kind("situation", client) { Self.situation($0) }
        let passage = kind("situation and passage", client) { "\(Self.passage($0))\n\(Self.situation($0))" }
        return PingReport(base: client.base, models: models, kinds: [plain, passage])
    }

    private func kind(_ name: String, _ client: ChatClient, _ situation: (Int) -> String) -> PingReport.Kind {
        var kind = PingReport.Kind(name: name)
        for number in 0..<questions {
            switch client.complete(request(situation(number))) {
            case .success(let answer): kind.add(answer, isValid: Self.isValid(answer.text))
            case .failure(let failure): kind.failures.append(PingReport.words(failure))
            }
        }
        return kind
    }

    private func request(_ situation: String) -> ChatRequest {
        ChatRequest(
            instructions: Self.instructions, situation: situation, schema: Self.schema,
            maxOutputTokens: Self.answerTokens, deadlineSeconds: deadlineSeconds)
    }

    /// Whether an answer is as the schema has it.
    static func isValid(_ text: String) -> Bool {
        struct Answer: Decodable {
            var action: String
        }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(text.utf8)) else { return false }
        return choices.contains(answer.action)
    }
}
