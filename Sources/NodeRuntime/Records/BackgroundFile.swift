internal import Foundation
internal import Glibc
internal import NetworkModel
internal import Synchronization

/// Appends items to a file as lines, formatted and written by a thread of its own: the loop only leaves the item in a
/// bounded queue. A batch is one `write` of whole lines, so that several processes may share a file. It is written in
/// the quiet part of an epoch.
package final class BackgroundFile<Item: Sendable>: Sendable {
    /// Items waiting at most; further ones are dropped and counted.
    static var capacity: Int { 65_536 }
    /// Time between two batches, at least. Nobody is woken for one item: the loop's threads have the processor.
    private static var pause: Instant.Span { .milliseconds(50) }

    private struct State {
        var waiting: [Item] = []
        var dropped: UInt64 = 0
        var closing = false
        var closed = false
        /// The disk took a part of a line only: the next batch begins on a new one.
        var endsWithinLine = false
    }

    private let state = Mutex(State())
    private let changed = NSCondition()
    private let quiet: QuietTime
    private let descriptor: Int32
    private let closesDescriptor: Bool
    private let format: @Sendable (Item, inout [UInt8]) -> Void

    /// Appends to the file at `path`, made where it is not there.
    convenience init(
        path: String, quiet: QuietTime, format: @escaping @Sendable (Item, inout [UInt8]) -> Void
    ) throws(RuntimeError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw RuntimeError(errno: errno, action: "write \(path)") }
        self.init(descriptor: descriptor, closesDescriptor: true, quiet: quiet, format: format)
    }

    /// Appends to an open file.
    ///
    /// - Parameters:
    ///   - descriptor: of the file.
    ///   - closesDescriptor: whether it is closed in the end.
    ///   - quiet: when batches are written.
    ///   - format: appends the line of an item, with its end.
    package init(
        descriptor: Int32, closesDescriptor: Bool, quiet: QuietTime,
        format: @escaping @Sendable (Item, inout [UInt8]) -> Void
    ) {
        self.descriptor = descriptor
        self.closesDescriptor = closesDescriptor
        self.quiet = quiet
        self.format = format
        Thread { [self] in work() }.start()
    }

    /// Leaves an item to be written.
    package func append(_ item: Item) {
        state.withLock { state in
            if state.waiting.count < BackgroundFile.capacity { state.waiting.append(item) } else { state.dropped += 1 }
        }
    }

    /// Items that were not written: the queue was full, or the disk.
    package var dropped: UInt64 { state.withLock { $0.dropped } }

    /// Writes what is left and ends the thread; waits for it a second at most.
    package func close() {
        state.withLock { $0.closing = true }
        changed.lock()
        changed.broadcast()
        let limit = Date(timeIntervalSinceNow: 1)
        while !state.withLock({ $0.closed }) && changed.wait(until: limit) {}
        changed.unlock()
    }

    private func work() {
        WritingThread.begin("dtnet-records")
        var closing = false
        while !closing {
            changed.lock()
            if !state.withLock({ $0.closing }) {
                _ = changed.wait(until: nextBatch())
            }
            changed.unlock()
            let items = state.withLock { state in
                closing = state.closing
                defer { state.waiting = [] }
                return state.waiting
            }
            write(items)
        }
        if closesDescriptor { Glibc.close(descriptor) }
        changed.lock()
        state.withLock { $0.closed = true }
        changed.broadcast()
        changed.unlock()
    }

    private func nextBatch() -> Date {
        let now = MonotonicClock.now()
        return Date(timeIntervalSinceNow: (quiet.first(from: now + BackgroundFile.pause) - now).seconds)
    }

    private func write(_ items: [Item]) {
        guard !items.isEmpty else { return }
        var bytes: [UInt8] = state.withLock { $0.endsWithinLine } ? [UInt8(ascii: "\n")] : []
        for item in items { format(item, &bytes) }
        let written = writeOut(bytes)
        state.withLock { state in
            if written > 0 { state.endsWithinLine = bytes[written - 1] != UInt8(ascii: "\n") }
            if written < bytes.count { state.dropped += UInt64(items.count) }
        }
    }

    /// Bytes that the file took: all, or those before the error.
    private func writeOut(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let count = Glibc.write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
                if count < 0 && errno != EINTR { break }
                offset += max(0, count)
            }
            return offset
        }
    }
}
