internal import Glibc
internal import NetworkModel

/// The monotonic clock of this machine, and what of it a thread has run.
enum MonotonicClock {
    static var now: Instant { read(CLOCK_MONOTONIC) }

    /// Processor time of the calling thread.
    static var thread: Instant { read(CLOCK_THREAD_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> Instant {
        var time = timespec()
        clock_gettime(clock, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
