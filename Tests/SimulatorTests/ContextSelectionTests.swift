import DTNetMessages
import NetworkModel
import Simulator
import Synchronization
import Testing
import TwinProtocol

/// What L3 has edges mirror, and what its rules order, in whole runs.
@Suite struct ContextSelectionTests {
    private static func run(
        _ plan: WiringPlan, epochs: Int, faults: [FaultSchedule.Entry] = []
    ) throws -> (bytes: UInt64, decisions: [LanguageDecision], statuses: [TwinStatusRecord]) {
        let decisions = Mutex<[LanguageDecision]>([])
        let statuses = Mutex<[TwinStatusRecord]>([])
        var options = SimulationOptions()
        (options.judgedEpochs, options.runsEqualPower) = (0, false)
        options.faults = FaultSchedule(faults)
        options.onRecord = { record, _ in
            switch record {
            case .language(let decision): decisions.withLock { $0.append(decision) }
            case .twinStatus(let status): statuses.withLock { $0.append(status) }
            default: break
            }
        }
        let simulation = try Simulation(plan: plan, options: options)
        simulation.run(epochs: epochs)
        return (simulation.mirroredBytes, decisions.withLock { $0 }, statuses.withLock { $0 })
    }

    @Test(arguments: [Hierarchy.fullyCentralised, .decentralised])
    func aCalmNetworkMirrorsLessThanAFixedPeriod(hierarchy: Hierarchy) throws {
        var plan = try Campus.plan(hierarchy, epochMs: 20)
        let selected = try Self.run(plan, epochs: 1_500)
        plan.network.language.mirrorPeriod = .seconds(1)
        let fixed = try Self.run(plan, epochs: 1_500)
        print("\(hierarchy): mirror \(selected.bytes) bytes in 30 s, fixed period \(fixed.bytes)")
        #expect(selected.bytes > 0 && 3 * selected.bytes < 2 * fixed.bytes)
    }

    /// Gains that swing everywhere: L3's rules have the twins follow faster, and the edges say what came of it.
    @Test func aDriftIsOrderedAwayByTheRules() throws {
        var plan = try Campus.plan(.semiCentralised, epochMs: 20)
        plan.network.language.period = .seconds(1)
        let fade = Fault.fade(cells: [0, 1, 2], db: 30, period: .milliseconds(700), lasting: .seconds(30))
        let found = try Self.run(plan, epochs: 2_000, faults: [.init(at: .zero + .seconds(12), fault: fade)])
        let orders = found.decisions.filter { decision in
            decision.outcome == .adopted && decision.chosen >= 0
                && decision.candidates[decision.chosen].action.contains("tune_twin")
        }
        #expect(!orders.isEmpty, "\(found.decisions.map(\.findings))")
        let answered = found.statuses.filter { $0.status.lastKind.contains(TrainKind.parameter.rawValue) }
        #expect(!answered.isEmpty && answered.contains { $0.status.orderAfter.contains { $0 > 0 } })
    }

    /// A drift that appears starts a cycle long before the period does.
    @Test func aDriftStartsACycleOfItsOwn() throws {
        var plan = try Campus.plan(.semiCentralised, epochMs: 20)
        plan.network.language.period = .seconds(60)
        let fade = Fault.fade(cells: [0, 1, 2], db: 30, period: .milliseconds(700), lasting: .seconds(30))
        let found = try Self.run(plan, epochs: 2_000, faults: [.init(at: .zero + .seconds(12), fault: fade)])
        let drifts = found.decisions.filter { $0.findings.contains { $0.hasPrefix("channel twin of cell") } }
        #expect(drifts.contains { $0.epoch > 600 }, "\(found.decisions.map { ($0.epoch, $0.findings) })")
        let starts = found.decisions.map(\.epoch)
        #expect(zip(starts, starts.dropFirst()).allSatisfy { $1 >= $0 + 45 }, "\(starts)")
    }
}
