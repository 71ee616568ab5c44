package import DTNetMessages
internal import Glibc
package import NetworkModel

/// The network as L3 mirrors it: the last full channel report of every edge and what L2 forecasts, of about one moment.
/// What a what-if starts from.
package struct TwinMirror: Sendable {
    package var epoch: UInt64
    /// One per edge, of disjoint cells.
    package var reports: [ChannelReport]
    /// Forecast load over load, per cell of the network.
    package var loadTrend: [Double]
    /// How far a link's gain wanders in one second, standard deviation in dB.
    package var driftDb: Double

    package init(epoch: UInt64, reports: [ChannelReport], loadTrend: [Double], driftDb: Double) {
        self.epoch = epoch
        self.reports = reports
        self.loadTrend = loadTrend
        self.driftDb = driftDb
    }
}

/// What the operator holds dear, beside the network value: by these a what-if is judged.
package struct OperatorWishes: Sendable, Hashable {
    /// Weight of each cell's and each slice's users in the value; empty where all count alike.
    package var cellWeight: [Double] = []
    package var sliceWeight: [Double] = []
    /// Rate guaranteed to each user of a slice in Mbit/s, delay included, 0 for none [S]; empty takes the topology's.
    package var guaranteedMbps: [Double] = []
    /// Gain of value that a tenth of the power saved is worth, as a share; 0 where energy is no matter.
    package var energyWeight = 0.0

    package init() {}

    /// Slices that the topology or the operator guarantees something [S].
    package func isGuaranteed(_ slices: [SliceConfiguration]) -> [Bool] {
        slices.indices.map { index in
            slices[index].rateBps > 0 || slices[index].delaySeconds != nil
                || (index < guaranteedMbps.count && guaranteedMbps[index] > 0)
        }
    }
}

/// A question to the twins: what would the network be worth under each of these policies?
package struct WhatIfQuestion: Sendable {
    package var mirror: TwinMirror
    /// The first is the policy that goes on without an action; the others are it with one candidate each.
    package var policies: [Policy]
    package var horizonSeconds: Double
    package var seed: UInt64
    package var wishes: OperatorWishes

    package init(
        mirror: TwinMirror, policies: [Policy], horizonSeconds: Double, seed: UInt64,
        wishes: OperatorWishes = OperatorWishes()
    ) {
        self.mirror = mirror
        self.policies = policies
        self.horizonSeconds = horizonSeconds
        self.seed = seed
        self.wishes = wishes
    }
}

/// What the twins say of one policy, over worlds that are drawn from their own deviations.
package struct WhatIfOutcome: Sendable, Hashable {
    /// Network value over the horizon, mean of the worlds, Mbit/s.
    package var valueMbps: Double
    /// Its gain over the first policy in the same world: mean, and standard deviation between worlds, as a share.
    package var gain: Double
    package var gainDeviation: Double
    /// Power in use less that of the first policy, as a share of it.
    package var powerChange: Double
    /// Part of each slice's users and seconds that have their guaranteed rate, mean of the worlds [S].
    package var held: [Double]
    /// Its change against the first policy in the same world: mean and standard deviation [S].
    package var heldChange: [Double]
    package var heldChangeDeviation: [Double]
    /// Standard deviation of `held` itself [S].
    package var heldDeviation: [Double]

    package init(
        valueMbps: Double, gain: Double, gainDeviation: Double, powerChange: Double, held: [Double],
        heldChange: [Double], heldChangeDeviation: [Double], heldDeviation: [Double]
    ) {
        self.valueMbps = valueMbps
        self.gain = gain
        self.gainDeviation = gainDeviation
        self.powerChange = powerChange
        self.held = held
        self.heldChange = heldChange
        self.heldChangeDeviation = heldChangeDeviation
        self.heldDeviation = heldDeviation
    }

    /// One-sided 95 % point of the standard normal distribution.
    static let confidence95 = 1.645

    /// Gain that is exceeded in 95 of 100 worlds.
    package var gainLow: Double { gain - WhatIfOutcome.confidence95 * gainDeviation }

    /// Whether, at 95 % confidence, every guarantee is either kept or no worse off than without the action.
    ///
    /// - Parameter isGuaranteed: slices with a guarantee [S].
    package func keepsGuarantees(_ isGuaranteed: [Bool]) -> Bool {
        for slice in held.indices where slice < isGuaranteed.count && isGuaranteed[slice] {
            let kept = held[slice] - WhatIfOutcome.confidence95 * heldDeviation[slice] >= WhatIfOutcome.keptPart
            let noWorse =
                heldChange[slice] - WhatIfOutcome.confidence95 * heldChangeDeviation[slice] >= -WhatIfOutcome.tolerance
            if !kept && !noWorse { return false }
        }
        return true
    }

    /// What is gained at 95 % confidence under the operator's weights: value, guarantees kept, power saved.
    ///
    /// - Parameters:
    ///   - isGuaranteed: slices with a guarantee [S].
    ///   - energyWeight: gain that a tenth of the power saved is worth.
    package func score(_ isGuaranteed: [Bool], energyWeight: Double = 0) -> Double {
        var score = gain
        var variance = gainDeviation * gainDeviation
        for slice in held.indices where slice < isGuaranteed.count && isGuaranteed[slice] {
            score += WhatIfOutcome.guaranteeWorth * heldChange[slice]
            let deviation = WhatIfOutcome.guaranteeWorth * heldChangeDeviation[slice]
            variance += deviation * deviation
        }
        score -= 10 * energyWeight * powerChange
        return score - WhatIfOutcome.confidence95 * variance.squareRoot()
    }

    /// Least score that is worth a change.
    package static let leastScore = 1e-3
    /// What keeping a guarantee of all users of a slice is worth, as a share of the value.
    private static let guaranteeWorth = 1.0

    /// A guarantee counts as kept where this part of users and seconds have it; changes below `tolerance` are none.
    static let keptPart = 0.95
    static let tolerance = 0.005
}

