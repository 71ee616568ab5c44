internal import Glibc
internal import Numerics

/// A seeded cellular drop as an association problem: the standard instance family.
///
/// Hexagonal sites 500 m apart with one omnidirectional cell (19 cells) or three sectors each (57), path loss and
/// shadowing after TR 36.814 (UMa: 128.1 + 37.6 log10 d/km, 8 dB, half of it common to all sites), 46 dBm on 20 MHz,
/// every cell at full load. A UE may be served by the eight strongest cells whose SINR is at least -7 dB. Demanded
/// rates spread over a factor 16 and are scaled so that all UEs at their strongest cells would need `overload` times
/// the PRBs there are. Serving a UE is worth its priority (1, 2 or 4) times its rate in Mbit/s, 2 % less at a cell that
/// is not its strongest, which stands for the handover.
package struct AssociationDrop: Sendable {
    package var sites = 19
    package var sectors = 1
    package var ues = 500
    /// PRBs of each cell, of 180 kHz.
    package var capacity = 100
    /// PRBs demanded at strongest cells over PRBs there are.
    package var overload = 1.5
    package var seed: UInt64

    package init(seed: UInt64) { self.seed = seed }

    private static let candidates = 8
    static let interSiteMetres = 500.0
    /// Least SINR at which a cell may serve, linear: -7 dB.
    static let leastSinr = 0.2
    /// Worth of serving a UE elsewhere than at its strongest cell, relative.
    static let worthBeyondStrongest = 0.98

    /// Spectral efficiency at a linear SINR in bit/s/Hz.
    static func efficiency(_ sinr: Double) -> Double { min(0.75 * log2(1 + sinr), 5.55) }

    /// PRBs that a rate takes.
    static func prbs(_ mbps: Double, sinr: Double) -> Double { (mbps / (0.18 * efficiency(sinr))).rounded(.up) }

    /// Path loss in dB over a way in metres.
    static func pathLossDb(_ dx: Double, _ dy: Double) -> Double {
        128.1 + 37.6 * log10(max(35, (dx * dx + dy * dy).squareRoot()) / 1_000)
    }

    /// Gain in dB of a sector's antenna towards a UE; one sector is omnidirectional.
    static func antennaDb(_ dx: Double, _ dy: Double, sector: Int, of sectors: Int) -> Double {
        guard sectors > 1 else { return 8 }
        let turn = remainder(atan2(dy, dx) * 180 / .pi - 30 - 360 * Double(sector) / Double(sectors), 360)
        return 14 - min(12 * (turn / 70) * (turn / 70), 20)
    }

    struct Link {
        var cell: Int
        /// bit/s/Hz.
        var efficiency: Double
    }

    package func problem() -> AssociationProblem {
        let generator = CounterGenerator(seed: seed, purpose: 0x4153_534F)
        let places = AssociationDrop.hexagon(sites)
        let links = (0..<ues).map { strongest(UInt64($0), places, generator) }
        let rates = (0..<ues).map { exp2(4 * generator.uniform(UInt64($0), 11)) }
        let demanded = zip(links, rates).reduce(0) { $0 + $1.1 / (0.18 * ($1.0.first?.efficiency ?? 1)) }
        let scale = demanded > 0 ? overload * Double(capacity * places.count * sectors) / demanded : 1
        var start: [Int32] = [0]
        var cell: [Int32] = []
        var need: [Int32] = []
        var value: [Double] = []
        for u in 0..<ues {
            let priority = exp2(Double(generator.bits(UInt64(u), 12) % 3))
            let rate = scale * rates[u]
            for (rank, link) in links[u].enumerated() {
                let prbs = (rate / (0.18 * link.efficiency)).rounded(.up)
                if prbs > Double(capacity) { continue }
                cell.append(Int32(link.cell))
                need.append(Int32(prbs))
                value.append(priority * rate * (rank == 0 ? 1 : AssociationDrop.worthBeyondStrongest))
            }
            start.append(Int32(cell.count))
        }
        let prbs = [Int32](repeating: Int32(capacity), count: places.count * sectors)
        do {
            return try AssociationProblem(capacity: prbs, start: start, cell: cell, need: need, value: value)
        } catch {
            preconditionFailure("a drop is a problem: \(error)")
        }
    }

    /// The strongest cells of one UE, strongest first.
    private func strongest(_ u: UInt64, _ places: [(x: Double, y: Double)], _ generator: CounterGenerator) -> [Link] {
        let radius = AssociationDrop.interSiteMetres * (Double(places.count) / .pi).squareRoot()
        let distance = radius * generator.uniform(u, 1).squareRoot()
        let bearing = generator.uniform(u, 2, in: 0..<(2 * .pi))
        let (x, y) = (distance * cos(bearing), distance * sin(bearing))
        let common = generator.normal(u, 3)
        var received: [Double] = []
        for (index, site) in places.enumerated() {
            let (dx, dy) = (x - site.x, y - site.y)
            let loss = AssociationDrop.pathLossDb(dx, dy)
            let shadowing = 8 * 0.5.squareRoot() * (common + generator.normal(u, 100 + UInt64(index)))
            for sector in 0..<sectors {
                let antenna = AssociationDrop.antennaDb(dx, dy, sector: sector, of: sectors)
                received.append(pow(10, (46 - loss + antenna + shadowing - 30) / 10))
            }
        }
        let noise = pow(10, (-174 + 9 - 30) / 10) * 18e6
        let total = received.reduce(noise, +)
        let order = received.indices.sorted { received[$0] > received[$1] }
        return order.prefix(AssociationDrop.candidates).compactMap { index in
            let sinr = received[index] / (total - received[index])
            return sinr < AssociationDrop.leastSinr
                ? nil : Link(cell: index, efficiency: AssociationDrop.efficiency(sinr))
        }
    }

    /// The first so many places of a hexagonal grid, centre first, ring by ring.
    static func hexagon(_ count: Int) -> [(x: Double, y: Double)] {
        var result: [(x: Double, y: Double)] = []
        var ring = 0
        while result.count < count {
            for a in -ring...ring {
                for b in -ring...ring where max(abs(a), abs(b), abs(a + b)) == ring && result.count < count {
                    result.append((interSiteMetres * (Double(a) + Double(b) / 2), interSiteMetres * Double(b) * 0.866))
                }
            }
            ring += 1
        }
        return result
    }
}
