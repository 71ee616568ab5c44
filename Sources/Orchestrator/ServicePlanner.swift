internal import DTNetMessages
internal import Glibc
internal import NetworkModel
internal import RadioPropagation
internal import ResourceAllocation

/// What L3 decides beside bounds and weights: the slices' shares of every cell, masks for incumbents of the band, and
/// where platforms fly. None of it is a move of the game; it is the same in all three hierarchies.
struct ServicePlanner: Sendable {
    private let network: NetworkConfiguration
    private let maxPowerWatts: [Double]
    private var platforms: [PlatformPlan]
    private let coverage: CoverageModel
    private var placedSeconds = -Double.infinity
    /// Needs of slices at the last look, C x S; empty before the first.
    private var lastNeed: [Double] = []
    /// What slices need by the last two looks, C x S: the smaller of both. A user that fades, or is about to be handed
    /// over, takes a cell's PRBs from all others only where it goes on.
    private(set) var standingNeed: [Double] = []

    /// Deviations by which an incumbent's times are taken to be wrong.
    private static let confidence = 2.0
    /// Platforms are sent somewhere else no more often than this.
    private static let placementPeriodSeconds = 5.0

    init(network: NetworkConfiguration) {
        self.network = network
        maxPowerWatts = network.cells.map { pow(10, ($0.transmitPowerDbm - 30) / 10) }
        coverage = CoverageModel(network: network)
        platforms = network.cells.compactMap { cell in cell.platform.map { PlatformPlan(cell: cell, $0) } }
    }

    /// Adds to a policy over all cells of the network.
    ///
    /// - Parameters:
    ///   - seconds: time since the start of the radio network.
    ///   - leadSeconds: time from this policy until one that comes later has taken effect.
    mutating func complete(_ policy: inout Policy, _ twin: NetworkTwin, seconds: Double, leadSeconds: Double) {
        place(twin, seconds: seconds)
        for plan in platforms {
            policy.platformCell.append(plan.cell.id.rawValue)
            policy.platformX.append(Float(plan.target.x))
            policy.platformY.append(Float(plan.target.y))
            policy.platformHeight.append(Float(plan.target.z))
        }
        mask(&policy, twin, seconds: seconds, leadSeconds: leadSeconds)
        guard !network.slices.isEmpty else { return }
        standingNeed = lastNeed.isEmpty ? twin.sliceNeed : zip(lastNeed, twin.sliceNeed).map(min)
        lastNeed = twin.sliceNeed
        let shares = SliceShares(need: standingNeed, ues: twin.sliceUEs, weight: network.slices.map(\.weight))
        policy.slices = network.slices.count
        policy.sliceShare = shares.share.map(Float.init)
        let lowered = zip(network.slices, shares.kept).filter { $1 < 1 }
        for (slice, kept) in lowered {
            ServicePlanner.add("slice \(slice.name) keeps \(Int(100 * kept)) % of its guarantees", to: &policy.reason)
        }
    }

    /// Adds to a reason as long as it stays within what the wire carries.
    private static func add(_ text: String, to reason: inout String) {
        let longer = reason + "; " + text
        if longer.utf8.count <= 256 { reason = longer }
    }

    // MARK: - Masks

    private func mask(_ policy: inout Policy, _ twin: NetworkTwin, seconds: Double, leadSeconds: Double) {
        let subbands = network.carrier.subbands
        var caps: [Double]?
        for incumbent in network.incumbents {
            let plan = BlankingPlan(
                radar(incumbent), cells: network.cells.count, subbands: subbands, worth: worth(twin),
                confidence: ServicePlanner.confidence, leadSeconds: leadSeconds)
            guard seconds >= plan.fromSeconds, seconds <= plan.untilSeconds else { continue }
            caps = zip(caps ?? plan.capWatts, plan.capWatts).map { min($0, $1) }
            ServicePlanner.add("mask for \(incumbent.name)", to: &policy.reason)
        }
        guard let caps else { return }
        policy.subbands = subbands
        // Rounded down, so that the sum at the incumbent stays within its limit; 0 stays 0, which vacates.
        policy.capWatts = caps.enumerated().map { max(0, Float(min($1, maxPowerWatts[$0 / subbands])).nextDown) }
    }

    /// The worst that the incumbent can hear: free space, and the whole gain of an array steered towards it.
    private func radar(_ incumbent: IncumbentConfiguration) -> BlankingPlan.Radar {
        let gains = network.cells.map { cell in
            let flight = platforms.first { $0.cell.id == cell.id }
            let position = flight?.target ?? .init(x: cell.xMetres, y: cell.yMetres, z: cell.heightMetres)
            let steering = cell.azimuthDegrees == nil ? 1 : Double(network.beams)
            return steering
                * FreeSpace.gain(
                    from: (position.x, position.y, position.z), azimuthDegrees: cell.azimuthDegrees,
                    downtiltDegrees: cell.downtiltDegrees, to: incumbent, frequencyHz: network.carrier.frequencyHz)
        }
        return BlankingPlan.Radar(
            arrivalSeconds: incumbent.arrivalSeconds, departureSeconds: incumbent.departureSeconds,
            timeDeviationSeconds: incumbent.timeDeviationSeconds, subbands: incumbent.subbands, gainFromCell: gains,
            gainDeviationDb: 0, limitWatts: pow(10, (incumbent.limitDbm - 30) / 10))
    }

    /// Cells by what L2 reports of them: at proportional fairness a bit/s/Hz of a cell with n users and the rate R is
    /// worth `B n / R`.
    private func worth(_ twin: NetworkTwin) -> BlankingPlan.Worth {
        let subbands = network.carrier.subbands
        var worth = BlankingPlan.Worth(powerWatts: [], perEfficiency: [], snrPerWatt: [])
        let gap = pow(10, network.carrier.snrGapDb / 10)
        for cell in network.cells.indices {
            let power = maxPowerWatts[cell] / Double(subbands)
            let mbps = max(twin.throughputKbps[cell] / 1e3, 0.1)
            let value = Double(twin.ueCount[cell]) * network.carrier.subbandBandwidthHz * 1e-6 / mbps
            for _ in 0..<subbands {
                worth.powerWatts.append(power)
                worth.perEfficiency.append(value)
                worth.snrPerWatt.append(pow(10, twin.sinrDb[cell] / 10) / (gap * power))
            }
        }
        return worth
    }

    // MARK: - Platforms

    /// Sends every platform in turn where it serves the most of what the others leave.
    private mutating func place(_ twin: NetworkTwin, seconds: Double) {
        guard !platforms.isEmpty, seconds >= placedSeconds + ServicePlanner.placementPeriodSeconds else { return }
        placedSeconds = seconds
        let spots = twin.allHotspots
        var users = PlatformPlan.users(spots)
        for index in platforms.indices {
            var cells = network.cells
            for plan in platforms { cells[plan.cell.id.index].move(to: plan.target) }
            let id = platforms[index].cell.id.index
            users = platforms[index].place(users, network: network) { position in
                cells[id].move(to: position)
                return coverage.logValue(cells, users: spots)
            }
        }
    }
}
