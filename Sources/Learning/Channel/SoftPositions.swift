internal import Glibc

/// Where devices may be that report no position, or a vague one: a belief over the points of a map, from the gains of
/// several cells and from how far a device moves (a Bayes filter on a grid: Thrun, Burgard and Fox, Probabilistic
/// Robotics, 2005, chapter 8).
///
/// What a device reads of a cell is learnt at the place where the *other* cells' gains and its movement put it: a
/// reading that helped to find its own place would fit there by choice. How vague the place is goes into the reading's
/// deviation: by how much the baseline differs over the belief, and how far the residual may have changed over its
/// width. A belief that is wide teaches nothing. A share of every prior lies evenly over the map, so that no wrong
/// position and no wrong turn is believed for ever.
package struct SoftPositions: Sendable {
    /// Points of the belief: those of the map, each `stride`-th where it has many.
    private let grid: BaselineMap.Grid
    private let map: BaselineMap
    /// Gains of the points with the parameters of when they were last looked at, rows of points per cell, dB.
    private var gains: [Float] = []
    private var refreshed = 0
    private var beliefs: [Belief?] = Array(repeating: nil, count: SoftPositions.devices)
    /// Mean square of what the baseline leaves of readings with a position, dB^2.
    private var leftVariance: Float = 64

    private struct Belief: Sendable {
        var ue: UInt32
        var seconds: Double
        var place: Whereabouts
    }

    private enum Whereabouts: Sendable {
        /// Reported and sure, metres.
        case at(x: Double, y: Double)
        /// Weight of each point.
        case spread([Float])
    }

    /// Points of a belief at most; devices whose belief is kept, a newer one taking the place of an older.
    package static let points = 2_500
    static let devices = 256
    /// Gains renewed per reading as the parameters move.
    private static let refreshPerReading = 128
    /// Standard deviation of a device's way in a second, metres: a car in a city, whose direction is not known.
    private static let speed: Float = 6
    /// Share of a prior that lies evenly over the map.
    private static let doubt: Float = 0.02
    /// Standard deviation of what is common to all cells' readings of a device at a place (body, car, street), dB.
    private static let commonDeviationDb: Float = 4
    /// A likelihood counts by this power: what the baseline leaves is the same for a while along a street.
    private static let temper: Float = 0.5
    /// Width of a belief beyond which it teaches nothing, metres.
    package static let widest: Float = 25
    /// Weight of the newest error in what the baseline leaves.
    private static let errorWeight: Float = 0.02

    /// One reading of a device: path gain of a cell, dB.
    package struct Reading: Sendable, Equatable {
        package var cell: UInt32
        package var gainDb: Float

        package init(cell: UInt32, gainDb: Float) {
            self.cell = cell
            self.gainDb = gainDb
        }
    }

    /// A place for a reading, and how much more it may be off for being there, dB.
    package struct Place: Sendable, Equatable {
        package var xMetres: Double
        package var yMetres: Double
        /// Mean distance of the belief from the place.
        package var widthMetres: Float
        package var deviationDb: Float

        /// Whether it is narrow enough to learn from.
        package var isUsable: Bool { widthMetres <= SoftPositions.widest }
    }

    /// Points that a belief is spread over: what a device's readings cost grows with it, not with the map.
    package var beliefPoints: Int { grid.count }

    package init(map: BaselineMap) {
        self.map = map
        let all = map.grid
        var stride = 1
        func count(_ length: Int) -> Int { (length + stride - 1) / stride }
        while count(all.columns) * count(all.rows) > SoftPositions.points { stride += 1 }
        grid = BaselineMap.Grid(
            xMetres: all.xMetres, yMetres: all.yMetres, spacingMetres: all.spacingMetres * Double(stride),
            columns: count(all.columns), rows: count(all.rows))
        let points = grid
        gains = (0..<points.count * map.cells).map { index in
            let (x, y) = points.position(index % points.count)
            return map.prediction(cell: index / points.count, xMetres: x, yMetres: y).gainDb
        }
    }

    // MARK: - Beliefs

    /// Takes a reading with a sure position: what the baseline leaves of it, and where its device is.
    package mutating func note(
        ue: UInt32, seconds: Double, xMetres: Double, yMetres: Double, errorDb: Float
    ) {
        if errorDb.isFinite {
            leftVariance += SoftPositions.errorWeight * (min(400, errorDb * errorDb) - leftVariance)
        }
        beliefs[Int(ue) % SoftPositions.devices] = Belief(ue: ue, seconds: seconds, place: .at(x: xMetres, y: yMetres))
    }

    /// Places for a device's readings, in order; the belief of the device moves on.
    ///
    /// - Parameters:
    ///   - reported: a vague position and its standard deviation per axis, metres.
    ///   - engine: whose parameters correct the baseline.
    package mutating func places(
        ue: UInt32, seconds: Double, readings: [Reading],
        reported: (xMetres: Double, yMetres: Double, deviationMetres: Float)?, engine: ChannelEngine
    ) -> [Place] {
        refresh(engine)
        let logPrior = prior(ue: ue, seconds: seconds, reported: reported).map { log(max($0, 1e-30)) }
        let count = grid.count
        var (sum, square) = (Array(repeating: Float(0), count: count), Array(repeating: Float(0), count: count))
        var errors = Array(repeating: Float(0), count: readings.count * count)
        for (index, reading) in readings.enumerated() {
            let row = Int(reading.cell) * count
            for point in 0..<count {
                let error = reading.gainDb - gains[row + point]
                errors[index * count + point] = error
                sum[point] += error
                square[point] += error * error
            }
        }
        let places = readings.indices.map { index in
            let own = index * count
            let weights = posterior(logPrior, others: readings.count - 1) { point in
                let error = errors[own + point]
                return (sum[point] - error, square[point] - error * error)
            }
            return place(weights, cell: readings[index].cell, engine: engine)
        }
        let all = posterior(logPrior, others: readings.count) { (sum[$0], square[$0]) }
        beliefs[Int(ue) % SoftPositions.devices] = Belief(ue: ue, seconds: seconds, place: .spread(all))
        return places
    }

    /// Brings the gains of some links in turn to the parameters of now.
    private mutating func refresh(_ engine: ChannelEngine) {
        for _ in 0..<min(SoftPositions.refreshPerReading, gains.count) {
            refreshed = refreshed + 1 < gains.count ? refreshed + 1 : 0
            let (x, y) = grid.position(refreshed % grid.count)
            let cell = refreshed / grid.count
            gains[refreshed] = Float(
                engine.parametricDb(map.prediction(cell: cell, xMetres: x, yMetres: y), cell: UInt32(cell)))
        }
    }

    // MARK: - Priors

    private func prior(
        ue: UInt32, seconds: Double, reported: (xMetres: Double, yMetres: Double, deviationMetres: Float)?
    ) -> [Float] {
        let even = 1 / Float(grid.count)
        var weights = Array(repeating: even, count: grid.count)
        if let known = beliefs[Int(ue) % SoftPositions.devices], known.ue == ue {
            let way = SoftPositions.speed * Float(abs(seconds - known.seconds))
            switch known.place {
            case .at(let x, let y): weights = around(x, y, deviationMetres: way)
            case .spread(let before): weights = moved(before, metres: way)
            }
        }
        if let reported {
            let near = around(reported.xMetres, reported.yMetres, deviationMetres: reported.deviationMetres)
            for point in weights.indices {
                weights[point] *= (1 - SoftPositions.doubt) * near[point] + SoftPositions.doubt * even
            }
            SoftPositions.normalise(&weights)
        }
        for point in weights.indices {
            weights[point] = (1 - SoftPositions.doubt) * weights[point] + SoftPositions.doubt * even
        }
        return weights
    }

    /// A normal law around a place, on the points.
    private func around(_ x: Double, _ y: Double, deviationMetres: Float) -> [Float] {
        let deviation = max(deviationMetres, 0.5 * Float(grid.spacingMetres))
        var weights = (0..<grid.count).map { point -> Float in
            let (px, py) = grid.position(point)
            let square = Float((px - x) * (px - x) + (py - y) * (py - y))
            return exp(-0.5 * square / (deviation * deviation))
        }
        SoftPositions.normalise(&weights)
        return weights
    }

    /// Spread by a normal law of this standard deviation along x, then along y.
    private func moved(_ weights: [Float], metres: Float) -> [Float] {
        let deviation = metres / Float(grid.spacingMetres)
        guard deviation > 0.1 else { return weights }
        guard deviation < Float(max(grid.columns, grid.rows)) else {
            return Array(repeating: 1 / Float(grid.count), count: grid.count)
        }
        let reach = min(Int((3 * deviation).rounded(.up)), max(grid.columns, grid.rows))
        let kernel = (0...reach).map { exp(-0.5 * Float($0 * $0) / (deviation * deviation)) }
        func blurred(_ from: [Float], step: Int, length: Int) -> [Float] {
            var to = Array(repeating: Float(0), count: from.count)
            for point in from.indices where from[point] > 1e-12 {
                let place = point / step % length
                for offset in max(-reach, -place)...min(reach, length - 1 - place) {
                    to[point + offset * step] += kernel[abs(offset)] * from[point]
                }
            }
            return to
        }
        var result = blurred(weights, step: 1, length: grid.columns)
        result = blurred(result, step: grid.columns, length: grid.rows)
        SoftPositions.normalise(&result)
        return result
    }

    // MARK: - Posteriors

    /// The prior times the likelihood of `others` readings, whose errors at a point add up to the sums given: they have
    /// a part of their own and a part in common (a covariance of one rank more than diagonal, Sherman and Morrison).
    private func posterior(
        _ logPrior: [Float], others: Int, sums: (Int) -> (sum: Float, square: Float)
    ) -> [Float] {
        let common = SoftPositions.commonDeviationDb * SoftPositions.commonDeviationDb
        let own = max(4, leftVariance - common)
        let shrink = common / (own + Float(others) * common)
        var logarithms = logPrior.indices.map { point -> Float in
            let (sum, square) = sums(point)
            return logPrior[point] - 0.5 * SoftPositions.temper * (square - shrink * sum * sum) / own
        }
        let highest = logarithms.max() ?? 0
        for point in logarithms.indices { logarithms[point] = exp(logarithms[point] - highest) }
        SoftPositions.normalise(&logarithms)
        return logarithms
    }

    /// The likeliest point, and what being somewhere else of the belief would change.
    private func place(_ weights: [Float], cell: UInt32, engine: ChannelEngine) -> Place {
        var best = 0
        for point in weights.indices where weights[point] > weights[best] { best = point }
        let (x, y) = grid.position(best)
        let row = Int(cell) * grid.count
        var (width, variance): (Float, Float) = (0, 0)
        for point in weights.indices where weights[point] > 1e-9 {
            let (px, py) = grid.position(point)
            width += weights[point] * Float(((px - x) * (px - x) + (py - y) * (py - y)).squareRoot())
            let apart = gains[row + point] - gains[row + best]
            variance += weights[point] * apart * apart
        }
        let kernel = engine.settings.kernel
        // The residual's change over the width, twice its variance less the covariance; its variance is at most what
        // the baseline is seen to leave.
        let part = min(1, leftVariance / max(kernel.mapVariance, 1e-3))
        let residual =
            kernel.localVariance * (1 - 1 / (1 + width / kernel.localMetres))
            + kernel.cellVariance * (1 - 1 / (1 + width / kernel.cellMetres))
            + kernel.wideVariance * (1 - 1 / (1 + width / kernel.wideMetres))
        return Place(
            xMetres: x, yMetres: y, widthMetres: width, deviationDb: (variance + 2 * part * residual).squareRoot())
    }

    private static func normalise(_ weights: inout [Float]) {
        let total = weights.reduce(0, +)
        guard total > 0, total.isFinite else {
            weights = Array(repeating: 1 / Float(max(1, weights.count)), count: weights.count)
            return
        }
        for index in weights.indices { weights[index] /= total }
    }
}
