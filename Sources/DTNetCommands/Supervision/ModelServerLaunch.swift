internal import Foundation
internal import Glibc
internal import ModelServing
internal import NetworkModel

/// How a run starts the language model's server: `scripts/llm-server.sh` on a port that it keeps over restarts.
struct ModelServerLaunch: Hashable, Sendable {
    /// Its name in the run's logs and in its status.
    static let name = "llm-server"

    let script: String
    let arguments: [String]
    /// Address for the processes that ask it.
    let base: String

    /// What a topology asks for; nil where it starts no server. Throws `missing` where the server is not installed, and
    /// where the key of a server of someone else is not in the environment.
    init?(for language: LanguageConfiguration) throws {
        guard language.isEnabled else { return nil }
        guard language.server == .local else {
            do {
                _ = try ChatClient.configured(by: language, environment: ProcessInfo.processInfo.environment)
            } catch {
                throw ToolFailure(.missing, error.description)
            }
            return nil
        }
        try self.init(model: language.model, adapters: language.adapters.map(\.file))
    }

    /// - Parameters:
    ///   - model: a GGUF file, nil for the installed model.
    ///   - adapters: GGUF files that it can serve with, none at first.
    init(model: String?, adapters: [String] = []) throws {
        script = try ModelServerLaunch.installedScript()
        let port = try ModelServerLaunch.freePort()
        let file = model.map { ["--model", RunFolder.absolute($0)] } ?? []
        arguments =
            ["--no-install", "--port", "\(port)"] + file
            + adapters.flatMap { ["--adapter", RunFolder.absolute($0)] }
        base = "http://127.0.0.1:\(port)/v1"
    }

    func status(_ supervised: RunStatus.Supervised) -> RunStatus.Process {
        .init(
            name: ModelServerLaunch.name, executable: ModelServerLaunch.name, host: "local", nodes: [],
            state: supervised.word, pid: supervised.pid, restarts: supervised.restarts, statusAgeMs: nil, text: base)
    }

    // MARK: - What is there

    /// Levels above the executable at which the project's folder may be.
    private static let levels = 6

    /// The script of the project that this executable was built in; throws where its server is not installed.
    private static func installedScript() throws -> String {
        var folder = URL(fileURLWithPath: ChildProcess.folder)
        for _ in 0..<levels {
            let script = folder.appending(path: "scripts/llm-server.sh").path
            if access(script, X_OK) == 0 {
                guard access(folder.appending(path: ".venv-llm/bin/python").path, X_OK) == 0 else {
                    throw ToolFailure(
                        .missing, "the local model server is not installed: run scripts/llm-server.sh --install")
                }
                return script
            }
            folder.deleteLastPathComponent()
        }
        throw ToolFailure(
            .missing, "no scripts/llm-server.sh above \(ChildProcess.folder): run dtnet where it was built")
    }

    /// A port of loopback that nobody listens on. It is free again until the server takes it; where somebody else was
    /// faster, the server says so in its log, and is started again.
    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard descriptor >= 0, isBound else {
            throw ToolFailure(.failed, "cannot find a free port: \(String(cString: strerror(errno)))")
        }
        return UInt16(bigEndian: address.sin_port)
    }
}
