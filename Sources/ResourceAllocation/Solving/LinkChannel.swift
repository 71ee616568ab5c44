internal import Glibc

/// A `ResourceProblem` that is an interference channel: one subband, a UE per cell, the mean rate as its aim.
///
/// Gains are those at full power over noise, so that limit and noise are 1.
struct LinkChannel: Sendable {
    let channel: InterferenceChannel
    /// Cell of each link.
    let cell: [Int]
    private let limitWatts: [Double]

    /// Nil where the problem is more than an interference channel.
    init?(_ problem: ResourceProblem) {
        let isPlain =
            problem.subbands == 1 && problem.alpha == 0 && problem.energyWeightPerWatt == 0
            && problem.incumbents.isEmpty && problem.confidence == nil && !problem.mayReassociate
            && !problem.hasBlocklengths && !problem.maySleep
        guard isPlain, !problem.ues.isEmpty else { return nil }
        guard problem.cells.allSatisfy({ $0.load == 1 && $0.states.count <= 1 && $0.backhaulMbps == nil }) else {
            return nil
        }
        var linkOfCell = [Int](repeating: -1, count: problem.cells.count)
        var cells: [Int] = []
        for (u, ue) in problem.ues.enumerated() {
            guard let cell = ue.cell, linkOfCell[cell] < 0, ue.demandMbps == nil, problem.guaranteedMbps(of: u) == 0,
                problem.weight(of: u) == problem.weight(of: 0)
            else { return nil }
            linkOfCell[cell] = u
            cells.append(cell)
        }
        let gains = GainTable(problem, stateOfCell: PowerChoice(problem).stateOfCell)
        let caps = problem.powerCapsWatts
        let gap = Decibels.linear(problem.snrGapDb)
        let law = RateLaw(problem)
        var matrix = [Double](repeating: 0, count: cells.count * cells.count)
        for u in cells.indices {
            let noise = gains.backgroundWatts[u]
            for l in 0..<gains.links where gains.cell[u * gains.links + l] >= 0 {
                let sender = Int(gains.cell[u * gains.links + l])
                guard linkOfCell[sender] >= 0 else { continue }
                // With the direct gain over the gap, the rate is that of the channel.
                let own = linkOfCell[sender] == u ? gap : 1
                matrix[u * cells.count + linkOfCell[sender]] =
                    gains.gain[u * gains.links + l] * caps[sender] / (own * noise)
            }
            // At the ceiling a rate is flat, which the channel does not know.
            let most = log2(1 + matrix[u * cells.count + u])
            if most > law.ceiling(ue: u, cell: cells[u]) { return nil }
        }
        guard let channel = try? InterferenceChannel(users: cells.count, gain: matrix) else { return nil }
        self.channel = channel
        cell = cells
        limitWatts = caps
    }

    /// Powers of the cells in watts for powers of the channel in [0, 1].
    func watts(_ powers: [Double]) -> [Double] {
        var watts = [Double](repeating: 0, count: limitWatts.count)
        for (u, power) in powers.enumerated() { watts[cell[u]] = power * limitWatts[cell[u]] }
        return watts
    }

    /// The highest M that a sum rate of the channel stands for: M counts silent UEs with the floor of rates.
    func mostMbps(_ sumRate: Double, _ problem: ResourceProblem) -> Double {
        sumRate * problem.bandwidthHz[0] * 1e-6 / Double(cell.count) + Evaluation.rateFloorMbps
    }
}
