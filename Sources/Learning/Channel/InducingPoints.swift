internal import Glibc

/// The inducing points of the residual: readings of one cell, one device and one place and time, put together.
///
/// Bounded memory, parallel arrays. A point keeps its readings' mean (less the device's bias), and the baseline in the
/// form `known + sensitivity * theta`, so that its residual follows the parameters when they move.
struct InducingPoints: Sendable, Equatable {
    /// Points at most.
    let capacity: Int
    /// Parameters of the baseline, and groups of paths kept of it.
    let parameters: Int
    let groups: Int
    var count = 0
    var x: [Float] = []
    var y: [Float] = []
    var z: [Float] = []
    /// Unit vector from the transmitter in the plane: its distance between two points is the chord of their angle.
    var east: [Float] = []
    var north: [Float] = []
    var logDistance: [Float] = []
    var cell: [UInt32] = []
    /// Device; `UInt32.max` where readings of several are mixed.
    var phone: [UInt32] = []
    var seconds: [Double] = []
    /// Readings put together, each counting by its weight, up to `memory`.
    var weight: [Float] = []
    /// Mean reading less bias, dB.
    var reading: [Float] = []
    /// Baseline of the point: gain (dB), rows of `groups` shares, rows of `groups` times `parameters` interactions.
    var gain: [Float] = []
    var share: [Float] = []
    var interactions: [Float] = []
    /// Its tangent: value at theta = 0 (dB) and rows of slopes.
    var known: [Float] = []
    var sensitivity: [Float] = []
    /// Next point whose tangent is renewed.
    private(set) var turn = 0

    /// Readings after which a point's mean forgets.
    static let memory: Float = 20

    init(capacity: Int, parameters: Int, groups: Int) {
        self.capacity = capacity
        self.parameters = parameters
        self.groups = groups
    }

    /// One reading, ready to be put together with others.
    struct Reading {
        var place: ChannelPlace
        var cell: UInt32
        var phone: UInt32
        var seconds: Double
        var weight: Float
        var reading: Float
        /// What the parameters and offsets of now make of it, dB.
        var parametric: Float
        var baseline: BaselinePrediction
        var theta: [Double]
    }

    mutating func append(_ new: Reading) {
        precondition(count < capacity)
        x.append(0)
        y.append(0)
        z.append(0)
        east.append(0)
        north.append(0)
        logDistance.append(0)
        weight.append(0)
        reading.append(0)
        gain.append(0)
        share.append(contentsOf: repeatElement(0, count: groups))
        interactions.append(contentsOf: repeatElement(0, count: groups * parameters))
        cell.append(0)
        phone.append(0)
        seconds.append(0)
        known.append(0)
        sensitivity.append(contentsOf: repeatElement(0, count: parameters))
        count += 1
        replace(count - 1, by: new)
    }

    /// Appends the place and time of another's point, without its baseline: enough to be a neighbour.
    mutating func appendBare(_ other: InducingPoints, _ index: Int) {
        x.append(other.x[index])
        y.append(other.y[index])
        z.append(other.z[index])
        east.append(other.east[index])
        north.append(other.north[index])
        logDistance.append(other.logDistance[index])
        weight.append(other.weight[index])
        cell.append(other.cell[index])
        phone.append(other.phone[index])
        seconds.append(other.seconds[index])
        count += 1
    }

    /// Puts a new reading in the place of a point.
    mutating func replace(_ index: Int, by new: Reading) {
        x[index] = new.place.position.x
        y[index] = new.place.position.y
        z[index] = new.place.position.z
        east[index] = cos(new.place.angleRadians)
        north[index] = sin(new.place.angleRadians)
        logDistance[index] = new.place.logDistance
        cell[index] = new.cell
        phone[index] = new.phone
        seconds[index] = new.seconds
        weight[index] = new.weight
        reading[index] = new.reading
        let kept = new.baseline.strongest(groups)
        gain[index] = kept.gainDb
        for group in 0..<groups { share[index * groups + group] = kept.share[group] }
        let width = groups * parameters
        for at in 0..<width { interactions[index * width + at] = kept.interactions[at] }
        renewTangent(index, theta: new.theta)
    }

