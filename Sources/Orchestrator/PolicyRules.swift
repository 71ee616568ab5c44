internal import DTNetMessages
internal import Glibc
internal import NetworkModel

/// The rule base of L3, first version. Each rule is a bound or a weight per cell; none moves within the game.
///
/// - A cell without users whose load is forecast below 5 % gets half its power: it only disturbs.
/// - A cell that is full and whose users get less than a quarter of the network's median throughput has its users'
///   weight raised by half.
struct PolicyRules: Sendable {
    private let maxPowerWatts: [Double]

    static let idleLoad = 0.05
    static let idlePowerFactor = 0.5
    static let fullLoad = 0.95
    static let starvedShare = 0.25
    static let starvedWeight = 1.5

    init(network: NetworkConfiguration) {
        maxPowerWatts = network.cells.map { pow(10, ($0.transmitPowerDbm - 30) / 10) }
    }

    func policy(for twin: NetworkTwin, revision: UInt64, expiresEpoch: UInt64) -> Policy {
        var policy = Policy()
        policy.revision = revision
        policy.expiresEpoch = expiresEpoch
        let sorted = twin.sortedUserThroughputKbps
        let median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
        var idle = 0
        var starved = 0
        for cell in maxPowerWatts.indices {
            let isIdle = twin.ueCount[cell] == 0 && twin.forecastLoad[cell] < PolicyRules.idleLoad
            let perUser = twin.throughputKbps[cell] / Double(max(1, twin.ueCount[cell]))
            let isStarved =
                twin.ueCount[cell] > 0 && twin.forecastLoad[cell] > PolicyRules.fullLoad
                && perUser < PolicyRules.starvedShare * median
            idle += isIdle ? 1 : 0
            starved += isStarved ? 1 : 0
            policy.cell.append(UInt32(cell))
            policy.powerBudgetWatts.append(Float(maxPowerWatts[cell] * (isIdle ? PolicyRules.idlePowerFactor : 1)))
            policy.weight.append(Float(isStarved ? PolicyRules.starvedWeight : 1))
        }
        policy.reason = "\(idle) idle cells at half power, \(starved) starved cells with more weight"
        return policy
    }
}
