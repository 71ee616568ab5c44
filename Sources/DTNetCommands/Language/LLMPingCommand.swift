internal import ArgumentParser
internal import Foundation
internal import ModelServing
internal import NetworkModel

/// `dtnet llm ping`: whether a model server answers as the language engine needs it, and how fast.
struct LLMPingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ping",
        abstract: "Ask a model server made-up questions and show its answers' latency and validity.",
        discussion: """
            Without --server it starts the local one for the time it takes. Each question has the same instructions, \
            which a server with a prompt cache has read before, and a situation of its own; every second kind also has \
            a new passage. Every answer must be JSON of a given schema. With --adapter the model answers with a LoRA \
            adapter of a topology: the local server is started with the topology's adapters, one of --server must have \
            been, and answers without one again afterwards.
            """)

    @Option(help: "Address of an OpenAI-compatible server, such as http://127.0.0.1:8080/v1.")
    var server: String?

    @Option(help: "Name of the model; of the local server a GGUF file.")
    var model: String?

    @Option(name: .customLong("api-key-env"), help: "Name of the environment variable with the server's key.")
    var keyVariable: String?

    @OptionGroup var adapters: AdapterOptions

    @Option(help: "Questions of each kind, 1 to 1000.")
    var questions = 20

    @Option(parsing: .unconditional, help: "Time for an answer.", transform: ToolArguments.duration)
    var deadline: Instant.Span = .seconds(30)

    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        guard (1...1_000).contains(questions) else { throw ValidationError("--questions is 1 to 1000") }
        guard server == nil || model != nil else { throw ValidationError("--server needs --model") }
        guard server != nil || keyVariable == nil else { throw ValidationError("--api-key-env needs --server") }
    }

    func run() async throws {
        let signals = try Interruption.catchSignals()
        let adapter = try adapters.chosen()
        let report: PingReport
        if let server {
            let client = try client(server)
            defer { adapter?.unload(from: client) }
            report = try await Interruption.watching(signals, cleanUp: { adapter?.unload(from: client) }) {
                try ask(client, adapter)
            }
        } else {
            let local = try LocalModelServer(model: model ?? adapter?.model, adapters: adapter?.files ?? [])
            defer { local.stop() }
            report = try await Interruption.watching(signals, cleanUp: local.stop) {
                try local.awaitReady()
                return try ask(ChatClient(base: local.base), adapter)
            }
        }
        Terminal.result(json ? report.json() : report.lines.joined(separator: "\n"))
    }

    private func ask(_ client: ChatClient, _ adapter: ChosenAdapter?) throws -> PingReport {
        try adapter?.load(into: client, withinSeconds: deadline.seconds)
        var report = try PingStudy(questions: questions, deadlineSeconds: deadline.seconds).run(client)
        report.adapter = adapter?.name
        return report
    }

    private func client(_ server: String) throws -> ChatClient {
        do {
            let key = try ChatClient.key(in: keyVariable, ProcessInfo.processInfo.environment)
            return ChatClient(base: server, model: model ?? "", key: key, keyVariable: keyVariable)
        } catch {
            throw ToolFailure(.missing, error.description)
        }
    }
}
