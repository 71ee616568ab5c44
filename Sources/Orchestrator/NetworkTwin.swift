internal import DTNetMessages
internal import LanguageEngine
internal import NetworkModel

/// KPIs of the whole network, rolled up from region reports. Per cell of the network.
struct NetworkTwin: Sendable {
    private(set) var load: [Double]
    private(set) var forecastLoad: [Double]
    private(set) var throughputKbps: [Double]
    private(set) var twinErrorDb: [Double]
    private(set) var ueCount: [Int]
    /// Error of the channel twin as it usually is, dB, and where it is well above that of the cell; by what L1 says of
    /// itself.
    private(set) var usualErrorDb: [Double]
    /// Error of the traffic forecast, now and as it usually is, by what L2 says of itself; 0 where it tells nothing.
    /// And whether fitting it anew was ordered last and has not helped.
    private(set) var forecastError: [Double]
    private(set) var usualForecastError: [Double]
    private(set) var refitFailed: [Bool]
    private var worstPlace: [(x: Float, y: Float)?]
    /// What tells what a channel twin needs.
    private var signs: [TwinCure.Signs]
    /// SINR at full power of all cells, mean of the cell's UEs.
    private(set) var sinrDb: [Double]
    /// Part of the cell that each slice's guarantees take, and its UEs [C x S].
    private(set) var sliceNeed: [Double]
    private(set) var sliceUEs: [Int]
    /// Start of the radio network, by the earliest that any region heard; nil before any report.
    private(set) var firstEpoch: UInt64?
    private let slices: Int
    private let epochSeconds: Double
    /// Where users are and what they lack, per region.
    private var hotspots: [[Hotspot]]
    private var heard: [Bool]

    /// Where a user is, and the rate that it lacks.
    struct Hotspot: Sendable {
        var xMetres: Double
        var yMetres: Double
        var kbps: Double
    }

    init(cells: Int, slices: Int, regions: Int, epochSeconds: Double) {
        self.slices = slices
        self.epochSeconds = epochSeconds
        sinrDb = Array(repeating: 0, count: cells)
        sliceNeed = Array(repeating: 0, count: cells * slices)
        sliceUEs = Array(repeating: 0, count: cells * slices)
        hotspots = Array(repeating: [], count: regions)
        load = Array(repeating: 0, count: cells)
        forecastLoad = load
        throughputKbps = load
        twinErrorDb = load
        usualErrorDb = load
        (forecastError, usualForecastError) = (load, load)
        refitFailed = Array(repeating: false, count: cells)
        worstPlace = Array(repeating: nil, count: cells)
        signs = Array(repeating: TwinCure.Signs(), count: cells)
        ueCount = Array(repeating: 0, count: cells)
        heard = Array(repeating: false, count: cells)
    }

    /// Epochs are numbered anew, from this one on.
    mutating func restartEpochs(at epoch: UInt64) { firstEpoch = epoch }

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

    mutating func observe(_ status: TwinStatus) {
        guard status.engine == .channel else { return observeForecasts(status) }
        for (index, id) in status.cell.enumerated() {
            // While a twin warms up, is retrained or settles after an order its error says nothing.
            let isTelling = status.phase[index] == .inUse && !isSettling(status, index)
            usualErrorDb[Int(id)] = isTelling ? Double(status.usualError[index]) : 0
            signs[Int(id)] = NetworkTwin.signs(status, index)
            worstPlace[Int(id)] =
                status.worstX.isEmpty || status.worstError[index] <= NetworkTwin.localFactor * status.error[index]
                ? nil : (status.worstX[index], status.worstY[index])
        }
    }

    private mutating func observeForecasts(_ status: TwinStatus) {
        for (index, id) in status.cell.enumerated() {
            let isTelling =
                status.phase[index] == .inUse && status.samples[index] >= NetworkTwin.enoughPeriods
                && !isSettling(status, index)
            forecastError[Int(id)] = Double(status.error[index])
            usualForecastError[Int(id)] = isTelling ? Double(status.usualError[index]) : 0
            refitFailed[Int(id)] =
                !status.lastOrder.isEmpty && status.lastKind[index] == TrainKind.parameter.rawValue
                && status.orderAfter[index] > NetworkTwin.helpedPart * status.orderBefore[index]
        }
    }

    /// A forecast that is younger has no usual error yet: its error is a mean of the last 200 periods.
    private static let enoughPeriods: UInt32 = 200

    /// Whether the last order for a cell is waited for: it has not settled, and nothing says that it never will, as
    /// where nobody comes to its place any more.
    private func isSettling(_ status: TwinStatus, _ index: Int) -> Bool {
        guard !status.lastOrder.isEmpty, status.lastOrder[index] > 0, status.orderAfter[index] == 0 else {
            return false
        }
        return Double(status.orderAgeEpochs[index]) * epochSeconds < NetworkTwin.longestSettlingSeconds
    }

    /// An order that has not settled by then is not waited for.
    private static let longestSettlingSeconds = 120.0

    /// An order that leaves more than this part of the error has not helped.
    private static let helpedPart: Float = 0.9

    private static func signs(_ status: TwinStatus, _ index: Int) -> TwinCure.Signs {
        var signs = TwinCure.Signs()
        if !status.mobility.isEmpty {
            signs.mobility = MobilityClass(rawValue: status.mobility[index])
            signs.modelMobility = MobilityClass(rawValue: status.modelMobility[index])
            signs.snapshots = status.snapshots[index]
            if !status.weather.isEmpty {
                signs.weather = WeatherClass(rawValue: status.weather[index]) ?? .dry
                signs.modelWeather = WeatherClass(rawValue: status.modelWeather[index])
            }
        }
        guard !status.lastOrder.isEmpty, status.lastOrder[index] > 0 else { return signs }
        switch TrainKind(rawValue: status.lastKind[index]) {
        case .retrain: signs.last = .retrain
        case .parameter: signs.last = .tune
        case .adapter: signs.last = .recall
        case nil: break
        }
        signs.lastFailed = status.orderAfter[index] > helpedPart * status.orderBefore[index]
        return signs
    }

    /// The heaviest that a channel twin hears.
    var weather: WeatherClass {
        signs.map(\.weather).max { $0.rawValue < $1.rawValue } ?? .dry
    }

    /// What the channel twin of a cell needs where it errs more than it usually does.
    func cure(cell: Int) -> TwinCure {
        var signs = signs[cell]
        signs.isLocal = worst(cell: cell) != nil
        return TwinCure(signs)
    }

    /// Where the channel twin of a cell errs most; nil where it errs alike everywhere or says nothing of places.
    func worst(cell: Int) -> (x: Float, y: Float)? { worstPlace[cell] }

    /// An error is local where it is above that of the whole cell by this factor.
    private static let localFactor: Float = 1.3

    /// Need of each slice, mean over the cells that have its users; and its users.
    var meanSliceNeed: (need: [Double], ues: [Int]) {
        var need = [Double](repeating: 0, count: slices)
        var ues = [Int](repeating: 0, count: slices)
        var cells = ues
        for cell in load.indices {
            for s in 0..<slices where sliceUEs[cell * slices + s] > 0 {
                need[s] += sliceNeed[cell * slices + s]
                ues[s] += sliceUEs[cell * slices + s]
                cells[s] += 1
            }
        }
        for s in 0..<slices where cells[s] > 0 { need[s] /= Double(cells[s]) }
        return (need, ues)
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
