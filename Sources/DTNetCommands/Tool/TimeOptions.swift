internal import ArgumentParser
internal import NetworkModel

/// How long a computation may take, and whether it says how far it is.
struct TimeOptions: ParsableArguments {
    @Option(
        help: "Stop after this time, e.g. 60s: what is done is written, what is missing is named, the status is 1.",
        transform: ToolArguments.duration)
    var deadline: Instant.Span?

    @Flag(help: "Say how far it is also where standard error is no terminal.")
    var progress = false

    /// A clock that starts now.
    func start() -> ComputationClock { ComputationClock(deadline: deadline, showsProgress: progress) }
}
