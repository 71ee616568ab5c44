internal import Glibc
package import NetworkModel

/// How a process ended that was asked to.
package struct ProcessStop: Hashable, Sendable {
    /// From the request to the end.
    package var time: Instant.Span
    package var end: ProcessEnd
    /// Whether it had to be killed: `SupervisionLimits.stop` after the run's first request it was still there.
    package var wasKilled: Bool

    package init(time: Instant.Span, end: ProcessEnd, wasKilled: Bool) {
        self.time = time
        self.end = end
        self.wasKilled = wasKilled
    }

    /// Whether it ended in order: by itself, or, where it is not ours and heeds no signal, by the request.
    package var isClean: Bool { (end == .exited(0) || end == .signalled(SIGTERM)) && !wasKilled }
}
