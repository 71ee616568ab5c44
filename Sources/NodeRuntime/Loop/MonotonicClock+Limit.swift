package import NetworkModel

extension MonotonicClock {
    /// A closure that is true once this length of time from now has passed: what bounds a solver by wall time.
    package static func limit(_ span: Instant.Span) -> @Sendable () -> Bool {
        let end = now() + span
        return { now() >= end }
    }
}
