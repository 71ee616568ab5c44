internal import Foundation
package import NetworkModel
internal import Topology
package import Transport

/// What a loop is started with.
package struct ReactorConfiguration: Sendable {
    package var plan: WiringPlan
    /// The process of the plan that this is.
    package var process: ProcessPlan
    /// Higher at every start of the same process; not 0.
    package var incarnation: UInt64
    /// `false` hands every message to the socket at once, whatever its link is.
    package var shaping = true
    /// Where `ipc` sockets lie.
    package var sockets: SocketDirectory
    package var socketOptions = SocketOptions()

    /// Throws where the plan has no such process.
    package init(plan: WiringPlan, process name: String, incarnation: UInt64, sockets: SocketDirectory)
        throws(RuntimeError)
    {
        precondition(incarnation > 0, "incarnations count from 1")
        guard let process = plan.processes.first(where: { $0.name == name }) else {
            let known = plan.processes.map(\.name).joined(separator: ", ")
            throw RuntimeError(.usage, "the plan has no process '\(name)'; it has: \(known)")
        }
        self.plan = plan
        self.process = process
        self.incarnation = incarnation
        self.sockets = sockets
    }

    /// The digest that peers compare.
    var planDigest: UInt64 { plan.digest }

    /// `ipc://NAME` of the plan becomes a path of this run; anything else stays.
    func endpoint(_ planned: String) throws(TransportError) -> String {
        guard let name = ReactorConfiguration.socketName(planned) else { return planned }
        return try sockets.endpoint(of: name)
    }

    /// NAME of `ipc://NAME`, nil for other endpoints.
    static func socketName(_ planned: String) -> String? {
        guard planned.hasPrefix("ipc://"), !planned.hasPrefix("ipc:///") else { return nil }
        return String(planned.dropFirst("ipc://".count))
    }
}
