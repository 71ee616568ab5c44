internal import Foundation
internal import Glibc

/// A process that cannot be mistaken for a later one with the same pid: pid and start time.
package struct ProcessIdentity: Hashable, Sendable, Codable {
    package var pid: Int32
    /// Field 22 of `/proc/PID/stat` (proc(5)): clock ticks since the machine started.
    package var startTicks: UInt64

    /// The living process with this pid, nil where there is none.
    package init?(pid: Int32) {
        guard let fields = ProcessIdentity.statistics(of: pid), let ticks = UInt64(fields[19]) else { return nil }
        self.pid = pid
        startTicks = ticks
    }

    package init(pid: Int32, startTicks: UInt64) {
        self.pid = pid
        self.startTicks = startTicks
    }

    /// This process.
    package static let own = ProcessIdentity(pid: getpid()) ?? ProcessIdentity(pid: getpid(), startTicks: 0)

    /// Whether this very process still runs; a zombie does not.
    package var isAlive: Bool {
        guard let fields = ProcessIdentity.statistics(of: pid) else { return false }
        return UInt64(fields[19]) == startTicks && fields[0] != "Z"
    }

    /// Sends a signal to this very process; false where it no longer runs.
    @discardableResult
    package func signal(_ number: Int32) -> Bool { isAlive && kill(pid, number) == 0 }

    /// Processor time used so far by all its threads, in seconds; nil where it no longer runs.
    package var processorSeconds: Double? {
        guard let fields = ProcessIdentity.statistics(of: pid), UInt64(fields[19]) == startTicks,
            let user = Double(fields[11]), let system = Double(fields[12])
        else { return nil }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Fields 3 and on of `/proc/PID/stat`; field 2 is a name in parentheses that may hold anything.
    private static func statistics(of pid: Int32) -> [Substring]? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count >= 20 ? fields : nil
    }
}
