package import NetworkModel

extension SimulationOptions {
    /// Takes the drives of a replay from its files; throws as `ReplayTraces.survey` does.
    package mutating func readTraces(_ files: [ReplayTraces.File], format: ReplayConfiguration.Format) throws {
        traces = try ReplayTraces.parse(files, format: format)
    }
}
