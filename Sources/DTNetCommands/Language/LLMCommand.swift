internal import ArgumentParser

/// `dtnet llm`: the language model.
struct LLMCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
<<<<<<< HEAD
        commandName: "llm", abstract: "Look at the language model.",
=======
        commandName: "llm", abstract: "Look at the language model and at what its engine does.",
>>>>>>> 36f516f3d3c351d4081bca0194c0409c7073e51b
        subcommands: [LLMPingCommand.self, LLMEffectsCommand.self])
}
