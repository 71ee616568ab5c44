internal import CLinux
package import NetworkModel

/// The monotonic clock of this process. Only shells read it; everything else gets its instants as arguments.
package enum MonotonicClock {
    package static func now() -> Instant { Instant(nanoseconds: clinux_monotonic_ns()) }
}
