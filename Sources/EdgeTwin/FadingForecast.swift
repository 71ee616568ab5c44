internal import DTNetMessages
internal import Numerics
internal import ResourceAllocation

/// Where fading takes the gains of an edge's links by the time that a decision acts, for reports with gains per
/// subband.
///
/// Gains are linear, as departures from the mean of their link. How a user's departures of successive epochs hang
/// together is learnt from all its links and subbands; the best linear estimate from its last three gains follows
/// (Wiener). It is more than the newest gain shrunk to the mean: at walking speed and 10 ms epochs most of a change is
/// foreseen. Where nothing hangs together, as at high speed, the mean is left.
struct FadingForecast: Sendable {
    /// What a decision is made for.
    enum Aim: Sendable {
        /// The epoch that has just begun, in which the decision comes late: one epoch after the gains were taken.
        case thisEpoch
        /// The epoch after it, from its beginning to its end.
        case nextEpoch
    }

    private typealias Lanes = SIMD8<Float>

    /// Departures kept of every link: lags 0 to 4.
    private static let depth = 5
    /// Part of what was learnt that is left after one more epoch, of products and of a mean.
    private static let memory: Float = 0.95
    private static let meanMemory: Float = 0.98
    /// Epochs in a row after which a link is forecast.
    private static let fewestEpochs: UInt16 = 12
    /// Part of the variance taken as noise: gains are quantised.
    private static let noise: Float = 0.001
    /// Bounds of a forecast in parts of the mean.
    private static let (lowest, highest): (Float, Float) = (0.02, 10)
    /// Gains are times 2^40 here.
    private static let doublings = 40

    private let aim: Aim
    private var epoch: UInt64?
    private var ue: [UInt32] = []
    private var linkCell: [UInt32] = []
    private var links = 1
    private var vectors = 1
    /// Epochs in a row that a link has been reported in, and its mean gain.
    private var age: [UInt16] = []
    private var mean: [Float] = []
    /// Departures in parts of the mean [link x vector x lag], the newest first; 0 past the last subband.
    private var departures: [SIMD8<Float>] = []
    /// Sums of products of a user's departures in lanes 0 to 4, by lag.
    private var products: [SIMD8<Float>] = []
    /// What the next forecast adds to the gains then measured [link x vector], times a weight [UE]: prepared while
    /// nobody waits for it.
    private var ahead: [SIMD8<Float>] = []
    private var weight: [Float] = []

    init(aim: Aim) { self.aim = aim }

    /// Puts forecasts in the place of the gains of an epoch; links that are new stay as measured.
    mutating func forecast(_ report: inout ChannelReport, epoch: UInt64) {
        follow(report, epoch: epoch)
        let width = report.reportSubbands
        let gains = ChannelSnapshot.linear(report.gainDb, offsetDb: 0, doublings: FadingForecast.doublings)
        report.gainDb.withUnsafeMutableBufferPointer { gainDb in
            gains.withUnsafeBufferPointer { gains in
                for row in ue.indices where weight[row].isFinite {
                    let weight = weight[row]
                    for link in row * links..<(row + 1) * links where age[link] >= FadingForecast.fewestEpochs {
                        let low = Lanes(repeating: FadingForecast.lowest * mean[link])
                        let high = Lanes(repeating: FadingForecast.highest * mean[link])
                        for vector in 0..<vectors {
                            let first = link * width + vector * 8
                            let count = min(8, width - vector * 8)
                            var gain = FadingForecast.load(gains, first, count, padding: mean[link])
                            gain = ahead[link * vectors + vector].addingProduct(gain, Lanes(repeating: weight))
                            gain.replace(with: low, where: gain .< low)
                            gain.replace(with: high, where: gain .> high)
                            FadingForecast.store(FadingForecast.decibels(gain), count, to: gainDb, at: first)
                        }
                    }
                }
            }
        }
    }

    private static func decibels(_ gain: SIMD8<Float>) -> SIMD8<Float> {
        (VectorFunctions.log2(gain) - Float(doublings)) * 3.010_299_957
    }

    /// Learns from the gains of an epoch, as they were measured.
    mutating func observe(_ report: ChannelReport, epoch: UInt64) {
        follow(report, epoch: epoch)
        self.epoch = epoch
        let width = report.reportSubbands
        let gains = ChannelSnapshot.linear(report.gainDb, offsetDb: 0, doublings: FadingForecast.doublings)
        for row in ue.indices {
            var sums = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
            for link in row * links..<(row + 1) * links where linkCell[link] != .max {
                take(gains, link, width)
                guard age[link] >= FadingForecast.depth else { continue }
                for place in link * vectors..<(link + 1) * vectors {
                    let kept = place * FadingForecast.depth
                    let newest = departures[kept]
                    sums.0 += newest * newest
                    sums.1 += newest * departures[kept + 1]
                    sums.2 += newest * departures[kept + 2]
                    sums.3 += newest * departures[kept + 3]
                    sums.4 += newest * departures[kept + 4]
                }
            }
            let new = Lanes(sums.0.sum(), sums.1.sum(), sums.2.sum(), sums.3.sum(), sums.4.sum(), 0, 0, 0)
            products[row] = FadingForecast.memory * products[row] + new
        }
        prepare()
    }

