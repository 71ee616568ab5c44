internal import DTNetMessages
internal import Forecasting
internal import NetworkModel

/// The life cycle of a region's traffic forecasts.
extension RegionTraffic {
    /// Periods after which a forecast is in use: two seasons.
    static let enoughPeriods = 2 * seasonLength

    /// Where it stands, per cell of the region.
    func status(epoch: UInt64) -> TwinStatus {
        var status = TwinStatus()
        status.engine = .traffic
        status.order = order
        status.cell = ids
        for cell in cells {
            let isYoung = cell.forecast.count < RegionTraffic.enoughPeriods
            status.phase.append(cell.isRetraining ? .retraining : isYoung ? .warmingUp : .inUse)
            status.error.append(Float(cell.forecast.meanAbsoluteError))
            status.usualError.append(Float(cell.usualError))
            status.samples.append(UInt32(clamping: cell.forecast.count))
            status.errorBefore.append(Float(cell.forecast.persistenceMeanAbsoluteError))
            status.mobility.append(cell.condition?.mobility.rawValue ?? 0)
            if namesWeather { status.weather.append(cell.condition?.weather.rawValue ?? 0) }
            cell.trace.append(to: &status, epoch: epoch)
        }
        // A forecast is of no one condition, and keeps no snapshots.
        status.modelMobility = cells.map { _ in 0 }
        status.modelWeather = namesWeather ? status.modelMobility : []
        status.snapshots = status.modelMobility
        byCondition.fill(&status)
        return status
    }

    /// Keeps the errors of the period that ends under its condition, once the forecast is in use.
    mutating func noteCondition(slot: Int) {
        let cell = cells[slot]
        guard let condition = cell.condition, cell.forecast.count >= RegionTraffic.enoughPeriods,
            let errors = cell.forecast.lastErrors
        else { return }
        byCondition.note(
            slot: slot, condition: condition.index, readings: 1, before: Float(errors.persistence),
            after: Float(errors.published))
    }

    /// Carries out an order of L3; one that is not newer than the last changes nothing.
    mutating func carryOut(_ order: TrainOrder, epoch: UInt64) {
        guard order.order > self.order, order.engine == .traffic else { return }
        self.order = order.order
        for slot in cells.indices where order.cell.contains(ids[slot]) {
            let error = Float(cells[slot].forecast.meanAbsoluteError)
            switch order.kind {
            case .retrain:
                cells[slot].forecast = HoltWinters(seasonLength: RegionTraffic.seasonLength)
                cells[slot].isRetraining = true
            case .parameter:
                guard order.name == ForecastParameter.smoothing.rawValue, cells[slot].refit(part: order.value) else {
                    continue
                }
            // A forecast keeps no snapshots.
            case .adapter: continue
            }
            cells[slot].trace.begin(order, epoch: epoch, error: error)
        }
    }

    /// What the forecast knows of one cell, in words.
    func answer(cell: UInt32) -> String {
        guard let slot = ids.firstIndex(of: cell) else { return "another region serves cell \(cell)" }
        let now = cells[slot]
        let next = min(1, max(0, now.forecast.forecast(stepsAhead: 1)))
        let percent = { (share: Double) in "\(Int((100 * share).rounded())) %" }
        return "load \(percent(now.load)), forecast \(percent(next)), \(now.ues) users, forecast error "
            + "\(percent(now.forecast.meanAbsoluteError)) against \(percent(now.forecast.persistenceMeanAbsoluteError))"
            + " of the last value"
    }
}

extension RegionTraffic.Cell {
    /// Weight of the newest error in the usual one; where it is well above, so little that a drift does not become
    /// usual before anybody has seen it.
    private static let weight = 0.01
    private static let driftWeight = 0.0005
    private static let healthy = 1.25
    /// Loads that are kept: a minute of periods of 100 ms.
    private static let mostKept = 600
    /// A fit to less than this says nothing.
    private static let leastFitted = 10 * RegionTraffic.seasonLength

    mutating func keep(_ load: Double) {
        if history.count >= RegionTraffic.Cell.mostKept { history.removeFirst() }
        history.append(Float(load))
    }

    /// Fits weights and season anew to the newest part of what is kept; false where that is too little.
    mutating func refit(part: Float) -> Bool {
        guard part > 0 else { return false }
        let newest = history.suffix(Int(min(1, part) * Float(history.count)))
        guard newest.count >= RegionTraffic.Cell.leastFitted else { return false }
        forecast = forecast.refitted(to: newest.map(Double.init), seasons: [1, RegionTraffic.seasonLength])
        return true
    }

    mutating func noteLife() {
        let error = forecast.meanAbsoluteError
        let wasSettling = trace.isSettling
        trace.note(readings: 1, error: Float(error), enough: UInt32(2 * RegionTraffic.enoughPeriods))
        guard forecast.count >= RegionTraffic.enoughPeriods else { return }
        isRetraining = false
        // What is left once an order has settled is as good as the forecast can be: that is usual from then on.
        let hasSettled = wasSettling && !trace.isSettling
        let isDrifting = error > RegionTraffic.Cell.healthy * usualError
        let weight = isDrifting ? RegionTraffic.Cell.driftWeight : RegionTraffic.Cell.weight
        usualError = usualError == 0 || hasSettled ? error : usualError + weight * (error - usualError)
    }
}
