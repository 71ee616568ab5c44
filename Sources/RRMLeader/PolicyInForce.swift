internal import DTNetMessages

/// The policy that a leader goes by, per cell of the network, and the defaults it falls back to.
struct PolicyInForce: Sendable {
    private let maxPowerWatts: [Double]
    private var expiresEpoch: UInt64 = .max
    private(set) var powerBudgetWatts: [Double]
    /// Forecast load of each cell, nil where L2 has said nothing yet.
    private(set) var forecastLoad: [Double?]

    init(maxPowerWatts: [Double]) {
        self.maxPowerWatts = maxPowerWatts
        powerBudgetWatts = maxPowerWatts
        forecastLoad = Array(repeating: nil, count: maxPowerWatts.count)
    }

    /// Bounds only ever tighten what the cell can do by itself.
    mutating func adopt(_ policy: Policy) {
        expiresEpoch = policy.expiresEpoch
        for (index, cell) in policy.cell.enumerated() {
            powerBudgetWatts[Int(cell)] = min(Double(policy.powerBudgetWatts[index]), maxPowerWatts[Int(cell)])
        }
    }

    mutating func note(_ report: RegionReport) {
        for (index, cell) in report.cell.enumerated() { forecastLoad[Int(cell)] = Double(report.forecastLoad[index]) }
    }

    mutating func expire(at epoch: UInt64) {
        if epoch >= expiresEpoch { forget() }
    }

    /// Back to what the cells can do by themselves.
    mutating func forget() {
        expiresEpoch = .max
        powerBudgetWatts = maxPowerWatts
    }
}
