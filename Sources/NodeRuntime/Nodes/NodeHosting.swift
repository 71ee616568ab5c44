package import DTNetMessages
package import NetworkModel
package import TwinProtocol

/// Where a node lives in this process.
package struct NodeAddress: Hashable, Sendable {
    /// Index of its host.
    package var host: Int
    /// Index within the host.
    package var slot: Int

    package init(host: Int, slot: Int) {
        self.host = host
        self.slot = slot
    }
}

/// What the nodes of a host may ask of the loop that runs them: the effects of roles, without their job types.
package protocol EffectSink: AnyObject {
    /// Packs a message; it leaves with `handOver`.
    func send(_ envelope: Envelope)
    /// Hands over what was sent since the last call, in that order.
    func handOver()
    /// Packs what will be sent soon.
    func prepare(_ envelope: Envelope)
    func schedule(_ timer: TimerID, of node: NodeAddress, at deadline: Instant)
    func cancel(_ timer: TimerID, of node: NodeAddress)
    func record(_ record: Record)
    func report(_ gauge: Gauge, of node: NodeAddress)
    func followUp(_ node: NodeAddress)
    func jobRefused(of node: NodeAddress)
}

/// All nodes of one role in this process, behind an interface that does not name the role.
package protocol NodeHosting: AnyObject {
    /// Nodes by slot.
    var nodes: [NodeID] { get }
    /// Highest leader term that any of the nodes has seen.
    var highestTermSeen: UInt64 { get }

    /// Sets where the host stands among the hosts, where its effects go, and how it wakes the loop.
    func attach(index: Int, to sink: any EffectSink, wake: @escaping @Sendable () -> Void)
    func start(_ slot: Int, at now: Instant)
    func receive(_ slot: Int, _ envelope: Envelope, arrived: Instant, at now: Instant)
    func fire(_ slot: Int, _ timer: TimerID, at now: Instant)
    func followUp(_ slot: Int, at now: Instant)
    func peerChanged(_ slot: Int, _ peer: NodeID, to state: PeerState, at now: Instant)
    /// Tells the node that the context store of this process has failed, or takes rows again.
    func storeChanged(_ slot: Int, to state: StoreState, at now: Instant)
    /// Gives the results of ended jobs to their nodes.
    func finishJobs(at now: Instant)
    /// Has the node ask for the jobs that keep its state.
    func keep(_ slot: Int, at now: Instant)
    /// Ends the thread of the jobs: those that wait are dropped, those that keep the nodes' states are done first. One
    /// that runs on is abandoned.
    func stop(at now: Instant)
}
