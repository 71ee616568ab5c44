internal import DTNetMessages
internal import Glibc

/// Keeps the mirror up to date from what edges and regions send.
struct MirrorKeeper: Sendable {
    /// What an edge has reported last.
    private struct Edge: Sendable {
        var node: UInt32
        /// The last report with links, and its epoch; deviations that it left out are those of earlier ones.
        var report: ChannelReport
        var epoch: UInt64
        /// Epoch of the last links that came with deviations.
        var completeEpoch: UInt64
        /// Throughputs of the users in the last report, and its epoch.
        var throughputKbps: [Float]
        var heardEpoch: UInt64
    }

    private var edges: [Edge] = []
    /// Bytes of what edges have mirrored: four per value.
    private(set) var mirroredBytes = 0
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

    /// Epochs are numbered anew: the mirror is made again from what comes.
    mutating func restartEpochs() { edges = [] }

    mutating func observe(_ report: ChannelReport, from node: UInt32, epoch: UInt64) {
        mirroredBytes += MirrorKeeper.bytes(report)
        let isComplete = report.deviationDb.count == report.linkCell.count
        guard let index = edges.firstIndex(where: { $0.node == node }) else {
            guard report.links > 0 else { return }
            edges.append(
                Edge(
                    node: node, report: report, epoch: epoch, completeEpoch: isComplete ? epoch : 0,
                    throughputKbps: report.ueThroughputKbps, heardEpoch: epoch))
            edges.sort { $0.node < $1.node }
            return
        }
        guard epoch > edges[index].heardEpoch else { return }
        edges[index].throughputKbps = report.ueThroughputKbps
        edges[index].heardEpoch = epoch
        guard report.links > 0 else { return }
        let before = edges[index].report
        learnDrift(from: before, to: report, seconds: Double(epoch - edges[index].epoch) * epochSeconds)
        edges[index].report = report
        edges[index].epoch = epoch
        if isComplete {
            edges[index].completeEpoch = epoch
        } else {
            edges[index].report.deviationDb = MirrorKeeper.deviations(of: report, knownFrom: before)
        }
    }

    /// Deviations of links by what was known of the same user and cell, else the mean of what was.
    private static func deviations(of report: ChannelReport, knownFrom old: ChannelReport) -> [Float] {
        guard old.deviationDb.count == old.linkCell.count, !old.deviationDb.isEmpty else { return [] }
        let mean = old.deviationDb.reduce(0, +) / Float(old.deviationDb.count)
        let byUE = old.ue.indices.sorted { (old.ue[$0], $0) < (old.ue[$1], $1) }
        var result: [Float] = []
        result.reserveCapacity(report.linkCell.count)
        for (row, ue) in report.ue.enumerated() {
            var (low, high) = (0, byUE.count)
            while low < high {
                let middle = (low + high) / 2
                if old.ue[byUE[middle]] < ue { low = middle + 1 } else { high = middle }
            }
            let known = low < byUE.count && old.ue[byUE[low]] == ue ? byUE[low] : nil
            for link in (row * report.links)..<((row + 1) * report.links) {
                let place = known.flatMap { known in
                    (known * old.links..<(known + 1) * old.links).first { old.linkCell[$0] == report.linkCell[link] }
                }
                result.append(place.map { old.deviationDb[$0] } ?? mean)
            }
        }
        return result
    }

    private static func bytes(_ report: ChannelReport) -> Int {
        let users = report.ue.count + report.ueCell.count + report.weight.count + report.demandKbps.count
        let links = report.linkCell.count + report.deviationDb.count + report.gainDb.count + report.backgroundDbm.count
        return 4 * (5 * report.cell.count + users + report.ueThroughputKbps.count + report.ueSlice.count + links)
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
    var throughputMbps: [Double] { edges.flatMap { $0.throughputKbps.map { Double($0) / 1e3 } } }

    /// Epoch up to which every edge has reported.
    var commonEpoch: UInt64 { edges.map(\.heardEpoch).min() ?? 0 }

    /// Epoch up to which every edge has reported its links with their deviations.
    var completeEpoch: UInt64 { edges.map(\.completeEpoch).min() ?? 0 }

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
