/// How independent parts of a computation are spread over processors. The caller chooses, since no target of
/// mathematics or roles starts a thread; what comes out does not depend on the choice.
package struct WorkSpreading: Sendable {
    private let run: @Sendable (_ count: Int, _ part: @Sendable (Int) -> Void) -> Void

    /// - Parameter run: calls `part` once with every number below `count`, in any order and on any threads, and returns
    ///   when all calls have returned.
    package init(_ run: @escaping @Sendable (_ count: Int, _ part: @Sendable (Int) -> Void) -> Void) {
        self.run = run
    }

    /// One part after the other on the caller's thread.
    package static let inOrder = WorkSpreading { count, part in for number in 0..<count { part(number) } }

    /// What each part makes, in the order of the parts.
    package func map<T: Sendable>(_ count: Int, _ part: @Sendable (Int) -> T) -> [T] {
        var made = [T?](repeating: nil, count: count)
        made.withUnsafeMutableBufferPointer { buffer in
            // Each part writes a place of its own, and all are done before the buffer is read.
            nonisolated(unsafe) let places = buffer
            run(count) { places[$0] = part($0) }
        }
        return made.map { part in
            guard let part else { preconditionFailure("WorkSpreading: a part was never run") }
            return part
        }
    }
}
