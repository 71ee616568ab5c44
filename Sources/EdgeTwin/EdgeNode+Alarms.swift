internal import DTNetMessages
internal import NetworkModel
internal import TwinProtocol

/// What an edge tells L3 of what is wrong with it, beside what its own history says.
struct EdgeAlarms: Sendable {
    var book: AlarmBook
    private var refusals: RefusalWatch
    private var offers: LastingFault
    private let cells: [UInt32]
    private let node: NodeID

    init(plan: WiringPlan, node: NodePlan) {
        self.node = node.id
        cells = node.cells.map(\.rawValue)
        book = AlarmBook(plan: plan, node: node.id)
        refusals = RefusalWatch(network: plan.network)
        offers = LastingFault(epoch: plan.network.epoch)
    }

    /// An alarm about all cells of the edge, recorded and raised.
    mutating func record(_ code: AlarmCode, epoch: UInt64, _ text: String) -> [Effect<EdgeJob>] {
        [.record(.alarm(node: node, text: text))] + book.raise(code, cells: cells, epoch: epoch, text: text)
    }

    /// An alarm about all cells of the edge is over, where it stands.
    mutating func clear(_ code: AlarmCode, epoch: UInt64) -> [Effect<EdgeJob>] {
        book.clear(code, cells: cells, epoch: epoch)
    }

    /// What the radio network answered to a directive.
    mutating func note(_ result: DirectiveResult, epoch: UInt64) -> [Effect<EdgeJob>] {
        book.report(refusals.note(result), epoch: epoch)
    }

    /// An epoch whose offer came in time, or did not. A leader that is known to be gone sends none.
    mutating func noteOffer(isMissing: Bool, epoch: UInt64) -> [Effect<EdgeJob>] {
        if isMissing, book.standing.contains(where: { $0.code == .leaderLost }) { return [] }
        switch offers.note(isBad: isMissing) {
        case .raised:
            let text = "\(offers.turns) offers in a row came too late or not at all"
            return book.raise(.offersMissing, cells: cells, epoch: epoch, text: text)
        case .cleared: return clear(.offersMissing, epoch: epoch)
        case nil: return []
        }
    }

    /// A peer that the edge depends on is gone, or there again; the shell's log says so too.
    mutating func peerChanged(
        _ code: AlarmCode, isUp: Bool, epoch: UInt64, what: String
    ) -> [Effect<EdgeJob>] {
        isUp
            ? clear(code, epoch: epoch)
            : book.raise(code, cells: cells, epoch: epoch, text: "\(what) does not answer")
    }
}
