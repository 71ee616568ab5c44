internal import ArgumentParser
internal import ContextStore
internal import Foundation
internal import LanguageEngine
internal import ModelServing
internal import NetworkModel
internal import TwinProtocol

/// `dtnet llm replay`: whether a recorded decision comes out again.
struct LLMReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Decide a recorded decision of the language engine again and compare.",
        discussion: """
            From the model's raw answers and what the twins said of each candidate, both recorded, forms, verdicts and \
            choice are derived again by the code that decided. With --ask the model is asked again, with the recorded \
            prompt, grammar or schema, temperature and seed, and its answers are compared: by default the server that \
            the run's topology names. With --context the decision is read from the context database that the run has \
            kept, with --database from a copy of it, in place of decisions.jsonl. The status is 1 where \
            anything comes out differently.
            """)

    @Argument(help: "Run folder, live or over.", completion: .directory)
    var folder: String

    @Option(help: "Number of the decision.")
    var decision: UInt64

    @Flag(help: "Read the decision from the run's context database.")
    var context = false

    @Option(
        name: .customLong("database"), help: "Read it from this context database; may be repeated.",
        completion: .file(extensions: ["sqlite"]))
    var databases: [String] = []

    @Flag(help: "Ask the model again, too.")
    var ask = false

    @Option(help: "Address of an OpenAI-compatible server, or 'local' for the one that is installed with the tool.")
    var server: String?

    @Option(help: "Name of the model, empty for the server's own; of the local server a GGUF file.")
    var model: String?

    @Option(name: .customLong("api-key-env"), help: "Name of the environment variable with the server's key.")
    var keyVariable: String?

    @Option(parsing: .unconditional, help: "Time for one answer.", transform: ToolArguments.duration)
    var deadline: Instant.Span = .seconds(60)

    func validate() throws {
        guard !context || databases.isEmpty else { throw ValidationError("name one of --context and --database") }
        guard ask || (server == nil && model == nil && keyVariable == nil) else {
            throw ValidationError("--server, --model and --api-key-env need --ask")
        }
    }

    func run() async throws {
        let run = try RunFolder(existing: folder)
        let record = try context || !databases.isEmpty ? kept(run) : RunRecord(run)
        guard let replay = RecordedReplay(record, decision: decision) else {
            throw LLMReplayCommand.unknown(decision, among: record.languageRows.map(\.decision.number), "the record")
        }
        var report = replay.derived()
        if ask { report.add(try await asked(replay, record)) }
        for line in report.lines { Terminal.result(line) }
        if report.isDifferent { throw ToolFailure(.failed, "decision \(decision) does not come out as it is recorded") }
    }

    private static func unknown(_ decision: UInt64, among numbers: [UInt64], _ place: String) -> ToolFailure {
        let known = numbers.isEmpty ? "none" : "\(numbers.min() ?? 0) to \(numbers.max() ?? 0)"
        return ToolFailure(.usage, "no decision \(decision): \(place) holds \(known)")
    }

    // MARK: - From the context

    private func kept(_ run: RunFolder) throws -> RunRecord {
        let plan = try RunRecord.plan(of: run)
        let places = try databases.isEmpty ? ContextPlaces.places(of: run, plan) : ContextPlaces.places(databases)
        defer { places.forEach { $0.repository.close() } }
        let (record, numbers) = try ToolFailure.fromStore {
            try KeptDecision.record(
                plan, run: URL(fileURLWithPath: run.path).lastPathComponent, decision: decision,
                in: places.map(\.repository))
        }
        guard let record else { throw LLMReplayCommand.unknown(decision, among: numbers, "the context") }
        return record
    }

    // MARK: - Asking

    private func asked(_ replay: RecordedReplay, _ record: RunRecord) async throws -> RecordedReplay.Report {
        let signals = try Interruption.catchSignals()
        if isLocal(record) {
            let files = record.network.language.adapters.map(\.file)
            let local = try LocalModelServer(model: model ?? record.network.language.model, adapters: files)
            defer { local.stop() }
            return try await Interruption.watching(signals, cleanUp: local.stop) {
                try local.awaitReady()
                let client = ChatClient(base: local.base)
                if let adapter = replay.adapter,
                    let failure = client.serve(adapter: adapter, of: files, withinSeconds: deadline.seconds)
                {
                    throw ToolFailure(.failed, "\(client.base): \(failure.words)")
                }
                return answers(replay, client)
            }
        }
        let client = try client(record)
        return try await Interruption.watching(signals) { answers(replay, client) }
    }

    private func answers(_ replay: RecordedReplay, _ client: ChatClient) -> RecordedReplay.Report {
        replay.asked(withinSeconds: deadline.seconds) { request, fault in
            fault.map { client.complete(request, checking: $0) } ?? client.complete(request)
        }
    }

    private func isLocal(_ record: RunRecord) -> Bool {
        server.map { $0 == "local" } ?? (record.network.language.server == .local)
    }

    private func client(_ record: RunRecord) throws -> ChatClient {
        let language = record.network.language
        let environment = ProcessInfo.processInfo.environment
        do {
            if let server {
                let key = try ChatClient.key(in: keyVariable, environment)
                return ChatClient(base: server, model: model ?? "", key: key, keyVariable: keyVariable)
            }
            guard let client = try ChatClient.configured(by: language, environment: environment) else {
                throw ToolFailure(.usage, "the run's topology names no model server; name one by --server")
            }
            return client
        } catch let error as ChatSetupError {
            throw ToolFailure(.missing, error.description)
        }
    }
}
