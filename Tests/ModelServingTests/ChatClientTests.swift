import Foundation
import LanguageEngine
import ModelServing
import NetworkModel
import Testing

/// What is asked of a server, and how its answer is read.
@Suite struct ChatClientTests {
    private static let schema = #"{"type":"object","properties":{"zebra":{"type":"integer"},"ant":{"type":"string"}}}"#

    private static func request(
        schema: String = "", grammar: String = "", deadline: Double = 20
    ) -> ChatRequest {
        ChatRequest(
            instructions: "Rules: \"be short\"", situation: "cell 4\nis \u{1}full \\", schema: schema, grammar: grammar,
            maxOutputTokens: 20, temperature: 0.5, seed: 0xFFFF_FFFF_0000_0007, deadlineSeconds: deadline)
    }

    @Test func anAnswerComesWithWhatItCost() throws {
        let server = try ScriptedServer(.answer(body: Bodies.completion("cell 4")))
        defer { server.stop() }
        let answer = try ChatClient(base: server.base, model: "small").complete(Self.request()).get()
        #expect(answer.text == "cell 4" && answer.seconds > 0)
        #expect((answer.promptTokens, answer.cachedTokens, answer.outputTokens) == (120, 72, 20))
    }

    @Test func theQuestionHoldsAllThatWasAsked() throws {
        let server = try ScriptedServer(.answer(body: Bodies.completion("{}")))
        defer { server.stop() }
        let client = ChatClient(base: server.base + "/", model: "small", key: "sk-1", keyVariable: "K")
        _ = try client.complete(Self.request(schema: Self.schema)).get()
        let sent = try #require(server.requests.first)
        #expect(sent.line.hasPrefix("POST /v1/chat/completions HTTP/1.1"))
        #expect(sent.head.contains("Authorization: Bearer sk-1"))
        let body = try #require(try JSONSerialization.jsonObject(with: Data(sent.body.utf8)) as? [String: Any])
        #expect(body["model"] as? String == "small" && body["max_tokens"] as? Int == 20)
        #expect(body["temperature"] as? Double == 0.5 && body["seed"] as? Int == 7)
        #expect(body["cache_prompt"] as? Bool == true && body["stream"] as? Bool == false)
        let messages = try #require(body["messages"] as? [[String: String]])
        #expect(messages.map { $0["role"] } == ["system", "user"])
        #expect(messages.map { $0["content"] } == ["Rules: \"be short\"", "cell 4\nis \u{1}full \\"])
        let format = try #require(body["response_format"] as? [String: Any])
        #expect(format["type"] as? String == "json_schema")
        // The order of its keys is the order in which the model writes.
        #expect(sent.body.contains("\"schema\":\(Self.schema)"))
    }

    @Test func withoutASchemaOrAKeyNoneIsSent() throws {
        let server = try ScriptedServer(.answer(body: Bodies.completion("yes")))
        defer { server.stop() }
        _ = try ChatClient(base: server.base).complete(Self.request()).get()
        let sent = try #require(server.requests.first)
        #expect(!sent.body.contains("response_format") && !sent.body.contains("\"model\""))
        #expect(!sent.head.lowercased().contains("authorization"))
    }

    @Test(
        arguments: [
            ("http://h:1", "http://h:1/v1"), ("http://h:1/", "http://h:1/v1"), ("http://h/v1/", "http://h/v1"),
            ("https://h/openai/v1", "https://h/openai/v1"),
        ])
    func anAddressWithoutAPathMeansTheFirstVersion(given: String, expected: String) {
        #expect(ChatClient(base: given).base == expected)
    }

