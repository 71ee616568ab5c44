import Foundation
import Glibc

/// A command of the tool as a process of its own, with its two outputs.
final class ToolRun {
    /// Longest wait for anything: no test waits for time, all wait for an event, and this is where they give up.
    static let patienceSeconds = 60.0

    /// The executables lie beside the test bundle.
    static let folder: URL = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: own).deletingLastPathComponent()
    }()
    static let tool = folder.appending(path: "dtnet")

    /// Folder of this repository.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct GaveUp: Error, CustomStringConvertible {
        var description: String
    }

    private let process = Process()
    private let errors: LineReader
    private let results: LineReader
    /// Lines of standard error so far.
    private(set) var progress: [String] = []

    /// Starts `dtnet` with these arguments, and these variables over those of this process.
    init(
        _ arguments: [String], in folder: URL, executable: URL = ToolRun.tool, environment own: [String: String] = [:]
    ) throws {
        let (output, error) = (Pipe(), Pipe())
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        var environment = ProcessInfo.processInfo.environment
        environment["SWIFT_BACKTRACE"] = "enable=no"
        environment["NO_COLOR"] = "1"
        process.environment = environment.merging(own) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = error
        results = LineReader(output.fileHandleForReading)
        errors = LineReader(error.fileHandleForReading)
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// Runs a command to its end.
    static func run(
        _ arguments: [String], in folder: URL
    ) throws -> (status: Int32, output: String, errors: [String]) {
        let run = try ToolRun(arguments, in: folder)
        let (status, output) = try run.finish()
        return (status, output, run.progress)
    }

    /// The next line of standard error that fulfils the condition.
    func awaitProgress(_ what: String, where fulfils: (String) -> Bool) throws -> String {
        let deadline = Date().addingTimeInterval(ToolRun.patienceSeconds)
        while let line = try errors.next(until: deadline) {
            progress.append(line)
            if fulfils(line) { return line }
        }
        throw GaveUp(description: "no \(what) among: \(progress.suffix(20).joined(separator: " | "))")
    }

    /// The next line of standard output.
    func nextResult() throws -> String {
        guard let line = try results.next(until: Date().addingTimeInterval(ToolRun.patienceSeconds)) else {
            throw GaveUp(description: "no further line of output; \(progress.suffix(5).joined(separator: " | "))")
        }
        return line
    }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for the end; the exit status and what was printed.
    func finish(within seconds: Double = ToolRun.patienceSeconds) throws -> (status: Int32, output: String) {
        let deadline = Date().addingTimeInterval(seconds)
        // Both pipes at once: a command that fills the one waits for no reader of the other.
        while try LineReader.fill([errors, results], until: deadline) {}
        progress += errors.rest()
        let lines = results.rest()
        process.waitUntilExit()
        let ended = process.terminationReason == .exit
        return (ended ? process.terminationStatus : -process.terminationStatus, lines.joined(separator: "\n"))
    }
}

/// Lines of a pipe, each awaited until a deadline.
final class LineReader {
    private let handle: FileHandle
    private var bytes: [UInt8] = []
    private var isOver = false

    init(_ handle: FileHandle) { self.handle = handle }

    /// The next line without its end; nil at the end of the pipe. Throws at the deadline.
    func next(until deadline: Date) throws -> String? {
        while true {
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: bytes[..<end], as: UTF8.self)
                bytes.removeFirst(end + 1)
                return line
            }
            if isOver {
                defer { bytes.removeAll() }
                return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
            }
            try fill(until: deadline)
        }
    }

    /// All lines that were read and not yet given.
    func rest() -> [String] {
        defer { bytes.removeAll() }
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    private func fill(until deadline: Date) throws { _ = try LineReader.fill([self], until: deadline) }

    /// Waits until any of the pipes has something, and takes it; `false` once all have ended.
    static func fill(_ readers: [LineReader], until deadline: Date) throws -> Bool {
        let open = readers.filter { !$0.isOver }
        guard !open.isEmpty else { return false }
        var items = open.map { pollfd(fd: $0.handle.fileDescriptor, events: Int16(POLLIN), revents: 0) }
        let left = Int32(max(0, deadline.timeIntervalSinceNow * 1_000))
        guard poll(&items, nfds_t(items.count), left) > 0 else {
            throw ToolRun.GaveUp(description: "nothing came until the deadline")
        }
        for (reader, item) in zip(open, items) where item.revents != 0 { reader.take() }
        return true
    }

    private func take() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(handle.fileDescriptor, &buffer, buffer.count)
        if count > 0 { bytes += buffer[..<count] } else { isOver = true }
    }
}
