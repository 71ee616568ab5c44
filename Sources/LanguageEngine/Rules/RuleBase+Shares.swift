internal import NetworkModel

/// Shares of the PRBs that may keep the rate or the delay that a wish asks for a slice: the twins say which of them is
/// enough.
extension RuleBase {
    /// Together with a priority they are half of what a cycle may propose; where nothing is known of the cells.
    private static let shareSteps = [0.2, 0.4, 0.7]
    /// Of what a rate takes by the figures of the cells: users stand together, and some are far from the cell.
    private static let takenSteps = [0.75, 1, 1.5]
    /// Shares are proposed in such steps, so that figures that move a little lead to the same.
    private static let grain = 0.05
    private static let leastLoad = 0.05

    /// The smallest share first; in some cells, which are one area, or in all where none is named.
    func shares(for bps: Double, _ slice: Int?, in cells: [CellID], _ state: NetworkState) -> [ActionForm] {
        let areas = ActionBounds.parts(ofArea: cells)
        guard let slice, areas.count <= 1 else { return [] }
        var steps = RuleBase.shareSteps
        if let taken = taken(by: bps, slice, in: cells, state) {
            steps = RuleBase.takenSteps.map { step in
                let grains = max(1, (taken * step / RuleBase.grain).rounded(.up))
                return min(ActionBounds.share.upperBound, grains / (1 / RuleBase.grain))
            }
        }
        return steps.map { share in
            ActionForm(
                action: ActionKind.sliceShares.rawValue, cells: areas.first, slice: bounds.slices[slice], value: share)
        }
    }

    /// The same for a bound on the delay: a user takes the rate at which the packets of the slice's own rate are there
    /// in time, which is what the twins judge by.
    func shares(within seconds: Double, _ slice: Int?, in cells: [CellID], _ state: NetworkState) -> [ActionForm] {
        guard let slice, bounds.sliceRatesBps.indices.contains(slice), seconds > 0 else { return [] }
        let bps = EffectiveBandwidth.guaranteedBps(meanBps: bounds.sliceRatesBps[slice], delaySeconds: seconds)
        return shares(for: bps, slice, in: cells, state)
    }

    /// Part of the PRBs that a rate of each user of a slice takes in the cell that carries least with all of its PRBs,
    /// the slice's users spread evenly over the network; nil where nothing is known of cells or users.
    private func taken(by bps: Double, _ slice: Int, in cells: [CellID], _ state: NetworkState) -> Double? {
        guard slice < state.sliceUEs.count, !state.cells.isEmpty else { return nil }
        let users = max(1, Double(state.sliceUEs[slice]) / Double(state.cells.count))
        let meant = cells.isEmpty ? Array(state.cells.indices) : cells.map(\.index)
        let carried = meant.map { state.cells[$0] }
            .filter { $0.load > RuleBase.leastLoad && $0.throughputKbps > 0 }
            .map { $0.throughputKbps * 1e3 / $0.load }
        return carried.min().map { users * bps / $0 }
    }
}
