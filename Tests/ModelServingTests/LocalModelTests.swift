import Foundation
import Glibc
import LanguageEngine
import ModelServing
import Testing

/// The model that ships with scripts/llm-server.sh, where it is installed.
@Suite(
    .serialized, .timeLimit(.minutes(10)),
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: LocalModel.python),
        "no .venv-llm: scripts/llm-server.sh --install"))
struct LocalModelTests {
    private static let schema = """
        {"type":"object","properties":{"cell":{"type":"integer","minimum":0,"maximum":9},\
        "action":{"enum":["cap_power","blank_subbands","none"]}},\
        "required":["cell","action"],"additionalProperties":false}
        """

    private static func request(_ number: Int, _ temperature: Double = 0) -> ChatRequest {
        ChatRequest(
            instructions: String(repeating: "You choose an action for a cell of a mobile network. ", count: 8),
            situation: "traffic twin: +\(number * 3 + 1) % load in cell \(number % 10)", schema: schema,
            maxOutputTokens: 48, temperature: temperature, seed: UInt64(number), deadlineSeconds: 120)
    }

    private struct Answer: Decodable {
        var cell: Int
        var action: String
    }

    @Test func everyAnswerIsAsTheSchemaHasIt() throws {
        let model = try LocalModel()
        let client = ChatClient(base: model.base)
        #expect(client.health(withinSeconds: 60) == nil)
        var cached = 0
        for number in 0..<20 {
            let answer = try client.complete(Self.request(number, number < 10 ? 0 : 1)).get()
            let value = try JSONDecoder().decode(Answer.self, from: Data(answer.text.utf8))
            #expect((0...9).contains(value.cell), "\(answer.text)")
            #expect(["cap_power", "blank_subbands", "none"].contains(value.action), "\(answer.text)")
            #expect(answer.promptTokens > 80 && answer.outputTokens > 0)
            if number > 0 { cached = max(cached, answer.cachedTokens) }
        }
        #expect(cached > 60, "the instructions are not read anew for every question")
    }

    @Test func aNameThatItDoesNotHaveIsNamed() throws {
        let model = try LocalModel()
        let failure = ChatClient(base: model.base, model: "gpt-9").health(withinSeconds: 60)
        #expect(
            failure == .refused(status: 404, message: "no model 'gpt-9'; the server has SmolLM2-135M-Instruct"))
    }

    @Test func aFrozenServerIsLeftAndAKilledOneIsGone() throws {
        let model = try LocalModel()
        let client = ChatClient(base: model.base)
        var request = Self.request(1)
        model.signal(SIGSTOP)
        request.deadlineSeconds = 0.5
        #expect(client.complete(request) == .failure(.timedOut(seconds: 0.5)))
        model.signal(SIGCONT)
        request.deadlineSeconds = 120
        #expect(try client.complete(request).get().outputTokens > 0)
        model.signal(SIGKILL)
        #expect(model.awaitEnd() == -SIGKILL)
        #expect(
            client.complete(request) == .failure(.unreachable("\(model.base)/chat/completions: nobody listens there")))
    }

    @Test func itEndsWithItsInput() throws {
        let model = try LocalModel()
        model.endInput()
        #expect(model.awaitEnd() == 0)
    }

    @Test func itEndsOnTerm() throws {
        let model = try LocalModel()
        model.signal(SIGTERM)
        #expect(model.awaitEnd() == 0)
    }

    @Test(arguments: [
        ["--port", "x"], ["--nonsense"], ["--no-install", "--model", "nowhere.gguf"], ["--threads", "0"],
    ])
    func wrongUsageIsNamed(arguments: [String]) throws {
        let (status, words) = try LocalModel.run(arguments + ["--no-install"])
        #expect(status == 2 && (words.hasPrefix("error: --") || words.hasPrefix("usage: ")), "\(words)")
    }
}
