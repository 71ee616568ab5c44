package import DTNetMessages
package import NetworkModel
package import TwinProtocol

/// Sees what happens in a cluster, in the order in which it happens.
package protocol ClusterObserver: AnyObject {
    /// A node was handed the envelope.
    func delivered(_ envelope: Envelope)
    /// A node appended to the history.
    func recorded(_ record: Record, by node: NodeID)
}

/// How a cluster is simulated.
package struct ClusterOptions: Sendable {
    /// Seed of links, transport and compute times.
    package var seed: UInt64
    package var costs: CostModel
    package var faults = FaultSchedule()
    /// The clock of process i is ahead by i times this: what a role compares across clocks shows as nonsense.
    package var clockSkew = Instant.Span.zero

    package init(seed: UInt64, costs: CostModel? = nil) {
        self.seed = seed
        self.costs = costs ?? CostModel(seed: seed)
    }
}

/// What a cluster counted.
package struct ClusterCounts: Hashable, Sendable {
    package var events: UInt64 = 0
    /// Messages and bytes between processes.
    package var messages: UInt64 = 0
    package var bytes: UInt64 = 0
    /// Given up by a link, an obstacle, or a process that died.
    package var lost: UInt64 = 0
    /// Frames that came twice, or of an older incarnation: dropped by the receiver.
    package var duplicates: UInt64 = 0
    /// Messages that never came, as the receivers counted them.
    package var gaps: UInt64 = 0
    /// Sends to a peer without a session, or without a wire.
    package var unreachable: UInt64 = 0
    package var kills: UInt64 = 0

    package init() {}
}

