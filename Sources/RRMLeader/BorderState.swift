internal import DTNetMessages
internal import NetworkModel
internal import TwinProtocol

/// What a regional leader knows of its neighbours: the charges that they quote for its cells, and the powers that their
/// cells use (DESIGN 6, DCH). Powers are weighted with the loads of their cells, which only their own leader knows, and
/// charges are for a cell that always sends. Charges are damped and bounded; a neighbour that has said nothing is
/// assumed at equal power and full load, and charges nothing.
struct BorderState: Sendable {
    private let subbands: Int
    private let regions: Int
    /// Neighbour that leads a cell; nil where none does [cell].
    private let leaderOfCell: [NodeID?]
    /// Charge of each region for each cell and subband, [region x cell x subband].
    private var charge: [Double]
    /// Powers of all cells as their leaders announce them, loads included [cell x subband].
    private(set) var powerWatts: [Double]
    /// A charge above this would make a watt cost more than any user can gain by it.
    private static let chargeLimit = 1e12

    init(network: NetworkConfiguration, scope: LeaderScope, initialPowerWatts: [Double]) {
        subbands = network.carrier.subbands
        regions = network.regionNames.count
        var leaderOfCell = [NodeID?](repeating: nil, count: network.cells.count)
        for neighbour in scope.neighbours {
            for cell in neighbour.cells { leaderOfCell[cell.index] = neighbour.id }
        }
        self.leaderOfCell = leaderOfCell
        charge = Array(repeating: 0, count: regions * network.cells.count * subbands)
        let share = 1 / Double(subbands)
        powerWatts = initialPowerWatts.flatMap { Array(repeating: $0 * share, count: network.carrier.subbands) }
    }

    /// Takes what a neighbour quotes, and what it announces of the cells that it leads, of whatever region.
    mutating func receive(_ sync: LeaderSync, from neighbour: NodeID, damping: Double) {
        guard sync.subbands == subbands, Int(sync.region) < regions else { return }
        let cells = leaderOfCell.count
        for (index, cell) in sync.chargedCell.enumerated() {
            for k in 0..<subbands {
                let slot = (Int(sync.region) * cells + Int(cell)) * subbands + k
                let quoted = min(Double(sync.charge[index * subbands + k]), BorderState.chargeLimit)
                charge[slot] += damping * (quoted - charge[slot])
            }
        }
        for (index, cell) in sync.ownCell.enumerated() where leaderOfCell[Int(cell)] == neighbour {
            for k in 0..<subbands {
                powerWatts[Int(cell) * subbands + k] = Double(sync.ownPowerWatts[index * subbands + k])
            }
        }
    }

    /// Sum of what all neighbours charge, [cell x subband]: a cell pays for the part of the time in which it sends.
    ///
    /// - Parameter load: of each cell of the network, 0 ... 1.
    func totalCharge(load: [Double]) -> [Double] {
        let width = leaderOfCell.count * subbands
        var total = Array(repeating: 0.0, count: width)
        for region in 0..<regions {
            for slot in 0..<width { total[slot] += load[slot / subbands] * charge[region * width + slot] }
        }
        return total
    }

    /// One message per neighbour: what its cells cost our users, and what power our cells use.
    ///
    /// - Parameters:
    ///   - price: per watt, on the neighbours' cells the harm that they do to our users where they always send.
    ///   - power: loads included.
    func syncs(
        from node: NodeID, scope: LeaderScope, epoch: UInt64, term: UInt64, price: [Double], power: [Double],
        region: RegionID
    ) -> [Effect<NoJob>] {
        scope.neighbours.map { neighbour in
            var sync = LeaderSync()
            sync.region = region.rawValue
            sync.subbands = subbands
            sync.chargedCell = neighbour.cells.map(\.rawValue)
            sync.charge = rows(price, sync.chargedCell)
            sync.ownCell = scope.ownCells
            sync.ownPowerWatts = rows(power, sync.ownCell)
            return .send(
                Envelope(sender: node, recipient: neighbour.id, epoch: epoch, term: term, body: .leaderSync(sync)))
        }
    }

    private func rows(_ values: [Double], _ cells: [UInt32]) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(cells.count * subbands)
        for cell in cells {
            for k in 0..<subbands { result.append(Float(values[Int(cell) * subbands + k])) }
        }
        return result
    }
}