    /// Moves a point's means by a reading of the same cell. The point keeps its baseline: the reading is brought to it
    /// by the difference of what the parameters make of the two.
    ///
    /// - Parameter parametric: what they make of the point, dB.
    mutating func merge(_ new: Reading, into index: Int, parametric: Float) {
        let total = weight[index] + new.weight
        let step = new.weight / total
        x[index] += step * (new.place.position.x - x[index])
        y[index] += step * (new.place.position.y - y[index])
        z[index] += step * (new.place.position.z - z[index])
        east[index] += step * (cos(new.place.angleRadians) - east[index])
        north[index] += step * (sin(new.place.angleRadians) - north[index])
        logDistance[index] += step * (new.place.logDistance - logDistance[index])
        if phone[index] != new.phone { phone[index] = .max }
        seconds[index] = max(seconds[index], seconds[index] + Double(step) * (new.seconds - seconds[index]))
        weight[index] = min(InducingPoints.memory, total)
        reading[index] += step * (new.reading - new.parametric + parametric - reading[index])
    }

    /// Linearises a point's baseline at `theta`.
    mutating func renewTangent(_ index: Int, theta: [Double]) {
        let width = groups * parameters
        let baseline = BaselinePrediction(
            gainDb: gain[index], share: Array(share[(index * groups)..<((index + 1) * groups)]),
            interactions: Array(interactions[(index * width)..<((index + 1) * width)]))
        let (gain, slope) = baseline.corrected(theta)
        var foot = gain
        for m in 0..<parameters {
            foot -= slope[m] * theta[m]
            sensitivity[index * parameters + m] = Float(slope[m])
        }
        known[index] = Float(foot)
    }

    /// Renews the tangents of the next points in turn; one group's tangent holds everywhere.
    mutating func renewTangents(_ number: Int, theta: [Double]) {
        guard groups > 1, count > 0 else { return }
        for _ in 0..<min(number, count) {
            turn = turn + 1 < count ? turn + 1 : 0
            renewTangent(turn, theta: theta)
        }
    }

    /// After the arrays were read from a snapshot: the number of points, and whose tangent is next.
    mutating func adopt(count: Int, turn: Int) {
        self.count = count
        self.turn = turn
    }

    /// Where a point lies.
    func place(_ index: Int) -> ChannelPlace {
        ChannelPlace(
            position: SIMD3(x[index], y[index], z[index]), angleRadians: atan2(north[index], east[index]),
            logDistance: logDistance[index])
    }

    /// Point whose readings are oldest.
    var oldest: Int {
        var best = 0
        for index in 0..<count where seconds[index] < seconds[best] { best = index }
        return best
    }

    /// Residual of a point at given parameters and cell offsets, dB.
    func residual(_ index: Int, theta: [Double], cellOffset: [Float]) -> Double {
        var value = Double(reading[index] - known[index] - cellOffset[Int(cell[index])])
        for m in 0..<parameters { value -= Double(sensitivity[index * parameters + m]) * theta[m] }
        return value
    }
}

// MARK: - Saving

extension InducingPoints {
    /// Values of a point in one of `floats`.
    func width(ofArray index: Int) -> Int {
        switch index {
        case 9: groups
        case 10: groups * parameters
        case 12: parameters
        default: 1
        }
    }

    /// The arrays of single precision, in the order in which they are saved.
    var floats: [[Float]] {
        [x, y, z, east, north, logDistance, weight, reading, gain, share, interactions, known, sensitivity]
    }

    mutating func setFloats(_ index: Int, _ values: [Float]) {
        switch index {
        case 0: x = values
        case 1: y = values
        case 2: z = values
        case 3: east = values
        case 4: north = values
        case 5: logDistance = values
        case 6: weight = values
        case 7: reading = values
        case 8: gain = values
        case 9: share = values
        case 10: interactions = values
        case 11: known = values
        default: sensitivity = values
        }
    }
}
