internal import NetworkModel

/// Pending timers in order of their deadlines: a binary heap. A key has one pending timer at most.
///
/// Replaced and cancelled timers stay in the heap until they come up, and are swept out once they outnumber the others.
struct TimerQueue<Key: Hashable> {
    private struct Entry {
        var deadline: Instant
        /// Number of the call that scheduled it: equal deadlines fire in the order of scheduling.
        var number: UInt64
        var key: Key

        func precedes(_ other: Entry) -> Bool {
            deadline != other.deadline ? deadline < other.deadline : number < other.number
        }
    }

    private var heap: [Entry] = []
    /// Number of the pending entry of each key.
    private var pending: [Key: UInt64] = [:]
    private var scheduled: UInt64 = 0

    var count: Int { pending.count }

    /// Sets the timer `key`, in place of a pending one.
    mutating func schedule(_ key: Key, at deadline: Instant) {
        scheduled += 1
        pending[key] = scheduled
        heap.append(Entry(deadline: deadline, number: scheduled, key: key))
        rise(heap.count - 1)
        if heap.count > 64 + 2 * pending.count { sweep() }
    }

    mutating func cancel(_ key: Key) { pending[key] = nil }

    /// The nearest deadline, nil where nothing is pending.
    mutating func nearest() -> Instant? {
        while let first = heap.first {
            if pending[first.key] == first.number { return first.deadline }
            removeFirst()
        }
        return nil
    }

    /// Takes out the nearest timer if it is due.
    mutating func popDue(at now: Instant) -> Key? {
        guard let deadline = nearest(), deadline <= now else { return nil }
        let key = heap[0].key
        pending[key] = nil
        removeFirst()
        return key
    }

    // MARK: Heap

    private mutating func removeFirst() {
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink(0)
        }
    }

    private mutating func rise(_ start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard heap[index].precedes(heap[parent]) else { return }
            heap.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func sink(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in (2 * index + 1)...(2 * index + 2)
            where child < heap.count && heap[child].precedes(heap[least]) {
                least = child
            }
            guard least != index else { return }
            heap.swapAt(index, least)
            index = least
        }
    }

    private mutating func sweep() {
        heap.removeAll { pending[$0.key] != $0.number }
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(index) }
    }
}