/// The processes of a wiring plan in virtual time: the same roles, the same effects, links by `LinkShaper`, one event
/// at a time per process. Envelopes are passed as values; nothing is encoded.
package final class Cluster {
    /// Silence after which a peer counts as down, as `SessionConfiguration` has it.
    static let silenceLimit = Instant.Span.milliseconds(500)
    /// From the start of a process to its first session: connection, Hello, Welcome.
    static let handshakeTime = Instant.Span.milliseconds(25)
    /// What a lost control frame costs: TCP's least retransmission time-out of Linux.
    static let retransmissionTime = Instant.Span.milliseconds(200)
    /// How often nodes that catch up aside hear that time has passed.
    static let passingTime = Instant.Span.milliseconds(1)

    package let plan: WiringPlan
    package internal(set) var counts = ClusterCounts()
    /// Virtual time.
    package internal(set) var now = Instant.zero

    let options: ClusterOptions
    let makeNode: (NodePlan) -> NodeBox
    private let observer: (any ClusterObserver)?
    var boxes: [NodeBox]
    var processes: [Process]
    let processOf: [Int]
    var wires: [Wire]
    /// Wire by sender and recipient, -1 where there is none [node x node].
    let wireIndex: [Int32]
    /// Life of the peer process with which a session stands, 0 for none [process x process].
    var sessions: [UInt32]
    var obstacles: [Obstacle] = []
    /// Fades of cells, past ones included.
    var fades: [Fade] = []
    /// Nodes that do aside what the passing of time brings, and when they hear of it next.
    private var passing: [Int] = []
    private var nextPassing = Instant.distantFuture
    var queue = EventQueue()
    var frames: [Frame?] = []
    var freeFrames: [Int] = []
    /// Generation of every timer set, by node.
    var timers: [[(id: TimerID, generation: UInt32)]]
    var timerCount: UInt32 = 0
    let roles: [RoleKind]
    /// Users in the last reports that each node got, and sent.
    var rowsGot: [Int]
    var rowsSent: [Int]
    /// Calls of each node so far: numbers the draws of its compute times.
    var calls: [UInt64]

    // What the call in progress has asked for.
    var caller = 0
    var cursor = Instant.zero
    var outbox: [Frame] = []
    var wantsFollowUp = false
    var followUps: [Int] = []
    var local: [Envelope] = []

    /// - Parameters:
    ///   - makeNode: makes the node of a plan, at the start and whenever its process is started again.
    ///   - observer: must not hold the cluster.
    package init(
        plan: WiringPlan, options: ClusterOptions, observer: (any ClusterObserver)? = nil,
        makeNode: @escaping (NodePlan) -> NodeBox
    ) {
        self.plan = plan
        self.options = options
        self.observer = observer
        self.makeNode = makeNode
        var processOf = Array(repeating: 0, count: plan.nodes.count)
        for (index, process) in plan.processes.enumerated() {
            for node in process.nodes { processOf[Int(node.rawValue)] = index }
        }
        self.processOf = processOf
        boxes = plan.nodes.map(makeNode)
        processes = plan.processes.enumerated().map { index, process in
            Process(
                name: process.name, nodes: process.nodes.map { Int($0.rawValue) },
                skew: options.clockSkew * Int64(index))
        }
        wires = plan.wires.enumerated().map { index, wire in
            let (from, to) = (Int(wire.from.rawValue), Int(wire.to.rawValue))
            return Wire(
                index: index, from: wire.from, to: wire.to, source: processOf[from], target: processOf[to],
                shaper: LinkShaper(link: plan.links[wire.link], seed: options.seed, from: wire.from, to: wire.to),
                measured: options.costs.measuredLink(from: plan.nodes[from].name, to: plan.nodes[to].name))
        }
        var wireIndex = Array(repeating: Int32(-1), count: plan.nodes.count * plan.nodes.count)
        for wire in wires {
            wireIndex[Int(wire.from.rawValue) * plan.nodes.count + Int(wire.to.rawValue)] = Int32(wire.index)
        }
        self.wireIndex = wireIndex
        sessions = Array(repeating: 0, count: plan.processes.count * plan.processes.count)
        roles = plan.nodes.map(\.role)
        rowsGot = Array(repeating: 0, count: plan.nodes.count)
        rowsSent = rowsGot
        timers = Array(repeating: [], count: plan.nodes.count)
        calls = Array(repeating: 0, count: plan.nodes.count)
        passing = boxes.indices.filter { boxes[$0].catchesUp }
        if !passing.isEmpty { nextPassing = .zero }
    }

    /// The box of a node.
    package func box(of node: NodeID) -> NodeBox { boxes[Int(node.rawValue)] }

    /// Starts all processes at time 0; every session stands at once.
    package func start() {
        for node in boxes.indices { restart(node: node) }
        for process in processes.indices { connect(process) }
        for (index, entry) in options.faults.entries.enumerated() {
            queue.push(
                Event(at: entry.at, kind: .fault, subject: 0, detail: Int32(index), generation: 0))
        }
    }

    /// Handles everything that happens before `end`.
    package func run(until end: Instant) {
        while queue.next < end, let event = queue.pop() {
            now = event.at
            if now >= nextPassing {
                nextPassing = now + Cluster.passingTime
                for node in passing { boxes[node].timePassed(to: now + processes[processOf[node]].skew) }
            }
            counts.events += 1
            handle(event)
        }
        now = max(now, end)
        for node in boxes.indices { settle(node: node) }
    }

    /// Hands over what the node's follow-up has asked for that was put aside.
    func settle(node: Int) {
        caller = node
        boxes[node].settle(self)
    }

    /// Starts a node that was made anew.
    func restart(node: Int) {
        call(node, .start, costs: false)
        settle()
    }

    private func handle(_ event: Event) {
        let subject = Int(event.subject)
        switch event.kind {
        case .arrival:
            arrive(frame: Int(event.detail), at: subject, life: event.generation)
        case .timer:
            let id = TimerID(UInt32(bitPattern: event.detail))
            guard isPending(id, of: subject, event.generation) else { return }
            admit(.timer(node: subject, id: id, generation: event.generation), to: processOf[subject])
        case .free:
            guard processes[subject].life == event.generation else { return }
            processes[subject].hasWakeUp = false
            drain(subject)
        case .job:
            guard processes[processOf[subject]].life == event.generation else { return }
            admit(.job(node: subject, ticket: Int(event.detail)), to: processOf[subject])
        case .fault: strike(options.faults.entries[Int(event.detail)].fault)
        case .silence: fallSilent(subject, towards: Int(event.detail), life: event.generation)
        case .handshake: shakeHands(subject, Int(event.detail), life: event.generation)
        case .release: release(obstacle: Int(event.detail))
        }
    }

    // MARK: Processes

    /// Gives an item to a process: at once where it is idle, else behind what waits.
    func admit(_ item: Process.Item, to process: Int) {
        guard processes[process].isAlive else { return drop(item) }
        if processes[process].isIdle && processes[process].busyUntil <= now {
            perform(Process.Waiting(item: item, arrived: now), process)
        } else {
            processes[process].enqueue(Process.Waiting(item: item, arrived: now))
            wakeUp(process)
        }
    }

    private func drain(_ process: Int) {
        while !processes[process].isIdle, processes[process].busyUntil <= now {
            let waiting = processes[process].dequeue()
            perform(waiting, process)
        }
        if !processes[process].isIdle { wakeUp(process) }
    }

    func wakeUp(_ process: Int) {
        guard !processes[process].hasWakeUp else { return }
        processes[process].hasWakeUp = true
        queue.push(
            Event(
                at: max(processes[process].busyUntil, now), kind: .free, subject: Int32(process), detail: 0,
                generation: processes[process].life))
    }

    private func drop(_ item: Process.Item) {
        if case .frame(let frame) = item {
            _ = take(frame: frame)
            counts.lost += 1
        }
    }

    /// Runs one item to its end: the node's call, then its messages to nodes of the same process, then what was put
    /// off.
    private func perform(_ waiting: Process.Waiting, _ process: Int) {
        cursor = now
        let arrived = waiting.arrived + processes[process].skew
        switch waiting.item {
        case .frame(let frame):
            if let frame = take(frame: frame), accept(frame.envelope, process), let whole = assemble(frame) {
                receive(whole, arrived: arrived)
            }
        case .timer(let node, let id, let generation):
            guard isPending(id, of: node, generation) else { break }
            timers[node].removeAll { $0.id == id }
            call(node, .fire(id))
        case .peer(let node, let peer, let state):
            call(node, .peerChanged(peer, to: state))
        case .job(let node, let ticket):
            call(node, .finish(ticket: ticket))
        }
        settle()
        processes[process].busyUntil = max(processes[process].busyUntil, cursor)
    }

    /// Delivers what was sent within the process and runs what was put off, until nothing is left.
    private func settle() {
        while true {
            if !local.isEmpty {
                let envelope = local.removeFirst()
                receive(
                    Frame(envelope: envelope, bytes: 0),
                    arrived: cursor + processes[processOf[Int(envelope.recipient.rawValue)]].skew)
            } else if !followUps.isEmpty {
                let node = followUps.removeFirst()
                call(node, .followUp, isFollowUp: true)
            } else {
                return
            }
        }
    }

    private func receive(_ frame: Frame, arrived: Instant) {
        observer?.delivered(frame.envelope)
        call(
            Int(frame.envelope.recipient.rawValue), .receive(frame.envelope, arrived: arrived), taking: frame)
    }

    /// Calls a node at the cursor, moves the cursor by what the call cost, and sends what it asked for.
    private func call(
        _ node: Int, _ what: NodeCall, taking frame: Frame? = nil, isFollowUp: Bool = false, costs: Bool = true
    ) {
        caller = node
        wantsFollowUp = false
        boxes[node].take(what, at: cursor + processes[processOf[node]].skew, self)
        for index in outbox.indices where processOf[Int(outbox[index].envelope.recipient.rawValue)] != processOf[node] {
            outbox[index].bytes = EnvelopeSize.bytes(outbox[index].envelope)
        }
        if wantsFollowUp { followUps.append(node) }
        if costs {
            let work = work(of: node, taking: frame, sending: outbox, isFollowUp: isFollowUp)
            cursor = cursor + options.costs.compute(work, node: NodeID(UInt32(node)), number: calls[node])
        }
        calls[node] += 1
        guard !outbox.isEmpty else { return }
        // Moved, not copied: each envelope has one owner on its way.
        for index in outbox.indices {
            // As the shell of a process does it; what is smaller is not asked.
            if outbox[index].bytes > Cluster.mostUndividedBytes, let parts = outbox[index].envelope.divided {
                route(parts, of: outbox[index].envelope)
            } else {
                route(&outbox[index])
            }
        }
        outbox.removeAll(keepingCapacity: true)
    }
}

