internal import NetworkModel
internal import Numerics

/// The ground that the cells cover: all points within a cell radius of a site, where users are dropped and walk.
struct ServiceArea: Sendable {
    private var sites: [(x: Double, y: Double)] = []
    /// Cell radius of a hexagonal layout, distance between sites over the square root of 3.
    let reachMetres: Double
    private let low: (x: Double, y: Double)
    private let high: (x: Double, y: Double)

    init(cells: [CellConfiguration]) {
        // Platforms cover what they are sent to, and make no ground of their own.
        for cell in cells where cell.platform == nil {
            let known = sites.contains { abs($0.x - cell.xMetres) < 1 && abs($0.y - cell.yMetres) < 1 }
            if !known { sites.append((cell.xMetres, cell.yMetres)) }
        }
        var spacing = Double.infinity
        for a in sites.indices {
            for b in sites.indices where b > a {
                let (dx, dy) = (sites[a].x - sites[b].x, sites[a].y - sites[b].y)
                spacing = min(spacing, (dx * dx + dy * dy).squareRoot())
            }
        }
        let reach = spacing.isFinite ? spacing / 3.0.squareRoot() : 250
        reachMetres = reach
        low = (sites.map(\.x).min()! - reach, sites.map(\.y).min()! - reach)
        high = (sites.map(\.x).max()! + reach, sites.map(\.y).max()! + reach)
    }

    func contains(x: Double, y: Double) -> Bool {
        for site in sites {
            let (dx, dy) = (x - site.x, y - site.y)
            if dx * dx + dy * dy <= reachMetres * reachMetres { return true }
        }
        return false
    }

    /// A uniform point for a key; the 64 keys from `time` on belong to it.
    func point(_ draw: CounterGenerator, entity: UInt64, time: UInt64) -> (x: Double, y: Double) {
        for attempt in 0..<32 as Range<UInt64> {
            let x = draw.uniform(entity, time + 2 * attempt, in: low.x..<high.x)
            let y = draw.uniform(entity, time + 2 * attempt + 1, in: low.y..<high.y)
            if contains(x: x, y: y) { return (x, y) }
        }
        return sites[Int(draw.bits(entity, time) % UInt64(sites.count))]
    }
}
