internal import NetworkModel

/// Who talks to whom in each hierarchy (DESIGN 6).
struct WireRules {
    private let nodes: [PlacedNode]
    private(set) var wires: [(from: Int, to: Int)] = []

    /// Directed wires as node indices, in the order of the rules, each once.
    static func wires(
        among nodes: [PlacedNode], hierarchy: Hierarchy, leadership: RegionLeadership
    ) -> [(from: Int, to: Int)] {
        var rules = WireRules(nodes: nodes)
        rules.join(hierarchy, leadership)
        return rules.wires
    }

    private init(nodes: [PlacedNode]) { self.nodes = nodes }

    private mutating func join(_ hierarchy: Hierarchy, _ leadership: RegionLeadership) {
        let (rans, edges, regions) = (of(.ran), of(.edge), of(.region))
        let (leaders, orchestrators) = (of(.rrm), of(.orchestrator))
        // Telemetry up; directives down, in FCH those of the leader go beside the edges.
        for ran in rans { for edge in edges { both(ran, edge) } }
        for edge in edges {
            for region in regions where nodes[region].region == nodes[edge].region { one(edge, region) }
            for leader in leaders where leads(leader, edge, leadership) {
                if hierarchy == .fullyCentralised { one(edge, leader) } else { both(edge, leader) }
            }
        }
        if hierarchy == .fullyCentralised {
            for ran in rans { for leader in leaders { both(leader, ran) } }
        }
        for region in regions {
            for leader in leaders where leads(leader, region, leadership) { one(region, leader) }
            for orchestrator in orchestrators { both(region, orchestrator) }
        }
        for border in leadership.borders where hierarchy == .decentralised {
            let low = leaders.first { nodes[$0].region?.index == border.low }
            let high = leaders.first { nodes[$0].region?.index == border.high }
            if let low, let high { both(low, high) }
        }
        for orchestrator in orchestrators {
            for edge in edges { both(orchestrator, edge) }
            for leader in leaders { both(orchestrator, leader) }
        }
    }

    private func of(_ role: RoleKind) -> [Int] { nodes.indices.filter { nodes[$0].role == role } }

    /// Whether a leader leads the region of another node; a leader without region leads all.
    private func leads(_ leader: Int, _ node: Int, _ leadership: RegionLeadership) -> Bool {
        guard let own = nodes[leader].region, let region = nodes[node].region else { return true }
        return leadership.leader[region.index] == own.index
    }

    private mutating func one(_ from: Int, _ to: Int) { wires.append((from, to)) }

    private mutating func both(_ first: Int, _ second: Int) {
        one(first, second)
        one(second, first)
    }
}
