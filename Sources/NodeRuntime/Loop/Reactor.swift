internal import CLinux
internal import ContextStore
internal import DTNetMessages
package import Logging
internal import NetworkModel
internal import Transport
internal import TwinProtocol

/// The loop of a process: one thread that owns all sockets, waits in one poll, and runs every node of the process
/// from receive to send without a hop.
///
/// It performs the effects of roles, keeps the sessions with peer processes, numbers and counts messages, and holds
/// back what a shaped link delays. Everything but `stop` belongs to the thread that calls `run`.
package final class Reactor {
    /// What a pending timer is for.
    enum TimerKey: Hashable {
        case node(NodeAddress, TimerID)
        case sessions
        case status
        case keeping
    }

    /// Messages taken from one socket before timers and the other sockets get their turn.
    static let drainLimit = 256
    static let statusPeriod = Instant.Span.milliseconds(500)
    /// Nodes are asked this often for what they want kept.
    static let keepPeriod = Instant.Span.milliseconds(30_000)
    /// Peers are not ticked more often than this.
    static let tickSpacing = Instant.Span.milliseconds(2)

    let configuration: ReactorConfiguration
    let sessionConfiguration: SessionConfiguration
    let log: Logger
    let recorder: (any RecordSink)?
    /// Picks what is kept in the context database; nil where nothing is.
    let tap: ContextTap?
    let notifier: SupervisorNotifier
    /// When the loop does what it does every so often.
    let quiet: QuietTime
    /// Whether the nodes' timers wait for it, too.
    let putsTimersOff: Bool

    let context: Context
    let claim: SocketClaim?
    let router: RouterSocket?
    private var poller: Poller
    private let routerIndex: Int?
    /// Poll index of each peer's DEALER, parallel to `peers`.
    private let dealerIndices: [Int?]
    private let wakeUp: WakeUp
    private let wakeIndex: Int
    /// Descriptors that end the run when they become readable.
    private let stopIndices: [Int]

    let hosts: [any NodeHosting]
    /// By node id.
    let addresses: [NodeAddress?]
    var peers: [Peer]
    var peerOfConnection: [RoutingID: Int] = [:]
    var wires: WireTable
    let encoder = EnvelopeEncoder()
    let decoder = EnvelopeDecoder()
    let check: MessageCheck

    var timers = TimerQueue<TimerKey>()
    var delayed = DelayedFrames()
    var deliveries: [(recipient: NodeAddress, envelope: Envelope, arrived: Instant)] = []
    var followUps: [NodeAddress] = []
    /// Messages packed for peers, until they are handed over.
    var outbox: [(envelope: Envelope, frames: [Frame], peer: Int, wire: Int)] = []
    var isReady = false
    private(set) var isStopping = false
    /// Events handled so far, told to peers in heartbeats.
    var progress: UInt64 = 0
    /// Epoch of the newest message that a node of this process sent of its own accord: what it has taken for right, not
    /// what it was told.
    var epoch: UInt64 = 0
    package internal(set) var counters = RuntimeCounters()
    var refusals = RefusalLedger()
    var gauges: [(node: NodeAddress, gauge: Gauge)] = []
    var lastAlarm: String?
    var lastReject = Instant.zero
    /// Called once when the end begins, before anything that could hang.
    package var onStop: () -> Void = {}

    /// Opens the sockets of the process and connects; nothing runs before `run`.
    ///
    /// - Parameters:
    ///   - hosts: together they hold exactly the nodes that the plan gives to the process.
    ///   - stopDescriptors: the run ends once one of them is readable (a signal, a closed pipe).
    package convenience init(
        _ configuration: ReactorConfiguration, hosts: [any NodeHosting], log: Logger,
        recorder: (any RecordSink)? = nil, notifier: SupervisorNotifier = SupervisorNotifier(path: nil),
        stopDescriptors: [Int32] = []
    ) throws {
        try self.init(
            configuration, hosts: hosts, log: log, recorder: recorder, tap: nil, notifier: notifier,
            stopDescriptors: stopDescriptors)
    }

    /// The same, with what is kept in the context database.
    init(
        _ configuration: ReactorConfiguration, hosts: [any NodeHosting], log: Logger, recorder: (any RecordSink)?,
        tap: ContextTap?, notifier: SupervisorNotifier, stopDescriptors: [Int32]
    ) throws {
        let plan = configuration.plan
        self.configuration = configuration
        self.hosts = hosts
        self.log = log
        self.recorder = recorder
        self.tap = tap
        self.notifier = notifier
        quiet = QuietTime(epoch: plan.network.epoch)
        putsTimersOff = plan.isBesideDecisions(configuration.process)
        let session = SessionConfiguration(
            process: configuration.process.name, nodes: configuration.process.nodes.sorted(),
            planDigest: configuration.planDigest)
        sessionConfiguration = session
        addresses = try Reactor.addresses(of: hosts, configuration)
        check = MessageCheck(
            cells: plan.network.cells.count, nodes: plan.nodes.count, regions: plan.network.regionNames.count,
            ues: .max, subbands: plan.network.carrier.subbands, slices: plan.network.slices.count)
        let context = try Context()
        self.context = context
        let planned = configuration.process.endpoint
        claim = try planned.flatMap(ReactorConfiguration.socketName).map { try configuration.sockets.claim($0) }
        router = try planned.map {
            try RouterSocket(context, bind: configuration.endpoint($0), options: configuration.socketOptions)
        }
        var poller = Poller()
        routerIndex = router.map { poller.add($0) }
        let wakeUp = try WakeUp()
        self.wakeUp = wakeUp
        wakeIndex = poller.add(fileDescriptor: wakeUp.descriptor)
        peers = try Reactor.peers(configuration, session, addresses, context, at: MonotonicClock.now())
        var peerOfNode = [Int?](repeating: nil, count: plan.nodes.count)
        for (index, peer) in peers.enumerated() { for node in peer.nodes { peerOfNode[Int(node.rawValue)] = index } }
        wires = WireTable(
            plan: plan, addresses: addresses, peerOfNode: peerOfNode, shaping: configuration.shaping)
        dealerIndices = peers.map { peer in peer.dealer.map { poller.add($0) } }
        stopIndices = stopDescriptors.map { poller.add(fileDescriptor: $0) }
        self.poller = poller
        for (index, host) in hosts.enumerated() {
            host.attach(index: index, to: self, wake: { [wakeUp] in wakeUp.signal() })
        }
    }

    /// The bound endpoint, nil where nobody connects to this process.
    package var endpoint: String? { router?.endpoint }

    /// A closure that ends the run, from any thread: the loop stops before its next wait.
    package func stopper() -> @Sendable () -> Void {
        let stop = stopRequest
        return { [wakeUp] in
            stop.request()
            wakeUp.signal()
        }
    }

    private let stopRequest = StopRequest()

    /// Runs the nodes until the process is told to stop, then closes everything within the sockets' linger time.
    package func run() {
        clinux_set_timer_slack(1)
        let now = MonotonicClock.now()
        timers.schedule(.sessions, at: now)
        timers.schedule(.status, at: now)
        timers.schedule(.keeping, at: quiet.first(from: now + Reactor.keepPeriod))
        startNodes()
        while !isStopping {
            let deadline = min(timers.nearest() ?? .distantFuture, delayed.nearest() ?? .distantFuture)
            _ = poller.wait(timeoutNanoseconds: (deadline - MonotonicClock.now()).nanoseconds)
            turn()
        }
        shutDown()
    }

    private func startNodes() {
        for (index, host) in hosts.enumerated() {
            for slot in host.nodes.indices {
                host.start(slot, at: MonotonicClock.now())
                settle()
                log.debug("node started", metadata: ["node": "\(host.nodes[slot])", "host": "\(index)"])
            }
        }
        tellLocalPeers()
        runFollowUps()
    }

    /// Everything that is due or has come in, once. Frames that a link held back leave first, learning comes last.
    private func turn() {
        releaseDelayed(at: MonotonicClock.now())
        if let routerIndex, poller.isReadable(routerIndex) { drainRouter() }
        for (peer, index) in dealerIndices.enumerated() {
            if let index, poller.isReadable(index) { drainDealer(peer) }
        }
        fireTimers()
        if poller.isReadable(wakeIndex) {
            wakeUp.drain()
            for host in hosts {
                host.finishJobs(at: MonotonicClock.now())
                settle()
            }
        }
        // What was sent has woken others, perhaps on this processor: the decision's next hop comes before follow-ups.
        if !followUps.isEmpty { clinux_yield() }
        runFollowUps()
        tap?.flush()
        if stopRequest.isRequested || stopIndices.contains(where: { poller.isReadable($0) }) { isStopping = true }
    }

    private func fireTimers() {
        for _ in 0..<Reactor.drainLimit {
            let now = MonotonicClock.now()
            guard let key = timers.popDue(at: now) else { return }
            switch key {
            case .node(let node, let timer):
                progress += 1
                hosts[node.host].fire(node.slot, timer, at: now)
                settle()
            case .sessions: tickSessions(at: now)
            case .status:
                lookAtStore(at: now)
                tellStatus(at: now)
            case .keeping: keepStates(at: now)
            }
        }
    }

    /// Tells the first twin or leader of the process where the context store has failed, or takes rows again.
    private func lookAtStore(at now: Instant) {
        guard let change = tap?.storeChange(),
            let node = configuration.plan.nodes.first(where: {
                $0.role != .ran && addresses[Int($0.id.rawValue)] != nil
            }), let address = addresses[Int(node.id.rawValue)]
        else { return }
        hosts[address.host].storeChanged(address.slot, to: change, at: now)
        settle()
    }

    /// Has every node ask for the jobs that keep its state.
    private func keepStates(at now: Instant) {
        timers.schedule(.keeping, at: quiet.first(from: now + Reactor.keepPeriod))
        for host in hosts {
            for slot in host.nodes.indices {
                host.keep(slot, at: now)
                settle()
            }
        }
    }

    private func runFollowUps() {
        var next = 0
        while next < followUps.count {
            let node = followUps[next]
            next += 1
            hosts[node.host].followUp(node.slot, at: MonotonicClock.now())
            settle()
        }
        followUps.removeAll(keepingCapacity: true)
    }

    private func shutDown() {
        onStop()
        notifier.stopping()
        for host in hosts { host.stop(at: MonotonicClock.now()) }
        context.close()
        claim?.release()
    }
}
