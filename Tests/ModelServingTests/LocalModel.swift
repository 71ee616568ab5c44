import Foundation
import Glibc
import Synchronization

/// scripts/llm-server.sh as a process of a test.
final class LocalModel: Sendable {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let python = root.appending(path: ".venv-llm/bin/python").path
    private static let script = root.appending(path: "scripts/llm-server.sh").path

    struct NotReady: Error, CustomStringConvertible {
        var description: String
    }

    private struct State {
        /// Writing end of its standard input, nil once closed.
        var input: Int32?
        /// Exit status, or the signal below 0, nil while it may still run.
        var status: Int32?
    }

    let base: String
    private let pid: pid_t
    private let output: Int32
    private let state: Mutex<State>

    /// Starts it with more arguments, and waits for its line READY.
    init(_ arguments: [String] = []) throws {
        var (inputs, outputs): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&inputs) == 0, pipe(&outputs) == 0 else { throw NotReady(description: "no pipe") }
        for end in inputs + outputs { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        pid = try LocalModel.spawn(
            ["--no-install"] + arguments, input: inputs[0], output: outputs[1], error: STDERR_FILENO)
        state = Mutex(State(input: inputs[1]))
        output = outputs[0]
        close(inputs[0])
        close(outputs[1])
        let line = LocalModel.line(of: output)
        guard line.hasPrefix("READY ") else { throw NotReady(description: line) }
        base = String(line.dropFirst("READY ".count))
    }

    deinit {
        signal(SIGKILL)
        _ = awaitEnd()
        endInput()
        close(output)
    }

    /// Sends it a signal, as long as it may still run.
    func signal(_ number: Int32) { state.withLock { if $0.status == nil { kill(pid, number) } } }

    func endInput() {
        state.withLock { state in
            if let input = state.input { close(input) }
            state.input = nil
        }
    }

    /// Waits for its end; the exit status, or the signal below 0.
    func awaitEnd() -> Int32 {
        state.withLock { state in
            let status = state.status ?? LocalModel.status(of: pid)
            state.status = status
            return status
        }
    }

    /// Runs the script to its end: its status and its last words.
    static func run(_ arguments: [String]) throws -> (status: Int32, words: String) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw NotReady(description: "no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        let pid = try spawn(arguments, input: null, output: null, error: ends[1])
        close(ends[1])
        let words = line(of: ends[0])
        close(ends[0])
        close(null)
        return (status(of: pid), words)
    }

    // MARK: - Processes

    private static func spawn(_ arguments: [String], input: Int32, output: Int32, error: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (from, to) in [(input, STDIN_FILENO), (output, STDOUT_FILENO), (error, STDERR_FILENO)] {
            posix_spawn_file_actions_adddup2(&actions, from, to)
        }
        var words: [UnsafeMutablePointer<CChar>?] = ([script] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, script, &actions, nil, &words, environ)
        guard code == 0 else { throw NotReady(description: String(cString: strerror(code))) }
        return pid
    }

    private static func status(of pid: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
    }

    /// The first line that a pipe gives, all that it gives where it ends before.
    private static func line(of descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
