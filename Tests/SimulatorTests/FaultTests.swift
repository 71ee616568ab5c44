import Benchmarking
import DTNetMessages
import NetworkModel
import RadioAccessNetwork
import Simulator
import Synchronization
import Testing
import TwinProtocol

/// Whatever fails, nothing stale, duplicate, expired or unauthorised is ever applied; read from the recorded history.
struct FaultTests {
    /// The applied controls of a run, checked as they come.
    final class Auditor: Sendable {
        struct State {
            var epoch: UInt64 = 0
            /// Epoch applied last, plus one, and its term, by cell.
            var next: [UInt64]
            var term: [UInt64]
            var applied = 0
            var faults: [String] = []
        }

        let state: Mutex<State>
        let plan: WiringPlan

        init(_ plan: WiringPlan) {
            self.plan = plan
            let cells = plan.network.cells.count
            state = Mutex(State(next: Array(repeating: 0, count: cells), term: Array(repeating: 0, count: cells)))
        }

        func note(_ record: Record) {
            state.withLock { state in
                switch record {
                case .epochStarted(let start):
                    // A restarted radio network starts with empty fences but never with an old epoch.
                    if start.epoch < state.epoch { state.faults.append("epoch \(start.epoch) after \(state.epoch)") }
                    state.epoch = start.epoch
                case .directive(let directive): audit(directive, &state)
                default: break
                }
            }
        }

        private func audit(_ record: DirectiveRecord, _ state: inout State) {
            let width = record.directive.subbands
            for (entry, outcome) in record.result.outcome.enumerated() where outcome == .applied {
                let cell = Int(record.result.cell[entry])
                state.applied += 1
                if record.epoch < state.next[cell] { state.faults.append("cell \(cell): epoch \(record.epoch) again") }
                if record.term < state.term[cell] { state.faults.append("cell \(cell): term \(record.term) is old") }
                if record.directive.expiresEpoch <= state.epoch { state.faults.append("cell \(cell): expired") }
                if !isWriter(record.sender, of: cell) { state.faults.append("cell \(cell): \(record.sender)") }
                let limit = plan.network.cells[cell].transmitPowerDbm
                let watts = record.directive.powerWatts[(entry * width)..<((entry + 1) * width)].reduce(0, +)
                if Double(watts) > 1.002 * Self.watts(limit) { state.faults.append("cell \(cell): \(watts) W") }
                state.next[cell] = record.epoch + 1
                state.term[cell] = record.term
            }
        }

        private static func watts(_ dbm: Double) -> Double {
            var watts = 1.0
            // 10^((dbm - 30)/10), without a mathematics library: 10^0.1 = 1.2589...
            for _ in 0..<Int(dbm - 30) { watts *= 1.258_925_411_794_167 }
            return watts
        }

        private func isWriter(_ node: NodeID, of cell: Int) -> Bool {
            let plan = plan.nodes[Int(node.rawValue)]
            let role: RoleKind = self.plan.network.hierarchy == .fullyCentralised ? .rrm : .edge
            return plan.role == role && plan.cells.contains(CellID(UInt32(cell)))
        }
    }

    private func run(_ plan: WiringPlan, _ faults: FaultSchedule, epochs: Int) throws -> (SimulationResult, Auditor) {
        let auditor = Auditor(plan)
        var options = SimulationOptions()
        options.judgedEpochs = 0
        options.runsEqualPower = false
        options.faults = faults
        options.onRecord = { record, _ in auditor.note(record) }
        return (try Simulation.run(plan: plan, epochs: epochs, options: options), auditor)
    }

