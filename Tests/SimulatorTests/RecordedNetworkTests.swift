import NetworkModel
import RadioAccessNetwork
import Simulator
import Synchronization
import Testing
import TwinProtocol

/// A run's radio network is had again from its seed and its recorded directives, to the last bit.
@Suite struct RecordedNetworkTests {
    /// The history of a simulated run, and its radio network at the end.
    private static func run(
        _ hierarchy: Hierarchy, epochs: Int
    ) throws -> (plan: WiringPlan, history: [Record], network: PhysicalNetwork) {
        let plan = try Campus.plan(hierarchy)
        let records = Mutex<[Record]>([])
        var options = SimulationOptions()
        options.judgedEpochs = 0
        options.onRecord = { record, _ in records.withLock { $0.append(record) } }
        let simulation = try Simulation(plan: plan, options: options)
        simulation.run(epochs: epochs)
        let radio = try #require(simulation.radioNetwork)
        return (plan, records.withLock { $0 }, radio.role.network)
    }

    @Test(arguments: [Hierarchy.fullyCentralised, .semiCentralised, .decentralised])
    func theNetworkIsThatOfTheRun(hierarchy: Hierarchy) throws {
        let (plan, history, network) = try Self.run(hierarchy, epochs: 120)
        // The run ends where epoch 120 would begin, which is not recorded: one epoch more is asked for by its start.
        let more = history + [.epochStarted(EpochStart(epoch: 120, scheduled: .zero + plan.network.epoch * 120))]
        let recorded = try RecordedNetwork(plan: plan, history: more, epoch: 120)
        #expect(recorded.directives > 100)
        #expect(recorded.network.trueGains(averaged: false) == network.trueGains(averaged: false))
        let cells = plan.network.cells.map(\.id)
        for cell in cells { #expect(recorded.network.appliedPower(cell: cell) == network.appliedPower(cell: cell)) }
        // The powers differ from the plain start: the directives did something.
        let plain = try PhysicalNetwork(configuration: plan.network)
        #expect(cells.contains { recorded.network.appliedPower(cell: $0) != plain.appliedPower(cell: $0) })
        #expect(recorded.problem != nil)
    }

    @Test func aRestartedNetworkBeginsAnew() throws {
        let (plan, history, _) = try Self.run(.semiCentralised, epochs: 40)
        let starts = history.filter { if case .epochStarted = $0 { true } else { false } }
        let restart = (60..<70).map { index in
            Record.epochStarted(EpochStart(epoch: index, scheduled: .zero + plan.network.epoch * Int64(index)))
        }
        let late = try RecordedNetwork(plan: plan, history: starts + restart, epoch: 65)
        let early = try RecordedNetwork(plan: plan, history: starts, epoch: 5)
        #expect(late.network.trueGains(averaged: false) == early.network.trueGains(averaged: false))
        #expect(throws: RecordedNetwork.Fault.self) {
            try RecordedNetwork(plan: plan, history: starts + restart, epoch: 50)
        }
    }

    @Test func whatIsNotRecordedIsRefused() throws {
        let (plan, history, _) = try Self.run(.semiCentralised, epochs: 10)
        #expect(throws: RecordedNetwork.Fault.epoch(0...9)) {
            try RecordedNetwork(plan: plan, history: history, epoch: 10_000)
        }
        #expect(throws: RecordedNetwork.Fault.noEpochs) { try RecordedNetwork(plan: plan, history: [], epoch: nil) }
    }
}
