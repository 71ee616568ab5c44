/// Answers by the meaning of the situation that they were given to: where L3 has been before, nobody is asked again.
///
/// The key is made by the caller: all that the answer depends on, and nothing else (findings in a fixed order and
/// rounded, not their text or time). Bounded; the least recently used leaves first.
package struct AnswerCache: Hashable, Sendable, Codable {
    /// Longest key that is kept, in UTF-8 bytes.
    package static let maximumKeyBytes = 4_096

    private struct Entry: Hashable, Sendable, Codable {
        var key: String
        var answers: [ChatAnswer]
    }

    package let capacity: Int
    /// Least recently used first.
    private var entries: [Entry] = []
    /// Questions that it answered, and that it did not.
    package private(set) var hits = 0
    package private(set) var misses = 0

    /// - Parameter capacity: situations, 1 to 4096.
    package init(capacity: Int = 64) {
        precondition((1...4_096).contains(capacity))
        self.capacity = capacity
    }

    package var count: Int { entries.count }

    /// The answers to a situation, nil where it is new.
    package mutating func answers(to key: String) -> [ChatAnswer]? {
        guard let index = entries.lastIndex(where: { $0.key == key }) else {
            misses += 1
            return nil
        }
        hits += 1
        let entry = entries.remove(at: index)
        entries.append(entry)
        return entry.answers
    }

    /// Keeps answers in place of what was known of the situation; a key over the bound is not kept.
    package mutating func insert(_ answers: [ChatAnswer], for key: String) {
        guard key.utf8.count <= AnswerCache.maximumKeyBytes else { return }
        entries.removeAll { $0.key == key }
        if entries.count == capacity { entries.removeFirst() }
        entries.append(Entry(key: key, answers: answers))
    }

    /// Forgets a situation whose answer turned out bad.
    package mutating func remove(_ key: String) { entries.removeAll { $0.key == key } }

    /// Forgets everything, as when the model or its adapter changes.
    package mutating func removeAll() { entries.removeAll() }
}
