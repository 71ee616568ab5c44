internal import DTNetMessages
internal import Glibc
internal import Learning

/// When and where the readings behind users' rows were taken, for radio networks that repeat a reading until they have
/// a new one. Nothing is kept until a row is older than one learning period. Bounded: a newer user takes the place of
/// an older one.
struct StaleReadings: Sendable {
    private struct Row: Sendable {
        var ue = UInt32.max
        /// Time of the reading, and of the last one that the distance laws learnt from, ms from epoch 0.
        var takenMs = -Double.infinity
        var learntMs = -Double.infinity
        /// Where the user was then, and the deviation of that per axis: negative where it was not reported.
        var place = SIMD2<Float>.zero
        var deviationMetres: Float = -1
    }

    /// What became of a row's reading since it was taken.
    struct Drift: Sendable {
        /// Where its user was then; nil where that, or where it is now, is not known.
        var place: SIMD2<Float>?
        /// Part of the way since then that is no error of the two positions, 0...1.
        var surePart: Float
        /// Correlation between what the twin's prediction lacked then and what it lacks now, 0...1.
        var correlation: Float
    }

    /// Age beyond which a reading is stale: time between two steps of learning.
    private let periodMs: Double
    private let epochMs: Double
    /// Empty while no stale row was seen.
    private var rows: [Row] = []

    private static let slots = 4_096
    /// Distance over which shadowing falls to 1 / e, metres: TR 38.901 Table 7.5-6, UMa without line of sight.
    private static let decorrelationMetres: Float = 50

    init(periodMs: Double, epochMs: Double) {
        self.periodMs = periodMs
        self.epochMs = epochMs
    }

    /// Whether a row was stale ever.
    var isActive: Bool { !rows.isEmpty }

    func isStale(ageMs: Float) -> Bool { Double(ageMs) > periodMs }

    /// Two readings of one user are one where their times differ by less: a telemetry brings one of each.
    func isSame(_ leftMs: Double, _ rightMs: Double) -> Bool { abs(leftMs - rightMs) < 0.5 * epochMs }

    /// Time at which a row's reading was taken, ms from epoch 0.
    func takenMs(_ telemetry: Telemetry, row: Int, epoch: UInt64) -> Double {
        Double(epoch) * epochMs - Double(telemetry.readingAgeMs[row])
    }

    /// Notes readings that are new. Does nothing while no reading was stale.
    ///
    /// - Parameter oldestMs: highest age of the telemetry's readings.
    mutating func note(_ telemetry: Telemetry, oldestMs: Float, epoch: UInt64) {
        if rows.isEmpty {
            guard isStale(ageMs: oldestMs) else { return }
            rows = Array(repeating: Row(), count: StaleReadings.slots)
        }
        for (row, ue) in telemetry.ue.enumerated() {
            let takenMs = takenMs(telemetry, row: row, epoch: epoch)
            let slot = Int(ue) % StaleReadings.slots
            if rows[slot].ue == ue, isSame(rows[slot].takenMs, takenMs) { continue }
            rows[slot] = Row(
                ue: ue, takenMs: takenMs, learntMs: rows[slot].ue == ue ? rows[slot].learntMs : -.infinity,
                place: SIMD2(telemetry.xMetres[row], telemetry.yMetres[row]),
                deviationMetres: telemetry.positionDeviationMetres[row])
        }
    }

    /// Where the user of a row was when its reading was taken; nil where that was not reported.
    func place(_ telemetry: Telemetry, row: Int) -> SIMD2<Float>? {
        guard isActive else { return nil }
        let kept = rows[Int(telemetry.ue[row]) % StaleReadings.slots]
        return kept.ue == telemetry.ue[row] && kept.deviationMetres >= 0 ? kept.place : nil
    }

    func drift(_ telemetry: Telemetry, row: Int) -> Drift {
        let deviation = telemetry.positionDeviationMetres[row]
        guard deviation >= 0, let then = place(telemetry, row: row) else {
            // How a device's level persists was measured in time.
            let seconds = telemetry.readingAgeMs[row] / 1_000
            return Drift(place: nil, surePart: 0, correlation: 1 / (1 + seconds / ReadingPersistence().seconds))
        }
        let before = rows[Int(telemetry.ue[row]) % StaleReadings.slots].deviationMetres
        let way = SIMD2(telemetry.xMetres[row], telemetry.yMetres[row]) - then
        let square = (way * way).sum()
        // Both positions err along both axes.
        let sure = max(0, square - 2 * (deviation * deviation + before * before))
        return Drift(
            place: then, surePart: square > 0 ? sure / square : 0,
            correlation: exp(-sure.squareRoot() / StaleReadings.decorrelationMetres))
    }

    /// The telemetry with RSRP not a number where the distance laws have learnt from the reading already.
    mutating func withoutRepeats(_ telemetry: Telemetry, epoch: UInt64) -> Telemetry {
        guard isActive else { return telemetry }
        var result = telemetry
        for (row, ue) in telemetry.ue.enumerated() {
            let slot = Int(ue) % StaleReadings.slots
            guard rows[slot].ue == ue else { continue }
            let takenMs = takenMs(telemetry, row: row, epoch: epoch)
            if isSame(rows[slot].learntMs, takenMs) {
                for link in (row * telemetry.links)..<((row + 1) * telemetry.links) { result.rsrpDbm[link] = .nan }
            } else {
                rows[slot].learntMs = takenMs
            }
        }
        return result
    }
}

/// What the channel engine says of the reading of a link that it learnt last: bounded, a newer link takes the place of
/// an older one.
struct ReadingAnchors: Sendable {
    private struct Anchor: Sendable {
        var key = UInt64.max
        var takenMs = -Double.infinity
        var meanDb: Float = 0
    }

    private var anchors: [Anchor] = []

    private static let slotBits: UInt64 = 14

    private static func key(_ ue: UInt32, _ cell: UInt32) -> UInt64 { UInt64(ue) << 32 | UInt64(cell) }

    /// Fibonacci hashing.
    private static func slot(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> (64 - slotBits))
    }

    /// Time of the reading (ms from epoch 0) and what was predicted at its place with it, dB; nil before any.
    func anchor(ue: UInt32, cell: UInt32) -> (takenMs: Double, meanDb: Float)? {
        guard !anchors.isEmpty else { return nil }
        let key = ReadingAnchors.key(ue, cell)
        let anchor = anchors[ReadingAnchors.slot(key)]
        return anchor.key == key ? (anchor.takenMs, anchor.meanDb) : nil
    }

    mutating func set(ue: UInt32, cell: UInt32, takenMs: Double, meanDb: Float) {
        if anchors.isEmpty { anchors = Array(repeating: Anchor(), count: 1 << Int(ReadingAnchors.slotBits)) }
        let key = ReadingAnchors.key(ue, cell)
        anchors[ReadingAnchors.slot(key)] = Anchor(key: key, takenMs: takenMs, meanDb: meanDb)
    }
}
