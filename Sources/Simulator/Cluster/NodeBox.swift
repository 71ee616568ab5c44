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
    /// Hands over what a follow-up that was put aside has asked for.
    func settle(_ sink: any EffectSink) {}
    /// Whether `timePassed` has anything to do.
    var catchesUp: Bool { false }
    /// Virtual time has come to `now` elsewhere: what the node will have to do up to then it may do aside.
    func timePassed(to now: Instant) {}
}

/// A node of role `R`.
package final class RoleBox<R: Role>: NodeBox {
    private var current: R
    private let lane: (any AsideLane)?
    private let followsUpAside: Bool
    private let catchUp: ((inout R, Instant) -> Void)?
    /// A job that was taken on. It holds all that it needs, so a lane may do it while the role goes on.
    private struct Taken {
        private final class Answer {
            var result: R.JobResult?
        }

        let work: AsideWork
        private let answer: Answer

        init(_ execute: @escaping () -> R.JobResult) {
            let answer = Answer()
            self.answer = answer
            work = AsideWork { answer.result = execute() }
        }

        func result() -> R.JobResult {
            work.finish()
            guard let result = answer.result else { preconditionFailure("a job ended without a result") }
            return result
        }
    }

    /// Made where the role is known: the compiler writes them for that role, where a method of a generic class would
    /// ask at every effect what it is made of.
    private let call: (RoleBox<R>, NodeCall, Instant, any EffectSink) -> Void
    private let putAside: (RoleBox<R>, Instant) -> AsideWork
    private let handOver: (RoleBox<R>, any EffectSink) -> Void
    private var jobs: [Taken?] = []
    /// What is done aside, and what a follow-up has asked for there.
    private var aside: AsideWork?
    private var asked: [Effect<R.Job>] = []

    /// The role itself: evaluation reads it between events.
    package var role: R {
        _read {
            aside?.finish()
            yield current
        }
        _modify {
            aside?.finish()
            yield &current
        }
    }

    /// - Parameters:
    ///   - lane: takes jobs and what else is done aside. Whether there is one changes nothing in what happens.
    ///   - followsUpAside: whether follow-ups, which ask for nothing but records, are done aside: by the lane, or as
    ///     soon as the node is needed again. The records are handed over then.
    ///   - catchUp: does what the role will have to do up to a time whatever comes; only a lane does it ahead.
    ///   - execute: does a job, on the lane's thread where there is one; a role without jobs needs none.
    ///   - time: after which its result comes back, beside the time that the cost model gives the call.
    package init(
        _ role: R, lane: (any AsideLane)? = nil, followsUpAside: Bool = false,
        catchUp: ((inout R, Instant) -> Void)? = nil,
        execute: @escaping (R.Job) -> R.JobResult = { _ in preconditionFailure("nobody does this role's jobs") },
        time: @escaping (R.Job) -> Instant.Span = { _ in .zero }
    ) {
        current = role
        self.lane = lane
        self.followsUpAside = followsUpAside
        self.catchUp = catchUp
        call = { box, call, now, sink in
            let effects: [Effect<R.Job>]
            switch call {
            case .start: effects = box.current.start(at: now)
            case .receive(let envelope, let arrived):
                effects = box.current.receive(envelope, arrived: arrived, at: now)
            case .fire(let timer): effects = box.current.fire(timer, at: now)
            case .finish(let ticket):
                guard let taken = box.jobs[ticket] else { return }
                box.jobs[ticket] = nil
                effects = box.current.finish(taken.result(), at: now)
            case .followUp: effects = box.current.followUp(at: now)
            case .peerChanged(let peer, let state): effects = box.current.peerChanged(peer, to: state, at: now)
            }
            for effect in effects {
                switch effect {
                case .send(let envelope): sink.send(envelope)
                case .schedule(let timer, let deadline): sink.schedule(timer, at: deadline)
                case .cancel(let timer): sink.cancel(timer)
                case .run(let job):
                    let taken = Taken { execute(job) }
                    if let lane = box.lane { lane.offer(taken.work) } else { taken.work.run() }
                    box.jobs.append(taken)
                    sink.start(job: box.jobs.count - 1, time: time(job))
                case .record(let record): sink.record(record)
                case .report, .prepare: break
                case .followUp: sink.followUp()
                }
            }
        }
        putAside = { box, now in AsideWork { box.asked = box.current.followUp(at: now) } }
        handOver = { box, sink in
            for effect in box.asked {
                switch effect {
                case .record(let record): sink.record(record)
                case .report, .prepare: break
                case .send, .schedule, .cancel, .run, .followUp:
                    preconditionFailure("a follow-up of \(R.self) asked for more than records")
                }
            }
            box.asked = []
        }
    }

    package override var node: NodeID { role.node }
    package override var highestTermSeen: UInt64 { role.highestTermSeen }

    package override func take(_ call: NodeCall, at now: Instant, _ sink: any EffectSink) {
        settle(sink)
        if followsUpAside, case .followUp = call {
            let work = putAside(self, now)
            aside = work
            lane?.offer(work)
        } else {
            self.call(self, call, now, sink)
        }
    }

    override func settle(_ sink: any EffectSink) {
        guard let work = aside else { return }
        work.finish()
        aside = nil
        handOver(self, sink)
    }

    override var catchesUp: Bool { lane != nil && catchUp != nil }

    override func timePassed(to now: Instant) {
        guard let lane, let catchUp else { return }
        // What is still under way is not waited for: the node catches up with more the next time.
        if let aside, !aside.isDone { return }
        let work = AsideWork { [self] in catchUp(&current, now) }
        aside = work
        lane.offer(work)
    }
}
