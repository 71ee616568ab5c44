import Benchmarking
import ContextStore
import DTNetCommands
import Foundation
import LanguageEngine
import NetworkModel
import Simulator
import Synchronization
import Testing
import Topology
import TwinProtocol

/// Decisions of a run with a stub in the place of the model, decided again from what the run has recorded.
@Suite struct RecordedReplayTests {
    /// Answers a question from its seed alone; every fifth answer is no action in bounds.
    private static func answer(_ request: ChatRequest, _ menu: ActionMenu) -> String {
        guard request.seed % 5 != 0 else { return #"{"action":"cap_power","cell":99,"value":30}"# }
        guard let form = MenuProposer(menu, seed: request.seed).forms(1, cycle: 1).first,
            let data = try? JSONEncoder().encode(form)
        else { return "nothing" }
        return String(decoding: data, as: UTF8.self)
    }

    private static func think(_ job: ThinkJob) -> Thought {
        var thought = Thought(number: job.number)
        let prompts = PromptBuilder(job.menu.bounds)
        (thought.model, thought.instructions) = ("stub", prompts.instructions)
        thought.prompt = prompts.situation(job.findings, menu: job.menu)
        var series = ProposalSeries(
            prompts, menu: job.menu, situation: thought.prompt, seed: job.seed * 8, count: job.proposals)
        while true {
            let menu = series.menu
            guard let request = series.next(deadlineSeconds: 1) else { break }
            var answer = ChatAnswer(text: answer(request, menu))
            answer.constraint = .grammar
            thought.questions.append(AskedQuestion(request, answer))
            thought.answers.append(answer.text)
            let form = try? JSONDecoder().decode(ActionForm.self, from: Data(answer.text.utf8))
            if let form, !thought.forms.contains(form) { thought.forms.append(form) }
            series.take(form)
        }
        return thought
    }

    private struct Run {
        var plan: WiringPlan
        var history: Data
        var record: RunRecord { RunRecord(plan: plan, history: history) }
        var decisions: [LanguageDecision] {
            RecordLine.numbered(history).compactMap {
                if case .language(let decision) = $0.record { decision } else { nil }
            }
        }
    }

    private static func run() throws -> Run {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appending(path: "topologies/plaza.yaml").path
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let plan = try TopologyFile.load(text: text, path: path)
            .resolve(TopologyOverrides(hierarchy: .semiCentralised)).plan
        let bytes = Mutex<[UInt8]>([])
        var options = SimulationOptions()
        options.judgedEpochs = 0
        options.runsEqualPower = false
        // An operator who wants energy saved: there is something to adopt.
        let saving = Intent(scope: .cells((0..<6).map { CellID($0) }), targets: [.energy])
        let worker = TwinWorker(
            think: { job, _ in think(job) }, collect: { _, _ in OperatorMail([.intent(name: "000001", saving)]) })
        options.orchestratorJobs = { worker.execute($0) }
        options.onRecord = { record, _ in
            switch record {
            case .language, .languageText, .languageEffect:
                bytes.withLock { RecordLine.append(record, process: "orchestrator", to: &$0) }
            default: break
            }
        }
        try Simulation(plan: plan, options: options).run(epochs: 1_500)
        return Run(plan: plan, history: Data(bytes.withLock { $0 }))
    }

    @Test func decisionsComeOutAsRecorded() throws {
        let run = try Self.run()
        let decisions = run.decisions
        #expect(decisions.count >= 3 && decisions.contains { $0.outcome != .none })
        #expect(decisions.contains { $0.candidates.contains { $0.verdict.hasPrefix("cell: 99") } })
        for decision in decisions {
            let replay = try #require(RecordedReplay(run.record, decision: decision.number))
            let report = replay.derived()
            #expect(!report.isDifferent, "\(report.lines)")
            #expect(decision.candidates.allSatisfy { !$0.verdict.isEmpty })
        }
        #expect(RecordedReplay(run.record, decision: 9_999) == nil)
        // Texts that decisions share are recorded once.
        let texts = RecordLine.numbered(run.history).compactMap { row in
            if case .languageText(let text) = row.record { text.digest } else { nil }
        }
        #expect(Set(texts).count == texts.count)
    }

    @Test func theSameQuestionsAreAskedAgain() throws {
        let run = try Self.run()
        let decision = try #require(run.decisions.first { $0.questions.count == 4 })
        let replay = try #require(RecordedReplay(run.record, decision: decision.number))
        let asked = Mutex<[ChatRequest]>([])
        let same = replay.asked(withinSeconds: 3) { request, _ in
            let place = asked.withLock { asked in
                asked.append(request)
                return asked.count - 1
            }
            var answer = ChatAnswer(text: decision.answers[place])
            answer.constraint = .grammar
            return .success(answer)
        }
        #expect(!same.isDifferent && same.lines.count == 4, "\(same.lines)")
        let requests = asked.withLock { $0 }
        #expect(requests.map(\.seed) == (0..<4).map { decision.number * 8 + $0 })
        #expect(requests.allSatisfy { $0.situation == decision.prompt && $0.grammar.hasPrefix("root ::= ") })
        #expect(requests[0].instructions == PromptBuilder(ActionBounds(network: run.plan.network)).instructions)
        #expect(requests.map { $0.temperature > 0 } == [false, true, true, true])
        let other = replay.asked(withinSeconds: 3) { _, _ in .success(ChatAnswer(text: "{}")) }
        #expect(other.isDifferent && other.lines[0].hasPrefix("answer 1: another: {}, kept in form by none"))
        let gone = replay.asked(withinSeconds: 3) { _, _ in .failure(.absent) }
        #expect(gone.isDifferent)
        let view = try #require(LanguageExplanation(run.record).lines(decision: decision.number, verbose: true))
        #expect(view.contains { $0.hasPrefix("asked: temperature 0.9, seed ") })
        #expect(view.contains { $0.hasPrefix("grammar ") && $0.contains("root ::= ") })
        #expect(view.contains { $0.hasPrefix("instructions: You manage") })
    }

    /// What the context database holds of a run replays as its history does, also once it went through JSON lines.
    @Test func theContextReplaysAsTheHistoryDoes() throws {
        let run = try Self.run()
        let folder = FileManager.default.temporaryDirectory.appending(path: "dtnet-replay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (kept, copy) = (
            try SQLiteOpening.open(folder.appending(path: "kept.sqlite").path),
            try SQLiteOpening.open(folder.appending(path: "copy.sqlite").path)
        )
        defer { [kept, copy].forEach { $0.close() } }
        let node = try #require(run.plan.nodes.first { $0.role == .orchestrator })
        for (line, record) in RecordLine.numbered(run.history) {
            let at = Int64(line)
            switch record {
            case .languageText(let text): try kept.insert([LanguageTextRow(text, at: at).row])
            case .language(let decision):
                try kept.insert([LanguageDecisionRow(decision, source: node.name, at: at).row])
            case .languageEffect(let effect):
                try kept.insert([LanguageDecisionRow.effect(effect, source: node.name, at: at)])
            default: break
            }
        }
        var lines: [String] = []
        _ = try ContextTransfer.export([.languageText, .languageDecision], of: kept) {
            lines += String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init)
        }
        var rest = lines[...]
        _ = try ContextTransfer.importLines(into: copy) { rest.popFirst() }
        for store in [kept, copy] {
            for decision in run.decisions {
                let found = try KeptDecision.record(run.plan, run: "r", decision: decision.number, in: [store])
                let record = try #require(found.record)
                let (own, again) = (
                    try #require(RecordedReplay(run.record, decision: decision.number)),
                    try #require(RecordedReplay(record, decision: decision.number))
                )
                #expect(again.derived().lines == own.derived().lines && !again.derived().isDifferent)
                let echo = Mutex<[ChatRequest]>([])
                let ask: RecordedReplay.Ask = { request, _ in
                    echo.withLock { $0.append(request) }
                    return .success(ChatAnswer(text: "{}"))
                }
                #expect(again.asked(withinSeconds: 3, by: ask).lines == own.asked(withinSeconds: 3, by: ask).lines)
                let asked = echo.withLock { $0 }
                #expect(Array(asked[..<(asked.count / 2)]) == Array(asked[(asked.count / 2)...]))
            }
            let unknown = try KeptDecision.record(run.plan, run: "r", decision: 9_999, in: [store])
            #expect(unknown.record == nil && unknown.numbers == run.decisions.map(\.number).sorted())
        }
    }

