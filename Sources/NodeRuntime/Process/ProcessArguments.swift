internal import Foundation
internal import NetworkModel

/// Command line and environment of a node's process.
///
/// `--plan FILE --process NAME --run DIR [--incarnation N] [--no-shaping]`, and from the supervisor `DTNET_SUPERVISED`,
/// `DTNET_RUN_ID`, `DTNET_INCARNATION`, `DTNET_WARM_UP_MS`, `NOTIFY_SOCKET`.
struct ProcessArguments: Hashable, Sendable {
    var planPath = ""
    var process = ""
    var runFolder = ""
    /// Short id of the run: names the folder of its sockets, the same for all its processes on a host.
    var runID = ""
    /// Higher at every start of the same process; not 0.
    var incarnation: UInt64 = 1
    var shaping = true
    /// The process ends when its standard input does.
    var isSupervised = false
    var notifySocket: String?
    /// Time after the first epoch that no figure counts.
    var warmUp = Instant.Span.zero

    static let usage =
        "--plan FILE --process NAME --run DIR [--incarnation N] [--no-shaping]; "
        + "these processes are started by `dtnet up`"

    /// - Parameters:
    ///   - arguments: without the program's name.
    ///   - startTime: nanoseconds since 1970, stands for the incarnation where nobody counts the starts.
    init(_ arguments: [String], environment: [String: String], startTime: UInt64) throws(RuntimeError) {
        var incarnation = environment["DTNET_INCARNATION"]
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--no-shaping" {
                shaping = false
                continue
            }
            guard let value = rest.popFirst() else { throw ProcessArguments.wrong("'\(word)' needs a value") }
            switch word {
            case "--plan": planPath = value
            case "--process": process = value
            case "--run": runFolder = value
            case "--incarnation": incarnation = value
            default: throw ProcessArguments.wrong("unknown argument '\(word)'")
            }
        }
        for (name, value) in [("--plan", planPath), ("--process", process), ("--run", runFolder)] where value.isEmpty {
            throw ProcessArguments.wrong("\(name) is missing")
        }
        if let incarnation {
            guard let starts = UInt64(incarnation), starts < .max else {
                throw ProcessArguments.wrong("'\(incarnation)' is no incarnation: it counts the starts before this one")
            }
            self.incarnation = starts + 1
        } else {
            self.incarnation = max(1, startTime)
        }
        let milliseconds = environment["DTNET_WARM_UP_MS"].flatMap(Int64.init) ?? 0
        warmUp = .milliseconds(min(max(0, milliseconds), 3_600_000))
        isSupervised = environment["DTNET_SUPERVISED"] == "1"
        notifySocket = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        runID = environment["DTNET_RUN_ID"] ?? ProcessArguments.runID(of: runFolder)
        if environment["DTNET_NO_SHAPING"] == "1" { shaping = false }
    }

    /// An id from the absolute path of the run folder: FNV-1a, 8 hexadecimal digits.
    private static func runID(of folder: String) -> String {
        let path = URL(fileURLWithPath: folder).standardizedFileURL.path
        let hash = path.utf8.reduce(UInt32(0x811C_9DC5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static func wrong(_ text: String) -> RuntimeError {
        RuntimeError(.usage, "\(text); usage: \(usage)")
    }
}
