package import DTNetMessages
package import NetworkModel

/// The alarms of one node that stand. Each is sent to L3 when it is raised and when it is over, and not in between; an
/// L3 that comes back gets those that stand.
package struct AlarmBook: Sendable {
    private let node: NodeID
    /// nil where no wire leads to L3: then nothing is sent.
    private let globalTwin: NodeID?
    /// In the order in which they were raised.
    package private(set) var standing: [Alarm] = []

    package init(plan: WiringPlan, node: NodeID) {
        self.node = node
        globalTwin =
            plan.nodes(of: .orchestrator).first { reader in
                plan.wires.contains { $0.from == node && $0.to == reader.id }
            }?.id
    }

    /// Raises an alarm, or counts one that stands.
    ///
    /// - Parameters:
    ///   - cells: that it concerns, ascending; empty where it concerns none in particular.
    ///   - text: cut to what a message holds.
    package mutating func raise<Job: Sendable>(
        _ code: AlarmCode, cells: [UInt32] = [], epoch: UInt64, text: String
    ) -> [Effect<Job>] {
        let alarm = Alarm(code: code, severity: code.severity, cell: cells, raisedEpoch: epoch, text: text)
        if let index = standing.firstIndex(where: alarm.isSame) {
            standing[index].count = standing[index].count.addingReportingOverflow(1).partialValue
            return []
        }
        standing.append(alarm)
        return send(alarm, epoch: epoch)
    }

    /// Says that an alarm is over, where it stands.
    package mutating func clear<Job: Sendable>(
        _ code: AlarmCode, cells: [UInt32] = [], epoch: UInt64
    ) -> [Effect<Job>] {
        guard let index = standing.firstIndex(where: { $0.code == code && $0.cell == cells }) else { return [] }
        var alarm = standing.remove(at: index)
        alarm.severity = .cleared
        return send(alarm, epoch: epoch)
    }

    /// Says of each cell that the radio network refuses directives for it, or takes them again.
    package mutating func report<Job: Sendable>(_ changes: [RefusalWatch.Change], epoch: UInt64) -> [Effect<Job>] {
        changes.flatMap { change -> [Effect<Job>] in
            guard let outcome = change.outcome else {
                return clear(.directivesRefused, cells: [change.cell], epoch: epoch)
            }
            let text = "the radio network refuses directives for cell \(change.cell): \(outcome)"
            return [.record(.alarm(node: node, text: text))]
                + raise(.directivesRefused, cells: [change.cell], epoch: epoch, text: text)
        }
    }

    /// Says that the context store of the node's process has failed, or takes rows again. The history says both, so
    /// that the store has an incident of it once it is there again.
    package mutating func report<Job: Sendable>(_ store: StoreState, epoch: UInt64) -> [Effect<Job>] {
        switch store {
        case .failed(let reason):
            let text = "the context store takes nothing since epoch \(epoch): \(reason)"
            return [.record(.alarm(node: node, text: text))] + raise(.storeFailed, epoch: epoch, text: text)
        case .recovered:
            guard let failed = standing.first(where: { $0.code == .storeFailed }) else { return [] }
            let text = "the context store takes rows again in epoch \(epoch); before, \(failed.text)"
            return [.record(.alarm(node: node, text: text))] + clear(.storeFailed, epoch: epoch)
        }
    }

    /// What an L3 that came up has to know.
    package func repeated<Job: Sendable>(to peer: NodeID, epoch: UInt64) -> [Effect<Job>] {
        peer == globalTwin ? standing.flatMap { send($0, epoch: epoch) } : []
    }

    private func send<Job: Sendable>(_ alarm: Alarm, epoch: UInt64) -> [Effect<Job>] {
        guard let globalTwin else { return [] }
        return [.send(Envelope(sender: node, recipient: globalTwin, epoch: epoch, body: .alarm(alarm)))]
    }
}
