internal import DTNetMessages
internal import NetworkModel

/// How the users of each cell move, from the positions that they report. Bounded: who was heard least lately gives way.
struct MobilityWatch: Sendable {
    private struct Fix: Sendable {
        var ue: UInt32
        var x: Float
        var y: Float
        var seconds: Double
        /// Square of the speed, m^2/s^2, smoothed; what errors of positions add is taken off, so it may be below 0. nil
        /// before two fixes.
        var squareSpeed: Double?
    }

    /// Ascending by user.
    private var fixes: [Fix] = []
    /// Per cell of the edge: the class in force, the one that would follow it, and for how many calls in a row.
    private var classes: [MobilityClass?]
    private var next: [(class: MobilityClass?, calls: Int)]

    private static let mostUsers = 1_024
    /// Two positions nearer in time say nothing of a speed: a second, and two per metre that a position errs by.
    private static let leastSeconds = 1.0
    private static let secondsPerMetre = 2.0
    private static let weight = 0.5
    /// Calls in a row after which another class is in force.
    private static let calls = 25

    init(cells: Int) {
        classes = Array(repeating: nil, count: cells)
        next = Array(repeating: (nil, 0), count: cells)
    }

    /// How most users of the cell at `slot` move; nil where too little is known.
    func mobility(slot: Int) -> MobilityClass? { classes[slot] }

    /// - Parameter place: of a cell of the network among the edge's, -1 for others.
    mutating func note(_ telemetry: Telemetry, seconds: Double, place: [Int]) {
        var counts = Array(repeating: [0, 0, 0], count: classes.count)
        for (row, ue) in telemetry.ue.enumerated() {
            let slot = place[Int(telemetry.ueCell[row])]
            guard slot >= 0, let speed = speed(telemetry, row: row, ue: ue, seconds: seconds) else { continue }
            counts[slot][Int(MobilityClass(metresPerSecond: speed).rawValue) - 1] += 1
        }
        for slot in classes.indices {
            guard let most = counts[slot].max(), most > 0, let index = counts[slot].firstIndex(of: most) else {
                continue
            }
            settle(MobilityClass.allCases[index], slot: slot)
        }
    }

    private mutating func settle(_ found: MobilityClass, slot: Int) {
        guard found != classes[slot] else {
            next[slot] = (nil, 0)
            return
        }
        next[slot] = next[slot].class == found ? (found, next[slot].calls + 1) : (found, 1)
        if next[slot].calls >= MobilityWatch.calls {
            classes[slot] = found
            next[slot] = (nil, 0)
        }
    }

    private mutating func speed(_ telemetry: Telemetry, row: Int, ue: UInt32, seconds: Double) -> Double? {
        let index = index(of: ue)
        let isKnown = index < fixes.count && fixes[index].ue == ue
        let deviation = telemetry.positionDeviationMetres[row]
        guard deviation >= 0 else { return isKnown ? known(index) : nil }
        let (x, y) = (telemetry.xMetres[row], telemetry.yMetres[row])
        guard isKnown else {
            insert(Fix(ue: ue, x: x, y: y, seconds: seconds), at: index)
            return nil
        }
        let passed = seconds - fixes[index].seconds
        let least = max(MobilityWatch.leastSeconds, MobilityWatch.secondsPerMetre * Double(deviation))
        guard passed >= least else { return known(index) }
        let (east, north) = (Double(x - fixes[index].x), Double(y - fixes[index].y))
        // Each of the two positions errs in both directions: on average that adds four squares of the deviation. They
        // are taken off before smoothing and the root is taken after it: a root of each would count noise as speed.
        let square = (east * east + north * north - 4 * Double(deviation * deviation)) / (passed * passed)
        let before = fixes[index].squareSpeed ?? square
        fixes[index] = Fix(
            ue: ue, x: x, y: y, seconds: seconds, squareSpeed: before + MobilityWatch.weight * (square - before))
        return known(index)
    }

    private func known(_ index: Int) -> Double? { fixes[index].squareSpeed.map { max(0, $0).squareRoot() } }

    private mutating func insert(_ fix: Fix, at index: Int) {
        guard fixes.count >= MobilityWatch.mostUsers else {
            fixes.insert(fix, at: index)
            return
        }
        let oldest = fixes.indices.min { fixes[$0].seconds < fixes[$1].seconds } ?? 0
        fixes.remove(at: oldest)
        fixes.insert(fix, at: oldest < index ? index - 1 : index)
    }

    private func index(of ue: UInt32) -> Int {
        var (low, high) = (0, fixes.count)
        while low < high {
            let middle = (low + high) / 2
            if fixes[middle].ue < ue { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
