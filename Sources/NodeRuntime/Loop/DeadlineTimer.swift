internal import CLinux
internal import Glibc
internal import NetworkModel

/// Wakes a thread that polls at an absolute time: a `timerfd` on the monotonic clock, exact to the kernel's wake-up.
struct DeadlineTimer: ~Copyable {
    let descriptor: Int32
    private var armed: Instant?

    init() throws(RuntimeError) {
        descriptor = clinux_timerfd()
        guard descriptor >= 0 else { throw RuntimeError(errno: errno, action: "open a timerfd") }
    }

    deinit { close(descriptor) }

    /// Sets the deadline; a system call only where it changes.
    mutating func arm(_ deadline: Instant) {
        guard deadline != armed else { return }
        armed = deadline
        clinux_timerfd_arm(descriptor, max(1, deadline.nanoseconds))
    }

    /// Takes note that it fired.
    mutating func drain() {
        armed = nil
        clinux_timerfd_drain(descriptor)
    }
}
