/// Shadowing of one link: a scalar Kalman filter on a random walk whose drift is learnt.
///
/// Innovations of the right filter are white (Mehra 1970): where one follows its predecessor's sign the filter lags and
/// the drift is raised, where it contradicts it the drift is lowered. So a UE that hurries through shadows and one that
/// sits still are both followed, and a wrong `readingVariance` is made up for.
struct ShadowingTrack: Sendable, Codable {
    /// Cell of the link; `UInt32.max` where the track is free.
    var cell = UInt32.max
    /// Order of the last reading, by which tracks give way.
    var stamp: UInt32 = 0
    /// Readings taken, up to ten.
    var readings: Float = 0
    /// Estimated shadowing, dB, and its variance.
    var level: Float = 0
    var variance: Float = 0
    /// Variance that shadowing gains between two readings, dB^2.
    var drift: Float = 0
    /// The last innovation, dB; 0 where it was clipped.
    var lastInnovation: Float = 0
    /// Mean square of the innovations: variance of a reading about its prediction.
    var innovationVariance: Float = 0
    /// Distance term of the last reading by the law of then, dB, and log10 of its distance.
    var base: Float = 0
    var decades: Float = 0

    /// Takes one innovation. Its mean square has a memory of ten readings. It starts after the first, which tells of
    /// the law rather than of the track, at four times what the filter expects.
    @inline(__always)
    mutating func take(_ innovation: Float, isClipped: Bool, base: Float, readingVariance: Float, stamp: UInt32) {
        if !isClipped {
            let agreement = innovation * lastInnovation / innovationVariance
            drift *= 1 + 0.05 * min(2, max(-2, agreement))
            drift = min(100, max(1e-4, drift))
        }
        lastInnovation = isClipped ? 0 : innovation
        variance += drift
        let gain = variance / (variance + readingVariance + 1e-6)
        level += gain * innovation
        variance *= 1 - gain
        if readings == 0 {
            innovationVariance = 4 * (variance + drift + readingVariance)
        } else {
            innovationVariance += (innovation * innovation - innovationVariance) / (readings + 1)
        }
        readings = min(readings + 1, 9)
        innovationVariance = max(innovationVariance, 0.25 * readingVariance, 0.01)
        self.base = base
        self.stamp = stamp
    }
}

/// Tracks of at most `maxUEs` UEs, a fixed number of links each. UEs are found by binary search; rows stay where they
/// are, and the least recently seen gives way.
struct TrackTable: Sendable, Codable {
    private let maxUEs: Int
    private let tracksPerUE: Int
    /// UE numbers ascending, and the row of each.
    private var ues: [UInt32] = []
    private var rows: [Int32] = []
    /// Last use of each row.
    private var lastUse: [UInt32] = []
    private var tracks: [ShadowingTrack] = []
    /// Counts claims, and begins anew after its last, as a busy edge's does in a day: ages are compared, not counts.
    private(set) var clock: UInt32 = 0

    init(maxUEs: Int, tracksPerUE: Int) {
        self.maxUEs = maxUEs
        self.tracksPerUE = tracksPerUE
    }

    subscript(index: Int) -> ShadowingTrack {
        get { tracks[index] }
        _modify { yield &tracks[index] }
    }

    mutating func forEachTrack(_ body: (inout ShadowingTrack) -> Void) {
        for index in tracks.indices where tracks[index].cell != .max { body(&tracks[index]) }
    }

    /// The tracks of the UEs that a test names.
    mutating func forEachTrack(where isMeant: (UInt32) -> Bool, _ body: (inout ShadowingTrack) -> Void) {
        for place in ues.indices where isMeant(ues[place]) {
            let first = Int(rows[place]) * tracksPerUE
            for index in first..<first + tracksPerUE where tracks[index].cell != .max { body(&tracks[index]) }
        }
    }

    /// Row of a UE, nil where it is not remembered.
    func slot(of ue: UInt32) -> Int? {
        let place = place(of: ue)
        return place < ues.count && ues[place] == ue ? Int(rows[place]) : nil
    }

    /// Row of a UE, taken from the least recently seen one where there is no room.
    mutating func claim(ue: UInt32) -> Int {
        clock &+= 1
        var place = place(of: ue)
        if place < ues.count && ues[place] == ue {
            lastUse[Int(rows[place])] = clock
            return Int(rows[place])
        }
        let row: Int
        if ues.count < maxUEs {
            row = ues.count
            lastUse.append(clock)
            tracks.append(contentsOf: repeatElement(ShadowingTrack(), count: tracksPerUE))
        } else {
            let oldest = oldestPlace()
            row = Int(rows[oldest])
            ues.remove(at: oldest)
            rows.remove(at: oldest)
            for index in (row * tracksPerUE)..<((row + 1) * tracksPerUE) { tracks[index] = ShadowingTrack() }
            place = self.place(of: ue)
            lastUse[row] = clock
        }
        ues.insert(ue, at: place)
        rows.insert(Int32(row), at: place)
        return row
    }

    /// Track of a link of the UE in `slot`.
    @inline(__always)
    func find(slot: Int, cell: UInt32) -> Int? {
        for index in (slot * tracksPerUE)..<((slot + 1) * tracksPerUE) where tracks[index].cell == cell { return index }
        return nil
    }

    /// Track of a link.
    func find(ue: UInt32, cell: UInt32) -> Int? { slot(of: ue).flatMap { find(slot: $0, cell: cell) } }

    /// A new track of the UE in `slot`, in the place of its least recently used one, with the standard deviation of
    /// shadowing before any reading.
    mutating func add(slot: Int, cell: UInt32, deviationDb: Double, driftVarianceDb: Double) -> Int {
        var chosen = slot * tracksPerUE
        for index in (slot * tracksPerUE)..<((slot + 1) * tracksPerUE) {
            if tracks[index].cell == .max {
                chosen = index
                break
            }
            if clock &- tracks[index].stamp > clock &- tracks[chosen].stamp { chosen = index }
        }
        let square = Float(deviationDb * deviationDb)
        tracks[chosen] = ShadowingTrack(
            cell: cell, stamp: clock, variance: square, drift: Float(driftVarianceDb), innovationVariance: square)
        return chosen
    }

    private func place(of ue: UInt32) -> Int { partitionPoint(ues.count) { ues[$0] < ue } }

    private func oldestPlace() -> Int {
        var best = 0
        for index in rows.indices where clock &- lastUse[Int(rows[index])] > clock &- lastUse[Int(rows[best])] {
            best = index
        }
        return best
    }
}
