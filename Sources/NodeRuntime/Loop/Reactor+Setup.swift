internal import NetworkModel
internal import Transport
internal import TwinProtocol

extension Reactor {
    /// Where each node of the plan lives in this process. Throws where the hosts do not hold what the plan says.
    static func addresses(
        of hosts: [any NodeHosting], _ configuration: ReactorConfiguration
    ) throws(RuntimeError) -> [NodeAddress?] {
        var addresses = [NodeAddress?](repeating: nil, count: configuration.plan.nodes.count)
        for (index, host) in hosts.enumerated() {
            for (slot, node) in host.nodes.enumerated() {
                addresses[Int(node.rawValue)] = NodeAddress(host: index, slot: slot)
            }
        }
        let hosted = addresses.indices.filter { addresses[$0] != nil }
        let planned = configuration.process.nodes.map { Int($0.rawValue) }.sorted()
        guard hosted == planned else {
            throw RuntimeError(
                .usage,
                "process '\(configuration.process.name)' is to host nodes \(planned), "
                    + "\(configuration.process.executable) has roles for \(hosted)")
        }
        return addresses
    }

    /// The processes that this one connects to, and those that connect to it.
    static func peers(
        _ configuration: ReactorConfiguration, _ session: SessionConfiguration, _ addresses: [NodeAddress?],
        _ context: Context, at now: Instant
    ) throws -> [Peer] {
        let own = configuration.process
        return try configuration.plan.processes.compactMap { other in
            let connects = own.connects.contains(other.name)
            guard connects || other.connects.contains(own.name) else { return nil }
            var dealer: DealerSocket?
            if connects {
                guard let endpoint = other.endpoint else {
                    throw RuntimeError(.usage, "'\(own.name)' is to connect to '\(other.name)', which has no endpoint")
                }
                dealer = try DealerSocket(
                    context, connect: configuration.endpoint(endpoint), options: configuration.socketOptions)
            }
            var session = session
            session.needs = CapabilityNeeds(between: own, and: other, in: configuration.plan)
            return Peer(
                name: other.name, nodes: other.nodes.sorted(), dealer: dealer,
                session: connects ? PeerSession(connectingTo: other.name, configuration: session, at: now) : nil,
                joints: joints(configuration.plan, other, addresses), needs: session.needs)
        }
    }

    /// Pairs of nodes of this process and of `other` that a wire joins, each once.
    private static func joints(
        _ plan: WiringPlan, _ other: ProcessPlan, _ addresses: [NodeAddress?]
    ) -> [Peer.Joint] {
        var seen = Set<Peer.Joint>()
        return plan.wires.compactMap { wire in
            for (own, remote) in [(wire.from, wire.to), (wire.to, wire.from)] {
                guard let address = addresses[Int(own.rawValue)], other.nodes.contains(remote) else { continue }
                let joint = Peer.Joint(own: address, remote: remote)
                if seen.insert(joint).inserted { return joint }
            }
            return nil
        }
    }
}
