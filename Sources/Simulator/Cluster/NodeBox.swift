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

/// What happens to a node.
package enum NodeCall {
    case start
    case receive(Envelope, arrived: Instant)
    case fire(TimerID)
    /// The job behind a ticket has ended.
    case finish(ticket: Int)
    case followUp
    case peerChanged(NodeID, to: PeerState)
}

/// A node of any role, mutated where it lies.
package class NodeBox {
    package var node: NodeID { preconditionFailure("a box without a role") }
    package var highestTermSeen: UInt64 { 0 }
    /// Lets the node take a call, and asks the sink for what the node asks for.
    package func take(_ call: NodeCall, at now: Instant, _ sink: any EffectSink) {}
}

/// A node of role `R`.
package final class RoleBox<R: Role>: NodeBox {
    /// The role itself: evaluation reads it between events.
    package var role: R
    /// Made where the role is known: the compiler writes it for that role, where a method of a generic class would ask
    /// at every effect what it is made of.
    private let handle: (RoleBox<R>, NodeCall, Instant, any EffectSink) -> Void
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
        handle = { box, call, now, sink in
            let effects: [Effect<R.Job>]
            switch call {
            case .start: effects = box.role.start(at: now)
            case .receive(let envelope, let arrived):
                effects = box.role.receive(envelope, arrived: arrived, at: now)
            case .fire(let timer): effects = box.role.fire(timer, at: now)
            case .finish(let ticket):
                guard let result = box.results[ticket] else { return }
                box.results[ticket] = nil
                effects = box.role.finish(result, at: now)
            case .followUp: effects = box.role.followUp(at: now)
            case .peerChanged(let peer, let state): effects = box.role.peerChanged(peer, to: state, at: now)
            }
            for effect in effects {
                switch effect {
                case .send(let envelope): sink.send(envelope)
                case .schedule(let timer, let deadline): sink.schedule(timer, at: deadline)
                case .cancel(let timer): sink.cancel(timer)
                case .run(let job):
                    box.results.append(execute(job))
                    sink.start(job: box.results.count - 1, time: time(job))
                case .record(let record): sink.record(record)
                case .report, .prepare: break
                case .followUp: sink.followUp()
                }
            }
        }
    }

    package override var node: NodeID { role.node }
    package override var highestTermSeen: UInt64 { role.highestTermSeen }

    package override func take(_ call: NodeCall, at now: Instant, _ sink: any EffectSink) {
        handle(self, call, now, sink)
    }
}
