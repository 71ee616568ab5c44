internal import ArgumentParser
internal import NetworkModel

/// The topology file and what a command line sets over it: the same in every command that runs one.
struct TopologyOptions: ParsableArguments {
    @Argument(help: "Topology file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Period of the decision epochs, e.g. 10ms.",
            discussion: "Slots that are longer than a tenth of it are shortened to that."),
        transform: ToolArguments.duration)
    var epoch: Instant.Span?

    @Option(parsing: .unconditional, help: "Seed of everything random.")
    var seed: UInt64?

    @Option(help: "Folder or file of the measured trace, in place of the file's.", completion: .directory)
    var trace: String?

    var source: TopologySource { TopologySource(file: file, trace: trace, epoch: epoch, seed: seed) }
}
