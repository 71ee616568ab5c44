internal import Foundation
internal import Glibc
internal import Synchronization

/// Runs `dtnet-echo`.
enum EchoProgram {
    private static let name = "dtnet-echo"

    /// Runs it to its end and returns what it printed.
    ///
    /// - Parameters:
    ///   - signals: reading end of `Interruption`: a signal ends the program, all that it started, and this process.
    ///   - cleanUp: called before that.
    static func output(
        of arguments: [String], signals: Int32, cleanUp: @escaping @Sendable () -> Void = {}
    ) async throws -> String {
        let file = "\(NSTemporaryDirectory())/dtnet-echo-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { unlink(file) }
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(null) }
        let group = RunningGroup()
        let end = try await Interruption.watching(signals) {
            group.kill()
            unlink(file)
            cleanUp()
        } during: {
            defer { group.note(nil) }
            return try await ChildProcess.run(
                ChildProcess.companion(name), arguments: arguments, streams: .init(input: null, log: file)
            ) { group.note($0) }
        }
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        guard end == .exited(0) else {
            let last = text.split(separator: "\n").last.map { ": \($0)" } ?? ""
            throw ToolFailure(.failed, "\(name) ended with \(end)\(last)")
        }
        return text
    }

    /// Runs a floor and returns its samples.
    ///
    /// - Parameters:
    ///   - spec: the floor in the language of `dtnet-echo`.
    ///   - sockets: where its description and its sockets lie while it runs.
    ///   - signals: reading end of `Interruption`.
    static func samples(of spec: String, in sockets: RunSockets, signals: Int32) async throws -> [Sample] {
        let path = "\(sockets.path)/floor.spec"
        try OutputFile.write(Data(spec.utf8), to: path)
        let text = try await output(of: ["--role", "coordinator", "--spec", path], signals: signals) {
            sockets.remove()
        }
        return text.split(separator: "\n").compactMap(Sample.init)
    }

    /// One measured arrival: `epoch sender item latency_ns`.
    struct Sample: Hashable, Sendable {
        var epoch: Int
        /// Index of the process that sent it.
        var sender: Int
        var microseconds: Double

        init?(_ line: Substring) {
            let fields = line.split(separator: " ")
            guard fields.count == 4, let epoch = Int(fields[0]), let sender = Int(fields[1]),
                let nanoseconds = Double(fields[3])
            else { return nil }
            self.epoch = epoch
            self.sender = sender
            microseconds = nanoseconds / 1_000
        }
    }
}

/// The process group of a program, known to the thread that may have to end it.
private final class RunningGroup: Sendable {
    private let leader = Mutex<pid_t?>(nil)
    private let isKnown = DispatchSemaphore(value: 0)

    /// The program has started, or (nil) has ended or could not be started.
    func note(_ pid: pid_t?) {
        leader.withLock { $0 = pid }
        isKnown.signal()
    }

    /// Ends the program. Where it is just being started, waits until its number is known: whoever starts it goes on.
    func kill() {
        isKnown.wait()
        if let pid = leader.withLock({ $0 }) { Glibc.kill(-pid, SIGKILL) }
    }
}