    /// Whatever is changed in a record, a replay names it.
    @Test func aForgedRecordComesOutDifferently() throws {
        let run = try Self.run()
        let decision = try #require(
            run.decisions.first { decision in
                decision.outcome == .adopted && decision.chosen >= 0
                    && decision.candidates[decision.chosen].trial != nil
                    && decision.candidates.contains { $0.source == "model" && $0.trial != nil }
            })
        let forgeries: [(inout LanguageDecision) -> Void] = [
            { $0.answers.removeAll() }, { $0.answers[0] = #"{"action":"retrain","cell":0}"# },
            { $0.candidates[$0.chosen].verdict = "passed" }, { $0.chosen = -1 }, { $0.outcome = .proposed },
            { $0.reason = "because" },
            { decision in
                let index = decision.chosen
                decision.candidates[index].gain = -0.5
            },
            { $0.candidates[$0.chosen].trial?.gainDeviation = 9 },
            { $0.candidates[$0.chosen].action = #"{"action":"cap_power","cell":99,"value":30}"# },
        ]
        for (number, forge) in forgeries.enumerated() {
            var forged = decision
            forge(&forged)
            var bytes: [UInt8] = []
            RecordLine.append(.language(forged), process: "orchestrator", to: &bytes)
            let record = RunRecord(plan: run.plan, history: Data(bytes))
            let report = try #require(RecordedReplay(record, decision: decision.number)).derived()
            #expect(report.isDifferent, "forgery \(number)")
        }
    }
}
