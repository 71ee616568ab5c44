internal import Learning

/// The last prediction of links, by user and cell: bounded open addressing over dense arrays, in which a newer link
/// takes the place of an older one where all slots in reach are in use.
struct LinkTable: Sendable {
    private static let slots = 16_384
    private static let reach = 8
    private static let free = UInt64.max

    private var keys = Array(repeating: LinkTable.free, count: LinkTable.slots)
    private var values = Array(
        repeating: ChannelPrediction(
            baselineDb: 0, parametricDb: 0, meanDb: 0, deviationDb: 0, rawDeviationDb: 0), count: LinkTable.slots)

    private static func key(_ ue: UInt32, _ cell: UInt32) -> UInt64 { UInt64(ue) << 32 | UInt64(cell) }

    /// First slot of a key: Fibonacci hashing.
    private static func home(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 50)
    }

    func prediction(ue: UInt32, cell: UInt32) -> ChannelPrediction? {
        let key = LinkTable.key(ue, cell)
        let home = LinkTable.home(key)
        for step in 0..<LinkTable.reach {
            let slot = (home + step) % LinkTable.slots
            if keys[slot] == key { return values[slot] }
        }
        return nil
    }

    mutating func set(ue: UInt32, cell: UInt32, _ value: ChannelPrediction) {
        let key = LinkTable.key(ue, cell)
        let home = LinkTable.home(key)
        var target = home
        for step in (0..<LinkTable.reach).reversed() {
            let slot = (home + step) % LinkTable.slots
            if keys[slot] == LinkTable.free { target = slot }
        }
        for step in 0..<LinkTable.reach {
            let slot = (home + step) % LinkTable.slots
            if keys[slot] == key { target = slot }
        }
        keys[target] = key
        values[target] = value
    }
}

/// Where users were last heard, by user: a direct-mapped table, in which a newer user takes the place of an older one.
struct PlaceTable: Sendable {
    private static let slots = 4_096

    private var users = Array(repeating: UInt32.max, count: PlaceTable.slots)
    private var places = Array(repeating: SIMD2<Float>.zero, count: PlaceTable.slots)

    func value(_ ue: UInt32) -> SIMD2<Float>? {
        let slot = Int(ue) % PlaceTable.slots
        return users[slot] == ue && ue != .max ? places[slot] : nil
    }

    mutating func set(_ ue: UInt32, _ place: SIMD2<Float>) {
        let slot = Int(ue) % PlaceTable.slots
        users[slot] = ue
        places[slot] = place
    }
}
