internal import DTNetMessages
internal import Forecasting

/// The life cycle of a region's traffic forecasts.
extension RegionTraffic {
    /// Periods after which a forecast is in use: two seasons.
    static let enoughPeriods = 2 * seasonLength

    /// Where it stands, per cell of the region.
    var status: TwinStatus {
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
        }
        return status
    }

    /// Carries out an order of L3; one that is not newer than the last changes nothing.
    mutating func carryOut(_ order: TrainOrder) {
        guard order.order > self.order, order.engine == .traffic else { return }
        self.order = order.order
        guard order.kind == .retrain else { return }
        for slot in cells.indices where order.cell.contains(ids[slot]) {
            cells[slot].forecast = HoltWinters(seasonLength: RegionTraffic.seasonLength)
            cells[slot].isRetraining = true
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
    /// Weight of the newest error in the usual one.
    private static let weight = 0.01

    mutating func noteLife() {
        guard forecast.count >= RegionTraffic.enoughPeriods else { return }
        isRetraining = false
        let error = forecast.meanAbsoluteError
        usualError = usualError == 0 ? error : usualError + RegionTraffic.Cell.weight * (error - usualError)
    }
}
