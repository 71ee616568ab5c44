import DTNetMessages
import EdgeTwin
import NetworkModel
import Numerics
import Orchestrator
import RRMLeader
import RadioAccessNetwork
import RegionalTwin
import Simulator
import Testing
import TwinProtocol

/// Hosts of the radio network that are started again: their clocks, and with them the epochs, begin below those of
/// before. Nothing of the epochs that are over is ever applied, and control is back as after any other restart.
struct EpochFallTests {
    struct Game: Sendable, CustomTestStringConvertible {
        var hierarchy: Hierarchy
        var timing: GameTiming

        var testDescription: String { "\(hierarchy) \(timing)" }
    }

    static let games = [
        Game(hierarchy: .fullyCentralised, timing: .synchronous),
        Game(hierarchy: .semiCentralised, timing: .synchronous),
        Game(hierarchy: .semiCentralised, timing: .asynchronous),
        Game(hierarchy: .decentralised, timing: .synchronous), Game(hierarchy: .decentralised, timing: .asynchronous),
    ]
    private static let epoch = Instant.Span.milliseconds(10)

    @Test(arguments: games, [3, 80, 2_050] as [Int64])
    func controlIsBackThreeEpochsLater(game: Game, fall: Int64) throws {
        let plan = try Campus.plan(game.hierarchy, timing: game.timing)
        let radio = try #require(plan.processes.firstIndex { $0.executable == "dtnet-ran" })
        let killed = Instant.zero + .milliseconds(1_003)
        let down = Instant.Span.milliseconds(300)
        let ahead = Instant.Span.seconds(25)
        let clocks = HostClocks([.zero - ahead, down + Self.epoch * fall - ahead])
        let audit = AppliedAudit(plan, clocks)
        let cluster = try Self.cluster(
            plan, seed: 1, clocks, audit,
            faults: FaultSchedule([
                .init(at: killed, fault: .kill(process: radio)),
                .init(at: killed + down, fault: .restart(process: radio)),
            ]))
        cluster.run(until: .zero + .seconds(2))
        #expect(clocks.starts == 2)
        #expect(audit.faults.isEmpty, "\(audit.faults.prefix(3))")
        // The handshake takes 25 ms.
        for (cell, at) in audit.firstApplied.enumerated() {
            let instant = try #require(at, "cell \(cell) stays without control")
            #expect(instant - (killed + down) <= .milliseconds(25 + 30 + 10), "cell \(cell): \(instant)")
        }
        #expect(audit.next.allSatisfy { $0 + 3 >= audit.epoch }, "\(audit.next) in \(audit.epoch)")
    }

    @Test(arguments: games, Array(UInt64(1)...6))
    func nothingOfEpochsThatAreOverIsApplied(game: Game, seed: UInt64) throws {
        let plan = try Campus.plan(game.hierarchy, seed: seed, timing: game.timing)
        let radio = try #require(plan.processes.firstIndex { $0.executable == "dtnet-ran" })
        let draw = CounterGenerator(seed: seed, purpose: 0x6661_6C6C)
        var behind = [Instant.Span.zero - .seconds(100)]
        // The other processes meet all other faults meanwhile.
        var entries = FaultSchedule.random(
            processes: plan.processes.count, count: 10, duration: .seconds(4), seed: seed
        ).entries.filter { $0.fault != .kill(process: radio) && $0.fault != .restart(process: radio) }
        for life in 0..<3 as Range<UInt64> {
            let at = Instant.zero + .seconds(0.6 + Double(life) + draw.uniform(life, 0, in: 0..<0.3))
            let down = Instant.Span.seconds(draw.uniform(life, 1, in: 0.02..<0.3))
            let most = [8.0, 300, 2_000][Int(draw.uniform(life, 2, in: 0..<3))]
            let fall = 1 + Int64(draw.uniform(life, 3, in: 0..<most))
            behind.append(behind[Int(life)] + down + Self.epoch * fall)
            entries.append(.init(at: at, fault: .kill(process: radio)))
            entries.append(.init(at: at + down, fault: .restart(process: radio)))
        }
        let clocks = HostClocks(behind)
        let audit = AppliedAudit(plan, clocks)
        let cluster = try Self.cluster(plan, seed: seed, clocks, audit, faults: FaultSchedule(entries))
        cluster.run(until: .zero + .seconds(6))
        #expect(clocks.starts == 4, "seed \(seed)")
        #expect(audit.applied > 0 && audit.faults.isEmpty, "seed \(seed): \(audit.faults.prefix(3))")
        // More than a second after the last fault.
        #expect(audit.next.allSatisfy { $0 + 3 >= audit.epoch }, "seed \(seed): \(audit.next) in \(audit.epoch)")
    }

    private static func cluster(
        _ plan: WiringPlan, seed: UInt64, _ clocks: HostClocks, _ audit: AppliedAudit, faults: FaultSchedule
    ) throws -> Cluster {
        let physical = try PhysicalNetwork(configuration: plan.network)
        var options = ClusterOptions(seed: seed)
        options.faults = faults
        let cluster = Cluster(plan: plan, options: options, observer: audit) { node in
            switch node.role {
            case .ran:
                RoleBox(
                    OnHostClock(
                        role: RANNode(plan: plan, node: node, network: physical, stepsTogether: true),
                        behind: clocks.start()))
            case .edge:
                RoleBox(EdgeNode(plan: plan, node: node), execute: { _ in .failed("nobody does the edges' jobs here") })
            case .region: RoleBox(RegionNode(plan: plan, node: node))
            case .orchestrator:
                RoleBox(OrchestratorNode(plan: plan, node: node), execute: { TwinWorker().execute($0) })
            case .rrm: RoleBox(LeaderNode(plan: plan, node: node))
            }
        }
        cluster.start()
        return cluster
    }
}

