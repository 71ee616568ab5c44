internal import DTNetMessages

/// When an edge reports to L3 and how much of it, by the policy in force: figures in one period, links in a longer one,
/// with or without deviations. Expires with the policy.
struct MirrorSchedule: Sendable {
    /// What is due.
    struct Due: Hashable, Sendable {
        var hasLinks: Bool
        var hasDeviations: Bool
    }

    private var period: UInt64 = 0
    private var linkPeriod: UInt64 = 0
    private var sendsDeviations = true
    private var expires: UInt64 = 0
    /// Epochs of the last report and of the last with links (nil before the first), and whether those had deviations.
    private var reported: UInt64 = 0
    private var linked: UInt64?
    private var hadDeviations = true

    /// Takes a policy. Policies of one wire come in order; those of an L3 that was started again count from 1 again.
    ///
    /// - Parameter cells: of the edge; the shortest period and the fullest content of them count.
    mutating func adopt(_ policy: Policy, cells: [UInt32]) {
        expires = policy.expiresEpoch
        period = UInt64(policy.mirrorPeriodEpochs)
        let own = policy.cell.indices.filter { cells.contains(policy.cell[$0]) }
        let links = policy.mirrorLinkPeriodEpochs
        linkPeriod = own.filter { $0 < links.count }.map { UInt64(links[$0]) }.min() ?? period
        let deviations = policy.mirrorDeviations
        sendsDeviations = deviations.isEmpty || own.contains { deviations[$0] == 1 }
    }

    /// What is due at an epoch, nil for nothing; it counts as sent. Deviations that L3 asks for now and did not before
    /// wait for no period.
    mutating func due(at epoch: UInt64) -> Due? {
        guard period > 0, epoch < expires else { return nil }
        let isDue = linked.map { epoch >= $0 + linkPeriod || (sendsDeviations && !hadDeviations && epoch > $0) } ?? true
        if isDue {
            (reported, linked, hadDeviations) = (epoch, epoch, sendsDeviations)
            return Due(hasLinks: true, hasDeviations: sendsDeviations)
        }
        guard epoch >= reported + period else { return nil }
        reported = epoch
        return Due(hasLinks: false, hasDeviations: false)
    }
}
