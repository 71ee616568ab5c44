internal import ArgumentParser

/// `dtnet llm`: the language model.
struct LLMCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "llm", abstract: "Look at the language model and at what its engine does.",
        subcommands: [
            LLMPingCommand.self, LLMEffectsCommand.self, LLMCasesCommand.self, LLMEvalCommand.self,
            LLMReplayCommand.self,
        ])
}
