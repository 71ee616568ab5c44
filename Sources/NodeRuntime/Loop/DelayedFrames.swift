internal import DTNetMessages
internal import NetworkModel
internal import Transport

/// Frames that a shaped link holds back until they are due.
struct DelayedFrames {
    struct Entry {
        var frame: Frame
        var peer: Int
        var traffic: TrafficClass
        var due: Instant
    }

    /// Frames held at most; a further one is refused and counted.
    static let capacity = 65_536

    private var order = TimerQueue<Int>()
    private var slots: [Entry?] = []
    private var free: [Int] = []

    var count: Int { order.count }

    /// Holds a frame until `entry.due`; frames of the same due time leave in the order of their coming. False where
    /// too many are held.
    mutating func hold(_ entry: Entry) -> Bool {
        guard order.count < DelayedFrames.capacity else { return false }
        let slot = free.popLast() ?? slots.count
        if slot == slots.count { slots.append(entry) } else { slots[slot] = entry }
        order.schedule(slot, at: entry.due)
        return true
    }

    mutating func nearest() -> Instant? { order.nearest() }

    mutating func popDue(at now: Instant) -> Entry? {
        guard let slot = order.popDue(at: now), let entry = slots[slot] else { return nil }
        slots[slot] = nil
        free.append(slot)
        return entry
    }
}
