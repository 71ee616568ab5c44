internal import Foundation
internal import NetworkModel
internal import Topology

/// A topology file on disk with what the command line sets over it.
struct TopologySource: Sendable {
    var file: String
    var trace: String?
    var epoch: Instant.Span?
    var seed: UInt64?
    /// Fixed time between two full reports of every edge to L3.
    var mirrorPeriod: Instant.Span?
    /// `true` averages gains whatever the file says.
    var averagedGains: Bool?

    /// Files larger than this are refused before they are read.
    private static let largestFileBytes = 1 << 20

    /// The file's text, and what it resolves to.
    ///
    /// - Parameter requiresTrace: `false` leaves the cells of a replay out where its trace is not there, which serves
    ///   for looking at the wiring.
    /// - Throws: `ToolFailure` with status `usage` and a line `file:line:column: key: ...` per fault.
    func resolve(
        hierarchy: Hierarchy? = nil, requiresTrace: Bool = true
    ) throws -> (topology: ResolvedTopology, text: String) {
        let text = try text()
        do {
            var overrides = TopologyOverrides(
                hierarchy: hierarchy, epoch: epoch, seed: seed, averagedGains: averagedGains, tracePath: trace)
            overrides.mirrorPeriod = mirrorPeriod
            let loaded = try TopologyFile.load(text: text, path: file)
            let replay = loaded.replay(overrides)
            if trace != nil, replay == nil {
                throw ToolFailure(
                    .usage, "\(file): scenario: --trace is for a replay, and this radio network is emulated")
            }
            let traces = try traces(of: replay, isRequired: requiresTrace)
            let topology = try loaded.resolve(overrides, traces: traces)
            try checkFiles(of: topology.plan.network.twin, edges: topology.plan.nodes(of: .edge).map(\.name))
            try checkFiles(of: topology.plan.network.language)
            return (topology, text)
        } catch let error as TopologyError {
            throw ToolFailure(error)
        }
    }

    /// What the twins start from is there before anything is started.
    private func checkFiles(of twin: TwinConfiguration, edges: [String]) throws {
        let models = twin.model.map { $0.hasSuffix("/") ? edges.compactMap(twin.model(ofEdge:)) : [$0] } ?? []
        for (key, path) in [("scene", twin.scene), ("paths", twin.paths)] + models.map({ ("model", Optional($0)) }) {
            guard let path else { continue }
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                let isStates = isFolder.boolValue && key == "model"
                let why =
                    isFolder.boolValue
                    ? "a folder, not a file" + (isStates ? "; a folder of states ends in /" : "") : "no such file"
                throw ToolFailure(.usage, "\(file): twin.\(key): \(path): \(why)")
            }
        }
    }

    /// The same for the language engine: its model where that is a file, and the folder of the user's texts.
    private func checkFiles(of language: LanguageConfiguration) throws {
        let files = FileManager.default
        var isFolder: ObjCBool = false
        if language.server == .local, let path = language.model {
            guard files.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                throw ToolFailure(.usage, "\(file): language.model: \(path): must be a GGUF file")
            }
        }
        for adapter in language.adapters {
            let path = adapter.file
            guard files.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
                files.isReadableFile(atPath: path)
            else {
                throw ToolFailure(
                    .usage,
                    "\(file): language.adapters.\(adapter.name).file: \(path): must be a GGUF file that can be read")
            }
        }
        guard let path = language.documents else { return }
        guard files.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            throw ToolFailure(.usage, "\(file): language.documents: \(path): must be a folder of texts")
        }
        guard (try? files.contentsOfDirectory(atPath: path)) != nil else {
            throw ToolFailure(.usage, "\(file): language.documents: \(path): the folder cannot be read")
        }
    }

    private func text() throws -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue else {
            let why = isFolder.boolValue ? "a folder, not a topology file" : "no such file"
            throw ToolFailure(.usage, "\(file): \(why)")
        }
        let size = (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? nil
        guard let size, size <= TopologySource.largestFileBytes else {
            throw ToolFailure(
                .usage, "\(file): larger than any topology file (\(TopologySource.largestFileBytes / 1_024) KiB)")
        }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ToolFailure(.usage, "\(file): cannot be read")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ToolFailure(.usage, "\(file): not UTF-8 text")
        }
        return text
    }

    private func traces(of replay: ReplayConfiguration?, isRequired: Bool) throws -> TraceSources {
        let read: @Sendable (String) throws -> String = { try TraceFiles.firstText(at: $0) }
        guard let replay else { return TraceSources(readTrace: read) }
        guard isRequired || FileManager.default.fileExists(atPath: replay.path) else {
            return TraceSources(replayCells: [])
        }
        return TraceSources(replayCells: try TraceFiles.cells(of: replay), readTrace: read)
    }
}

extension ToolFailure {
    /// The lines of an error, the last of them as the message.
    init(_ error: TopologyError) {
        var lines = error.description.split(separator: "\n").map(String.init)
        let last = lines.popLast() ?? "the topology cannot be used"
        self.init(.usage, last, details: lines)
    }
}
