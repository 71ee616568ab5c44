internal import NetworkModel

/// Which region's leader leads which region in DCH, and which leaders exchange border charges.
struct RegionLeadership {
    /// For each region the region whose leader leads it; itself by default.
    let leader: [Int]
    /// Pairs of leading regions that exchange border charges, `low < high`, ascending.
    let borders: [(low: Int, high: Int)]

    /// Regions that have a leader of their own, ascending.
    var leading: [Int] { leader.indices.filter { leader[$0] == $0 } }

    init(_ document: TopologyDocument, cells: [CellConfiguration], collector: inout DiagnosticCollector) {
        leader = RegionLeadership.leaders(of: document, &collector)
        borders = RegionLeadership.borders(of: document, leader: leader, cells: cells, &collector)
    }

    /// Follows each region's `leader` to the end; a chain that returns to itself is refused.
    private static func leaders(of document: TopologyDocument, _ collector: inout DiagnosticCollector) -> [Int] {
        let next = document.regions.map { region in region.leader.flatMap { document.regionIndex($0, &collector) } }
        var isReported = [Bool](repeating: false, count: next.count)
        return next.indices.map { start in
            var chain = [start]
            while let following = next[chain[chain.count - 1]] {
                if let loop = chain.firstIndex(of: following) {
                    let members = chain[loop...]
                    if let key = document.regions[following].leader, !members.contains(where: { isReported[$0] }) {
                        let names = (members + [following]).map { document.regions[$0].name.value }
                        collector.add("cycle of leaders: \(names.joined(separator: " -> "))", at: key)
                    }
                    for member in members { isReported[member] = true }
                    return start
                }
                chain.append(following)
            }
            return chain[chain.count - 1]
        }
    }

    /// Listed neighbours count both ways; regions without a list border all others, or with more than 4 regions those
    /// with a cell within the border distance.
    private static func borders(
        of document: TopologyDocument, leader: [Int], cells: [CellConfiguration], _ collector: inout DiagnosticCollector
    ) -> [(low: Int, high: Int)] {
        let count = document.regions.count
        var touches = [Bool](repeating: false, count: count * count)
        for (region, declaration) in document.regions.enumerated() {
            for name in declaration.neighbours {
                guard let other = document.regionIndex(name, &collector) else { continue }
                if other == region { collector.add("a region is no neighbour of itself", at: name) }
                touches[region * count + other] = true
                touches[other * count + region] = true
            }
        }
        let isListed = document.regions.map { !$0.neighbours.isEmpty }
        for low in 0..<count {
            for high in (low + 1)..<max(count, low + 1) where !isListed[low] && !isListed[high] {
                let isNear = count <= 4 || areNear(low, high, cells, within: document.borderDistanceMetres)
                if isNear { touches[low * count + high] = true }
            }
        }
        var isBorder = [Bool](repeating: false, count: count * count)
        for low in 0..<count {
            for high in (low + 1)..<max(count, low + 1) where touches[low * count + high] {
                let pair = (min(leader[low], leader[high]), max(leader[low], leader[high]))
                if pair.0 != pair.1 { isBorder[pair.0 * count + pair.1] = true }
            }
        }
        return isBorder.indices.filter { isBorder[$0] }.map { ($0 / count, $0 % count) }
    }

    private static func areNear(
        _ low: Int, _ high: Int, _ cells: [CellConfiguration], within distance: Double
    ) -> Bool {
        let others = cells.filter { $0.region.index == high }
        return cells.contains { cell in
            guard cell.region.index == low else { return false }
            return others.contains { other in
                let (dx, dy) = (cell.xMetres - other.xMetres, cell.yMetres - other.yMetres)
                return dx * dx + dy * dy <= distance * distance
            }
        }
    }
}
