internal import Foundation
internal import Glibc

/// Runs `dtnet-echo`.
enum EchoProgram {
    private static let name = "dtnet-echo"

    /// Runs it to its end and returns what it printed.
    static func output(of arguments: [String]) async throws -> String {
        let file = "\(NSTemporaryDirectory())/dtnet-echo-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { unlink(file) }
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(null) }
        let end = try await ChildProcess.run(
            ChildProcess.companion(name), arguments: arguments, streams: .init(input: null, log: file)
        ) { _ in }
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
    ///   - folder: where its description lies while it runs.
    static func samples(of spec: String, in folder: String) async throws -> [Sample] {
        let path = "\(folder)/floor.spec"
        do {
            try Data(spec.utf8).write(to: URL(fileURLWithPath: path))
        } catch {
            throw ToolFailure(.failed, "cannot write \(path): \(error.localizedDescription)")
        }
        return try await output(of: ["--role", "coordinator", "--spec", path]).split(separator: "\n").compactMap(
            Sample.init)
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
