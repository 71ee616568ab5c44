internal import ArgumentParser

/// `dtnet radio`: the radio twin's own commands, one file each beside this one.
struct RadioCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "radio",
        abstract: "Read scenes, trace radio paths through them, and learn from measurements.",
        subcommands: [
            InspectCommand.self, CityCommand.self, PathsCommand.self, ChannelCommand.self, MapCommand.self,
            InterferenceCommand.self, FitCommand.self,
        ])
}
