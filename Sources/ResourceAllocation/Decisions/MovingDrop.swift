internal import Glibc
internal import Numerics

/// A seeded cellular drop that moves, for sequences of decisions: any epoch can be asked for, and costs the same.
///
/// Sites, path loss, antennas, powers, demands and priorities are those of `AssociationDrop`. UEs walk straight, each
/// its own way, and turn round at the border of a square; shadowing is a sum of plane waves over the ground, a half of
/// it common to all sites, whose correlation falls within some 50 m (after Gudmundson 1991); every link fades on every
/// subband as a sum of plane waves does (Clarke 1968). A UE's session ends after `1 / renewals` epochs, and another one
/// with another demand begins.
package struct MovingDrop: Sendable {
    package var sites = 19
    package var sectors = 3
    package var ues = 570
    package var subbands = 8
    /// PRBs of each cell.
    package var capacity = 100
    /// PRBs demanded at strongest cells over PRBs there are, in the first epoch.
    package var overload = 1.0
    package var speedMetresPerSecond = 30 / 3.6
    package var epochSeconds = 0.02
    /// Part of the UEs whose session ends in an epoch.
    package var renewals = 0.01
    package var seed: UInt64

    package init(seed: UInt64) { self.seed = seed }

    package var cells: Int { sites * sectors }

    /// Sites in the order of their bearing from the centre, which comes first: neighbours stand side by side.
    package var sitesByBearing: [Int] {
        let places = AssociationDrop.hexagon(sites)
        let bearing = places.map { $0.x == 0 && $0.y == 0 ? -.infinity : atan2($0.y, $0.x) }
        return places.indices.sorted { bearing[$0] == bearing[$1] ? $0 < $1 : bearing[$0] < bearing[$1] }
    }

    private static let carrierHertz = 3.5e9
    private static let bandwidthHertz = 20e6
    private static let noiseDbmPerHertz = -174.0 + 9
    private static let transmitDbm = 46.0
    private static let shadowingDb = 8.0
    private static let shadowingWaves = 16
    private static let shadowingMetres = 50.0
    private static let fadingWaves = 8
    private static let links = 8

    private var generator: CounterGenerator { CounterGenerator(seed: seed, purpose: 0x4D4F_5645) }

    /// The drop as it is in an epoch.
    package func input(epoch: Int) -> DecisionInput {
        let places = AssociationDrop.hexagon(sites)
        let waves = shadowing
        let scale = demandScale(places, waves)
        let power = pow(10, (MovingDrop.transmitDbm - 30) / 10)
        let noise = pow(10, (MovingDrop.noiseDbmPerHertz - 30) / 10)
        let depth = min(MovingDrop.links, cells)
        var (linkCell, meanGain, gain): ([Int32], [Double], [Double]) = ([], [], [])
        var (heard, background, demand): ([Double], [Double], [Double]) = ([], [], [])
        let time = Double(epoch) * epochSeconds
        for u in 0..<UInt64(ues) {
            let gains = longTermGains(position(u, time), places, waves)
            let order = gains.indices.sorted { gains[$0] == gains[$1] ? $0 < $1 : gains[$0] > gains[$1] }
            for c in order.prefix(depth) {
                linkCell.append(Int32(c))
                meanGain.append(gains[c])
                for k in 0..<subbands { gain.append(gains[c] * fading(u, c, k, time)) }
            }
            heard.append(power * gains.reduce(0, +) + noise * MovingDrop.bandwidthHertz)
            let rest = order.dropFirst(depth).reduce(0) { $0 + gains[$1] }
            let perSubband = (power * rest + noise * MovingDrop.bandwidthHertz) / Double(subbands)
            background += Array(repeating: perSubband, count: subbands)
            demand.append(scale * self.demand(u, epoch))
        }
        return DecisionInput(
            cells: cells, subbands: subbands, links: depth, powerWatts: power, capacityPRBs: Int32(capacity),
            subbandHz: MovingDrop.bandwidthHertz / Double(subbands), linkCell: linkCell, meanGain: meanGain,
            heardWatts: heard, demandMbps: demand,
            priority: (0..<UInt64(ues)).map { exp2(Double(generator.bits($0, 12) % 3)) }, gain: gain,
            backgroundWatts: background)
    }

    /// What makes the first epoch's demands `overload` times the PRBs there are.
    private func demandScale(_ places: [(x: Double, y: Double)], _ waves: [[Wave]]) -> Double {
        let power = pow(10, (MovingDrop.transmitDbm - 30) / 10)
        let noise = pow(10, (MovingDrop.noiseDbmPerHertz - 30) / 10) * MovingDrop.bandwidthHertz
        let demanded = (0..<UInt64(ues)).reduce(0.0) { sum, u in
            let gains = longTermGains(position(u, 0), places, waves)
            let best = power * (gains.max() ?? 0)
            let sinr = best / (power * gains.reduce(0, +) - best + noise)
            return sum + demand(u, 0) / (0.18 * AssociationDrop.efficiency(sinr))
        }
        return demanded > 0 ? overload * Double(capacity * cells) / demanded : 1
    }

    /// Over a factor 16, of the session that runs.
    private func demand(_ u: UInt64, _ epoch: Int) -> Double {
        let session = Int(Double(epoch) * renewals + generator.uniform(u, 13))
        return exp2(4 * generator.uniform(u, 1_000 + UInt64(session)))
    }

    private func position(_ u: UInt64, _ time: Double) -> (x: Double, y: Double) {
        let half = AssociationDrop.interSiteMetres * (Double(sites)).squareRoot() / 2
        let bearing = generator.uniform(u, 3, in: 0..<(2 * .pi))
        let way = speedMetresPerSecond * time
        func folded(_ start: Double, _ distance: Double) -> Double {
            // A triangle wave over the side of the square.
            let phase = remainder(start + distance + half, 4 * half)
            return abs(phase) - half
        }
        return (
            folded(generator.uniform(u, 1, in: -half..<half), way * cos(bearing)),
            folded(generator.uniform(u, 2, in: -half..<half), way * sin(bearing))
        )
    }

    // MARK: Channel

    /// A plane wave over the ground, radians per metre and radians.
    private struct Wave {
        var x: Double
        var y: Double
        var phase: Double
    }

    /// Waves of what is common to all sites, then of each site.
    private var shadowing: [[Wave]] {
        (0...UInt64(sites)).map { field in
            (0..<UInt64(MovingDrop.shadowingWaves)).map { wave in
                let key = 2_000_000 + field * 100 + wave
                let turn = generator.uniform(key, 1, in: 0..<(2 * .pi))
                let length = generator.exponential(key, 2) / MovingDrop.shadowingMetres
                return Wave(
                    x: length * cos(turn), y: length * sin(turn), phase: generator.uniform(key, 3, in: 0..<(2 * .pi)))
            }
        }
    }

    private func longTermGains(
        _ at: (x: Double, y: Double), _ places: [(x: Double, y: Double)], _ waves: [[Wave]]
    ) -> [Double] {
        let amplitude = MovingDrop.shadowingDb * (1 / Double(MovingDrop.shadowingWaves)).squareRoot()
        func level(_ field: [Wave]) -> Double {
            amplitude * field.reduce(0) { $0 + cos($1.x * at.x + $1.y * at.y + $1.phase) }
        }
        let common = level(waves[0])
        return places.enumerated().flatMap { index, site in
            let (dx, dy) = (at.x - site.x, at.y - site.y)
            let loss = AssociationDrop.pathLossDb(dx, dy)
            let shadow = common + level(waves[index + 1])
            return (0..<sectors).map { sector in
                let antenna = AssociationDrop.antennaDb(dx, dy, sector: sector, of: sectors)
                return pow(10, (antenna + shadow - loss) / 10)
            }
        }
    }

    /// Power of a link's fading on a subband, 1 in the mean.
    private func fading(_ u: UInt64, _ cell: Int, _ subband: Int, _ time: Double) -> Double {
        let doppler = 2 * .pi * speedMetresPerSecond * MovingDrop.carrierHertz / 299_792_458
        let key = 10_000_000 + (u * 1_000 + UInt64(cell)) * 64 + UInt64(subband)
        var (real, imaginary) = (0.0, 0.0)
        for wave in 0..<UInt64(MovingDrop.fadingWaves) {
            let turn = (Double(wave) + generator.uniform(key, wave)) / Double(MovingDrop.fadingWaves) * 2 * .pi
            let phase = doppler * cos(turn) * time + generator.uniform(key, 100 + wave, in: 0..<(2 * .pi))
            real += cos(phase)
            imaginary += sin(phase)
        }
        return max(1e-4, (real * real + imaginary * imaginary) / Double(MovingDrop.fadingWaves))
    }
}
