internal import Glibc
internal import NetworkModel

/// Groups nodes into processes and says who binds where.
struct ProcessGrouping {
    private(set) var processes: [ProcessPlan] = []
    /// Process of each node.
    private(set) var processOfNode: [Int] = []
    private var hosts: [Int] = []
    private let document: TopologyDocument
    private let nodes: [PlacedNode]

    /// Processes in the order of their first nodes. Nodes of one executable on one host share a process unless an
    /// override names another. Of two processes that talk the one with the RAN binds, then the one with a leader, then
    /// the orchestrator, then a region; among equals the earlier.
    init(
        _ document: TopologyDocument, nodes: [PlacedNode], wires: [(from: Int, to: Int)],
        collector: inout DiagnosticCollector
    ) {
        self.document = document
        self.nodes = nodes
        group(&collector)
        connect(wires)
        assignEndpoints(&collector)
    }

    // MARK: - Grouping

    private mutating func group(_ collector: inout DiagnosticCollector) {
        for (index, node) in nodes.enumerated() {
            let chosen = node.override?.process
            if let chosen, ProcessGrouping.isReserved(chosen.value) {
                collector.add("'\(chosen.value)' is a name that the supervisor of a run uses: take another", at: chosen)
            }
            let name = chosen?.value ?? defaultName(node)
            let host = document.hosts[node.host].name.value
            if let existing = processes.firstIndex(where: { $0.name == name }) {
                if processes[existing].executable != node.executable || hosts[existing] != node.host {
                    let other = processes[existing]
                    let problem =
                        "process '\(name)' is already \(other.executable) on \(other.host), and \(node.name) needs "
                        + "\(node.executable) on \(host)"
                    let key = node.override?.process
                    collector.add(
                        problem, at: key?.position ?? document.hosts[node.host].name.position,
                        key: key?.path ?? "nodes.\(node.name)")
                }
                processes[existing].nodes.append(NodeID(UInt32(index)))
                processOfNode.append(existing)
            } else {
                processOfNode.append(processes.count)
                hosts.append(node.host)
                processes.append(
                    ProcessPlan(
                        name: name, executable: node.executable, host: host, nodes: [NodeID(UInt32(index))],
                        endpoint: nil, connects: []))
            }
        }
    }

    /// A supervisor has sockets `control` and `n0`, `n1`, ... beside those of the processes, and logs `supervisor` and
    /// `llm-server` beside theirs. No name by the rules below is one of these.
    private static func isReserved(_ name: String) -> Bool {
        let isNumbered = name.hasPrefix("n") && name.count > 1 && name.dropFirst().allSatisfy(\.isNumber)
        return isNumbered || ["control", "supervisor", "llm-server"].contains(name)
    }

    /// `ran`, `rrm`, `orchestrator`; `edge-HOST` and `region-HOST`, where a host that is named `edge-...` already gives
    /// the name as it is unless another host would give the same.
    private func defaultName(_ node: PlacedNode) -> String {
        let role = String(node.executable.dropFirst("dtnet-".count))
        guard node.executable == "dtnet-edge" || node.executable == "dtnet-region" else { return role }
        let host = document.hosts[node.host].name.value
        let full = "\(role)-\(host)"
        guard host.hasPrefix("\(role)-") else { return full }
        let stem = host.dropFirst(role.count + 1)
        return document.hosts.contains { $0.name.value == stem } ? full : host
    }

    // MARK: - Connections

    private func rank(_ process: Int) -> Int {
        processes[process].nodes.map { id in
            switch nodes[Int(id.rawValue)].role {
            case .ran: 0
            case .rrm: 1
            case .orchestrator: 2
            case .region: 3
            case .edge: 4
            }
        }.min() ?? 4
    }

    private mutating func connect(_ wires: [(from: Int, to: Int)]) {
        let count = processes.count
        var joins = [Bool](repeating: false, count: count * count)
        for wire in wires {
            let (a, b) = (processOfNode[wire.from], processOfNode[wire.to])
            if a != b { joins[min(a, b) * count + max(a, b)] = true }
        }
        for pair in joins.indices where joins[pair] {
            let (low, high) = (pair / count, pair % count)
            let binder = rank(low) <= rank(high) ? low : high
            let connector = binder == low ? high : low
            processes[connector].connects.append(processes[binder].name)
            processes[binder].endpoint = "ipc://\(processes[binder].name)"
        }
    }

    /// TCP endpoints where hosts have addresses; two processes on one address and port are refused.
    private mutating func assignEndpoints(_ collector: inout DiagnosticCollector) {
        guard document.hosts.contains(where: { $0.address != nil }) else { return }
        for host in document.hosts where host.address == nil {
            collector.add("has no address, although other hosts have one", at: host.name)
        }
        for address in document.hosts.compactMap(\.address) where !isAddress(address.value) {
            collector.add("must be an IP address or a host name, not '\(ScalarText.shown(address.value))'", at: address)
        }
        var taken: [(endpoint: String, process: String)] = []
        var used = [Int](repeating: 0, count: document.hosts.count)
        for index in processes.indices {
            let host = document.hosts[hosts[index]]
            let chosen = processes[index].nodes.compactMap { nodes[Int($0.rawValue)].override?.port }.first
            let port = chosen ?? host.port.map { $0 + used[hosts[index]] }
            if chosen == nil { used[hosts[index]] += 1 }
            guard processes[index].endpoint != nil, let address = host.address else { continue }
            if port.value > 65_535 { collector.add("port \(port.value) does not exist", at: port) }
            let literal = address.value.contains(":") ? "[\(address.value)]" : address.value
            let endpoint = "tcp://\(literal):\(port.value)"
            if let other = taken.first(where: { $0.endpoint == endpoint }) {
                collector.add(
                    "processes '\(other.process)' and '\(processes[index].name)' are both on port \(port.value) of "
                        + "\(address.value)", at: port.position ?? address.position, key: port.path)
            }
            taken.append((endpoint, processes[index].name))
            processes[index].endpoint = endpoint
        }
    }

    /// Letters, digits, dots, dashes, and an IPv6 address: nothing that could change the meaning of an endpoint.
    private func isAddress(_ text: String) -> Bool {
        if text.contains(":") {
            var address = in6_addr()
            return inet_pton(AF_INET6, text, &address) == 1
        }
        return !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E: true
                default: false
                }
            }
    }
}
