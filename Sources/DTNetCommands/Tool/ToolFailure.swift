/// Exit status of the tool.
enum ToolStatus: Int32, Sendable {
    case done = 0
    /// The run failed.
    case failed = 1
    /// Wrong usage, or input that cannot be used.
    case usage = 2
    /// Something is missing on this machine.
    case missing = 3
    case interrupted = 130
}

/// Ends a command: a message of one line, printed last on standard error, and the status of the process.
struct ToolFailure: Error, Hashable, Sendable {
    var status: ToolStatus
    /// Lines that come before the message, e.g. further diagnostics of a file.
    var details: [String] = []
    var message: String

    init(_ status: ToolStatus, _ message: String, details: [String] = []) {
        self.status = status
        self.message = message
        self.details = details
    }
}
