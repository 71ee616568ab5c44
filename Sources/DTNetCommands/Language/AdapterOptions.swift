internal import ArgumentParser
internal import LanguageEngine
internal import ModelServing
internal import NetworkModel
internal import Topology

/// One of a topology's adapters, with which the model that a command asks is to answer.
struct AdapterOptions: ParsableArguments {
    @Option(help: "Have the model answer with this one of the language.adapters of --topology.")
    var adapter: String?

    @Option(help: "Topology file that names --adapter.", completion: .file(extensions: ["yaml", "yml"]))
    var topology: String?

    func validate() throws {
        guard (adapter == nil) == (topology == nil) else {
            throw ValidationError("--adapter NAME and --topology FILE need each other")
        }
    }

    /// The adapter that is named; nil where none is. Throws `usage` where the file has none of this name.
    func chosen() throws -> ChosenAdapter? {
        guard let adapter, let topology else { return nil }
        let language = try TopologySource(file: topology).resolve(requiresTrace: false).topology.plan.network.language
        let names = language.adapters.map(\.name)
        guard !names.isEmpty else {
            throw ToolFailure(.usage, "\(topology): it has no language.adapters: name the adapter's file there")
        }
        guard let place = names.firstIndex(of: adapter) else {
            throw ToolFailure(
                .usage,
                "\(topology): language.adapters has no '\(adapter)'" + NearestMatch.hint(for: adapter, among: names))
        }
        return ChosenAdapter(
            name: adapter, place: place, files: language.adapters.map(\.file),
            model: language.server == .local ? language.model : nil)
    }
}

/// An adapter among those of a topology, and what a local server needs to serve with it.
struct ChosenAdapter: Sendable {
    let name: String
    /// Place among the files.
    let place: Int
    /// Of all adapters, in the topology's order: a server has all of them or is another.
    let files: [String]
    /// GGUF file of the model that they were made for; nil for the installed one.
    let model: String?

    /// Has a server answer with it. Throws `failed` where the server is not there or was started without it.
    func load(into client: ChatClient, withinSeconds seconds: Double) throws {
        guard let failure = client.serve(adapter: place, of: files, withinSeconds: seconds) else { return }
        var words = "\(client.base): adapter \(name): \(failure.words)"
        if case .noAdapter = failure {
            let flags = files.map { "--adapter \($0)" }.joined(separator: " ")
            words += "; start it by scripts/llm-server.sh \(flags), or leave --server out or 'local'"
        }
        throw ToolFailure(.failed, words)
    }

    /// Has a server that others may ask, too, answer without an adapter again; one that does not is left as it is.
    func unload(from client: ChatClient) {
        _ = client.serve(adapter: nil, of: files, withinSeconds: ChosenAdapter.unloadSeconds)
    }

    private static let unloadSeconds = 5.0
}