    @Test func aServerThatRefusesTheCacheKeyIsAskedWithoutIt() throws {
        let server = try ScriptedServer { _, request in
            request.body.contains("cache_prompt")
                ? .answer(status: 400, body: #"{"error":{"message":"Unrecognized argument: cache_prompt"}}"#)
                : .answer(body: Bodies.completion("yes"))
        }
        defer { server.stop() }
        let client = ChatClient(base: server.base, model: "small")
        for _ in 0..<2 { #expect(try client.complete(Self.request()).get().text == "yes") }
        #expect(server.requests.map { $0.body.contains("cache_prompt") } == [true, false, false])
    }

    private static let grammar = #"root ::= "{\"zebra\":1}""#

    @Test func aGrammarStandsInPlaceOfTheSchema() throws {
        let server = try ScriptedServer(.answer(body: Bodies.completion("{\"zebra\":1}")))
        defer { server.stop() }
        let client = ChatClient(base: server.base, model: "small")
        let answer = try client.complete(Self.request(schema: Self.schema, grammar: Self.grammar)).get()
        #expect(answer.constraint == .grammar)
        let sent = try #require(server.requests.first)
        let body = try #require(try JSONSerialization.jsonObject(with: Data(sent.body.utf8)) as? [String: Any])
        #expect(body["grammar"] as? String == Self.grammar && body["response_format"] == nil)
        #expect(try client.complete(Self.request(schema: Self.schema)).get().constraint == .schema)
    }

    /// A server that refuses grammars, and servers that take the key and answer as they like.
    @Test(arguments: [
        (400, #"{"error":{"message":"Unrecognized argument: grammar"}}"#),
        (422, #"{"detail":"extra fields not permitted: grammar"}"#), (200, Bodies.completion("I think cell 4")),
        (200, Bodies.completion("{\"zebra\":", finish: "length")),
    ])
    func aServerWithoutGrammarsIsAskedByTheSchema(status: Int, body: String) throws {
        let server = try ScriptedServer { _, request in
            request.body.contains("\"grammar\"")
                ? .answer(status: status, body: body) : .answer(body: Bodies.completion("{\"zebra\":1}"))
        }
        defer { server.stop() }
        let client = ChatClient(base: server.base, model: "small")
        for _ in 0..<2 {
            let answer = try client.complete(Self.request(schema: Self.schema, grammar: Self.grammar)).get()
            #expect(answer.text == "{\"zebra\":1}" && answer.constraint == .schema)
        }
        #expect(server.requests.map { $0.body.contains("\"grammar\"") } == [true, false, false])
    }

    @Test func wholeJSONAtTheTokenLimitIsWhole() throws {
        let server = try ScriptedServer(.answer(body: Bodies.completion("{\"cell\": 4}\n\n", finish: "length")))
        defer { server.stop() }
        let client = ChatClient(base: server.base, model: "small")
        #expect(try client.complete(Self.request(schema: Self.schema)).get().text == "{\"cell\": 4}\n\n")
        #expect(client.complete(Self.request()) == .failure(.truncated))
    }

    @Test func modelsAndHealthAreNamed() throws {
        let server = try ScriptedServer(.answer(body: Bodies.models))
        defer { server.stop() }
        #expect(ChatClient(base: server.base).models(withinSeconds: 20) == .success(["small", "tiny", "large"]))
        for model in ["", "small", "tiny"] {
            #expect(ChatClient(base: server.base, model: model).health(withinSeconds: 20) == nil)
        }
        #expect(
            ChatClient(base: server.base, model: "huge").health(withinSeconds: 20)
                == .refused(status: 404, message: "no model 'huge'; the server has small, tiny, large"))
    }

    // MARK: - Repair

    @Test func aBadAnswerIsRepairedOnce() throws {
        let server = try ScriptedServer { number, _ in
            .answer(body: Bodies.completion(number == 0 ? "{\"cell\": 99}" : "{\"cell\": 4}"))
        }
        defer { server.stop() }
        let answer = try ChatClient(base: server.base, model: "small")
            .complete(Self.request()) { $0.contains("99") ? "there is no cell 99" : nil }.get()
        #expect(answer.repaired == "{\"cell\": 99}")
        #expect(answer.text == "{\"cell\": 4}")
        #expect((answer.promptTokens, answer.cachedTokens, answer.outputTokens) == (240, 144, 40))
        #expect(server.requests.count == 2 && server.requests[1].body.contains("there is no cell 99"))
    }

    @Test func anAnswerThatStaysBadIsHandedOver() throws {
        let server = try ScriptedServer { number, _ in .answer(body: Bodies.completion("bad \(number)")) }
        defer { server.stop() }
        let answer = try ChatClient(base: server.base, model: "small").complete(Self.request()) { _ in "wrong" }.get()
        #expect(answer.text == "bad 1" && server.requests.count == 2)
    }

    @Test func aGoodAnswerIsNotAskedForAgain() throws {
        let server = try ScriptedServer(.answer(body: Bodies.completion("good")))
        defer { server.stop() }
        _ = try ChatClient(base: server.base, model: "small").complete(Self.request()) { _ in nil }.get()
        #expect(server.requests.count == 1)
    }

    @Test func theFirstAnswerStandsWhereTheSecondDoesNotCome() throws {
        let server = try ScriptedServer { number, _ in
            number == 0 ? .answer(body: Bodies.completion("first")) : .stall("")
        }
        defer { server.stop() }
        let answer = try ChatClient(base: server.base, model: "small")
            .complete(Self.request(deadline: 2)) { _ in "wrong" }.get()
        #expect(answer.text == "first")
    }

    // MARK: - Configuration

    @Test func aTopologyNamesWhoIsAsked() throws {
        var language = LanguageConfiguration()
        #expect(try ChatClient.configured(by: language, environment: [:]) == nil)
        language.server = .local
        let local = try ChatClient.configured(
            by: language, environment: [ChatClient.localBaseVariable: "http://127.0.0.1:7/v1"])
        #expect(local?.base == "http://127.0.0.1:7/v1" && local?.model == "")
        language.server = .remote(base: "https://h/v1")
        (language.model, language.apiKeyVariable) = ("large", "MODEL_KEY")
        let remote = try ChatClient.configured(by: language, environment: ["MODEL_KEY": "sk-1"])
        #expect(remote?.base == "https://h/v1" && remote?.model == "large")
    }

    @Test(arguments: [[:], ["MODEL_KEY": ""], ["MODEL_KEY": "sk-1\nX-Header: y"]]) func aBadKeyIsNamedAndNotRepeated(
        environment: [String: String]
    ) throws {
        var language = LanguageConfiguration()
        (language.server, language.model, language.apiKeyVariable) = (.remote(base: "http://h"), "m", "MODEL_KEY")
        let error = #expect(throws: ChatSetupError.self) {
            try ChatClient.configured(by: language, environment: environment)
        }
        #expect(error?.description.contains("MODEL_KEY") == true && error?.description.contains("sk-1") == false)
    }

    @Test func aLocalServerThatNobodyStartedIsNamed() {
        var language = LanguageConfiguration()
        language.server = .local
        let error = #expect(throws: ChatSetupError.self) {
            try ChatClient.configured(by: language, environment: [:])
        }
        #expect(error?.description.contains("scripts/llm-server.sh") == true)
    }
}
