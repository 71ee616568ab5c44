package import DTNetMessages
internal import NetworkModel

/// What L3's policy controls directly, the same in all three hierarchies: masks, slice shares, highest MCS and
/// platforms. Whoever writes a cell's directives (the leader in FCH, else the cell's edge) passes them on with every
/// directive.
package struct PolicyControls: Sendable {
    private var policy: Policy?
    /// Of the L3 that wrote it.
    private var incarnation: UInt64 = 0
    /// Place of each cell of the network in the policy, -1 where it is not named.
    private var row: [Int]

    /// - Parameter cells: number of cells of the network.
    package init(cells: Int) { row = Array(repeating: -1, count: cells) }

    /// Takes a policy; an older revision of the same L3 changes nothing. One that was started again counts from 1.
    ///
    /// - Parameter incarnation: of its sender.
    package mutating func adopt(_ policy: Policy, incarnation: UInt64) {
        if let held = self.policy, incarnation == self.incarnation, policy.revision < held.revision { return }
        self.policy = policy
        self.incarnation = incarnation
        for cell in row.indices { row[cell] = -1 }
        for (index, cell) in policy.cell.enumerated() where Int(cell) < row.count { row[Int(cell)] = index }
    }

    /// Drops a policy that is no longer valid.
    package mutating func expire(at epoch: UInt64) {
        if let held = policy, epoch >= held.expiresEpoch { policy = nil }
    }

    /// Drops what is held: the epochs that it names are of a numbering that is over.
    package mutating func forget() { policy = nil }

    /// Highest power of a cell on each subband in watts; nil where nothing caps it.
    package func capWatts(cell: UInt32, subbands: Int) -> ArraySlice<Float>? {
        guard let policy, policy.subbands == subbands, !policy.capWatts.isEmpty, row[Int(cell)] >= 0 else { return nil }
        let first = row[Int(cell)] * subbands
        return policy.capWatts[first..<(first + subbands)]
    }

    /// Shares of the slices of a cell; nil where none are decided.
    package func sliceShares(cell: UInt32) -> ArraySlice<Float>? {
        guard let policy, !policy.sliceShare.isEmpty, row[Int(cell)] >= 0 else { return nil }
        let first = row[Int(cell)] * policy.slices
        return policy.sliceShare[first..<(first + policy.slices)]
    }

    /// Highest MCS of a cell's users; `MCSTable.uncapped` where nothing caps it.
    package func highestMCS(cell: UInt32) -> UInt32 {
        guard let policy, !policy.highestMCS.isEmpty, row[Int(cell)] >= 0 else { return MCSTable.uncapped }
        return policy.highestMCS[row[Int(cell)]]
    }

    /// Whether the policy caps the schemes of any cell.
    package var capsMCS: Bool { policy.map { !$0.highestMCS.isEmpty } ?? false }

    /// Cell that is to serve a user whom L3 moves; nil for all others.
    package func cell(movedUE ue: UInt32) -> UInt32? {
        guard let policy, let index = policy.moveUE.firstIndex(of: ue) else { return nil }
        return policy.moveCell[index]
    }

    /// Adds to a directive for `directive.cell` what the policy says of these cells. A mask or a slice share goes out
    /// only where the policy has one for each of them.
    package func attach(to directive: inout Directive) {
        guard let policy else { return }
        let caps = directive.cell.compactMap { capWatts(cell: $0, subbands: directive.subbands) }
        if caps.count == directive.cell.count { directive.capWatts = caps.flatMap { $0 } }
        let shares = directive.cell.compactMap { sliceShares(cell: $0) }
        if shares.count == directive.cell.count, policy.slices > 0 {
            directive.slices = policy.slices
            directive.sliceShare = shares.flatMap { $0 }
        }
        let schemes = directive.cell.map(highestMCS)
        if schemes.contains(where: { $0 != MCSTable.uncapped }) { directive.highestMCS = schemes }
        for (index, cell) in policy.platformCell.enumerated() where directive.cell.contains(cell) {
            directive.platformCell.append(cell)
            directive.platformX.append(policy.platformX[index])
            directive.platformY.append(policy.platformY[index])
            directive.platformHeight.append(policy.platformHeight[index])
        }
    }
}