/// What the clock of the radio network's host is behind virtual time by, for each of its starts.
private final class HostClocks {
    private let behind: [Instant.Span]
    /// Starts so far.
    private(set) var starts = 0

    init(_ behind: [Instant.Span]) { self.behind = behind }

    /// The clock of the next start.
    func start() -> Instant.Span {
        starts += 1
        return now
    }

    /// That of the last start.
    var now: Instant.Span { behind[min(starts, behind.count) - 1] }
}

/// A role that sees the clock of its host.
private struct OnHostClock<R: Role>: Role {
    typealias Job = R.Job
    typealias JobResult = R.JobResult

    var role: R
    let behind: Instant.Span

    var node: NodeID { role.node }
    var highestTermSeen: UInt64 { role.highestTermSeen }

    mutating func start(at now: Instant) -> [Effect<R.Job>] {
        let effects = role.start(at: now - behind)
        return inVirtualTime(effects)
    }

    mutating func receive(_ envelope: Envelope, arrived: Instant, at now: Instant) -> [Effect<R.Job>] {
        let effects = role.receive(envelope, arrived: arrived - behind, at: now - behind)
        return inVirtualTime(effects)
    }

    mutating func fire(_ timer: TimerID, at now: Instant) -> [Effect<R.Job>] {
        let effects = role.fire(timer, at: now - behind)
        return inVirtualTime(effects)
    }

    mutating func finish(_ result: R.JobResult, at now: Instant) -> [Effect<R.Job>] {
        let effects = role.finish(result, at: now - behind)
        return inVirtualTime(effects)
    }

    mutating func followUp(at now: Instant) -> [Effect<R.Job>] {
        let effects = role.followUp(at: now - behind)
        return inVirtualTime(effects)
    }

    mutating func peerChanged(_ peer: NodeID, to state: PeerState, at now: Instant) -> [Effect<R.Job>] {
        let effects = role.peerChanged(peer, to: state, at: now - behind)
        return inVirtualTime(effects)
    }

    private func inVirtualTime(_ effects: [Effect<R.Job>]) -> [Effect<R.Job>] {
        effects.map { effect in
            guard case .schedule(let timer, let deadline) = effect else { return effect }
            return .schedule(timer, at: deadline + behind)
        }
    }
}

/// Audits what the radio network applies, life by life: its fences begin anew with each.
private final class AppliedAudit: ClusterObserver {
    private let plan: WiringPlan
    private let clocks: HostClocks
    private var life = 0
    /// Epoch that is running.
    private(set) var epoch: UInt64 = 0
    /// Epoch applied last in this life, plus one, and its term, by cell.
    private(set) var next: [UInt64] = []
    private var term: [UInt64] = []
    /// When a cell was first under control in this life, in virtual time.
    private(set) var firstApplied: [Instant?] = []
    private(set) var applied = 0
    private(set) var faults: [String] = []

    init(_ plan: WiringPlan, _ clocks: HostClocks) {
        self.plan = plan
        self.clocks = clocks
    }

    func delivered(_ envelope: Envelope) {}

    func recorded(_ record: Record, by node: NodeID) {
        switch record {
        case .epochStarted(let start):
            if life != clocks.starts { begin() }
            if start.epoch <= epoch { faults.append("epoch \(start.epoch) after \(epoch)") }
            epoch = start.epoch
        case .directive(let directive): audit(directive)
        default: break
        }
    }

    private func begin() {
        life = clocks.starts
        epoch = 0
        let cells = plan.network.cells.count
        (next, term) = (Array(repeating: 0, count: cells), Array(repeating: 0, count: cells))
        firstApplied = Array(repeating: nil, count: cells)
    }

    private func audit(_ record: DirectiveRecord) {
        let late = UInt64(plan.network.game.expiryEpochs)
        for (entry, outcome) in record.result.outcome.enumerated()
        where outcome == .applied && record.result.kind[entry] == .power {
            let cell = Int(record.result.cell[entry])
            applied += 1
            firstApplied[cell] = firstApplied[cell] ?? record.at + clocks.now
            if record.epoch < next[cell] { faults.append("cell \(cell): epoch \(record.epoch) again") }
            if record.term < term[cell] { faults.append("cell \(cell): term \(record.term) is old") }
            if record.epoch > epoch { faults.append("cell \(cell): \(record.epoch) in \(epoch)") }
            if record.directive.expiresEpoch <= epoch { faults.append("cell \(cell): expired") }
            if record.directive.offerEpoch > record.epoch + late {
                faults.append("cell \(cell): an offer of \(record.directive.offerEpoch) in \(record.epoch)")
            }
            let sender = plan.nodes[Int(record.sender.rawValue)]
            let writer: RoleKind = plan.network.hierarchy == .fullyCentralised ? .rrm : .edge
            if sender.role != writer || !sender.cells.contains(CellID(UInt32(cell))) {
                faults.append("cell \(cell): \(sender.name)")
            }
            (next[cell], term[cell]) = (record.epoch + 1, record.term)
        }
    }
}
