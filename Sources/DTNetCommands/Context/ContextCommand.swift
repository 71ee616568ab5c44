internal import ArgumentParser

/// `dtnet context`: what the processes of a run have kept, one file per command beside this one.
struct ContextCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "context",
        abstract: "Look at what a run has kept: KPIs, twin errors, directives, policies, incidents, documents.",
        subcommands: [
            ContextQueryCommand.self, ContextStatsCommand.self, ContextExportCommand.self, ContextImportCommand.self,
            ContextIndexCommand.self,
        ])
}
