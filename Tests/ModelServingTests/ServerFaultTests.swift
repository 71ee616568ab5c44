import Foundation
import LanguageEngine
import ModelServing
import NetworkModel
import Testing

/// Servers that fail, lie or never end: the caller is back by its deadline, with the reason.
@Suite(.timeLimit(.minutes(2))) struct ServerFaultTests {
    private static let patience = 20.0

    private static func ask(_ server: ScriptedServer, deadline: Double = patience) -> Result<ChatAnswer, ChatFailure> {
        ask(server.base, deadline: deadline)
    }

    private static func ask(_ base: String, deadline: Double = patience) -> Result<ChatAnswer, ChatFailure> {
        ChatClient(base: base, model: "small", key: "sk-secret", keyVariable: "MODEL_KEY").complete(
            ChatRequest(instructions: "a", situation: "b", schema: "{\"type\":\"object\"}", deadlineSeconds: deadline))
    }

    // MARK: - Gone, slow, endless

    @Test func aKilledServerIsUnreachable() throws {
        let server = try ScriptedServer(.answer(body: Bodies.completion("{}")))
        let base = server.base
        #expect(try Self.ask(base).get().text == "{}")
        server.stop()
        #expect(Self.ask(base) == .failure(.unreachable("\(base)/chat/completions: nobody listens there")))
    }

    @Test func aServerKilledBeforeItAnswersIsUnreachable() throws {
        let server = try ScriptedServer(.raw(""))
        defer { server.stop() }
        guard case .failure(.unreachable) = Self.ask(server) else {
            Issue.record("\(Self.ask(server))")
            return
        }
    }

    @Test func aFrozenServerIsLeftAtTheDeadline() throws {
        let server = try ScriptedServer(accepting: false) { _, _ in .raw("") }
        defer { server.stop() }
        #expect(Self.ask(server, deadline: 0.3) == .failure(.timedOut(seconds: 0.3)))
    }

    /// One that would answer after a minute looks like this until then.
    @Test(arguments: ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"choices\":"])
    func aSlowServerIsLeftAtTheDeadline(sent: String) throws {
        let server = try ScriptedServer(.stall(sent))
        defer { server.stop() }
        #expect(Self.ask(server, deadline: 0.3) == .failure(.timedOut(seconds: 0.3)))
    }

    @Test func aServerThatTricklesIsLeftAtTheDeadline() throws {
        let server = try ScriptedServer(.trickle)
        defer { server.stop() }
        #expect(Self.ask(server, deadline: 0.5) == .failure(.timedOut(seconds: 0.5)))
    }

    @Test func anEndlessAnswerIsCutAtTheBound() throws {
        let server = try ScriptedServer(.flood)
        defer { server.stop() }
        guard case .failure(.tooLarge(let bytes)) = Self.ask(server) else {
            Issue.record("\(Self.ask(server))")
            return
        }
        #expect(bytes > ChatClient.maximumAnswerBytes)
    }

    @Test func aMegabyteIsRefusedByItsLength() throws {
        let body = Bodies.completion(String(repeating: "x", count: 1 << 20))
        let server = try ScriptedServer(.answer(body: body))
        defer { server.stop() }
        #expect(Self.ask(server) == .failure(.tooLarge(bytes: body.utf8.count)))
    }

    @Test func theLargestAnswerIsRead() throws {
        let frame = Bodies.completion("").utf8.count
        let text = String(repeating: "x", count: ChatClient.maximumAnswerBytes - frame)
        let server = try ScriptedServer(.answer(body: Bodies.completion(text)))
        defer { server.stop() }
        #expect(try Self.ask(server).get().text == text)
    }

    // MARK: - Truncated and garbled

    @Test(
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"choices\":[{\"mess",
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"choices\":[{\"message\":{\"content\":\"}\\\"]",
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"cho",
        ])
    func anAnswerThatBreaksOffIsTruncated(sent: String) throws {
        let server = try ScriptedServer(.raw(sent))
        defer { server.stop() }
        #expect(Self.ask(server) == .failure(.truncated))
    }

    @Test(
        arguments: [
            (Bodies.page, "the answer is not JSON: '<!DOCTYPE html><html><body><h1>It works!</h1></body></html>'"),
            ("} nonsense", "the answer is not JSON: '} nonsense'"),
            ("{\"message\":\"hello\"}", "the answer has no choices"),
            ("{\"choices\":[]}", "the answer has no choices"),
            ("{\"choices\":[{\"text\":\"old\"}]}", "the answer's choice has no message with content"),
            ("{\"choices\":[{\"message\":{\"content\":null}}]}", "the answer's choice has no message with content"),
            ("{\"choices\":{}}", "the answer's choices has another type"),
            ("[1]", "the answer's JSON has another type"),
        ])
    func whatIsNotOpenAIsIsNamed(body: String, expected: String) throws {
        let server = try ScriptedServer(.answer(type: "text/html", body: body))
        defer { server.stop() }
        #expect(Self.ask(server) == .failure(.incompatible(expected)))
    }

    @Test func whatIsNotHTTPIsNamed() throws {
        let server = try ScriptedServer(.raw("220 mail.example ESMTP\r\n"))
        defer { server.stop() }
        guard case .failure(let failure) = Self.ask(server), failure.isOfServer else {
            Issue.record("an answer from a mail server")
            return
        }
    }

    @Test(arguments: [0, 0x80, 0xC3, 0xFF]) func bytesThatAreNoTextEndNothing(byte: Int) throws {
        let body = String(decoding: [UInt8](repeating: UInt8(byte), count: 100), as: UTF8.self)
        let server = try ScriptedServer(.answer(body: body))
        defer { server.stop() }
        guard case .failure(.incompatible(let words)) = Self.ask(server) else {
            Issue.record("\(Self.ask(server))")
            return
        }
        #expect(words.utf8.count < 120)
    }

    // MARK: - Refusals

    @Test func aWrongKeyIsNamedByItsVariableAndNeverRepeated() throws {
        let server = try ScriptedServer(
            .answer(status: 401, body: #"{"error":{"message":"Incorrect API key provided: sk-secret."}}"#))
        defer { server.stop() }
        #expect(
            Self.ask(server)
                == .failure(
                    .refused(
                        status: 401, message: "the key in $MODEL_KEY is refused: Incorrect API key provided: ***.")))
    }

    @Test func aMissingKeyIsNamed() throws {
        let server = try ScriptedServer(.answer(status: 401, body: #"{"detail":"no token"}"#))
        defer { server.stop() }
        let answer = ChatClient(base: server.base, model: "small").complete(
            ChatRequest(instructions: "", situation: "", deadlineSeconds: Self.patience))
        #expect(
            answer == .failure(.refused(status: 401, message: "it wants a key: name it by api_key_env: no token")))
    }

    @Test(arguments: [404, 400, 422]) func anUnknownModelIsNamedWithThoseThatAreThere(status: Int) throws {
        let server = try ScriptedServer { _, request in
            request.line.hasPrefix("GET /v1/models")
                ? .answer(body: #"{"data":[{"id":"tiny"},{"id":"large"}]}"#)
                : .answer(status: status, body: #"{"error":{"message":"Model not found"}}"#)
        }
        defer { server.stop() }
        #expect(
            Self.ask(server) == .failure(.refused(status: 404, message: "no model 'small'; the server has tiny, large"))
        )
    }

    /// A server that has the model and refuses something else of the request says so itself.
    @Test func aRefusalThatOnlyNamesTheModelIsInTheServersWords() throws {
        let server = try ScriptedServer { _, request in
            request.line.hasPrefix("GET /v1/models")
                ? .answer(body: #"{"data":[{"id":"small"}]}"#)
                : .answer(status: 400, body: #"{"error":"the model takes no system message"}"#)
        }
        defer { server.stop() }
        #expect(
            Self.ask(server) == .failure(.refused(status: 400, message: "the model takes no system message")))
    }

    @Test(arguments: [400, 404, 429, 500, 503]) func otherRefusalsAreInTheServersWords(status: Int) throws {
        let server = try ScriptedServer(.answer(status: status, body: #"{"error":"not\nnow"}"#))
        defer { server.stop() }
        #expect(Self.ask(server) == .failure(.refused(status: status, message: "not now")))
    }

    @Test func aPageForAnErrorIsCut() throws {
        let server = try ScriptedServer(.answer(status: 502, body: String(repeating: "<p>", count: 1_000)))
        defer { server.stop() }
        guard case .failure(.refused(502, let message)) = Self.ask(server) else {
            Issue.record("\(Self.ask(server))")
            return
        }
        #expect(message.utf8.count <= 200)
    }

    @Test func aRedirectionIsNotFollowed() throws {
        let elsewhere = try ScriptedServer(.answer(body: Bodies.completion("{}")))
        defer { elsewhere.stop() }
        let address = elsewhere.base
        let server = try ScriptedServer(
            .raw("HTTP/1.1 307 Moved\r\nLocation: \(address)/chat/completions\r\nContent-Length: 0\r\n\r\n"))
        defer { server.stop() }
        guard case .failure(.incompatible(let words)) = Self.ask(server) else {
            Issue.record("\(Self.ask(server))")
            return
        }
        #expect(words.contains("redirects") && elsewhere.requests.isEmpty)
    }

    // MARK: - In a row

    @Test func afterThreeFailuresNobodyIsAsked() throws {
        let server = try ScriptedServer(.answer(status: 500, body: "{}"))
        defer { server.stop() }
        let client = ChatClient(base: server.base, model: "small")
        var breaker = CircuitBreaker()
        let now = Instant.zero
        for _ in 0..<10 {
            guard breaker.admit(at: now) == nil else { continue }
            let answer = client.complete(
                ChatRequest(instructions: "", situation: "", deadlineSeconds: Self.patience))
            if case .failure(let failure) = answer {
                breaker.note(failure, at: now)
            } else {
                breaker.note(nil, at: now)
            }
        }
        #expect(server.requests.count == 3)
        #expect(breaker.admit(at: now) == .circuitOpen(retrySeconds: 2))
    }

    @Test func aClientOutlivesItsFailures() throws {
        let server = try ScriptedServer { number, _ in
            switch number {
            case 0: .stall("")
            case 1: .flood
            case 2: .raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")
            default: .answer(body: Bodies.completion("back"))
            }
        }
        defer { server.stop() }
        let client = ChatClient(base: server.base, model: "small")
        func ask(_ deadline: Double) -> Result<ChatAnswer, ChatFailure> {
            client.complete(ChatRequest(instructions: "", situation: "", deadlineSeconds: deadline))
        }
        #expect(ask(0.3) == .failure(.timedOut(seconds: 0.3)))
        guard case .failure(.tooLarge) = ask(Self.patience) else {
            Issue.record("the flood was taken")
            return
        }
        #expect(ask(Self.patience) == .failure(.truncated))
        #expect(try ask(Self.patience).get().text == "back")
    }
}
