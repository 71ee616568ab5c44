internal import NetworkModel

/// One thing that is to happen at a virtual time.
struct Event: Sendable {
    /// What happens; the meaning of `subject` and `detail` depends on it.
    enum Kind: UInt8, Sendable {
        /// The frame with slab index `detail` reaches process `subject`.
        case arrival
        /// Timer `detail` of node `subject` is due.
        case timer
        /// Process `subject` has finished what kept it busy.
        case free
        /// The fault with this index in the schedule strikes.
        case fault
        /// Process `subject` notices what became of process `detail`.
        case silence
        /// Processes `subject` and `detail` have shaken hands.
        case handshake
        /// The held frames of link fault `detail` are let go.
        case release
        /// A job of node `subject` has ended; `detail` is its ticket.
        case job
    }

    var at: Instant
    /// Order of insertion, which decides among events of the same time.
    var order: UInt64 = 0
    var kind: Kind
    var subject: Int32
    var detail: Int32
    /// Generation of the timer, or life of the process: an event of a former one has no effect.
    var generation: UInt32
}

/// Events by time, then by insertion: a binary heap.
struct EventQueue: Sendable {
    private var heap: [Event] = []
    private var inserted: UInt64 = 0

    init() { heap.reserveCapacity(256) }

    var isEmpty: Bool { heap.isEmpty }
    /// Time of the next event; the distant future where there is none.
    var next: Instant { heap.first?.at ?? .distantFuture }

    mutating func push(_ event: Event) {
        var event = event
        event.order = inserted
        inserted += 1
        var hole = heap.count
        heap.append(event)
        while hole > 0 {
            let parent = (hole - 1) / 2
            guard EventQueue.isBefore(event, heap[parent]) else { break }
            heap[hole] = heap[parent]
            hole = parent
        }
        heap[hole] = event
    }

    mutating func pop() -> Event? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        var hole = 0
        while true {
            var child = 2 * hole + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, EventQueue.isBefore(heap[child + 1], heap[child]) { child += 1 }
            guard EventQueue.isBefore(heap[child], last) else { break }
            heap[hole] = heap[child]
            hole = child
        }
        heap[hole] = last
        return first
    }

    private static func isBefore(_ left: Event, _ right: Event) -> Bool {
        left.at == right.at ? left.order < right.order : left.at < right.at
    }
}
