internal import CLinux
internal import NetworkModel

/// What a process asks of the scheduler: those on the decision path run as soon as they wake, the others make room.
///
/// A host has fewer processors than processes; where a leader solves for the next epoch, or L3 rolls up, this epoch's
/// directive must not wait for it.
enum ProcessorClaim {
    /// Slice of a thread on the decision path, 0.1 ms: about as long as its work takes.
    private static let sliceNanoseconds: Int64 = 100_000
    /// Nice value of a process that no decision of an epoch waits for.
    private static let niceValue: Int32 = 5

    /// Asks for the calling thread and all that it will start; to be called before there is another. What the system
    /// refuses is left as it is: only times depend on it.
    static func make(for process: ProcessPlan, of plan: WiringPlan) {
        if plan.isOnDecisionPath(process) {
            clinux_set_thread_slice(sliceNanoseconds)
        } else {
            clinux_set_thread_nice(niceValue)
        }
    }
}

extension WiringPlan {
    /// Whether a process hosts twins of L2 and L3 alone: what they do is awaited by no epoch.
    func isBesideDecisions(_ process: ProcessPlan) -> Bool {
        process.nodes.allSatisfy { [.region, .orchestrator].contains(nodes[Int($0.rawValue)].role) }
    }

    /// Whether a directive of an epoch waits for a node of the process.
    func isOnDecisionPath(_ process: ProcessPlan) -> Bool {
        process.nodes.contains { id in
            switch nodes[Int(id.rawValue)].role {
            case .ran, .edge: true
            case .rrm:
                network.hierarchy == .fullyCentralised || network.game.timing(in: network.hierarchy) == .synchronous
            case .region, .orchestrator: false
            }
        }
    }
}
