package import NetworkModel
package import TwinProtocol

/// Takes a line for the log of the process, from the thread of a job.
package typealias JobLog = @Sendable (String) -> Void

/// How an executable makes the nodes of one role that it links.
package struct RoleRegistration: Sendable {
    package let role: RoleKind
    let makeHost: @Sendable (WiringPlan, [NodePlan], @escaping JobLog) throws -> any NodeHosting

    /// - Parameters:
    ///   - role: kind of the nodes.
    ///   - execute: does a job of the role, on a thread of its own; what it says goes to the process's log.
    ///   - make: the node that the plan describes.
    package init<R: Role>(
        _ role: RoleKind, execute: @escaping @Sendable (R.Job, @escaping JobLog) -> R.JobResult,
        make: @escaping @Sendable (WiringPlan, NodePlan) throws -> R
    ) {
        self.role = role
        makeHost = { plan, nodes, log in
            NodeHost(try nodes.map { try make(plan, $0) }, execute: { execute($0, log) })
        }
    }

    /// A role without jobs.
    package init<R: Role>(
        _ role: RoleKind, make: @escaping @Sendable (WiringPlan, NodePlan) throws -> R
    ) where R.Job == NoJob, R.JobResult == NoJob {
        self.role = role
        makeHost = { plan, nodes, _ in NodeHost(try nodes.map { try make(plan, $0) }) }
    }

    /// Hosts for the nodes of a process, one per role that it has nodes of.
    static func hosts(
        _ registrations: [RoleRegistration], plan: WiringPlan, process: ProcessPlan, log: @escaping JobLog
    ) throws -> [any NodeHosting] {
        let nodes = process.nodes.sorted().map { plan.nodes[Int($0.rawValue)] }
        return try registrations.compactMap { registration in
            let own = nodes.filter { $0.role == registration.role }
            return own.isEmpty ? nil : try registration.makeHost(plan, own, log)
        }
    }
}
