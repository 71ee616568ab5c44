package import DTNetMessages
package import NetworkModel
package import TwinProtocol

/// What a node asks of the cluster that runs it; jobs are behind a ticket.
package protocol EffectSink: AnyObject {
    func send(_ envelope: Envelope)
    func schedule(_ timer: TimerID, at deadline: Instant)
    func cancel(_ timer: TimerID)
    func record(_ record: Record)
    func followUp()
    /// A job was taken on; its result waits under the ticket.
    func start(job ticket: Int)
}

/// A node of any role, mutated where it lies.
package class NodeBox {
    package var node: NodeID { preconditionFailure("a box without a role") }
    package var highestTermSeen: UInt64 { 0 }
    package func start(at now: Instant, _ sink: any EffectSink) {}
    package func receive(_ envelope: Envelope, arrived: Instant, at now: Instant, _ sink: any EffectSink) {}
    package func fire(_ timer: TimerID, at now: Instant, _ sink: any EffectSink) {}
    package func finish(ticket: Int, at now: Instant, _ sink: any EffectSink) {}
    package func followUp(at now: Instant, _ sink: any EffectSink) {}
    package func peerChanged(_ peer: NodeID, to state: PeerState, at now: Instant, _ sink: any EffectSink) {}
    /// Waits for what is done aside and hands over what it recorded.
    ///
    /// - Parameter work: does a piece of something else meanwhile; false where there is nothing.
    func join(_ sink: any EffectSink, meanwhile work: () -> Bool) {}
    /// Done on the side thread.
    func workAside() {}
    /// As `Role` has it.
    func ignores(_ kind: BodyKind) -> Bool { false }
    func workAhead(to now: Instant) -> Bool { false }
}

/// A node of role `R`.
///
/// A follow-up that asks for nothing but records is done aside where there is a side thread; whoever looks at the role
/// waits for it. Its records are handed over before the node's next call, side thread or not, so that both ways give
/// one history.
package final class RoleBox<R: Role>: NodeBox {
    private var state: R
    private let execute: (R.Job) -> R.JobResult
    private var results: [R.JobResult?] = []
    private let aside: SideThread?
    /// The follow-up under way: its number on the side thread, and the instant that it is told.
    private var ticket = 0
    private var followUpAt = Instant.zero
    private var recorded: [Effect<R.Job>] = []

    /// - Parameters:
    ///   - aside: does follow-ups beside the events of other nodes.
    ///   - execute: does a job at once; its result comes back after the cost model's time;
    ///     a role without jobs needs none.
    package init(
        _ role: R, aside: SideThread? = nil,
        execute: @escaping (R.Job) -> R.JobResult = { _ in preconditionFailure("nobody does this role's jobs") }
    ) {
        state = role
        self.aside = aside
        self.execute = execute
    }

    /// The role itself: evaluation reads it between events.
    package var role: R {
        _read {
            aside?.wait(for: ticket)
            yield state
        }
        _modify {
            aside?.wait(for: ticket)
            yield &state
        }
    }

    package override var node: NodeID { role.node }
    package override var highestTermSeen: UInt64 { role.highestTermSeen }

    package override func start(at now: Instant, _ sink: any EffectSink) {
        perform(role.start(at: now), sink)
    }

    package override func receive(
        _ envelope: Envelope, arrived: Instant, at now: Instant, _ sink: any EffectSink
    ) {
        perform(role.receive(envelope, arrived: arrived, at: now), sink)
    }

    package override func fire(_ timer: TimerID, at now: Instant, _ sink: any EffectSink) {
        perform(role.fire(timer, at: now), sink)
    }

    package override func finish(ticket: Int, at now: Instant, _ sink: any EffectSink) {
        guard let result = results[ticket] else { return }
        results[ticket] = nil
        perform(role.finish(result, at: now), sink)
    }

    package override func followUp(at now: Instant, _ sink: any EffectSink) {
        guard R.followsUpSilently else { return perform(role.followUp(at: now), sink) }
        followUpAt = now
        if let aside { ticket = aside.submit(self) } else { workAside() }
    }

    package override func peerChanged(
        _ peer: NodeID, to state: PeerState, at now: Instant, _ sink: any EffectSink
    ) {
        perform(role.peerChanged(peer, to: state, at: now), sink)
    }

    override func ignores(_ kind: BodyKind) -> Bool { R.ignores(kind) }

    override func workAhead(to now: Instant) -> Bool {
        guard !R.followsUpSilently else { return false }
        return state.workAhead(to: now)
    }

    override func workAside() { recorded += state.followUp(at: followUpAt) }

    override func join(_ sink: any EffectSink, meanwhile work: () -> Bool) {
        if let aside {
            while !aside.isDone(ticket), work() {}
            aside.wait(for: ticket)
        }
        guard !recorded.isEmpty else { return }
        for effect in recorded {
            switch effect {
            case .record(let record): sink.record(record)
            case .report: break
            default: preconditionFailure("a silent follow-up asked for more than records")
            }
        }
        recorded.removeAll(keepingCapacity: true)
    }

    private func perform(_ effects: [Effect<R.Job>], _ sink: any EffectSink) {
        for effect in effects {
            switch effect {
            case .send(let envelope): sink.send(envelope)
            case .schedule(let timer, let deadline): sink.schedule(timer, at: deadline)
            case .cancel(let timer): sink.cancel(timer)
            case .run(let job):
                results.append(execute(job))
                sink.start(job: results.count - 1)
            case .record(let record): sink.record(record)
            case .report, .prepare: break
            case .followUp: sink.followUp()
            }
        }
    }
}
