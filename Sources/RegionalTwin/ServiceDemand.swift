internal import DTNetMessages
internal import Glibc
internal import NetworkModel
internal import ResourceAllocation

/// What a region's users are owed: how much of each cell the slices' guarantees take, and where users without enough
/// rate stand. From the SINR that L1 predicts at full power of all cells.
struct ServiceDemand: Sendable {
    /// A user whom its cells do not serve well.
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
    private var need: [Float]
    private var ues: [UInt32]
    private var hotspots: [[Hotspot]]
    private var medianKbps: Float = 0

    /// Packets behind a delay guarantee: 1500 bytes, of which 0.1 % may be late.
    private static let packetBits = 12_000.0
    private static let violation = 1e-3
    private static let hotspotLimit = 64

    init(network: NetworkConfiguration, cells: Int) {
        self.network = network
        snrGap = pow(10, network.carrier.snrGapDb / 10)
        guaranteedBps = network.slices.map { slice in
            guard let delay = slice.delaySeconds else { return slice.rateBps }
            return EffectiveBandwidth.rateBps(
                meanBps: slice.rateBps, packetBits: ServiceDemand.packetBits, delaySeconds: delay,
                violation: ServiceDemand.violation)
        }
        sinrDb = Array(repeating: 0, count: cells)
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
        var sums = [(sinr: Float, count: Float)](repeating: (0, 0), count: hotspots.count)
        for cell in report.cell where place[Int(cell)] >= 0 {
            let slot = place[Int(cell)]
            hotspots[slot] = []
            for s in 0..<slices { (need[slot * slices + s], ues[slot * slices + s]) = (0, 0) }
        }
        for row in report.ue.indices where place[Int(report.ueCell[row])] >= 0 {
            let slot = place[Int(report.ueCell[row])]
            sums[slot].sinr += report.sinrDb[row]
            sums[slot].count += 1
            if !report.ueSlice.isEmpty, Int(report.ueSlice[row]) < slices {
                let slice = Int(report.ueSlice[row])
                need[slot * slices + slice] += part(ofCell: guaranteedBps[slice], sinrDb: report.sinrDb[row])
                ues[slot * slices + slice] += 1
            }
            if !report.xMetres.isEmpty { note(report, row: row, slot: slot) }
        }
        for slot in sums.indices where sums[slot].count > 0 { sinrDb[slot] = sums[slot].sinr / sums[slot].count }
        let rates = report.ueThroughputKbps.sorted()
        if !rates.isEmpty { medianKbps = rates[rates.count / 2] }
    }

    /// Part of a cell's PRBs that a rate takes, at most 100 cells.
    private func part(ofCell bps: Double, sinrDb: Float) -> Float {
        guard bps > 0 else { return 0 }
        let efficiency = min(log2(1 + pow(10, Double(sinrDb) / 10) / snrGap), network.carrier.maxSpectralEfficiency)
        return Float(min(100, bps / (network.carrier.bandwidthHz * max(efficiency, 1e-3))))
    }

    /// Users on the ground count with what they lack, those of a platform with all that they would be owed without it.
    private mutating func note(_ report: ChannelReport, row: Int, slot: Int) {
        let slice = report.ueSlice.isEmpty ? nil : Int(report.ueSlice[row])
        let guaranteed = slice.map { Float(guaranteedBps[$0] / 1e3) } ?? 0
        // Without a guarantee a user lacks what the median of the region's users have more.
        let target = max(guaranteed, medianKbps)
        let flies = network.cells[Int(report.ueCell[row])].platform != nil
        let lack = flies ? target : target - report.ueThroughputKbps[row]
        guard lack > 0 else { return }
        hotspots[slot].append(Hotspot(x: report.xMetres[row], y: report.yMetres[row], kbps: lack))
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
