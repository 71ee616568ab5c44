internal import ArgumentParser
internal import ContextStore
internal import Foundation
internal import NetworkModel

/// Where the context is that a command reads: the files of a run, files by name, or a server.
struct ContextPlaces: ParsableArguments {
    @Option(
        name: .customLong("run"), help: "Run folder; without it the newest run that has kept something.",
        completion: .directory)
    var folder: String?

    @Option(
        name: .customLong("database"), help: "Database file in place of a run's; may be repeated.",
        completion: .file(extensions: ["sqlite"]))
    var files: [String] = []

    @Option(
        name: .customLong("server"),
        help: "PostgreSQL server in place of a run's files: the environment variable that holds its connection string.")
    var variable: String?

    func validate() throws {
        let places = [folder != nil, !files.isEmpty, variable != nil].count { $0 }
        guard places <= 1 else { throw ValidationError("name one of --run, --database and --server") }
    }

    /// A store that is open, and what it is called.
    struct Place {
        var name: String
        var repository: any ContextRepository
    }

    /// Opens what is named to be read. Throws `ToolFailure`.
    func open() throws -> [Place] {
        if let variable { return [Place(name: variable, repository: try ContextPlaces.server(variable))] }
        return try ContextPlaces.places(files.isEmpty ? ContextPlaces.databases(of: runFolder()) : files)
    }

    /// Opens what a run has kept: its files, or the server that its topology names. Throws `ToolFailure`.
    static func places(of run: RunFolder, _ plan: WiringPlan) throws -> [Place] {
        let variable = plan.context.connectionVariable
        guard plan.context.store == .postgresql else { return try places(databases(of: run)) }
        return [Place(name: variable, repository: try server(variable))]
    }

    /// Opens database files to be read. Throws `ToolFailure`.
    static func places(_ paths: [String]) throws -> [Place] {
        try paths.map { path in
            let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
            let prefix = ContextPlaces.prefix
            return Place(
                name: name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name,
                repository: try ContextPlaces.opened { () throws(ContextStoreError) in
                    try SQLiteOpening.openReadOnly(path)
                })
        }
    }

    /// Opens the one store that is named to be written, a file that is made where it is not there, or a server. Throws
    /// `ToolFailure`.
    func openForWriting() throws -> any ContextRepository {
        if let variable { return try ContextPlaces.server(variable) }
        guard files.count == 1, let path = files.first else {
            throw ToolFailure(.usage, "name the one store to write, with --database FILE or --server VARIABLE")
        }
        return try ContextPlaces.opened { () throws(ContextStoreError) in try SQLiteOpening.open(path) }
    }

    // MARK: Finding and opening

    private static let prefix = "context-"

    private func runFolder() throws -> RunFolder {
        if let folder { return try RunFolder(existing: folder) }
        let root = RunFolder.absolute(RunFolder.parent)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        for name in names.sorted(by: >) {
            guard let run = try? RunFolder(existing: "\(root)/\(name)") else { continue }
            if (try? ContextPlaces.databases(of: run)) != nil { return run }
        }
        throw ToolFailure(.usage, "no run below \(root) has kept a context; `dtnet up` does, or name --database FILE")
    }

    /// Paths of a run's databases, by name; throws where it has none.
    private static func databases(of run: RunFolder) throws -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: run.path)) ?? []
        let databases = names.filter { $0.hasPrefix(prefix) && $0.hasSuffix(".sqlite") }.sorted()
        guard !databases.isEmpty else {
            throw ToolFailure(
                .usage, "\(run.path) has no context: the topology said `context.store: off`, or kept it in a server")
        }
        return databases.map { "\(run.path)/\($0)" }
    }

    private static func server(_ variable: String) throws -> any ContextRepository {
        guard let address = ProcessInfo.processInfo.environment[variable], !address.isEmpty else {
            throw ToolFailure(.usage, "the environment variable \(variable) is not set; it holds a connection string")
        }
        return try opened { () throws(ContextStoreError) in try PostgreSQLOpening.open(address) }
    }

    private static func opened(
        _ open: () throws(ContextStoreError) -> any ContextRepository
    ) throws -> any ContextRepository {
        do {
            return try open()
        } catch {
            throw ToolFailure(error)
        }
    }
}

extension ToolFailure {
    /// What a store says, as the tool's failure.
    init(_ error: ContextStoreError) {
        let status: ToolStatus =
            switch error.code {
            case .missing: .missing
            case .input, .unreadable, .corrupt, .foreign, .newer: .usage
            case .full, .readOnly, .busy, .unreachable, .failed: .failed
            }
        self.init(status, error.message.split(whereSeparator: \.isNewline).joined(separator: " "))
    }

    /// Runs `body`, with what a store says in it as the tool's failure.
    static func fromStore<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as ContextStoreError {
            throw ToolFailure(error)
        }
    }
}
