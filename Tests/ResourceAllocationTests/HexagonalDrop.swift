import Glibc
import Numerics
import ResourceAllocation

/// A seeded drop of UEs over three-sector hexagonal sites, the test's own radio world: log-distance path loss, sector
/// antennas, shadowing with a part common to all sites, Rayleigh fading per subband.
struct HexagonalDrop {
    var cells = 7
    var subbands = 8
    var uesPerCell = 10
    /// Links per UE, the serving one included.
    var links = 7
    var interSiteMetres = 300.0
    var hasFading = true
    var alpha = 1.0
    var seed: UInt64 = 1
    /// Rate guaranteed to every fourth UE; 0 for none.
    var guaranteedMbps = 0.0

    private struct User {
        var gains: [Double]
    }

    func problem() -> Problem {
        let generator = CounterGenerator(seed: seed, purpose: 1)
        var flat = Flat(subbands: subbands, links: links)
        var user: UInt64 = 0
        for (serving, users) in drop(generator).enumerated() {
            for gains in users.map(\.gains) {
                let others = gains.indices.filter { $0 != serving }.sorted { gains[$0] > gains[$1] }
                flat.append([serving] + others, gains: gains, noiseWatts: noiseWatts) { cell, subband in
                    hasFading ? generator.exponential(1_000_000 + user * 1_000 + UInt64(cell), UInt64(subband)) : 1
                }
                user += 1
            }
            flat.cellStart.append(Int32(user))
        }
        return flat.problem(cells: cells, alpha: alpha, guaranteedMbps: guaranteedMbps)
    }

    private var noiseWatts: Double { pow(10, (-174 + 9 - 30) / 10) * 20e6 / Double(subbands) }

    /// Sites on rings of a hexagonal grid; cells are sectors in order of site.
    private func sites() -> [(x: Double, y: Double)] {
        var result: [(x: Double, y: Double)] = []
        for ring in 0...3 {
            for a in -ring...ring {
                for b in -ring...ring where max(abs(a), abs(b), abs(a + b)) == ring {
                    result.append((interSiteMetres * (Double(a) + Double(b) / 2), interSiteMetres * Double(b) * 0.866))
                }
            }
        }
        return result
    }

    /// Drops UEs until the strongest-cell rule has filled every cell.
    private func drop(_ generator: CounterGenerator) -> [[User]] {
        let sites = sites()
        var users = [[User]](repeating: [], count: cells)
        let radius = 0.75 * interSiteMetres * Double((cells + 2) / 3).squareRoot()
        var trial: UInt64 = 0
        while users.contains(where: { $0.count < uesPerCell }) && trial < 1_000_000 {
            trial += 1
            let x = generator.uniform(trial, 1, in: -radius..<radius)
            let y = generator.uniform(trial, 2, in: -radius..<radius)
            let gains = (0..<cells).map { gain($0, x, y, sites[$0 / 3], generator, trial) }
            if let best = gains.indices.max(by: { gains[$0] < gains[$1] }), users[best].count < uesPerCell {
                users[best].append(User(gains: gains))
            }
        }
        return users
    }

    private func gain(
        _ cell: Int, _ x: Double, _ y: Double, _ site: (x: Double, y: Double), _ generator: CounterGenerator,
        _ trial: UInt64
    ) -> Double {
        let (dx, dy) = (x - site.x, y - site.y)
        let distance = max(35, (dx * dx + dy * dy + 550).squareRoot())
        var angle = atan2(dy, dx) * 180 / .pi - Double(cell % 3) * 120 - 30
        while angle > 180 { angle -= 360 }
        while angle < -180 { angle += 360 }
        let antenna = 14 - min(12 * (angle / 65) * (angle / 65), 30)
        let shadowing = 4.2 * (generator.normal(trial, 100) + generator.normal(trial, 200 + UInt64(cell / 3)))
        return pow(10, (-(38 * log10(distance) + 28) + antenna + shadowing) / 10)
    }
}

/// The flat arrays of a problem under construction.
struct Flat {
    let subbands: Int
    let links: Int
    var cellStart: [Int32] = [0]
    var linkCell: [Int32] = []
    var gain: [Double] = []
    var background: [Double] = []

    /// A UE with its cells, serving first; those without a link add their mean power at 20 W to the background.
    mutating func append(_ order: [Int], gains: [Double], noiseWatts: Double, fading: (Int, Int) -> Double) {
        for link in 0..<links {
            let cell = link < order.count ? order[link] : -1
            linkCell.append(Int32(cell))
            for k in 0..<subbands { gain.append(cell < 0 ? 0 : gains[cell] * fading(cell, k)) }
        }
        let rest = order.dropFirst(links).reduce(0) { $0 + gains[$1] } * 20 / Double(subbands)
        background += Array(repeating: noiseWatts + rest, count: subbands)
    }

    func problem(cells: Int, alpha: Double, guaranteedMbps: Double = 0) -> Problem {
        let ues = background.count / subbands
        return Problem(
            subbands: subbands, links: links, alpha: alpha, snrGap: 2, maxSpectralEfficiency: 7.4063,
            bandwidthHz: Array(repeating: 20e6 / Double(subbands), count: subbands),
            powerBudgetWatts: Array(repeating: 20, count: cells),
            powerCapWatts: Array(repeating: 20, count: cells * subbands), load: Array(repeating: 1, count: cells),
            cellStart: cellStart, weight: Array(repeating: 1, count: ues),
            demandBps: Array(repeating: .infinity, count: ues),
            guaranteeBps: (0..<ues).map { $0 % 4 == 0 ? guaranteedMbps * 1e6 : 0 }, linkCell: linkCell, gain: gain,
            backgroundWatts: background)
    }
}
