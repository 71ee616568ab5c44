internal import Glibc
internal import NetworkModel
internal import RadioPropagation
internal import ResourceAllocation

/// What the network would be worth with its cells elsewhere: mean gains from positions and antennas, every cell at full
/// power, every user by the cell that is best for all.
struct CoverageModel: Sendable {
    private let network: NetworkConfiguration
    private let gain: MeanCellGain
    private let noiseWatts: Double

    init(network: NetworkConfiguration) {
        self.network = network
        gain = MeanCellGain(frequencyHz: network.carrier.frequencyHz)
        let noiseDbm = -174 + network.carrier.noiseFigureDb + 10 * log10(network.carrier.bandwidthHz)
        noiseWatts = pow(10, (noiseDbm - 30) / 10)
    }

    /// Logarithm of the network value at proportional fairness; 0 without users.
    func logValue(_ cells: [CellConfiguration], users: [NetworkTwin.Hotspot]) -> Double {
        guard !users.isEmpty else { return 0 }
        let rows = users.map { user in
            cells.map { cell in
                pow(
                    10,
                    gain.db(
                        of: cell, eastMetres: user.xMetres - cell.xMetres, northMetres: user.yMetres - cell.yMetres)
                        / 10)
            }
        }
        let watts = cells.map { pow(10, ($0.transmitPowerDbm - 30) / 10) }
        let serving = rows.map { row in cells.indices.max { row[$0] * watts[$0] < row[$1] * watts[$1] } ?? 0 }
        let order = users.indices.sorted { (serving[$0], $0) < (serving[$1], $1) }
        var start = [Int32](repeating: 0, count: cells.count + 1)
        for cell in serving { start[cell + 1] += 1 }
        for cell in cells.indices { start[cell + 1] += start[cell] }
        var links: [Int32] = []
        var gains: [Double] = []
        for user in order {
            for cell in [serving[user]] + cells.indices.filter({ $0 != serving[user] }) {
                links.append(Int32(cell))
                gains.append(rows[user][cell])
            }
        }
        let problem = Problem(
            subbands: 1, links: cells.count, snrGap: pow(10, network.carrier.snrGapDb / 10),
            maxSpectralEfficiency: network.carrier.maxSpectralEfficiency, bandwidthHz: [network.carrier.bandwidthHz],
            powerBudgetWatts: watts, powerCapWatts: watts, load: cells.map { _ in 1 }, cellStart: start,
            weight: users.map { _ in 1 }, demandBps: users.map { _ in .infinity }, linkCell: links, gain: gains,
            backgroundWatts: users.map { _ in noiseWatts })
        let solver = FairAssociation()
        let cellOfUE = solver.solve(problem, powerWatts: watts)
        return solver.value(problem, powerWatts: watts, cellOfUE: cellOfUE) / Double(users.count)
    }
}

extension CellConfiguration {
    /// Moves a platform's cell.
    mutating func move(to position: PlacementProblem.Position) {
        (xMetres, yMetres, heightMetres) = (position.x, position.y, position.z)
    }
}
