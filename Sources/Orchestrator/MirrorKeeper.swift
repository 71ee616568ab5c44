internal import DTNetMessages
internal import Glibc

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
