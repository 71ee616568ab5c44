internal import Glibc
package import NetworkModel
package import RadioAccessNetwork
package import ResourceAllocation

/// The resource problem on the true channel, for judging decisions and for the genie; no twin sees it.
package struct TrueProblem: Sendable {
    private let network: NetworkConfiguration
    private let budgetWatts: [Double]
    private let snrGap: Double
    private let guarantees: GuaranteeTable

    package init(network: NetworkConfiguration) {
        self.network = network
        guarantees = GuaranteeTable(network: network)
        budgetWatts = network.cells.map { pow(10, ($0.transmitPowerDbm - 30) / 10) }
        snrGap = pow(10, network.carrier.snrGapDb / 10)
    }

    /// The problem of the users that have something to receive; nil where there are none.
    package func problem(_ truth: TrueChannel) -> Problem? {
        let subbands = truth.subbands
        let links = truth.linksPerUE
        let cells = network.cells.count
        var members = [[Int]](repeating: [], count: cells)
        for ue in truth.ues.indices where truth.isBacklogged[ue] && Int(truth.servingCell[ue]) < cells {
            members[Int(truth.servingCell[ue])].append(ue)
        }
        let order = members.flatMap { $0 }
        guard !order.isEmpty, subbands == network.carrier.subbands else { return nil }
        var cellStart: [Int32] = [0]
        for list in members { cellStart.append((cellStart.last ?? 0) + Int32(list.count)) }
        // A cell without users sends nothing: with its budget it would be an interferer that no decision moves.
        let guaranteeMbps = guarantees.mbps(slice: truth.slice)
        let load = members.map { $0.isEmpty ? 0.0 : 1.0 }
        return Problem(
            subbands: subbands, links: links, alpha: network.game.alpha, snrGap: snrGap,
            maxSpectralEfficiency: network.carrier.maxSpectralEfficiency,
            bandwidthHz: Array(repeating: network.carrier.subbandBandwidthHz, count: subbands),
            powerBudgetWatts: budgetWatts,
            powerCapWatts: budgetWatts.flatMap { Array(repeating: $0, count: subbands) }, load: load,
            cellStart: cellStart, weight: Array(repeating: 1, count: order.count),
            demandBps: Array(repeating: .infinity, count: order.count),
            guaranteeBps: guaranteeMbps.isEmpty ? nil : order.map { Double(guaranteeMbps[$0]) * 1e6 },
            ceiling: truth.ceiling.isEmpty
                ? nil
                : order.map {
                    min(Double(truth.ceiling[Int(truth.servingCell[$0])]), network.carrier.maxSpectralEfficiency)
                },
            linkCell: order.flatMap { ue in
                (0..<links).map { link in
                    let cell = truth.linkCell[ue * links + link]
                    return Int(cell) < cells ? Int32(cell) : -1
                }
            },
            gain: order.flatMap { ue in
                truth.gains[(ue * links * subbands)..<((ue + 1) * links * subbands)].map { max(0, Double($0)) }
            },
            backgroundWatts: order.flatMap { ue in
                truth.backgroundWatts[(ue * subbands)..<((ue + 1) * subbands)].map { max(1e-20, Double($0)) }
            })
    }

    /// Powers in force, C x K watts.
    package static func appliedPower(_ physical: PhysicalNetwork, cells: Int) -> [Double] {
        (0..<cells).flatMap { physical.appliedPower(cell: CellID(UInt32($0))).map(Double.init) }
    }
}
