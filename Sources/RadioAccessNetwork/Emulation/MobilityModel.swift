internal import NetworkModel
internal import Numerics

/// Movement of all users along straight segments at constant speed: pedestrians between random waypoints, cars along
/// streets parallel to the axes with turns every 100 to 400 m.
///
/// Segment `n` of a user is a pure function of seed, user and `n`; positions never depend on what the network does.
struct MobilityModel: Sendable {
    private struct Segment: Sendable {
        var x: Double
        var y: Double
        var xPerSlot: Double
        var yPerSlot: Double
        var start: Int64
        var end: Int64
        var number: UInt64
        /// Quarter turns from the x axis; cars only.
        var heading: Int
    }

    private let area: ServiceArea
    private let draw: CounterGenerator
    private let metresPerSlot: [Double]
    private let isCar: [Bool]
    private var segments: [Segment]

    /// - Parameters:
    ///   - starts: first position of each user.
    ///   - metresPerSlot: speed of each user; 0 stands still.
    init(
        area: ServiceArea, seed: UInt64, starts: [(x: Double, y: Double)], metresPerSlot: [Double], isCar: [Bool]
    ) {
        self.area = area
        draw = CounterGenerator(seed: seed, purpose: RandomPurpose.mobility)
        self.metresPerSlot = metresPerSlot
        self.isCar = isCar
        segments = starts.map {
            Segment(x: $0.x, y: $0.y, xPerSlot: 0, yPerSlot: 0, start: 0, end: 0, number: 0, heading: 0)
        }
        for ue in segments.indices {
            segments[ue].heading = Int(draw.bits(UInt64(ue)) & 3)
            advance(ue, to: 0)
        }
    }

    /// Position of a user at a slot of its current segment.
    func position(_ ue: Int, at slot: Int64) -> (x: Double, y: Double) {
        let segment = segments[ue]
        let passed = Double(min(slot, segment.end) - segment.start)
        return (segment.x + segment.xPerSlot * passed, segment.y + segment.yPerSlot * passed)
    }

    /// First slot at which the user has left its current segment.
    func segmentEnd(_ ue: Int) -> Int64 { segments[ue].end }

    /// Enters the segment that holds `slot`.
    mutating func advance(_ ue: Int, to slot: Int64) {
        while segments[ue].end <= slot {
            let here = position(ue, at: segments[ue].end)
            let step = metresPerSlot[ue]
            segments[ue].x = here.x
            segments[ue].y = here.y
            segments[ue].start = segments[ue].end
            segments[ue].number += 1
            if step <= 0 {
                segments[ue].end = .max
            } else if isCar[ue] {
                drive(ue, step: step)
            } else {
                walk(ue, step: step)
            }
        }
    }

    private mutating func walk(_ ue: Int, step: Double) {
        var segment = segments[ue]
        let target = area.point(draw, entity: UInt64(ue), time: segment.number &* 64)
        let (dx, dy) = (target.x - segment.x, target.y - segment.y)
        let length = max((dx * dx + dy * dy).squareRoot(), step)
        segment.xPerSlot = dx / length * step
        segment.yPerSlot = dy / length * step
        segment.end = segment.start + Int64((length / step).rounded(.up))
        segments[ue] = segment
    }

    private mutating func drive(_ ue: Int, step: Double) {
        var segment = segments[ue]
        let key = segment.number &* 64
        var length = draw.uniform(UInt64(ue), key, in: 100..<400)
        // Ahead with probability 1/2, else left or right; where that leaves the area, the next street that does not,
        // and a shorter one where all do.
        let turn = [0, 0, 1, 3][Int(draw.bits(UInt64(ue), key + 1) & 3)]
        search: for _ in 0..<6 {
            for offset in 0..<4 {
                let heading = (segment.heading + turn + offset) & 3
                let (dx, dy) = [(1.0, 0.0), (0, 1), (-1, 0), (0, -1)][heading]
                if area.contains(x: segment.x + dx * length, y: segment.y + dy * length) {
                    segment.heading = heading
                    (segment.xPerSlot, segment.yPerSlot) = (dx * step, dy * step)
                    break search
                }
            }
            length /= 2
        }
        segment.end = segment.start + Int64(max(1, (length / step).rounded()))
        segments[ue] = segment
    }
}
