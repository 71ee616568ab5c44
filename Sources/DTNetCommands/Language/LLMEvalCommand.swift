internal import ArgumentParser
internal import Foundation
internal import LanguageEngine
internal import ModelServing
internal import NetworkModel

/// `dtnet llm eval`: how well ways of deciding choose actions.
struct LLMEvalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Compare the rule base, random actions and a language model on cases made by 'llm cases'.",
        discussion: """
            Arms: rules; random, one random action; model, one answer; retrieval, one answer with passages of the \
            knowledge; random-of-n and best-of-n, of whose proposals the twins choose; menu-of-n, random actions from \
            what the model may choose from; rules+best-of-n, which is what \
            the language engine does. Scores are those of the cases: an action is scored by the tried action of its \
            kind, cells and slice that is nearest in value. 'right' is the share of cases in which the chosen action \
            is the best (of random, model and retrieval the proposal itself); 'regret' what is lost against the best \
            action, where what the twins refuse is not done; 'unseen' the mean gain of first proposals were they \
            adopted without the twins. Without --server the arms with a model are left out. Prompts have the newest \
            rows of the cases where passages are retrieved. With --adapter the model answers with a LoRA adapter of a \
            topology: 'local' is started with the topology's adapters, a server at an address must have been, and \
            answers without one again afterwards.
            """)

    @Argument(help: "File of cases.", completion: .file(extensions: ["jsonl"]))
    var file: String

    @Option(help: "Arms, separated by commas.")
    var arms = EvalArm.allCases.map(\.rawValue).joined(separator: ",")

    @Flag(help: "Only the cases that are set apart for the final figure; without, only the others.")
    var heldOut = false

    @Option(help: "Address of an OpenAI-compatible server, or 'local' for the one that is installed with the tool.")
    var server: String?

    @Option(help: "Name of the model, empty for the server's own; of the local server a GGUF file.")
    var model = ""

    @Option(name: .customLong("api-key-env"), help: "Name of the environment variable with the server's key.")
    var keyVariable: String?

    @OptionGroup var adapters: AdapterOptions

    @Option(parsing: .unconditional, help: "Proposals of the arms of several.")
    var draws = 4

    @Option(parsing: .unconditional, help: "Cases at most, taken evenly from the file.")
    var limit: Int?

    @Option(parsing: .unconditional, help: "Time for one answer.", transform: ToolArguments.duration)
    var deadline: Instant.Span = .seconds(60)

    @Option(help: "Write the report as JSON to this file.", completion: .file(extensions: ["json"]))
    var json: String?

    private func chosenArms() throws -> [EvalArm] {
        try arms.split(separator: ",").map { name in
            guard let arm = EvalArm(rawValue: String(name)) else {
                let known = EvalArm.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("'\(name)' is no arm: \(known)")
            }
            return arm
        }
    }

    func validate() throws {
        guard !(try chosenArms()).isEmpty else { throw ValidationError("--arms names none") }
        guard (1...8).contains(draws) else { throw ValidationError("--draws is 1 to 8") }
        guard limit ?? 1 >= 1 else { throw ValidationError("--limit is 1 or more") }
        guard server != nil || keyVariable == nil else { throw ValidationError("--api-key-env needs --server") }
        guard server != nil || adapters.adapter == nil else { throw ValidationError("--adapter needs --server") }
    }

    func run() async throws {
        if let json { try OutputFile.check(json) }
        let signals = try Interruption.catchSignals()
        let cases = try selected(CaseFile.read(file))
        let adapter = try adapters.chosen()
        let report: EvalReport
        switch server {
        case nil: report = try await Interruption.watching(signals) { try evaluate(cases, by: nil, nil) }
        case "local":
            let local = try LocalModelServer(
                model: model.isEmpty ? adapter?.model : model, adapters: adapter?.files ?? [])
            defer { local.stop() }
            report = try await Interruption.watching(signals, cleanUp: local.stop) {
                try local.awaitReady()
                return try evaluate(cases, by: ChatClient(base: local.base), adapter)
            }
        case let server?:
            let client = try client(server)
            defer { adapter?.unload(from: client) }
            report = try await Interruption.watching(signals, cleanUp: { adapter?.unload(from: client) }) {
                try evaluate(cases, by: client, adapter)
            }
        }
        if let json { try OutputFile.write(Data(report.json().utf8), to: json) }
        for line in report.lines { Terminal.result(line) }
    }

    private func evaluate(
        _ cases: [EvaluationCase], by client: ChatClient?, _ adapter: ChosenAdapter?
    ) throws -> EvalReport {
        if let client {
            if let failure = client.health(withinSeconds: deadline.seconds) {
                throw ToolFailure(.failed, "\(client.base): \(failure.words)")
            }
            try adapter?.load(into: client, withinSeconds: deadline.seconds)
        }
        let knowledge: Knowledge
        do {
            knowledge = try Knowledge(path: nil)
        } catch {
            throw ToolFailure(.missing, "the knowledge cannot be indexed: \(error)")
        }
        let arms = try chosenArms()
        var ask: EvalStudy.Ask?
        if let client { ask = { request in client.complete(request) } }
        let study = EvalStudy(
            arms: arms, draws: draws, deadlineSeconds: deadline.seconds,
            find: { query, most in knowledge.passages(for: query, limit: most) }, ask: ask)
        var report = study.run(cases) { done in
            if done % 20 == 0 { Terminal.progress("\(done) of \(cases.count) cases") }
        }
        report.adapter = adapter?.name
        let absent = arms.filter { client == nil && $0.needsModel }
        if !absent.isEmpty {
            report.absence = absent.map(\.rawValue).joined(separator: ", ") + ": no model; name one by --server"
        }
        return report
    }

    private func selected(_ cases: [EvaluationCase]) throws -> [EvaluationCase] {
        let own = cases.filter { $0.heldOut == heldOut }
        guard !own.isEmpty else {
            throw ToolFailure(.usage, "\(file): no cases that are\(heldOut ? "" : " not") held out")
        }
        guard let limit, limit < own.count else { return own }
        return (0..<limit).map { own[$0 * own.count / limit] }
    }

    private func client(_ server: String) throws -> ChatClient {
        do {
            let key = try ChatClient.key(in: keyVariable, ProcessInfo.processInfo.environment)
            return ChatClient(base: server, model: model, key: key, keyVariable: keyVariable)
        } catch {
            throw ToolFailure(.missing, error.description)
        }
    }
}
