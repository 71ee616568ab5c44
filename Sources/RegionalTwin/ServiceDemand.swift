internal import DTNetMessages
internal import Glibc
internal import NetworkModel
internal import ResourceAllocation

/// What a region's users are owed: how much of each cell the slices' guarantees take, and where users are and
/// what they lack. From the SINR that L1 predicts at full power of all cells, corrected by what each cell carries.
struct ServiceDemand: Sendable {
    /// Where a user is, and the rate that it lacks.
    private struct Hotspot: Sendable {
        var x: Float
        var y: Float
        var kbps: Float
    }

    private let network: NetworkConfiguration
    private let snrGap: Double
    /// Guaranteed rate of a user of each slice, what its delay costs included.
    private let guaranteedBps: [Double]
    /// Per cell of the region.
    private var sinrDb: [Float]
    /// What a cell carries over what that SINR says it would: the scheduler's choice among fading channels, beams and
    /// powers.
    private var yield: [Float]
    /// Ceiling of the spectral efficiency of each cell's users, bit/s/Hz: lower where a policy caps their schemes.
    private var ceiling: [Double]
    private var need: [Float]
    private var ues: [UInt32]
    private var hotspots: [[Hotspot]]
    private var medianKbps: Float = 0

    private static let hotspotLimit = 256
    /// Bound on the yield, and weight of the newest one in it: reports come every 50 ms, throughput is of a second.
    private static let mostYield: Float = 4
    private static let yieldWeight: Float = 0.05

    init(network: NetworkConfiguration, cells: Int) {
        self.network = network
        snrGap = pow(10, network.carrier.snrGapDb / 10)
        guaranteedBps = network.slices.map(EffectiveBandwidth.guaranteedBps)
        sinrDb = Array(repeating: 0, count: cells)
        yield = Array(repeating: 1, count: cells)
        ceiling = Array(repeating: network.carrier.maxSpectralEfficiency, count: cells)
        need = Array(repeating: 0, count: cells * network.slices.count)
        ues = Array(repeating: 0, count: need.count)
        hotspots = Array(repeating: [], count: cells)
    }

    /// Takes a report of some of the region's cells.
    ///
    /// - Parameter place: position of a cell of the network in the region, -1 for others.
    mutating func observe(_ report: ChannelReport, place: [Int]) {
        guard report.sinrDb.count == report.ue.count else { return }
        let slices = network.slices.count
        var sums = [(sinr: Float, efficiency: Float, count: Float)](repeating: (0, 0, 0), count: hotspots.count)
        for (index, cell) in report.cell.enumerated() where place[Int(cell)] >= 0 {
            let slot = place[Int(cell)]
            hotspots[slot] = []
            let highest = report.highestMCS.isEmpty ? MCSTable.uncapped : report.highestMCS[index]
            ceiling[slot] = MCSTable.ceiling(highest, most: network.carrier.maxSpectralEfficiency)
            for s in 0..<slices { (need[slot * slices + s], ues[slot * slices + s]) = (0, 0) }
        }
        for row in report.ue.indices where place[Int(report.ueCell[row])] >= 0 {
            let slot = place[Int(report.ueCell[row])]
            sums[slot].sinr += report.sinrDb[row]
            sums[slot].efficiency += Float(efficiency(sinrDb: report.sinrDb[row], slot))
            sums[slot].count += 1
            if !report.ueSlice.isEmpty, Int(report.ueSlice[row]) < slices {
                let slice = Int(report.ueSlice[row])
                need[slot * slices + slice] += part(
                    ofCell: guaranteedBps[slice], sinrDb: report.sinrDb[row], slot)
                ues[slot * slices + slice] += 1
            }
            if !report.xMetres.isEmpty { note(report, row: row, slot: slot) }
        }
        for slot in sums.indices where sums[slot].count > 0 { sinrDb[slot] = sums[slot].sinr / sums[slot].count }
        for (index, cell) in report.cell.enumerated() where place[Int(cell)] >= 0 {
            let slot = place[Int(cell)]
            let sum = sums[slot]
            let mean = sum.efficiency / max(sum.count, 1)
            let expected = mean * Float(network.carrier.bandwidthHz / 1e3) * report.load[index]
            guard sum.count > 0, expected > 0 else { continue }
            let now = min(
                ServiceDemand.mostYield, max(1 / ServiceDemand.mostYield, report.throughputKbps[index] / expected))
            yield[slot] += ServiceDemand.yieldWeight * (now - yield[slot])
        }
        let rates = report.ueThroughputKbps.sorted()
        if !rates.isEmpty { medianKbps = rates[rates.count / 2] }
    }

    /// Part of a cell's PRBs that a rate takes, at most 100 cells.
    private func part(ofCell bps: Double, sinrDb: Float, _ slot: Int) -> Float {
        guard bps > 0 else { return 0 }
        // What a cell carries over what its SINR says does not lift a scheme over its cap.
        let isCapped = ceiling[slot] < network.carrier.maxSpectralEfficiency
        let yielded = efficiency(sinrDb: sinrDb, slot) * Double(yield[slot])
        let perPart = network.carrier.bandwidthHz * max(isCapped ? min(yielded, ceiling[slot]) : yielded, 1e-3)
        return Float(min(100, bps / perPart))
    }

    private func efficiency(sinrDb: Float, _ slot: Int) -> Double {
        min(log2(1 + pow(10, Double(sinrDb) / 10) / snrGap), ceiling[slot])
    }

    /// Users on the ground count with what they lack, those of a platform with all that they would be owed without it.
    private mutating func note(_ report: ChannelReport, row: Int, slot: Int) {
        let slice = report.ueSlice.isEmpty ? nil : Int(report.ueSlice[row])
        let guaranteed = slice.map { Float(guaranteedBps[$0] / 1e3) } ?? 0
        // Without a guarantee a user lacks what the median of the region's users have more.
        let target = max(guaranteed, medianKbps)
        let flies = network.cells[Int(report.ueCell[row])].platform != nil
        let lack = flies ? target : target - report.ueThroughputKbps[row]
        hotspots[slot].append(Hotspot(x: report.xMetres[row], y: report.yMetres[row], kbps: max(0, lack)))
    }

    /// Adds what is known to a region report over the same cells.
    func complete(_ report: inout RegionReport) {
        report.sinrDb = sinrDb
        report.slices = network.slices.count
        report.sliceNeed = need
        report.sliceUECount = ues
        let worst = hotspots.joined().enumerated()
            .sorted { ($1.element.kbps, $0.offset) < ($0.element.kbps, $1.offset) }
            .prefix(ServiceDemand.hotspotLimit).map(\.element)
        report.hotspotX = worst.map(\.x)
        report.hotspotY = worst.map(\.y)
        report.hotspotKbps = worst.map(\.kbps)
    }
}
