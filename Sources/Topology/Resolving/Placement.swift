internal import NetworkModel

/// A node with its host, before processes and links are known.
struct PlacedNode {
    var name: String
    var role: RoleKind
    var executable: String
    var cells: [CellID]
    var region: RegionID?
    var host: Int
    /// Why it is there, in words.
    var reason: String
    var override: NodeOverride?
}

/// Decides which nodes a hierarchy has and on which host each runs (DESIGN 6).
struct Placement {
    private let document: TopologyDocument
    private let hierarchy: Hierarchy
    private let cells: [CellConfiguration]
    private let leadership: RegionLeadership
    private var collector: DiagnosticCollector
    private var nodes: [PlacedNode] = []
    private var missingLabels: [HostLabel] = []

    /// All nodes in the order of their ids: RAN, edges, regions, leaders, orchestrator.
    static func nodes(
        of document: TopologyDocument, hierarchy: Hierarchy, cells: [CellConfiguration], leadership: RegionLeadership,
        collector: inout DiagnosticCollector
    ) -> [PlacedNode] {
        var placement = Placement(
            document: document, hierarchy: hierarchy, cells: cells, leadership: leadership, collector: collector)
        placement.place()
        placement.checkOverrides()
        collector = placement.collector
        return placement.nodes
    }

    private init(
        document: TopologyDocument, hierarchy: Hierarchy, cells: [CellConfiguration], leadership: RegionLeadership,
        collector: DiagnosticCollector
    ) {
        self.document = document
        self.hierarchy = hierarchy
        self.cells = cells
        self.leadership = leadership
        self.collector = collector
    }

    // MARK: - Rules

    private mutating func place() {
        let all = cells.map(\.id)
        let isCentral = hierarchy == .fullyCentralised
        add("ran", .ran, "dtnet-ran", all, nil, rule: host(.field))
        var edgeHosts: [[Int?]] = []
        for region in document.regions.indices { edgeHosts.append(self.edgeHosts(of: region)) }
        for region in document.regions.indices {
            for (name, hostIndex, cells) in edges(of: region, hosts: edgeHosts[region]) {
                add(name, .edge, "dtnet-edge", cells, region, rule: isCentral ? host(.cloud) : hostIndex)
            }
        }
        for (region, declaration) in document.regions.enumerated() {
            let rule = isCentral ? host(.cloud) : edgeHosts[region].first ?? nil
            add("region-\(declaration.name.value)", .region, "dtnet-region", scope(of: [region]), region, rule: rule)
        }
        if hierarchy == .decentralised {
            for region in leadership.leading {
                let led = leadership.leader.indices.filter { leadership.leader[$0] == region }
                let name = "rrm-\(document.regions[region].name.value)"
                add(name, .rrm, "dtnet-region", scope(of: led), region, rule: edgeHosts[region].first ?? nil)
            }
        } else {
            add("rrm", .rrm, "dtnet-rrm", all, nil, rule: host(.cloud))
        }
        add("orchestrator", .orchestrator, "dtnet-orchestrator", all, nil, rule: host(.cloud))
    }

    private func scope(of regions: [Int]) -> [CellID] {
        cells.filter { regions.contains($0.region.index) }.map(\.id)
    }

    /// One edge node per edge host of the region; several divide its cells in the order of their ids.
    private func edges(of region: Int, hosts: [Int?]) -> [(name: String, host: Int?, cells: [CellID])] {
        let name = "edge-\(document.regions[region].name.value)"
        let scope = scope(of: [region])
        let count = max(1, min(hosts.count, scope.count))
        return (0..<count).map { part in
            let cells = scope[(part * scope.count / count)..<((part + 1) * scope.count / count)]
            return (count == 1 ? name : "\(name)-\(part + 1)", hosts[part], Array(cells))
        }
    }

    /// Hosts of the region's `edge`, else the hosts labelled `edge` in turn, else the only host.
    private mutating func edgeHosts(of region: Int) -> [Int?] {
        let named = document.regions[region].edgeHosts
        if !named.isEmpty { return named.map { document.hostIndex($0, &collector) } }
        let labelled = document.hosts.indices.filter { document.hosts[$0].labels.contains(.edge) }
        if !labelled.isEmpty { return [labelled[region % labelled.count]] }
        return [hierarchy == .fullyCentralised ? nil : host(.edge)]
    }

    /// The first host with a label, else the only host; where there is none it is reported once.
    private mutating func host(_ label: HostLabel) -> Int? {
        if let index = document.hosts.firstIndex(where: { $0.labels.contains(label) }) { return index }
        if document.hosts.count == 1 { return 0 }
        if !missingLabels.contains(label) {
            missingLabels.append(label)
            collector.add(
                "no host is labelled '\(label.rawValue)', which \(hierarchy.rawValue) needs",
                at: document.hosts[0].name.position, key: "hosts")
        }
        return nil
    }

    /// Adds a node on the host of its own override, of its role's, of the defaults, or of the rule, in this order.
    private mutating func add(
        _ name: String, _ role: RoleKind, _ executable: String, _ cells: [CellID], _ region: Int?, rule: Int?
    ) {
        let override = document.nodes.first { $0.name.value == name }
        let own = override?.host ?? document.roleHosts.first { $0.role == role }?.host ?? document.defaultHost
        let reason = own.map { "\($0.path): \($0.value)" } ?? "rule of \(hierarchy.rawValue)"
        let host = own.map { document.hostIndex($0, &collector) ?? 0 } ?? rule ?? 0
        nodes.append(
            PlacedNode(
                name: name, role: role, executable: executable, cells: cells,
                region: region.map { RegionID(UInt32($0)) }, host: host, reason: reason, override: override))
    }

    // MARK: - Overrides

    /// Names that a node may have in any hierarchy.
    private var possibleNames: [String] {
        let regions = document.regions.map(\.name.value)
        let edges = nodes.filter { $0.role == .edge }.map(\.name)
        return ["ran"] + edges + regions.map { "region-\($0)" } + ["rrm"] + regions.map { "rrm-\($0)" }
            + ["orchestrator"]
    }

    /// Overrides of nodes that exist in no hierarchy are mistakes; those of another hierarchy rest.
    private mutating func checkOverrides() {
        let names = possibleNames
        for override in document.nodes where !names.contains(override.name.value) {
            let hint = NearestMatch.hint(for: override.name.value, among: names)
            collector.add("no node '\(override.name.value)'" + hint, at: override.name)
        }
        for wire in document.wires {
            for end in [wire.from, wire.to] where !names.contains(end.value) {
                collector.add("no node '\(end.value)'" + NearestMatch.hint(for: end.value, among: names), at: end)
            }
        }
        for override in document.nodes where !nodes.contains(where: { $0.name == override.name.value }) {
            if let host = override.host { _ = document.hostIndex(host, &collector) }
        }
    }
}
