import DTNetMessages
import Foundation
import Logging
import NetworkModel
import Synchronization
import Transport
import TwinProtocol

import NodeRuntime

/// A plan of two processes: `radio` hosts node 0 (RAN) and binds, `edge` hosts node 1 and connects; wires both ways.
enum TwoProcessFixture {
    static let radio = NodeID(0)
    static let edge = NodeID(1)

    static func plan(link: LinkPlan = .loopback, seed: UInt64 = 1) -> WiringPlan {
        let cells = [CellConfiguration(id: CellID(0), name: "c0", region: RegionID(0), xMetres: 0, yMetres: 0)]
        let network = NetworkConfiguration(
            name: "pair", seed: seed, hierarchy: .decentralised, epoch: .milliseconds(10), slot: .milliseconds(1),
            cells: cells, regionNames: ["r"])
        return WiringPlan(
            network: network,
            nodes: [
                NodePlan(id: radio, name: "radio", role: .ran, process: "radio", cells: [CellID(0)]),
                NodePlan(id: edge, name: "edge", role: .edge, process: "edge", cells: [CellID(0)]),
            ],
            processes: [
                ProcessPlan(
                    name: "radio", executable: "dtnet-ran", host: "a", nodes: [radio], endpoint: "ipc://radio",
                    connects: []),
                ProcessPlan(
                    name: "edge", executable: "dtnet-edge", host: "b", nodes: [edge], endpoint: nil,
                    connects: ["radio"]),
            ],
            links: [link], wires: [WirePlan(from: radio, to: edge, link: 0), WirePlan(from: edge, to: radio, link: 0)])
    }

    /// The same two nodes in one process.
    static func singleProcessPlan() -> WiringPlan {
        var plan = plan()
        plan.nodes[1].process = "radio"
        plan.processes = [
            ProcessPlan(
                name: "radio", executable: "dtnet-ran", host: "a", nodes: [radio, edge], endpoint: nil, connects: [])
        ]
        return plan
    }

    /// A telemetry of one cell and one UE.
    static func telemetry(cell: UInt32 = 0) -> Telemetry {
        var telemetry = Telemetry()
        telemetry.subbands = plan().network.carrier.subbands
        telemetry.links = 1
        telemetry.reportSubbands = 1
        telemetry.cell = [cell]
        telemetry.powerWatts = Array(repeating: 10, count: telemetry.subbands)
        telemetry.prbUsedPercent = [50]
        telemetry.throughputKbps = [1_000]
        return telemetry
    }

    /// A telemetry of so many UEs with eight subbands and nine links each, 432 bytes per UE.
    static func crowd(ues: Int) -> Telemetry {
        var telemetry = telemetry()
        (telemetry.links, telemetry.reportSubbands) = (9, 8)
        telemetry.ue = (0..<UInt32(ues)).map { $0 }
        telemetry.ueCell = Array(repeating: 0, count: ues)
        telemetry.xMetres = telemetry.ue.map { Float($0) }
        telemetry.yMetres = telemetry.xMetres
        telemetry.positionDeviationMetres = Array(repeating: 3, count: ues)
        telemetry.ueThroughputKbps = telemetry.xMetres
        telemetry.backlogBytes = Array(repeating: -1, count: ues)
        telemetry.cqi = Array(repeating: 7, count: ues)
        telemetry.sinrDb = Array(repeating: 12, count: ues)
        telemetry.readingAgeMs = Array(repeating: 1, count: ues)
        telemetry.linkCell = (0..<(9 * ues)).map { $0 % 9 == 0 ? 0 : .max }
        telemetry.rsrpDbm = Array(repeating: -80, count: 9 * ues)
        telemetry.gainDb = Array(repeating: -100, count: 72 * ues)
        telemetry.backgroundDbm = Array(repeating: -110, count: 8 * ues)
        return telemetry
    }

    static func directive() -> Directive {
        var directive = Directive()
        directive.subbands = 1
        directive.cell = [0]
        directive.powerWatts = [5]
        directive.expiresEpoch = 1 << 40
        return directive
    }
}

/// What a test sees of its nodes, from any thread.
final class Observer: Sendable {
    private struct Seen {
        var envelopes: [Envelope] = []
        var arrivals: [Instant] = []
        var states: [PeerState] = []
        var results: [Int] = []
    }

    private let seen = Mutex(Seen())
    private let changed = NSCondition()

    var envelopes: [Envelope] { seen.withLock { $0.envelopes } }
    var arrivals: [Instant] { seen.withLock { $0.arrivals } }
    var states: [PeerState] { seen.withLock { $0.states } }
    var results: [Int] { seen.withLock { $0.results } }

