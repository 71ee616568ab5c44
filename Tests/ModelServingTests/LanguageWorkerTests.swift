import ContextStore
import Foundation
import LanguageEngine
import ModelServing
import NetworkModel
import Testing

/// What the worker asks about findings, and what it brings back.
@Suite struct LanguageWorkerTests {
    private static func network(_ base: String) -> NetworkConfiguration {
        SampleNetwork.make(cells: 3, server: base)
    }

    private static func job(_ number: UInt64, _ network: NetworkConfiguration) -> ThinkJob {
        let findings: [Finding] = [.idle(cell: CellID(1)), .drift(cell: CellID(2), errorDb: 8, usualDb: 3)]
        let state = NetworkState(epoch: 1, seconds: 1, cells: (0..<3).map { _ in CellState() })
        let menu = ActionMenu(
            for: findings, state: state, bounds: ActionBounds(network: network), allowed: ActionKind.allCases)
        return ThinkJob(
            number: number, findings: findings, menu: menu, query: "twin drift", passages: 1, proposals: 2,
            deadlineSeconds: 20, meaning: findings.meaning, seed: 5)
    }

    @Test func aThoughtHoldsAllThatWasAsked() throws {
        let answers = [#"{"action":"retrain","cell":2}"#, #"{"action":"cap_power","cell":1,"value":33}"#]
        let server = try ScriptedServer { number, _ in .answer(body: Bodies.completion(answers[number % 2])) }
        defer { server.stop() }
        let network = Self.network(server.base)
        let worker = LanguageWorker(arguments: [], environment: [:])
        let job = Self.job(7, network)
        let thought = worker.think(job, network)
        #expect(thought.failure == nil && thought.model == "small" && thought.answers == answers)
        #expect(thought.forms.map(\.action) == ["retrain", "cap_power"] && thought.reused == nil)
        #expect(thought.questions.map(\.seed) == [40, 41] && thought.questions.map(\.temperature) == [0, 0.9])
        #expect(thought.questions.allSatisfy { $0.constraint == .grammar && $0.repaired == nil })
        #expect(thought.questions[0].constraintText == ActionGrammar(job.menu).text)
        // What was proposed is not offered again, and the prompt is one.
        #expect(!thought.questions[1].constraintText.contains("retrain"))
        #expect(thought.instructions == PromptBuilder(job.menu.bounds).instructions)
        #expect(thought.prompt.hasPrefix("Known: ") && thought.passages.count == 1)
        let bodies = server.requests.map(\.body)
        #expect(bodies.count == 2)
        let messages = bodies.map { $0.components(separatedBy: "\"grammar\"")[0] }
        #expect(messages[0] == messages[1] && messages[0].contains("Options: "))
    }

    /// A recording of a cell that a finding is about is shown and named; a newer one is another situation.
    @Test func aRecordedSpectrumIsCited() throws {
        let server = try ScriptedServer(.answer(body: Bodies.completion(#"{"action":"retrain","cell":2}"#)))
        defer { server.stop() }
        let folder = FileManager.default.temporaryDirectory.appending(path: "dtnet-spectrum-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try SQLiteOpening.open(folder.appending(path: "context-signals.sqlite").path)
        func record(_ at: Int64, cell: Int, peak: Int) throws {
            try store.insert(records: [
                SpectrumTile(
                    id: "lab@\(at)/spectrogram", at: at, cell: cell, kind: "spectrogram", centreHz: 3.5e9, spanHz: 2e7,
                    durationSeconds: 1, rows: 1, columns: 1, format: "i8",
                    descriptor: #"{"peak_dbfs":\#(peak),"labels":["<radar>"]}"#, data: [1])
            ])
        }
        try record(5, cell: 0, peak: -1)
        try record(1, cell: 2, peak: -40)
        let network = Self.network(server.base)
        let worker = LanguageWorker(arguments: ["node", "--run", folder.path], environment: [:])
        let first = worker.think(Self.job(7, network), network)
        #expect(first.passages == ["tile lab@1/spectrogram"])
        #expect(first.prompt.contains("Spectrum recorded in cell 2. 20 MHz around 3500 MHz, peak -40 dBFS, labels"))
        #expect(!first.prompt.contains("<radar>"))
        try record(9, cell: 2, peak: -20)
        let second = worker.think(Self.job(8, network), network)
        #expect(second.passages == ["tile lab@9/spectrogram"] && second.reused == nil)
        store.close()
    }

    /// Where it has been before nobody is asked again, and the decision that asked is named.
    @Test func aKnownSituationIsNotAskedAboutAgain() throws {
        let server = try ScriptedServer(.answer(body: Bodies.completion(#"{"action":"retrain","cell":2}"#)))
        defer { server.stop() }
        let network = Self.network(server.base)
        let worker = LanguageWorker(arguments: [], environment: [:])
        let first = worker.think(Self.job(7, network), network)
        let again = worker.think(Self.job(9, network), network)
        #expect(server.requests.count == 2 && first.reused == nil)
        #expect(again.reused == 7 && again.questions.isEmpty && again.answers == first.answers)
        #expect(again.number == 9 && again.forms == first.forms)
    }

    // MARK: - What is told of a server

    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var status = 200
        var body: String
        var models = "<html></html>"
        var words: [String]
    }

    static let faults = [
        Fault(
            testDescription: "a wrong key", status: 401, body: #"{"error":{"message":"no such key: sk-secret"}}"#,
            words: [
                "refused (401): the key in $MODEL_KEY is refused: no such key: ***",
                "(put a key that the server takes into $MODEL_KEY)",
            ]),
        Fault(
            testDescription: "an unknown model", status: 404, body: #"{"error":"not found"}"#,
            models: #"{"data":[{"id":"large"}]}"#,
            words: ["no model 'small'; the server has large", "language.model takes the name of a model"]),
        Fault(
            testDescription: "another service", status: 404, body: "<html>no page for sk-secret</html>",
            words: ["refused (404): <html>no page for ***", "language.server its address up to what stands before"]),
        Fault(
            testDescription: "a page", body: "<html>hello sk-secret</html>",
            words: [
                "the answer is not JSON: '<html>hello ***</html>'",
                "language.server takes the address of an OpenAI-compatible server",
            ]),
    ]

    private static func keyed(_ base: String) -> (NetworkConfiguration, LanguageWorker) {
        var network = network(base)
        network.language.apiKeyVariable = "MODEL_KEY"
        return (network, LanguageWorker(arguments: [], environment: ["MODEL_KEY": "sk-secret"]))
    }

    @Test(arguments: faults) func whatIsWrongWithAServerIsToldOnce(fault: Fault) throws {
        let server = try ScriptedServer { _, request in
            request.line.hasPrefix("GET")
                ? .answer(body: fault.models) : .answer(status: fault.status, body: fault.body)
        }
        defer { server.stop() }
        let (network, worker) = Self.keyed(server.base)
        let first = worker.think(Self.job(1, network), network)
        try #require(first.notices.count == 1)
        #expect(first.notices[0].hasPrefix("the model server \(server.base) gives no answer, the rule base decides: "))
        for words in fault.words { #expect(first.notices[0].contains(words), "\(first.notices[0])") }
        #expect(!first.notices[0].contains("sk-secret"))
        let second = worker.think(Self.job(2, network), network)
        #expect(second.failure == first.failure && second.notices.isEmpty)
    }

    /// Each kind of failure once, the first answer, and all anew after it.
    @Test func anAnswerIsToldAfterFailures() throws {
        let statuses = [401, 500, 200, 200, 401]
        let server = try ScriptedServer { number, _ in
            guard number < statuses.count else { return .raw("") }
            return statuses[number] == 200
                ? .answer(body: Bodies.completion(#"{"action":"retrain","cell":2}"#))
                : .answer(status: statuses[number], body: "{}")
        }
        defer { server.stop() }
        let (network, worker) = Self.keyed(server.base)
        let notices = (UInt64(1)...4).map { number in
            var job = Self.job(number, network)
            job.meaning = "situation \(number)"
            return worker.think(job, network).notices
        }
        #expect(server.requests.count == 5 && notices.allSatisfy { $0.count == 1 })
        #expect(notices[0].first?.contains("refused (401)") == true)
        #expect(notices[1].first?.contains("refused (500)") == true)
        #expect(notices[2] == ["the model server \(server.base) answers again"])
        #expect(notices[3] == notices[0])
    }

    @Test func timeoutsInARowAreToldOnce() throws {
        let server = try ScriptedServer(.stall(""))
        defer { server.stop() }
        let (network, worker) = Self.keyed(server.base)
        var job = Self.job(1, network)
        job.deadlineSeconds = 0.3
        let (first, second) = (worker.think(job, network), worker.think(job, network))
        #expect(first.notices.count == 1 && first.notices.first?.contains("no whole answer within 0.") == true)
        #expect(first.notices.first?.contains("language.deadline") == true)
        guard case .timedOut = second.failure else {
            Issue.record("\(second)")
            return
        }
        #expect(second.notices.isEmpty)
    }

    /// That the time for further proposals ends is no fault of the server.
    @Test func aTimeoutBehindAnAnswerIsNotTold() throws {
        let server = try ScriptedServer { number, _ in
            number == 0 ? .answer(body: Bodies.completion(#"{"action":"retrain","cell":2}"#)) : .stall("")
        }
        defer { server.stop() }
        let (network, worker) = Self.keyed(server.base)
        var job = Self.job(1, network)
        job.deadlineSeconds = 2
        let thought = worker.think(job, network)
        #expect(thought.answers.count == 1 && thought.notices.isEmpty)
        guard case .timedOut = thought.failure else {
            Issue.record("\(thought)")
            return
        }
    }

    // MARK: - Answers that cannot be used

    /// An action out of bounds, also after its repair, is a failure: told once, three in a row open the circuit.
    @Test func wrongActionsInARowOpenTheCircuit() throws {
        let server = try ScriptedServer(.answer(body: Bodies.completion(#"{"action":"retrain","cell":9}"#)))
        defer { server.stop() }
        let (network, worker) = Self.keyed(server.base)
        var job = Self.job(1, network)
        job.proposals = 1
        let thoughts = (0..<4).map { _ in worker.think(job, network) }
        for thought in thoughts.prefix(3) {
            #expect(thought.failure == .unusable("cell: 9 is not a cell from 0 to 2"), "\(thought)")
            #expect(thought.reused == nil && thought.questions.count == 1)
        }
        guard case .circuitOpen = thoughts[3].failure else {
            Issue.record("\(thoughts[3])")
            return
        }
        #expect(thoughts.map(\.notices.count) == [1, 0, 0, 0])
        #expect(thoughts[0].notices.first?.contains("the answer cannot be used: cell: 9 is not a cell") == true)
        // Each was asked for once more; the fourth was not asked for.
        #expect(server.requests.count == 6)
    }

    @Test func truncatedAnswersInARowOpenTheCircuit() throws {
        let server = try ScriptedServer(.answer(body: Bodies.completion(#"{"action":"#, finish: "length")))
        defer { server.stop() }
        let (network, worker) = Self.keyed(server.base)
        let job = Self.job(1, network)
        let failures = (0..<4).map { _ in worker.think(job, network).failure }
        #expect(failures.prefix(3).allSatisfy { $0 == .truncated }, "\(failures)")
        guard case .circuitOpen = failures[3] else {
            Issue.record("\(failures)")
            return
        }
    }

    /// A situation that had a wrong answer is asked about again, and the right one is kept.
    @Test func aWrongAnswerIsNotKept() throws {
        let server = try ScriptedServer { number, _ in
            .answer(body: Bodies.completion(#"{"action":"retrain","cell":\#(number < 2 ? 9 : 2)}"#))
        }
        defer { server.stop() }
        let (network, worker) = Self.keyed(server.base)
        let thoughts = (UInt64(1)...3).map { number in
            var job = Self.job(number, network)
            job.proposals = 1
            return worker.think(job, network)
        }
        #expect(thoughts.map(\.reused) == [nil, nil, 2] && server.requests.count == 3)
        #expect(thoughts[0].failure != nil && thoughts[1].failure == nil && thoughts[2].failure == nil)
        #expect(thoughts[1].notices == ["the model server \(server.base) answers again"])
        #expect(thoughts[2].answers == [#"{"action":"retrain","cell":2}"#])
    }

    /// The time of a question without an answer is spent as well.
    @Test func aTimeoutIsPaidFor() throws {
        let server = try ScriptedServer(.stall(""))
        defer { server.stop() }
        var network = Self.network(server.base)
        network.language.busyPerMinute = .milliseconds(100)
        let worker = LanguageWorker(arguments: [], environment: [:])
        var job = Self.job(1, network)
        job.deadlineSeconds = 0.3
        guard case .timedOut = worker.think(job, network).failure else {
            Issue.record("no timeout")
            return
        }
        #expect(worker.think(job, network).failure == .overBudget && server.requests.count == 1)
    }
}
