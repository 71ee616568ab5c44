internal import Synchronization

/// What the last policy of every node said, for all batches of its rows: a policy comes every second, and says
/// something else rarely.
final class PolicyLog: Sendable {
    private let last = Mutex<[String: (text: String, at: Int64)]>([:])

    /// What is said without a break is said again after so long, microseconds: a day.
    private static let longest: Int64 = 86_400_000_000

    /// Whether a node's policy says what its last one did not.
    func isNew(_ text: String, of source: String, at: Int64) -> Bool {
        last.withLock { last in
            if let known = last[source], known.text == text, at - known.at < PolicyLog.longest { return false }
            last[source] = (text, at)
            return true
        }
    }
}