/// Keeps the mirror up to date from what edges and regions send.
struct MirrorKeeper: Sendable {
    private var edges: [(node: UInt32, report: ChannelReport, epoch: UInt64)] = []
    private var squaredDrift = MirrorKeeper.firstDriftDb * MirrorKeeper.firstDriftDb
    private let epochSeconds: Double
    private let cells: Int

    /// Before anything was seen to wander: a pedestrian's shadowing of 6 dB over 37 m, and fading left in the mean.
    private static let firstDriftDb = 2.0
    private static let weight = 0.2

    init(cells: Int, epochSeconds: Double) {
        self.cells = cells
        self.epochSeconds = epochSeconds
    }

    mutating func observe(_ report: ChannelReport, from node: UInt32, epoch: UInt64) {
        guard report.links > 0 else { return }
        guard let index = edges.firstIndex(where: { $0.node == node }) else {
            edges.append((node, report, epoch))
            edges.sort { $0.node < $1.node }
            return
        }
        guard epoch > edges[index].epoch else { return }
        learnDrift(from: edges[index].report, to: report, seconds: Double(epoch - edges[index].epoch) * epochSeconds)
        edges[index] = (node, report, epoch)
    }

    /// Rows that stayed what they were tell how far gains wander.
    private mutating func learnDrift(from old: ChannelReport, to new: ChannelReport, seconds: Double) {
        guard seconds > 0, old.links == new.links, old.reportSubbands == new.reportSubbands, old.ue == new.ue else {
            return
        }
        let width = new.reportSubbands
        var sum = 0.0
        var count = 0
        for link in new.linkCell.indices where new.linkCell[link] != .max && new.linkCell[link] == old.linkCell[link] {
            var change: Float = 0
            for k in link * width..<(link + 1) * width { change += new.gainDb[k] - old.gainDb[k] }
            let mean = Double(change) / Double(width)
            sum += mean * mean
            count += 1
        }
        guard count > 0 else { return }
        let square = sum / Double(count) / seconds
        squaredDrift += MirrorKeeper.weight * (min(square, 400) - squaredDrift)
    }

    /// Throughput of all users over the last second, Mbit/s.
    var throughputMbps: [Double] { edges.flatMap { $0.report.ueThroughputKbps.map { Double($0) / 1e3 } } }

    /// Epoch up to which every edge has reported.
    var commonEpoch: UInt64 { edges.map(\.epoch).min() ?? 0 }

    /// Every cell is covered.
    var isComplete: Bool { edges.reduce(0) { $0 + $1.report.cell.count } >= cells }

    func mirror(epoch: UInt64, loadTrend: [Double]) -> TwinMirror {
        TwinMirror(
            epoch: epoch, reports: edges.map(\.report), loadTrend: loadTrend, driftDb: squaredDrift.squareRoot())
    }

    /// The cell that disturbs each cell's users most; nil where none is reported.
    var neighbours: [Int?] { heardCells(in: edges.map(\.report), cells: cells).map(\.first) }
}

extension TwinMirror {
    /// The cells that disturb each cell's users, those that disturb most first.
    ///
    /// - Parameter cells: of the network.
    package func heardCells(cells: Int) -> [[Int]] { Orchestrator.heardCells(in: reports, cells: cells) }
}

/// Cells that each cell's users hear beside it, by the sum over users of their gain over its own.
private func heardCells(in reports: [ChannelReport], cells: Int) -> [[Int]] {
    var heard = [Double](repeating: 0, count: cells * cells)
    for report in reports {
        for row in report.ue.indices {
            let serving = Int(report.ueCell[row])
            for link in 1..<max(1, report.links) {
                let cell = report.linkCell[row * report.links + link]
                guard cell != .max, Int(cell) != serving else { continue }
                let gain = report.gainDb[(row * report.links + link) * report.reportSubbands]
                let own = report.gainDb[row * report.links * report.reportSubbands]
                heard[serving * cells + Int(cell)] += pow(10, Double(gain - own) / 10)
            }
        }
    }
    return (0..<cells).map { cell in
        (0..<cells).filter { heard[cell * cells + $0] > 0 }.sorted {
            (heard[cell * cells + $1], $0) < (heard[cell * cells + $0], $1)
        }
    }
}
