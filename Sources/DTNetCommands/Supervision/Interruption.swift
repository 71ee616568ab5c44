internal import Glibc
internal import Synchronization

/// Turns SIGINT and SIGTERM into bytes of a pipe, so that a run can be ended in order.
enum Interruption {
    /// Writing end of the pipe, -1 before `catchSignals`.
    private static let writingEnd = Atomic<Int32>(-1)

    /// From here on the first of each signal no longer ends this process. Returns the reading end of the pipe: one
    /// byte, the signal's number, per signal. To be called once per process.
    static func catchSignals() throws -> Int32 {
        let ends = try PrivatePipe()
        for end in [ends.reading, ends.writing] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        writingEnd.store(ends.writing, ordering: .sequentiallyConsistent)
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                var byte = UInt8(truncatingIfNeeded: number)
                write(Interruption.writingEnd.load(ordering: .relaxed), &byte, 1)
                // The second one ends this process at once; its nodes end with it.
                Glibc.signal(number, SIG_DFL)
            }
        }
        signal(SIGPIPE, SIG_IGN)
        return ends.reading
    }

    /// Throws where a signal came.
    static func throwIfAny(_ readingEnd: Int32) throws {
        if next(readingEnd) != nil { throw ToolFailure(.interrupted, "interrupted") }
    }

    /// The number of a signal that came, nil where none waits.
    static func next(_ readingEnd: Int32) -> Int32? {
        var byte: UInt8 = 0
        return read(readingEnd, &byte, 1) == 1 ? Int32(byte) : nil
    }
}

/// A pipe whose ends no child inherits.
struct PrivatePipe: Sendable {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            throw ToolFailure(.failed, "cannot open a pipe: \(String(cString: strerror(errno)))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reading, writing) = (ends[0], ends[1])
    }
}