    func add(_ envelope: Envelope, arrived: Instant) {
        note {
            $0.envelopes.append(envelope)
            $0.arrivals.append(arrived)
        }
    }
    func add(_ state: PeerState) { note { $0.states.append(state) } }
    func add(result: Int) { note { $0.results.append(result) } }

    /// Waits until the condition holds, ten seconds at most.
    func wait(_ holds: (Observer) -> Bool) -> Bool {
        changed.lock()
        defer { changed.unlock() }
        let limit = Date(timeIntervalSinceNow: 10)
        while !holds(self) { guard changed.wait(until: limit) else { return holds(self) } }
        return true
    }

    private func note(_ change: (inout sending Seen) -> Void) {
        seen.withLock { change(&$0) }
        changed.lock()
        changed.broadcast()
        changed.unlock()
    }
}

/// The radio network of the tests: emits one telemetry per epoch while its peer is up.
struct TestRadio: Role {
    typealias Job = NoJob
    typealias JobResult = NoJob

    let node: NodeID
    let observer: Observer
    var peer = TwoProcessFixture.edge
    var epoch: UInt64 = 0
    var epochs: UInt64 = .max
    /// Messages that leave with one event.
    var burst: UInt64 = 1
    var content = TwoProcessFixture.telemetry()
    var isPeerUp = false

    mutating func peerChanged(_ peer: NodeID, to state: PeerState, at now: Instant) -> [Effect<NoJob>] {
        observer.add(state)
        isPeerUp = state != .down
        return isPeerUp ? [.schedule(TimerID(1), at: now)] : [.cancel(TimerID(1))]
    }

    mutating func fire(_ timer: TimerID, at now: Instant) -> [Effect<NoJob>] {
        guard epoch < epochs else { return [] }
        let sends = (1...burst).map { Effect<NoJob>.send(telemetry(epoch + $0, at: now)) }
        epoch += burst
        // The first message of every other event has been prepared, under stamps that its sending replaces.
        let next: [Effect<NoJob>] = (epoch / burst) % 2 == 1 ? [.prepare(telemetry(epoch + 1, at: .zero))] : []
        return sends + [.schedule(TimerID(1), at: now + .milliseconds(2))] + next
    }

    private func telemetry(_ epoch: UInt64, at now: Instant) -> Envelope {
        let hop = Hop(node: node, layer: .radioNetwork, arrived: now, started: now)
        return Envelope(
            sender: node, recipient: peer, epoch: epoch, hops: [hop], body: .telemetry(content))
    }

    mutating func receive(_ envelope: Envelope, arrived: Instant, at now: Instant) -> [Effect<NoJob>] {
        observer.add(envelope, arrived: arrived)
        return [.report(Gauge("epoch", Double(envelope.epoch)))]
    }
}

/// Asks to be called 1 ms into each epoch of 10, and says how much later it was, in microseconds.
struct Clock: Role {
    typealias Job = NoJob
    typealias JobResult = NoJob

    let node: NodeID
    let observer: Observer
    private var due = Instant.zero

    init(node: NodeID, observer: Observer) {
        self.node = node
        self.observer = observer
    }

    mutating func start(at now: Instant) -> [Effect<NoJob>] {
        due = Instant(nanoseconds: (now.nanoseconds / 10_000_000 + 1) * 10_000_000 + 1_000_000)
        return [.schedule(TimerID(1), at: due)]
    }

    mutating func fire(_ timer: TimerID, at now: Instant) -> [Effect<NoJob>] {
        observer.add(result: Int((now - due).nanoseconds / 1_000))
        return start(at: now)
    }

    mutating func receive(_ envelope: Envelope, arrived: Instant, at now: Instant) -> [Effect<NoJob>] { [] }
}

/// The edge of the tests: answers each telemetry with a directive.
struct TestEdge: Role {
    typealias Job = Int
    typealias JobResult = Int

    let node: NodeID
    let observer: Observer
    var peer = TwoProcessFixture.radio
    var highestTermSeen: UInt64 = 7

    mutating func peerChanged(_ peer: NodeID, to state: PeerState, at now: Instant) -> [Effect<Int>] {
        observer.add(state)
        return []
    }

    mutating func receive(_ envelope: Envelope, arrived: Instant, at now: Instant) -> [Effect<Int>] {
        observer.add(envelope, arrived: arrived)
        let hop = Hop(node: node, layer: .l1, arrived: arrived, started: now)
        return [
            .send(
                Envelope(
                    sender: node, recipient: peer, epoch: envelope.epoch, term: 1, hops: envelope.hops + [hop],
                    body: .directive(TwoProcessFixture.directive()))),
            .followUp,
        ]
    }

    mutating func followUp(at now: Instant) -> [Effect<Int>] { [.run(20)] }

    mutating func finish(_ result: Int, at now: Instant) -> [Effect<Int>] {
        observer.add(result: result)
        return []
    }
}
