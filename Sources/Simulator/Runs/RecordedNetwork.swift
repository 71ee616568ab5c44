internal import DTNetMessages
package import NetworkModel
package import RadioAccessNetwork
package import ResourceAllocation
package import TwinProtocol

/// The emulated radio network of a recorded run as it stood when an epoch began.
///
/// Everything random in it is exogenous and keyed by the seed; what the run itself added are the directives, and those
/// are recorded with the time at which they came. So the network is run again and the same directives are given to it.
package struct RecordedNetwork: Sendable {
    /// Why a run cannot be taken up.
    package enum Fault: Error, Hashable, Sendable {
        /// A replay: cross gains are not known.
        case replay
        /// The history holds no epoch.
        case noEpochs
        /// The epoch is none of those recorded, which are these.
        case epoch(ClosedRange<UInt64>)
    }

    /// The radio network at the beginning of the epoch.
    package let network: PhysicalNetwork
    /// Directives that were given to it.
    package let directives: Int
    private let configuration: NetworkConfiguration

    /// - Parameters:
    ///   - history: records of the run in the order of their time.
    ///   - epoch: epoch by the run's own numbers; nil is the last that was recorded.
    package init(plan: WiringPlan, history: [Record], epoch: UInt64?) throws(Fault) {
        if case .replay = plan.network.scenario { throw .replay }
        guard let start = try RecordedNetwork.span(history, epoch), let ran = plan.nodes(of: .ran).first else {
            throw .noEpochs
        }
        guard let physical = try? PhysicalNetwork(configuration: plan.network) else { throw .replay }
        var node = RANNode(plan: plan, node: ran, network: physical, stepsTogether: true)
        let end = start.first.scheduled + plan.network.epoch * Int64(start.wanted - start.first.epoch)
        var wake = RecordedNetwork.wake(node.start(at: start.first.scheduled))
        var given = 0
        let taken = history.compactMap { record -> DirectiveRecord? in
            guard case .directive(let directive) = record else { return nil }
            return directive.at >= start.first.scheduled && directive.at < end ? directive : nil
        }
        let order = taken.indices.sorted { (taken[$0].at, $0) < (taken[$1].at, $1) }
        for directive in order.map({ taken[$0] }) {
            while let due = wake, due.at <= directive.at {
                wake = RecordedNetwork.wake(node.fire(due.timer, at: due.at))
            }
            let envelope = Envelope(
                sender: directive.sender, recipient: ran.id, epoch: directive.epoch, term: directive.term,
                hops: directive.hops, body: .directive(directive.directive))
            let effects = node.receive(envelope, arrived: directive.at, at: directive.at)
            if let next = RecordedNetwork.wake(effects), next.at < wake?.at ?? end { wake = next }
            given += 1
        }
        while let due = wake, due.at < end { wake = RecordedNetwork.wake(node.fire(due.timer, at: due.at)) }
        _ = node.catchUp(to: end)
        network = node.network
        directives = given
        configuration = plan.network
    }

    /// The resource problem on the true gains, averaged over time where the run averages them; nil where nobody has
    /// anything to receive.
    package var problem: Problem? {
        TrueProblem(network: configuration).problem(
            network.trueGains(averaged: configuration.reportedSubbands == 1))
    }

    /// Powers in force, C x K watts.
    package var powerWatts: [Double] { TrueProblem.appliedPower(network, cells: configuration.cells.count) }

    /// Where the radio network that the epoch belongs to began: a restarted one begins anew, above a gap in the epochs.
    private static func span(
        _ history: [Record], _ epoch: UInt64?
    ) throws(Fault) -> (first: EpochStart, wanted: UInt64)? {
        var spans: [(first: EpochStart, last: UInt64)] = []
        for record in history {
            guard case .epochStarted(let start) = record else { continue }
            if let last = spans.last, start.epoch == last.last + 1 {
                spans[spans.count - 1].last = start.epoch
            } else {
                spans.append((start, start.epoch))
            }
        }
        guard let lowest = spans.first, let newest = spans.last else { return nil }
        let wanted = epoch ?? newest.last
        guard let span = spans.last(where: { $0.first.epoch <= wanted && wanted <= $0.last }) else {
            throw .epoch(lowest.first.epoch...max(lowest.first.epoch, newest.last))
        }
        return (span.first, wanted)
    }

    /// When the node wants to be woken next.
    private static func wake(_ effects: [Effect<NoJob>]) -> (timer: TimerID, at: Instant)? {
        var wake: (timer: TimerID, at: Instant)?
        for effect in effects { if case .schedule(let timer, let at) = effect { wake = (timer, at) } }
        return wake
    }
}