// MARK: - Effects

extension Cluster: EffectSink {
    package func send(_ envelope: Envelope) { outbox.append(Frame(envelope: envelope, bytes: 0)) }

    package func schedule(_ timer: TimerID, at deadline: Instant) {
        cancel(timer)
        timerCount &+= 1
        timers[caller].append((timer, timerCount))
        let due = deadline == .distantFuture ? deadline : deadline - processes[processOf[caller]].skew
        queue.push(
            Event(
                at: max(due, now), kind: .timer, subject: Int32(caller), detail: Int32(bitPattern: timer.rawValue),
                generation: timerCount))
    }

    package func cancel(_ timer: TimerID) { timers[caller].removeAll { $0.id == timer } }

    package func record(_ record: Record) { observer?.recorded(record, by: NodeID(UInt32(caller))) }

    package func followUp() { wantsFollowUp = true }

    package func start(job ticket: Int, time: Instant.Span) {
        var work = CostModel.Work(role: roles[caller])
        work.isFollowUp = true
        let cost = options.costs.compute(work, node: NodeID(UInt32(caller)), number: calls[caller])
        queue.push(
            Event(
                at: cursor + cost + time, kind: .job, subject: Int32(caller), detail: Int32(ticket),
                generation: processes[processOf[caller]].life))
    }

    func isPending(_ timer: TimerID, of node: Int, _ generation: UInt32) -> Bool {
        timers[node].contains { $0.id == timer && $0.generation == generation }
    }
}
