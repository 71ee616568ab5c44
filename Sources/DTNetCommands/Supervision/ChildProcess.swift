internal import Foundation
internal import Glibc
internal import Subprocess

/// Starts executables of this package with all their output in one file.
enum ChildProcess {
    /// Path of this very executable.
    static let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""

    /// Its folder, where its companions lie.
    static let folder = URL(fileURLWithPath: own).deletingLastPathComponent().path

    /// Path of an executable beside this one; throws `missing` where there is none.
    static func companion(_ name: String) throws -> String {
        let path = "\(folder)/\(name)"
        guard access(path, X_OK) == 0 else {
            throw ToolFailure(
                .missing, "\(name) is not beside dtnet in \(folder): build it with swift build -c release")
        }
        return path
    }

    /// Where a child's standard streams go.
    struct Streams: Sendable {
        /// Descriptor that becomes standard input; stays open here.
        var input: Int32
        /// File to which standard output and standard error are appended.
        var log: String
    }

    /// Runs a program to its end in a process group of its own, so that a terminal's Ctrl-C reaches only the tool.
    ///
    /// - Parameters:
    ///   - newSession: whether it gets a session of its own, which outlives the terminal.
    ///   - onStart: called with the pid as soon as it runs.
    static func run(
        _ path: String, arguments: [String], environment: [String: String] = [:], streams: Streams,
        newSession: Bool = false, onStart: @Sendable (Int32) -> Void
    ) async throws -> ProcessEnd {
        let log = open(streams.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard log >= 0 else {
            throw ToolFailure(.failed, "cannot write \(streams.log): \(String(cString: strerror(errno)))")
        }
        defer { close(log) }
        var variables: [Environment.Key: String?] = [:]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        var options = PlatformOptions()
        if newSession { options.createSession = true } else { options.processGroupID = 0 }
        let result = try await Subprocess.run(
            .path(filePath(path)), arguments: Arguments(arguments), environment: .inherit.updating(variables),
            platformOptions: options,
            input: .fileDescriptor(raw(streams.input), closeAfterSpawningProcess: false),
            output: .fileDescriptor(raw(log), closeAfterSpawningProcess: false),
            error: .fileDescriptor(raw(log), closeAfterSpawningProcess: false)
        ) { execution in
            onStart(execution.processIdentifier.value)
        }
        return switch result.terminationStatus {
        case .exited(let code): .exited(code)
        case .signaled(let number): .signalled(number)
        }
    }

    // The path and descriptor types of swift-subprocess come from a module that this target does not import; their
    // standard conformances make them.

    private static func filePath<Path: ExpressibleByStringLiteral>(_ text: String) -> Path
    where Path.StringLiteralType == String {
        Path(stringLiteral: text)
    }

    private static func raw<Descriptor: RawRepresentable>(_ number: Int32) -> Descriptor
    where Descriptor.RawValue == Int32 {
        guard let descriptor = Descriptor(rawValue: number) else { preconditionFailure("not a descriptor: \(number)") }
        return descriptor
    }
}
