internal import DTNetMessages
internal import NetworkModel
internal import ResourceAllocation

/// The full channel report of every edge that the powers in force were meant for, as a leader took it: the pooled twin,
/// on which all three hierarchies are judged alike. It is the last one; where reports forecast fading and offers act in
/// the epoch after their own, the one before.
struct ReportPool: Sendable {
    private let network: NetworkConfiguration
    private let assembler: ProblemAssembler
    private let guarantees: GuaranteeTable
    /// By node.
    private var reports: [ChannelReport?]
    /// Those of which the offers do not act yet; unused where they act in their own epoch.
    private var ahead: [ChannelReport?]
    private let actsAhead: Bool
    private let isLeader: [Bool]

    init(plan: WiringPlan) {
        network = plan.network
        assembler = ProblemAssembler(network: network)
        guarantees = GuaranteeTable(network: network)
        reports = Array(repeating: nil, count: plan.nodes.count)
        ahead = reports
        isLeader = plan.nodes.map { $0.role == .rrm }
        actsAhead =
            network.forecastsFading && network.hierarchy != .fullyCentralised
            && network.game.timing(in: network.hierarchy) == .asynchronous
    }

    mutating func note(_ envelope: Envelope) {
        guard case .channelReport(let report) = envelope.body, report.links > 0,
            isLeader[Int(envelope.recipient.rawValue)]
        else { return }
        let sender = Int(envelope.sender.rawValue)
        reports[sender] = actsAhead ? ahead[sender] ?? report : report
        ahead[sender] = report
    }

    /// The problem that a leader with all reports would solve, without policy but for what caps schemes: that is in
    /// force whatever powers are tried.
    ///
    /// - Parameter highestMCS: highest scheme of a cell's users, `MCSTable.uncapped` where nothing caps it.
    func problem(highestMCS: (Int) -> UInt32) -> Problem? {
        let held = reports.compactMap { $0 }
        guard !held.isEmpty else { return nil }
        var load = Array(repeating: 1.0, count: network.cells.count)
        for report in held {
            for (index, cell) in report.cell.enumerated() {
                load[Int(cell)] = min(1, max(0.05, Double(report.load[index])))
            }
        }
        let snapshots = held.map { report in
            ChannelSnapshot(
                links: report.links, reportSubbands: report.reportSubbands, ueCell: report.ueCell,
                weight: report.weight, demandKbps: report.demandKbps,
                guaranteeMbps: guarantees.mbps(slice: report.ueSlice), linkCell: report.linkCell,
                gainDb: report.gainDb, backgroundDbm: report.backgroundDbm, beamGainDb: report.beamGainDb)
        }
        return assembler.assemble(
            snapshots, powerBudgetWatts: assembler.maxPowerWatts, load: load, highestMCS: highestMCS)
    }
}
