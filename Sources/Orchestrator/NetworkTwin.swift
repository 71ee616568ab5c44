internal import DTNetMessages

/// KPIs of the whole network, rolled up from region reports. Per cell of the network.
struct NetworkTwin: Sendable {
    private(set) var load: [Double]
    private(set) var forecastLoad: [Double]
    private(set) var throughputKbps: [Double]
    private(set) var twinErrorDb: [Double]
    private(set) var ueCount: [Int]
    private var heard: [Bool]

    init(cells: Int) {
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
        }
    }

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
