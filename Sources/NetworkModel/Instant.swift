/// A point on the monotonic clock of one process, or of the simulator, in nanoseconds.
///
/// Never compared across hosts: only differences of instants read by the same process mean anything.
package struct Instant: Hashable, Comparable, Sendable, Codable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static let zero = Instant(nanoseconds: 0)
    package static let distantFuture = Instant(nanoseconds: .max)

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
    package static func + (left: Instant, right: Span) -> Instant {
        Instant(nanoseconds: left.nanoseconds + right.nanoseconds)
    }
    package static func - (left: Instant, right: Span) -> Instant {
        Instant(nanoseconds: left.nanoseconds - right.nanoseconds)
    }
    package static func - (left: Instant, right: Instant) -> Span {
        Span(nanoseconds: left.nanoseconds - right.nanoseconds)
    }

    /// A length of time in whole nanoseconds: one machine word, where `Swift.Duration` takes two and a division.
    package struct Span: Hashable, Comparable, Sendable, Codable {
        package var nanoseconds: Int64

        package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

        package static let zero = Span(nanoseconds: 0)
        package static func nanoseconds(_ value: Int64) -> Span { Span(nanoseconds: value) }
        package static func microseconds(_ value: Int64) -> Span { Span(nanoseconds: value * 1_000) }
        package static func milliseconds(_ value: Int64) -> Span { Span(nanoseconds: value * 1_000_000) }
        package static func seconds(_ value: Double) -> Span { Span(nanoseconds: Int64((value * 1e9).rounded())) }

        package var seconds: Double { Double(nanoseconds) / 1e9 }
        package var milliseconds: Double { Double(nanoseconds) / 1e6 }
        package var microseconds: Double { Double(nanoseconds) / 1e3 }

        package static func < (left: Span, right: Span) -> Bool { left.nanoseconds < right.nanoseconds }
        package static func + (left: Span, right: Span) -> Span {
            Span(nanoseconds: left.nanoseconds + right.nanoseconds)
        }
        package static func - (left: Span, right: Span) -> Span {
            Span(nanoseconds: left.nanoseconds - right.nanoseconds)
        }
        package static func * (left: Span, right: Int64) -> Span { Span(nanoseconds: left.nanoseconds * right) }
        package static func / (left: Span, right: Int64) -> Span { Span(nanoseconds: left.nanoseconds / right) }
    }
}
