package import DTNetMessages
package import NetworkModel
package import TwinProtocol

/// All nodes of one role in this process.
///
/// A node's value is mutated where it lies: it is never taken out and put back, so that an event costs the same for a
/// state of eight bytes and of eight megabytes.
package final class NodeHost<R: Role>: NodeHosting {
    private var roles: [R]
    /// Where jobs of each kind are done, in the order of the kinds; empty where the role has no jobs.
    private let lanes: [JobLane<R.Job, R.JobResult>]
    private unowned(unsafe) var sink: any EffectSink
    private var index = 0

    /// - Parameters:
    ///   - roles: the nodes.
    ///   - execute: does a job, on a thread of its own; one of each kind may be done beside each other.
    package convenience init(_ roles: [R], execute: @escaping @Sendable (R.Job) -> R.JobResult) {
        self.init(roles, lanes: JobKind.allCases.map { _ in JobLane(execute: execute) })
    }

    /// Nodes of a role without jobs.
    package convenience init(_ roles: [R]) where R.Job == NoJob { self.init(roles, lanes: []) }

    private init(_ roles: [R], lanes: [JobLane<R.Job, R.JobResult>]) {
        self.roles = roles
        self.lanes = lanes
        sink = DetachedSink.shared
    }

    private func lane(of job: R.Job) -> JobLane<R.Job, R.JobResult>? {
        lanes.isEmpty ? nil : lanes[R.kind(of: job).rawValue]
    }

    package var nodes: [NodeID] { roles.map(\.node) }
    package var highestTermSeen: UInt64 { roles.reduce(0) { max($0, $1.highestTermSeen) } }

    package func attach(index: Int, to sink: any EffectSink, wake: @escaping @Sendable () -> Void) {
        self.index = index
        self.sink = sink
        for lane in lanes { lane.setWake(wake) }
    }

    package func start(_ slot: Int, at now: Instant) { perform(roles[slot].start(at: now), slot) }

    package func receive(_ slot: Int, _ envelope: Envelope, arrived: Instant, at now: Instant) {
        perform(roles[slot].receive(envelope, arrived: arrived, at: now), slot)
    }

    package func fire(_ slot: Int, _ timer: TimerID, at now: Instant) {
        perform(roles[slot].fire(timer, at: now), slot)
    }

    package func followUp(_ slot: Int, at now: Instant) { perform(roles[slot].followUp(at: now), slot) }

    package func peerChanged(_ slot: Int, _ peer: NodeID, to state: PeerState, at now: Instant) {
        perform(roles[slot].peerChanged(peer, to: state, at: now), slot)
    }

    package func storeChanged(_ slot: Int, to state: StoreState, at now: Instant) {
        perform(roles[slot].storeChanged(to: state, at: now), slot)
    }

    package func finishJobs(at now: Instant) {
        for lane in lanes {
            for (slot, result) in lane.takeResults() { perform(roles[slot].finish(result, at: now), slot) }
        }
    }

    package func keep(_ slot: Int, at now: Instant) { perform(roles[slot].keep(at: now), slot) }

    package func stop(at now: Instant) {
        let last: [(slot: Int, job: R.Job)] = roles.enumerated().flatMap { slot, role in
            role.keep(at: now).compactMap { effect in
                if case .run(let job) = effect { (slot: slot, job: job) } else { nil }
            }
        }
        for (kind, lane) in zip(JobKind.allCases, lanes) {
            lane.stop(after: last.filter { R.kind(of: $0.job) == kind })
        }
    }

    /// Performs effects in their order. Sends that follow each other leave together: handing a message over wakes other
    /// threads, perhaps on this processor, and the next one's packing would wait for them.
    private func perform(_ effects: [Effect<R.Job>], _ slot: Int) {
        let node = NodeAddress(host: index, slot: slot)
        for effect in effects {
            if case .send = effect {} else { sink.handOver() }
            switch effect {
            case .send(let envelope): sink.send(envelope)
            case .prepare(let envelope): sink.prepare(envelope)
            case .schedule(let timer, let deadline): sink.schedule(timer, of: node, at: deadline)
            case .cancel(let timer): sink.cancel(timer, of: node)
            case .run(let job): if lane(of: job)?.submit(job, for: slot) != true { sink.jobRefused(of: node) }
            case .record(let record): sink.record(record)
            case .report(let gauge): sink.report(gauge, of: node)
            case .followUp: sink.followUp(node)
            }
        }
        sink.handOver()
    }
}

/// Stands in until a host is attached to its loop; nothing may reach it.
private final class DetachedSink: EffectSink, Sendable {
    static let shared = DetachedSink()

    func send(_ envelope: Envelope) { fault() }
    func handOver() { fault() }
    func prepare(_ envelope: Envelope) { fault() }
    func schedule(_ timer: TimerID, of node: NodeAddress, at deadline: Instant) { fault() }
    func cancel(_ timer: TimerID, of node: NodeAddress) { fault() }
    func record(_ record: Record) { fault() }
    func report(_ gauge: Gauge, of node: NodeAddress) { fault() }
    func followUp(_ node: NodeAddress) { fault() }
    func jobRefused(of node: NodeAddress) { fault() }

    private func fault() { preconditionFailure("an event came before the host was attached to a loop") }
}
