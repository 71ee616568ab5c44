/// Counts refused messages by peer and cause, and says which are new: each is logged once.
struct RefusalLedger {
    struct Entry {
        var peer: String
        var cause: String
        var count: UInt64
    }

    /// Pairs of peer and cause told apart, at most; the rest is counted as one.
    static let capacity = 1_024

    /// In order of first appearance.
    private(set) var entries: [Entry] = []

    /// Counts one refusal; true where this peer and cause have not been seen before.
    mutating func add(peer: String, cause: String) -> Bool {
        if let index = entries.firstIndex(where: { $0.peer == peer && $0.cause == cause }) {
            entries[index].count += 1
            return false
        }
        guard entries.count < RefusalLedger.capacity else {
            entries[entries.count - 1].count += 1
            return false
        }
        entries.append(Entry(peer: peer, cause: cause, count: 1))
        return true
    }
}
