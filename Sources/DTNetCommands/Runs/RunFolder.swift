internal import Foundation
internal import Glibc
internal import NetworkModel
internal import Topology

/// The folder of one run: what was run, its logs, decisions and result.
struct RunFolder: Hashable, Sendable {
    /// Where runs lie, below the working folder.
    static let parent = "runs"

    /// Absolute path.
    let path: String

    var planPath: String { "\(path)/plan.json" }
    var manifestPath: String { "\(path)/run.json" }
    var resultPath: String { "\(path)/result.json" }
    /// Link and residence times measured in the run.
    var latencyPath: String { "\(path)/latency.json" }
    var decisionsPath: String { "\(path)/decisions.jsonl" }
    func logPath(of process: String) -> String { "\(path)/logs/\(process).log" }

    /// Opens an existing folder; throws where it is none of a run.
    init(existing path: String) throws {
        self.path = RunFolder.absolute(path)
        guard FileManager.default.isReadableFile(atPath: manifestPath) else {
            throw ToolFailure(.usage, "\(path) is no run folder: it has no run.json")
        }
    }

    /// Makes `runs/<yyyymmdd-hhmmss>-<name>/`, empty but for the folder of logs.
    init(creating name: String, in parent: String = RunFolder.parent) throws {
        path = try RunFolder.makeFirstFree("\(RunFolder.absolute(parent))/\(RunFolder.timestamp())-\(name)")
        guard mkdir("\(path)/logs", 0o755) == 0 else { throw RunFolder.failure("make the folder", "\(path)/logs") }
    }

    /// A folder that `init(creating:in:)` made, in this process or its parent.
    init(adopting path: String) { self.path = RunFolder.absolute(path) }

    /// Writes the resolved plan and a copy of the topology file.
    func write(_ topology: ResolvedTopology, text: String) throws {
        try OutputFile.write(topology.plan.jsonData(), to: planPath)
        try OutputFile.write(Data(text.utf8), to: "\(path)/topology.yaml")
    }

    /// Whether the run is not to be found here any more: removed, or moved.
    var isGone: Bool { access(manifestPath, F_OK) != 0 && errno == ENOENT }

    /// The manifest, nil where it cannot be read.
    var manifest: RunManifest? {
        guard let data = FileManager.default.contents(atPath: manifestPath) else { return nil }
        return try? JSONDecoder().decode(RunManifest.self, from: data)
    }

    /// What the manifests of all versions of the tool say: who made the run, and who supervises it.
    private struct Origin: Decodable {
        var dtnetVersion: String?
        var supervisor: ProcessIdentity?
    }

    private var origin: Origin? {
        FileManager.default.contents(atPath: manifestPath).flatMap { try? JSONDecoder().decode(Origin.self, from: $0) }
    }

    /// Whether the supervisor still runs, of whatever version it is.
    var isSupervised: Bool { origin?.supervisor?.isAlive ?? false }

    /// The dtnet that made the run, in words.
    var maker: String {
        guard let version = origin?.dtnetVersion, version != DTNetTool.version else { return "another build of dtnet" }
        return "dtnet \(version.prefix(32)), this is \(DTNetTool.version)"
    }

    /// Replaces the manifest as a whole, so that no reader sees half of it.
    func write(_ manifest: RunManifest) throws {
        try OutputFile.write(manifest.jsonData(), to: manifestPath)
    }

    /// The newest run below `parent` whose supervisor still runs, nil where there is none.
    static func newestLive(in parent: String = RunFolder.parent) -> RunFolder? {
        let root = absolute(parent)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        for name in names.sorted(by: >) {
            guard let run = try? RunFolder(existing: "\(root)/\(name)"), run.isSupervised else { continue }
            return run
        }
        return nil
    }

    /// The newest run below `parent`, live or over, nil where there is none.
    static func newest(in parent: String = RunFolder.parent) -> RunFolder? {
        let root = absolute(parent)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.sorted(by: >).lazy.compactMap { try? RunFolder(existing: "\(root)/\($0)") }.first
    }

    // MARK: - Paths

    static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }

    private static func makeFirstFree(_ base: String) throws -> String {
        let parent = URL(fileURLWithPath: base).deletingLastPathComponent().path
        guard mkdir(parent, 0o755) == 0 || errno == EEXIST else { throw failure("make the folder", parent) }
        for number in 1...100 {
            let path = number == 1 ? base : "\(base)-\(number)"
            if mkdir(path, 0o755) == 0 { return path }
            guard errno == EEXIST else { break }
        }
        throw failure("make the run folder", base)
    }

    private static func failure(_ action: String, _ path: String) -> ToolFailure {
        ToolFailure(.failed, "cannot \(action) \(path): \(String(cString: strerror(errno)))")
    }

    /// Local time as `20260131-235959`.
    private static func timestamp() -> String {
        var seconds = time(nil)
        var parts = tm()
        localtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let length = strftime(&text, text.count, "%Y%m%d-%H%M%S", &parts)
        return String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
