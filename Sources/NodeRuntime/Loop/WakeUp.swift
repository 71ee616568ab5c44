internal import CLinux
internal import Glibc

/// Wakes a thread that polls from any other thread: an `eventfd`.
final class WakeUp: Sendable {
    let descriptor: Int32

    init() throws(RuntimeError) {
        descriptor = clinux_eventfd()
        guard descriptor >= 0 else { throw RuntimeError(errno: errno, action: "open an eventfd") }
    }

    deinit { close(descriptor) }

    func signal() { clinux_eventfd_signal(descriptor) }

    func drain() { clinux_eventfd_drain(descriptor) }
}
