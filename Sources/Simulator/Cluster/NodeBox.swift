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
    /// A job was taken on that takes so long beside the decision path; its result waits under the ticket.
    func start(job ticket: Int, time: Instant.Span)
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
}

/// A node of role `R`.
package final class RoleBox<R: Role>: NodeBox {
    /// The role itself: evaluation reads it between events.
    package var role: R
    private let execute: (R.Job) -> R.JobResult
    private let time: (R.Job) -> Instant.Span
    private var results: [R.JobResult?] = []

    /// - Parameters:
    ///   - execute: does a job at once; a role without jobs needs none.
    ///   - time: after which its result comes back, beside the time that the cost model gives the call.
    package init(
        _ role: R,
        execute: @escaping (R.Job) -> R.JobResult = { _ in preconditionFailure("nobody does this role's jobs") },
        time: @escaping (R.Job) -> Instant.Span = { _ in .zero }
    ) {
        self.role = role
        self.execute = execute
        self.time = time
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
        perform(role.followUp(at: now), sink)
    }

    package override func peerChanged(
        _ peer: NodeID, to state: PeerState, at now: Instant, _ sink: any EffectSink
    ) {
        perform(role.peerChanged(peer, to: state, at: now), sink)
    }

    private func perform(_ effects: [Effect<R.Job>], _ sink: any EffectSink) {
        for effect in effects {
            switch effect {
            case .send(let envelope): sink.send(envelope)
            case .schedule(let timer, let deadline): sink.schedule(timer, at: deadline)
            case .cancel(let timer): sink.cancel(timer)
            case .run(let job):
                results.append(execute(job))
                sink.start(job: results.count - 1, time: time(job))
            case .record(let record): sink.record(record)
            case .report, .prepare: break
            case .followUp: sink.followUp()
            }
        }
    }
}