    /// Works out what of the next forecast the departures of now decide.
    private mutating func prepare() {
        ahead = Array(repeating: .zero, count: linkCell.count * vectors)
        weight = Array(repeating: .nan, count: ue.count)
        for row in ue.indices {
            guard let weights = FadingForecast.weights(products[row], aim) else { continue }
            weight[row] = weights[0]
            for link in row * links..<(row + 1) * links {
                for place in link * vectors..<(link + 1) * vectors {
                    let kept = place * FadingForecast.depth
                    let known = departures[kept] * weights[1] + departures[kept + 1] * weights[2]
                    ahead[place] = (known + (1 - weights[0])) * mean[link]
                }
            }
        }
    }

    /// Moves a link's departures one lag on.
    private mutating func take(_ gains: [Float], _ link: Int, _ width: Int) {
        var total: Float = 0
        for k in link * width..<(link + 1) * width { total += gains[k] }
        if age[link] < .max { age[link] += 1 }
        let weight = max(1 - FadingForecast.meanMemory, 1 / Float(age[link]))
        mean[link] = max(mean[link] + weight * (total / Float(width) - mean[link]), .leastNormalMagnitude)
        let perMean = 1 / mean[link]
        for vector in 0..<vectors {
            let count = min(8, width - vector * 8)
            let kept = (link * vectors + vector) * FadingForecast.depth
            for lag in stride(from: FadingForecast.depth - 1, to: 0, by: -1) {
                departures[kept + lag] = departures[kept + lag - 1]
            }
            let first = link * width + vector * 8
            var newest = gains.withUnsafeBufferPointer { FadingForecast.load($0, first, count, padding: 0) }
            newest = newest * perMean - 1
            for lane in count..<8 { newest[lane] = 0 }
            departures[kept] = newest
        }
    }

    @inline(__always)
    private static func load(
        _ gains: UnsafeBufferPointer<Float>, _ first: Int, _ count: Int, padding: Float
    ) -> SIMD8<Float> {
        precondition(first + count <= gains.count)
        if count == 8, let base = gains.baseAddress {
            return UnsafeRawPointer(base + first).loadUnaligned(as: SIMD8<Float>.self)
        }
        var lanes = SIMD8<Float>(repeating: padding)
        for lane in 0..<count { lanes[lane] = gains[first + lane] }
        return lanes
    }

    @inline(__always)
    private static func store(
        _ lanes: SIMD8<Float>, _ count: Int, to target: UnsafeMutableBufferPointer<Float>, at first: Int
    ) {
        precondition(first + count <= target.count)
        if count == 8, let base = target.baseAddress {
            UnsafeMutableRawPointer(base + first).storeBytes(of: lanes, as: SIMD8<Float>.self)
        } else {
            for lane in 0..<count { target[first + lane] = lanes[lane] }
        }
    }

    /// Weights of the last three departures in the best linear estimate of the one aimed at; nil where nothing fades.
    ///
    /// - Parameter products: of departures, by lag.
    static func weights(_ products: SIMD8<Float>, _ aim: Aim) -> SIMD4<Float>? {
        guard products[0] > 1e-3 else { return nil }
        let r = products / products[0]
        var wanted = SIMD4<Float>(r[1], r[2], r[3], 0)
        if aim == .nextEpoch { wanted = 0.5 * (wanted + SIMD4(r[2], r[3], r[4], 0)) }
        // Cholesky's factors of [[d, r1, r2], [r1, d, r1], [r2, r1, d]].
        let d = 1 + noise
        let first = d.squareRoot()
        let (a, b) = (r[1] / first, r[2] / first)
        let second = max(d - a * a, noise).squareRoot()
        let c = (r[1] - a * b) / second
        let third = max(d - b * b - c * c, noise).squareRoot()
        let x = wanted[0] / first
        let y = (wanted[1] - a * x) / second
        let z = (wanted[2] - b * x - c * y) / third
        var weights = SIMD4<Float>.zero
        weights[2] = z / third
        weights[1] = (y - c * weights[2]) / second
        weights[0] = (x - a * weights[1] - b * weights[2]) / first
        return weights
    }

    /// Brings what is held into the order of a report's rows and links. A user or link that the last report did not
    /// hold begins anew, and all of them do where an epoch was left out.
    private mutating func follow(_ report: ChannelReport, epoch: UInt64) {
        let wide = (report.reportSubbands + 7) / 8
        if self.epoch.map({ $0 + 1 }) != epoch || vectors != wide {
            self = FadingForecast(aim: aim)
        }
        vectors = wide
        guard report.ue != ue || report.linkCell != linkCell || report.links != links else { return }
        let before = self
        (ue, linkCell, links) = (report.ue, report.linkCell, report.links)
        age = Array(repeating: 0, count: linkCell.count)
        mean = Array(repeating: 0, count: linkCell.count)
        products = Array(repeating: .zero, count: ue.count)
        let block = vectors * FadingForecast.depth
        departures = Array(repeating: .zero, count: linkCell.count * block)
        var rows: [UInt32: Int] = [:]  // lookup only
        for (row, ue) in before.ue.enumerated() { rows[ue] = row }
        for (row, ue) in ue.enumerated() {
            guard let old = rows[ue] else { continue }
            products[row] = before.products[old]
            for link in row * links..<(row + 1) * links where linkCell[link] != .max {
                let range = old * before.links..<(old + 1) * before.links
                guard let known = range.first(where: { before.linkCell[$0] == linkCell[link] }) else { continue }
                (age[link], mean[link]) = (before.age[known], before.mean[known])
                for place in 0..<block { departures[link * block + place] = before.departures[known * block + place] }
            }
        }
        prepare()
    }
}
