internal import DTNetMessages
internal import NetworkModel
internal import TwinProtocol

/// A message under way.
struct Frame: Sendable {
    var envelope: Envelope
    /// Size on the wire; 0 within a process.
    var bytes: Int
}

/// One directed wire of a simulated cluster.
struct Wire: Sendable {
    let index: Int
    let from: NodeID
    let to: NodeID
    /// Indices of the processes at its ends.
    let source: Int
    let target: Int
    var shaper: LinkShaper
    /// Measured times that stand for link and transport, nil where the model holds.
    let measured: [Int64]?
    /// Messages given to the transport.
    var sent: UInt64 = 0
    /// Last number given out, by traffic class.
    var sequence: [UInt64] = [0, 0, 0]
    /// The receiver's judgement, by traffic class.
    var trackers = [SequenceTracker(), SequenceTracker(), SequenceTracker()]
    /// What the receiver has of a body that comes in parts.
    var parts = PartAssembly()
    var lastArrival = Instant(nanoseconds: .min)
    /// Users in the last report that passed.
    var rows = 0

    /// The sender was started anew.
    mutating func resetSender() {
        for index in sequence.indices { sequence[index] = 0 }
    }

    /// The receiver was started anew.
    mutating func resetReceiver() {
        for index in trackers.indices { trackers[index] = SequenceTracker() }
        parts = PartAssembly()
    }
}

/// What stands between two processes for a while.
struct Obstacle: Sendable {
    let from: Int
    let to: Int
    let until: Instant
    let blocks: Bool
    let holds: Bool
    let loss: Double
    let duplication: Double
    /// Frames that wait for the end, by slab index with their wire.
    var held: [(frame: Int, wire: Int)] = []
}

/// Cells whose links are measured weaker for a while.
struct Fade: Sendable {
    let cells: [UInt32]
    let db: Double
    let period: Instant.Span
    let until: Instant
}

/// One process of a simulated cluster: a single thread that takes one event after the other.
struct Process: Sendable {
    enum Item: Sendable {
        case frame(Int)
        case timer(node: Int, id: TimerID, generation: UInt32)
        case peer(node: Int, peer: NodeID, state: PeerState)
        case job(node: Int, ticket: Int)
    }

    struct Waiting: Sendable {
        var item: Item
        var arrived: Instant
    }

    let name: String
    let nodes: [Int]
    /// Its clock is ahead of virtual time by this.
    let skew: Instant.Span
    var isAlive = true
    /// Grows with each start and each end; events of a former life have no effect.
    var life: UInt32 = 1
    var busyUntil = Instant.zero
    var backlog: [Waiting] = []
    var head = 0
    var hasWakeUp = false

    var isIdle: Bool { head == backlog.count }

    mutating func enqueue(_ waiting: Waiting) { backlog.append(waiting) }

    mutating func dequeue() -> Waiting {
        let first = backlog[head]
        head += 1
        if head == backlog.count {
            backlog.removeAll(keepingCapacity: true)
            head = 0
        }
        return first
    }

    mutating func clear() {
        backlog.removeAll()
        head = 0
        hasWakeUp = false
    }
}
