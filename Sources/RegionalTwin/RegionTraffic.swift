internal import DTNetMessages
internal import Forecasting
internal import NetworkModel

/// Load, throughput, users and handovers of a region's cells, collected from L1 reports and forecast one step ahead.
struct RegionTraffic: Sendable {
    struct Cell: Sendable {
        var loadSum = 0.0
        var throughputSum = 0.0
        var reports = 0
        var twinErrorDb: Float = 0
        var ues: UInt32 = 0
        var load = 0.0
        var throughputKbps = 0.0
        var forecast: HoltWinters
        /// The newest loads that it was made from, oldest first.
        var history: [Float] = []
        /// Begun anew by an order and not yet at work again.
        var isRetraining = false
        /// Mean absolute error as it usually is.
        var usualError = 0.0
        /// The last order and what came of it.
        var trace = OrderTrace()
        /// How most users move and the weather, as its edge says; nil where that is not known.
        var condition: TwinCondition?
    }

    let ids: [UInt32]
    /// Position of a cell of the network in `ids`, -1 for cells of other regions.
    private let place: [Int]
    var cells: [Cell]
    /// Highest order of L3 that has been carried out.
    var order: UInt64 = 0
    /// Errors of persistence and of the forecasts by the condition they were made under.
    var byCondition: ConditionErrors
    let namesWeather: Bool
    private var handovers: HandoverStatistics
    private var demand: ServiceDemand
    /// Cell that each UE was seen in last, and the epoch of that, by UE number; grows with the highest number seen,
    /// which messages bound.
    private var seen: [(cell: UInt32, epoch: UInt64)] = []

    init(cells ids: [CellID], network: NetworkConfiguration) {
        self.ids = ids.map(\.rawValue)
        var place = Array(repeating: -1, count: network.cells.count)
        for (index, cell) in ids.enumerated() { place[cell.index] = index }
        self.place = place
        cells = ids.map { _ in Cell(forecast: HoltWinters(seasonLength: RegionTraffic.seasonLength)) }
        byCondition = ConditionErrors(
            cells: ids.count, conditions: network.twinConditions, weight: RegionTraffic.conditionWeight)
        namesWeather = !network.weather.isEmpty
        demand = ServiceDemand(network: network, cells: ids.count)
        handovers = HandoverStatistics(cells: network.cells.count, memorySeconds: 60)
    }

    /// Steps in the season of the forecast: the second of ten-step pattern that scheduled traffic shows at 100 ms
    /// steps.
    static let seasonLength = 10

    /// Weight of the newest error under its condition: it remembers as many steps as the forecast's own error.
    private static let conditionWeight: Float = 1 / 200

    /// Takes the short form that an edge sent in an epoch.
    mutating func observe(_ report: ChannelReport, epoch: UInt64) {
        demand.observe(report, place: place)
        for (index, id) in report.cell.enumerated() where place[Int(id)] >= 0 {
            let slot = place[Int(id)]
            cells[slot].loadSum += Double(report.load[index])
            cells[slot].throughputSum += Double(report.throughputKbps[index])
            cells[slot].reports += 1
            cells[slot].twinErrorDb = report.errorAfterDb[index]
            cells[slot].ues = 0
            let condition = report.condition.isEmpty ? TwinCondition.unknown : report.condition[index]
            cells[slot].condition = Int(condition) < byCondition.conditions ? TwinCondition.all[Int(condition)] : nil
        }
        for (index, ue) in report.handoverUE.enumerated() {
            note(ue: Int(ue), in: report.handoverTo[index], epoch: epoch, from: report.handoverFrom[index])
        }
        for (index, ue) in report.ue.enumerated() {
            let cell = report.ueCell[index]
            if place[Int(cell)] >= 0 { cells[place[Int(cell)]].ues += 1 }
            note(ue: Int(ue), in: cell, epoch: epoch)
        }
    }

    /// Epochs are numbered anew: where UEs were seen holds, at the beginning of them.
    mutating func restartEpochs() {
        for ue in seen.indices { seen[ue].epoch = 0 }
    }

    /// A UE is in a cell of the region. Where the radio network says no cell before, a handover is what an earlier
    /// report saw in another cell; an older report than that, of an edge that the UE has left, says nothing.
    private mutating func note(ue: Int, in cell: UInt32, epoch: UInt64, from said: UInt32? = nil) {
        guard ue < RegionTraffic.maxUEs, place[Int(cell)] >= 0 else { return }
        if ue >= seen.count {
            let unseen = (cell: CellID.none.rawValue, epoch: UInt64(0))
            seen.append(contentsOf: repeatElement(unseen, count: ue + 1 - seen.count))
        }
        guard epoch >= seen[ue].epoch else { return }
        let before = said ?? seen[ue].cell
        if before != CellID.none.rawValue, before != cell { handovers.note(from: CellID(before), to: CellID(cell)) }
        seen[ue] = (cell, epoch)
    }

    private static let maxUEs = 1 << 20

    /// Closes the period: forecasts are scored on it and updated, and the report is made. Nil while nothing has come
    /// in.
    mutating func report(region: RegionID, after period: Instant.Span) -> RegionReport? {
        guard cells.contains(where: { $0.reports > 0 }) else { return nil }
        handovers.advance(seconds: period.seconds)
        var report = RegionReport()
        report.region = region.rawValue
        report.cell = ids
        for slot in cells.indices {
            if cells[slot].reports > 0 {
                cells[slot].load = cells[slot].loadSum / Double(cells[slot].reports)
                cells[slot].throughputKbps = cells[slot].throughputSum / Double(cells[slot].reports)
                cells[slot].forecast.update(cells[slot].load)
                cells[slot].keep(cells[slot].load)
                cells[slot].noteLife()
                noteCondition(slot: slot)
            }
            cells[slot].loadSum = 0
            cells[slot].throughputSum = 0
            cells[slot].reports = 0
            let cell = cells[slot]
            report.load.append(Float(min(1, cell.load)))
            report.forecastLoad.append(Float(min(1, max(0, cell.forecast.forecast(stepsAhead: 1)))))
            report.forecastError.append(Float(cell.forecast.meanAbsoluteError))
            report.persistenceError.append(Float(cell.forecast.persistenceMeanAbsoluteError))
            report.throughputKbps.append(Float(cell.throughputKbps))
            report.twinErrorDb.append(cell.twinErrorDb)
            report.ueCount.append(cell.ues)
        }
        for flow in handovers.strongest(limit: 64) {
            report.handoverFrom.append(flow.from.rawValue)
            report.handoverTo.append(flow.to.rawValue)
            report.handoverRateHz.append(Float(flow.rateHz))
        }
        if cells.contains(where: { $0.condition != nil }) {
            report.condition = cells.map { $0.condition.map { UInt32($0.index) } ?? TwinCondition.unknown }
        }
        demand.complete(&report)
        return report
    }

    var meanLoad: Double { mean { $0.load } }
    var meanForecastError: Double { mean { $0.forecast.meanAbsoluteError } }
    var meanPersistenceError: Double { mean { $0.forecast.persistenceMeanAbsoluteError } }
    var mobilityError: Double { handovers.meanError }
    var mobilityPersistenceError: Double { handovers.persistenceMeanError }

    private func mean(_ value: (Cell) -> Double) -> Double {
        cells.isEmpty ? 0 : cells.reduce(0) { $0 + value($1) } / Double(cells.count)
    }
}
