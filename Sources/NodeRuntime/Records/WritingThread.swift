internal import CLinux

/// A thread that formats and writes what a loop has left to it.
///
/// It gives way to the loops, but not by much: it takes locks that they take, of a queue and of the allocator, and a
/// loop waits for whoever holds one. In the class `SCHED_IDLE` such a thread stood still while other programs kept all
/// processors busy, and the loop with it, for seconds.
enum WritingThread {
    private static let niceValue: Int32 = 5

    /// Names the calling thread and sets when it runs.
    static func begin(_ name: String) {
        clinux_set_thread_name(name)
        clinux_set_thread_slice(0)
        clinux_set_thread_nice(niceValue)
    }
}