    @Test(arguments: Hierarchy.allCases, Array(UInt64(1)...12))
    func nothingWrongIsEverApplied(hierarchy: Hierarchy, seed: UInt64) throws {
        let plan = try Campus.plan(hierarchy, seed: seed)
        let faults = FaultSchedule.random(
            processes: plan.processes.count, count: 10, duration: .seconds(3), seed: seed)
        let (result, auditor) = try run(plan, faults, epochs: 500)
        auditor.state.withLock { state in
            #expect(state.faults.isEmpty, "seed \(seed), \(hierarchy): \(state.faults.prefix(3))")
            // A second after the last fault every cell is under control again.
            #expect(state.next.allSatisfy { $0 + 2 >= 500 }, "seed \(seed), \(hierarchy): \(state.next)")
        }
        #expect(result.summary.missed > 0 || result.counts.lost == 0, "seed \(seed)")
        let kills = faults.entries.count { if case .kill = $0.fault { true } else { false } }
        #expect((result.counts.kills > 0) == (kills > 0), "seed \(seed)")
    }

    @Test(arguments: Hierarchy.allCases, Array(0..<6))
    func controlIsBackThreeEpochsAfterARestart(hierarchy: Hierarchy, process: Int) throws {
        let plan = try Campus.plan(hierarchy)
        guard process < plan.processes.count else { return }
        let killed = Instant.zero + .milliseconds(1_003)
        let faults = FaultSchedule([
            .init(at: killed, fault: .kill(process: process)),
            .init(at: killed + .milliseconds(300), fault: .restart(process: process)),
        ])
        let auditor = Auditor(plan)
        let restored = Mutex<[Instant?]>(Array(repeating: nil, count: plan.network.cells.count))
        let back = killed + .milliseconds(300)
        var options = SimulationOptions()
        options.judgedEpochs = 0
        options.runsEqualPower = false
        options.faults = faults
        options.onRecord = { record, _ in
            auditor.note(record)
            guard case .directive(let directive) = record, directive.at > back else { return }
            restored.withLock { restored in
                for (entry, outcome) in directive.result.outcome.enumerated() where outcome == .applied {
                    let cell = Int(directive.result.cell[entry])
                    restored[cell] = restored[cell] ?? directive.at
                }
            }
        }
        _ = try Simulation.run(plan: plan, epochs: 200, options: options)
        // The handshake takes 25 ms; control is back within three epochs of it.
        for (cell, at) in restored.withLock({ $0 }).enumerated() {
            let instant = try #require(at, "\(hierarchy), process \(process), cell \(cell) stays without control")
            #expect(instant - back <= .milliseconds(25 + 30 + 10), "\(hierarchy), process \(process), cell \(cell)")
        }
        #expect(auditor.state.withLock { $0.faults }.isEmpty)
    }

    @Test func aReplayedFrameIsNotAppliedTwice() throws {
        let plan = try Campus.plan(.semiCentralised)
        let everything = (0..<plan.processes.count).flatMap { from in
            (0..<plan.processes.count).map { to in
                FaultSchedule.Entry(
                    at: .zero,
                    fault: .degrade(from: from, to: to, lasting: .seconds(10), loss: 0, duplication: 1))
            }
        }
        let (result, auditor) = try run(plan, FaultSchedule(everything), epochs: 100)
        #expect(result.counts.duplicates > 100)
        #expect(result.summary.missed == 0)
        #expect(auditor.state.withLock { $0.faults }.isEmpty)
        #expect(result.summary.decisions == 600)
    }

    @Test func aHeldDirectiveIsRefusedWhenItComes() throws {
        let plan = try Campus.plan(.decentralised)
        let radio = try #require(plan.processes.firstIndex { $0.executable == "dtnet-ran" })
        let edge = try #require(plan.processes.firstIndex { $0.executable == "dtnet-edge" })
        let fault = Fault.partition(from: edge, to: radio, lasting: .milliseconds(200), holds: true)
        let (result, auditor) = try run(
            plan, FaultSchedule([.init(at: .zero + .milliseconds(300), fault: fault)]), epochs: 100)
        // Directives outlive 8 epochs: of the 20 held, the older ones have expired when they arrive at once.
        #expect(result.summary.rejected.contains { $0.outcome == .expired && $0.count >= 30 })
        #expect(auditor.state.withLock { $0.faults }.isEmpty)
    }
}
