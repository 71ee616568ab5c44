internal import DTNetMessages

/// KPIs of the whole network, rolled up from region reports. Per cell of the network.
struct NetworkTwin: Sendable {
    private(set) var load: [Double]
    private(set) var forecastLoad: [Double]
    private(set) var throughputKbps: [Double]
    private(set) var twinErrorDb: [Double]
    private(set) var ueCount: [Int]
    /// SINR at full power of all cells, mean of the cell's UEs.
    private(set) var sinrDb: [Double]
    /// Part of the cell that each slice's guarantees take, and its UEs [C x S].
    private(set) var sliceNeed: [Double]
    private(set) var sliceUEs: [Int]
    /// Start of the radio network, by the earliest that any region heard; nil before any report.
    private(set) var firstEpoch: UInt64?
    private let slices: Int
    /// Where users are and what they lack, per region.
    private var hotspots: [[Hotspot]]
    private var heard: [Bool]

    /// Where a user is, and the rate that it lacks.
    struct Hotspot: Sendable {
        var xMetres: Double
        var yMetres: Double
        var kbps: Double
    }

    init(cells: Int, slices: Int, regions: Int) {
        self.slices = slices
        sinrDb = Array(repeating: 0, count: cells)
        sliceNeed = Array(repeating: 0, count: cells * slices)
        sliceUEs = Array(repeating: 0, count: cells * slices)
        hotspots = Array(repeating: [], count: regions)
        load = Array(repeating: 0, count: cells)
        forecastLoad = load
        throughputKbps = load
        twinErrorDb = load
        ueCount = Array(repeating: 0, count: cells)
        heard = Array(repeating: false, count: cells)
    }

    mutating func observe(_ report: RegionReport) {
        for (index, id) in report.cell.enumerated() {
            let cell = Int(id)
            heard[cell] = true
            load[cell] = Double(report.load[index])
            forecastLoad[cell] = Double(report.forecastLoad[index])
            throughputKbps[cell] = Double(report.throughputKbps[index])
            twinErrorDb[cell] = Double(report.twinErrorDb[index])
            ueCount[cell] = Int(report.ueCount[index])
            if !report.sinrDb.isEmpty { sinrDb[cell] = Double(report.sinrDb[index]) }
            guard report.slices == slices else { continue }
            for s in 0..<slices {
                sliceNeed[cell * slices + s] = Double(report.sliceNeed[index * slices + s])
                sliceUEs[cell * slices + s] = Int(report.sliceUECount[index * slices + s])
            }
        }
        hotspots[Int(report.region)] = report.hotspotX.indices.map {
            Hotspot(
                xMetres: Double(report.hotspotX[$0]), yMetres: Double(report.hotspotY[$0]),
                kbps: Double(report.hotspotKbps[$0]))
        }
        firstEpoch = min(firstEpoch ?? .max, report.firstEpoch)
    }

    var allHotspots: [Hotspot] { hotspots.flatMap { $0 } }
    /// Every cell has been reported at least once.
    var isComplete: Bool { heard.allSatisfy { $0 } }
    var throughputMbps: Double { throughputKbps.reduce(0, +) / 1_000 }
    var meanLoad: Double { load.reduce(0, +) / Double(max(1, load.count)) }
    var meanTwinErrorDb: Double { twinErrorDb.reduce(0, +) / Double(max(1, twinErrorDb.count)) }

    /// Throughput per user of each cell that has users, ascending.
    var sortedUserThroughputKbps: [Double] {
        zip(throughputKbps, ueCount).filter { $1 > 0 }.map { $0 / Double($1) }.sorted()
    }
}
