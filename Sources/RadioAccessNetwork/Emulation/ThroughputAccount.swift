/// Books what users receive: the last second in buckets of 100 ms for reports, and whole seconds for the network value.
struct ThroughputAccount: Sendable {
    /// Completed windows that are kept for the shell; the oldest are dropped beyond.
    static let keptWindows = 256

    private let slotSeconds: Double
    private let subbands: Int
    private let slotsPerBucket: Int
    private let buckets: Int
    private let slotsPerWindow: Int
    private var slotsInBucket = 0
    private var bucketsFilled = 0
    private var bucket = 0
    private var slotsInWindow = 0
    private var users: Int
    private var bits: [Float]
    private var bitsOfBucket: [Float]
    private var used: [Float]
    private var usedOfBucket: [Float]
    private var windowBits: [Float]
    private var windowSlots: [Float]

    /// Mean of the last second, renewed with every bucket.
    private(set) var throughputKbps: [Float]
    private(set) var cellThroughputKbps: [Float]
    private(set) var prbUsedPercent: [Float]
    var completedWindows: [ThroughputWindow] = []

    init(users: Int, cells: Int, slotSeconds: Double, subbands: Int) {
        self.users = users
        self.slotSeconds = slotSeconds
        self.subbands = subbands
        slotsPerBucket = max(1, Int((0.1 / slotSeconds).rounded()))
        buckets = max(1, Int((1 / (slotSeconds * Double(slotsPerBucket))).rounded()))
        slotsPerWindow = max(1, Int((1 / slotSeconds).rounded()))
        bits = [Float](repeating: 0, count: users)
        windowBits = bits
        windowSlots = bits
        throughputKbps = bits
        bitsOfBucket = [Float](repeating: 0, count: users * buckets)
        used = [Float](repeating: 0, count: cells)
        prbUsedPercent = used
        cellThroughputKbps = used
        usedOfBucket = [Float](repeating: 0, count: cells * buckets)
    }

    /// Subbands that a cell used in the slot; one used for a part of it counts as that part.
    @inline(__always)
    mutating func use(cell: Int, subbands: Float) { used[cell] += subbands }

    /// Bits that a user with backlog got in the slot, and the part of the slot in which it had backlog, above 0.
    @inline(__always)
    mutating func book(ue: Int, bits served: Float, slots: Float = 1) {
        bits[ue] += served
        windowBits[ue] += served
        windowSlots[ue] += slots
    }

    mutating func endSlot(slot: Int64, servingCell: [UInt32]) {
        slotsInBucket += 1
        slotsInWindow += 1
        if slotsInBucket == slotsPerBucket { closeBucket(servingCell) }
        if slotsInWindow == slotsPerWindow { closeWindow(slot) }
    }

    private mutating func closeBucket(_ servingCell: [UInt32]) {
        bucketsFilled = min(bucketsFilled + 1, buckets)
        let seconds = Double(bucketsFilled * slotsPerBucket) * slotSeconds
        let cells = used.count
        for cell in 0..<cells {
            usedOfBucket[bucket * cells + cell] = used[cell]
            used[cell] = 0
            var sum: Float = 0
            for index in 0..<buckets { sum += usedOfBucket[index * cells + cell] }
            prbUsedPercent[cell] = 100 * sum / Float(bucketsFilled * slotsPerBucket * subbands)
            cellThroughputKbps[cell] = 0
        }
        for ue in 0..<users {
            bitsOfBucket[bucket * users + ue] = bits[ue]
            bits[ue] = 0
            var sum: Float = 0
            for index in 0..<buckets { sum += bitsOfBucket[index * users + ue] }
            throughputKbps[ue] = sum / Float(1_000 * seconds)
            let cell = servingCell[ue]
            if cell < UInt32(cells) { cellThroughputKbps[Int(cell)] += throughputKbps[ue] }
        }
        bucket = (bucket + 1) % buckets
        slotsInBucket = 0
    }

    private mutating func closeWindow(_ slot: Int64) {
        var window = ThroughputWindow(
            firstSlot: slot - Int64(slotsInWindow) + 1, slots: slotsInWindow, throughputKbps: windowBits,
            isBacklogged: windowSlots.map { $0 > 0 })
        for ue in 0..<users where windowSlots[ue] > 0 {
            window.throughputKbps[ue] /= windowSlots[ue] * Float(slotSeconds * 1_000)
            windowBits[ue] = 0
            windowSlots[ue] = 0
        }
        if completedWindows.count == ThroughputAccount.keptWindows { completedWindows.removeFirst() }
        completedWindows.append(window)
        slotsInWindow = 0
    }
}
