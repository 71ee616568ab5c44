package import ArgumentParser
internal import Glibc

/// The tool: `dtnet validate | up | status | down | bench | simulate | radio | rrm | llm | context | ask | explain |
/// twins`.
package struct DTNetTool: AsyncParsableCommand {
    static let version = "0.1.0"

    package static let configuration = CommandConfiguration(
        commandName: "dtnet",
        abstract: "Launches, measures and simulates hierarchies of digital twins of a wireless network.",
        discussion: """
            Results go to standard output, progress to standard error, the error last. Exit status: 0 done, 1 the run \
            failed, 2 wrong usage or input, 3 something is missing, 130 interrupted.
            """,
        version: "dtnet \(version)",
        subcommands: [
            ValidateCommand.self, UpCommand.self, StatusCommand.self, DownCommand.self, BenchCommand.self,
            SimulateCommand.self, RadioCommand.self, RRMCommand.self, LLMCommand.self, ContextCommand.self,
            AskCommand.self, ExplainCommand.self, TwinsCommand.self,
        ])

    package init() {}

    /// Runs the command line of this process and ends it with the status of `ToolStatus`.
    package static func runTool() async -> Never {
        do {
            try ProcessorCheck.run()
            try checkCommand(CommandLine.arguments.dropFirst())
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            Glibc.exit(ToolStatus.done.rawValue)
        } catch let failure as ToolFailure {
            end(failure)
        } catch {
            end(of: error)
        }
    }

    /// Names a word in the place of a command that is none; the parser calls it, and all that follow, unexpected.
    private static func checkCommand(_ words: some Sequence<String>) throws {
        var command: any ParsableCommand.Type = DTNetTool.self
        var path = "dtnet"
        for word in words where word != "help" || path != "dtnet" {
            let commands = command.configuration.subcommands
            guard !commands.isEmpty, !word.hasPrefix("-") else { return }
            guard let next = commands.first(where: { $0.configuration.commandName == word }) else {
                let names = commands.compactMap { $0.configuration.commandName }.joined(separator: ", ")
                throw ToolFailure(.usage, "\(path) has no command '\(word)': it has \(names)")
            }
            command = next
            path += " \(word)"
        }
    }

    private static func end(_ failure: ToolFailure) -> Never {
        for line in failure.details { Terminal.progress(line) }
        if !failure.message.isEmpty { Terminal.error(failure.message) }
        Glibc.exit(failure.status.rawValue)
    }

    /// Help and version are results; what the parser refuses is wrong usage.
    private static func end(of error: any Error) -> Never {
        guard exitCode(for: error) != .success else {
            Terminal.result(fullMessage(for: error))
            Glibc.exit(ToolStatus.done.rawValue)
        }
        var message = message(for: error).split(separator: "\n").joined(separator: " ")
        if message.hasPrefix("Missing value for "), let hint = hintOfDash(CommandLine.arguments, message) {
            message += ": \(hint)"
        }
        if exitCode(for: error) == .validationFailure {
            Terminal.error("dtnet: \(message) (see dtnet --help)")
            Glibc.exit(ToolStatus.usage.rawValue)
        }
        Terminal.error("dtnet: \(message)")
        Glibc.exit(ToolStatus.failed.rawValue)
    }

    /// How a negative value is written where the parser takes what begins with a dash for an option.
    private static func hintOfDash(_ words: [String], _ message: String) -> String? {
        let negative = zip(words, words.dropFirst()).first { option, value in
            message.contains("'\(option) ") && value.first == "-" && value.dropFirst().first?.isNumber ?? false
        }
        return negative.map { "a negative value is written '\($0)=\($1)'" }
    }
}
