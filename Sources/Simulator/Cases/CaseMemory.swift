package import DTNetMessages
package import LanguageEngine
package import NetworkModel
package import TwinProtocol

/// Keeps of a simulated run what the context stores of its processes would.
package protocol CaseMemory: Sendable {
    /// A node was handed the envelope; `now` is the time of the run.
    func delivered(_ envelope: Envelope, at now: Instant)
    /// A node appended to the history.
    func recorded(_ record: Record, by node: NodeID, at now: Instant)
    /// What the newest rows say of the first cells that findings are about.
    func rows(about findings: [Finding]) throws -> [CellRows]
}

/// Tells a memory what happens in a simulation, and when.
final class MemoryWatcher: ClusterObserver {
    private let memory: any CaseMemory
    private unowned let simulation: Simulation

    init(_ memory: any CaseMemory, of simulation: Simulation) {
        self.memory = memory
        self.simulation = simulation
    }

    func delivered(_ envelope: Envelope) { memory.delivered(envelope, at: simulation.cluster.now) }

    func recorded(_ record: Record, by node: NodeID) {
        memory.recorded(record, by: node, at: simulation.cluster.now)
    }
}
