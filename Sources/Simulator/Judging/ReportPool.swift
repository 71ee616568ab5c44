internal import DTNetMessages
internal import NetworkModel
internal import ResourceAllocation

/// The last full channel report of every edge as a leader took it: the pooled twin, on which all three hierarchies are
/// judged alike.
struct ReportPool: Sendable {
    private let network: NetworkConfiguration
    private let assembler: ProblemAssembler
    private let guarantees: GuaranteeTable
    /// By node.
    private var reports: [ChannelReport?]

    init(network: NetworkConfiguration, nodes: Int) {
        self.network = network
        assembler = ProblemAssembler(network: network)
        guarantees = GuaranteeTable(network: network)
        reports = Array(repeating: nil, count: nodes)
    }

    mutating func note(_ envelope: Envelope) {
        guard case .channelReport(let report) = envelope.body, report.links > 0 else { return }
        reports[Int(envelope.sender.rawValue)] = report
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
