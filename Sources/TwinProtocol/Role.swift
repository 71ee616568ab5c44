package import DTNetMessages
package import NetworkModel

/// Identifies a timer within one role; scheduling it again replaces the pending one.
package struct TimerID: Hashable, Comparable, Sendable {
    package let rawValue: UInt32

    package init(_ rawValue: UInt32) { self.rawValue = rawValue }

    package static func < (left: TimerID, right: TimerID) -> Bool { left.rawValue < right.rawValue }
}

/// What a role asks of the shell that runs it, in the order in which the shell must do it.
package enum Effect<Job: Sendable>: Sendable {
    /// Send an envelope. The shell fills incarnation and sequence, and stamps `sent` of the last hop as it hands the
    /// frame to the link. A recipient in the same process gets it by a call.
    case send(Envelope)
    /// An envelope with one hop will be sent soon: the shell may pack it now, so that the `send` of the same sender,
    /// recipient, kind, epoch and term only fills in the hop's stamps. The body must be the same; whether it was
    /// prepared changes nothing else.
    case prepare(Envelope)
    /// Call `fire` at or soon after the instant; replaces a pending timer of the same id.
    case schedule(TimerID, at: Instant)
    /// Forget the timer.
    case cancel(TimerID)
    /// Run the job on a thread of its own, off the decision path; its result comes back through `finish`.
    case run(Job)
    /// Append to the history of the run.
    case record(Record)
    /// Publish the newest value of a named quantity for `status`.
    case report(Gauge)
    /// Call `followUp` once all sends of this batch are on their way: learning and book-keeping come after the
    /// decision.
    case followUp
}

/// The newest value of a named quantity of a node.
package struct Gauge: Hashable, Sendable {
    package var name: String
    package var value: Double

    package init(_ name: String, _ value: Double) {
        self.name = name
        self.value = value
    }
}

/// Whether the process of a peer node answers.
package enum PeerState: Hashable, Sendable {
    /// A session stands. `highestTerm` is what the peer has seen: a leader that returns starts above it.
    case up(highestTerm: UInt64)
    case down
}

/// Whether the context store of a node's process takes what its nodes hear and decide.
package enum StoreState: Hashable, Sendable {
    /// It takes nothing until further notice.
    case failed(reason: String)
    /// It takes rows again.
    case recovered
}

/// The logic of one node as a value: events in, effects out. It holds no socket, clock, random source, file or log;
/// time and seed are arguments, so that it runs the same over ZeroMQ and in the simulator.
package protocol Role: Sendable {
    /// Work off the decision path, as data.
    associatedtype Job: Sendable
    /// What such work returns, as data.
    associatedtype JobResult: Sendable

    /// The node that this value is.
    var node: NodeID { get }

    /// Highest leader term that the node has seen, told to peers in `Welcome`.
    var highestTermSeen: UInt64 { get }

    /// First event, before any message.
    mutating func start(at now: Instant) -> [Effect<Job>]

    /// A checked message for this node. `arrived` is when its frame was taken out of the transport.
    mutating func receive(_ envelope: Envelope, arrived: Instant, at now: Instant) -> [Effect<Job>]

    /// A timer is due.
    mutating func fire(_ timer: TimerID, at now: Instant) -> [Effect<Job>]

    /// A job has ended.
    mutating func finish(_ result: JobResult, at now: Instant) -> [Effect<Job>]

    /// The sends of the last batch are on their way. Asks for records, reports and prepared messages only: a shell may
    /// do it beside the calls of other nodes, as long as it is done before the next call of this one.
    mutating func followUp(at now: Instant) -> [Effect<Job>]

    /// The session with the process of a peer node came up or went down.
    mutating func peerChanged(_ peer: NodeID, to state: PeerState, at now: Instant) -> [Effect<Job>]

    /// The context store of the process has failed, or takes rows again. A shell tells one node of each process; in
    /// virtual time there is no store.
    mutating func storeChanged(to state: StoreState, at now: Instant) -> [Effect<Job>]

    /// What the node wants kept of its state outside of it, as jobs and nothing else. A shell with a run folder asks
    /// now and then, and once more before the process ends; in virtual time nobody does.
    func keep(at now: Instant) -> [Effect<Job>]

    /// What a job takes: jobs of one kind wait for each other, and for none of another.
    static func kind(of job: Job) -> JobKind
}

/// What jobs take, as what they need not wait for.
package enum JobKind: Int, Hashable, Sendable, CaseIterable {
    /// Done within milliseconds, such as a look at a file.
    case brief
    /// Keeps a processor busy, for a time that is known.
    case computing
    /// Waits for somebody else, who may not answer.
    case asking
}

/// Job type of a role that has none.
package enum NoJob: Sendable {}

extension Role {
    package var highestTermSeen: UInt64 { 0 }
    package mutating func start(at now: Instant) -> [Effect<Job>] { [] }
    package mutating func fire(_ timer: TimerID, at now: Instant) -> [Effect<Job>] { [] }
    package mutating func followUp(at now: Instant) -> [Effect<Job>] { [] }
    package mutating func peerChanged(_ peer: NodeID, to state: PeerState, at now: Instant) -> [Effect<Job>] { [] }
    package mutating func storeChanged(to state: StoreState, at now: Instant) -> [Effect<Job>] { [] }
    package func keep(at now: Instant) -> [Effect<Job>] { [] }
    package static func kind(of job: Job) -> JobKind { .computing }
}

extension Role where JobResult == NoJob {
    package mutating func finish(_ result: NoJob, at now: Instant) -> [Effect<Job>] {}
}
