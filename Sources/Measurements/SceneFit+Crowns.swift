internal import Foundation
internal import Learning
internal import RadioPropagation

/// Crowns by matching pursuit: the ball that explains most joins, as long as it explains enough; then each moves,
/// thickens, thins or goes. A crown that paths cross from several sides is located by them.
extension SceneFit {
    /// A street tree in leaf: height of the crown's middle, its radius, and its loss with that loss's spread
    /// (dB per metre).
    private static let heightMetres = 6.0
    private static let radiusMetres = 3.0
    private static let loss = 0.7
    private static let lossDeviation = 0.25
    /// What a crown must gain in log-likelihood, for one place among many.
    private static let price = 6.0
    /// Places that are tried, and their distance at least.
    private static let mostPlaces = 4_000
    private static let spacingMetres = 4.0
    /// Crowns that join in one search.
    private static let mostAtOnce = 10

    /// Metres of paths in a crown.
    private typealias Crossings = [(path: Int, metres: Double)]

    mutating func searchCrowns() {
        let places = candidates()
        for _ in 0..<SceneFit.mostAtOnce {
            guard correction.crowns.count < SceneCorrection.mostCrowns, !shouldStop(), let crown = best(of: places)
            else { break }
            correction.crowns.append(crown)
            left = dampened(correction.crowns)
        }
        for crown in correction.crowns.indices.reversed() where !shouldStop() { adjust(crown) }
    }

    private func candidates() -> [(SceneCorrection.Crown, Crossings)] {
        let points = rows.map(\.place) + bundles.map(\.geometry.transmitter)
        let low = points.reduce(points[0], pointwiseMin) - SceneFit.spacingMetres
        let size = points.reduce(points[0], pointwiseMax) + SceneFit.spacingMetres - low
        let spacing = max(SceneFit.spacingMetres, (size.x * size.y / Double(SceneFit.mostPlaces)).squareRoot())
        var found: [(SceneCorrection.Crown, Crossings)] = []
        for x in stride(from: 0, through: size.x, by: spacing) {
            for y in stride(from: 0, through: size.y, by: spacing) {
                let crown = SceneCorrection.Crown(
                    centre: SIMD3(low.x + x, low.y + y, SceneFit.heightMetres), radiusMetres: SceneFit.radiusMetres,
                    lossDbPerMetre: SceneFit.loss)
                let crossings = crossings(of: crown)
                if !crossings.isEmpty { found.append((crown, crossings)) }
            }
        }
        return found
    }

    private func crossings(of crown: SceneCorrection.Crown) -> Crossings {
        var result: Crossings = []
        var offset = 0
        for bundle in bundles {
            let geometry = bundle.geometry
            for path in 0..<geometry.count {
                var from = geometry.transmitter
                var metres = 0.0
                for vertex in geometry.vertices(of: path) {
                    metres += crown.metres(from: from, to: geometry.point[vertex])
                    from = geometry.point[vertex]
                }
                metres += crown.metres(from: from, to: geometry.receivers[Int(geometry.receiver[path])])
                if metres > 0 { result.append((offset + path, metres)) }
            }
            offset += geometry.count
        }
        return result
    }

    /// What crowns leave of each path's power.
    private func dampened(_ crowns: [SceneCorrection.Crown]) -> [Double] {
        var left = Array(repeating: 1.0, count: rowOfPath.count)
        for crown in crowns {
            for (path, metres) in crossings(of: crown) { left[path] *= pow(10, -0.1 * crown.lossDbPerMetre * metres) }
        }
        return left
    }

    /// The place whose crown gains most, if that is worth its price. The gain is exact: a reading's change is taken
    /// from the paths' powers, not from a derivative.
    private func best(of places: [(SceneCorrection.Crown, Crossings)]) -> SceneCorrection.Crown? {
        let white = covariance.whitened(residual(powers, left))
        var sums = Array(repeating: 0.0, count: rows.count)
        for path in rowOfPath.indices { sums[rowOfPath[path]] += powers[path] * left[path] }
        var highest = SceneFit.price
        var chosen: SceneCorrection.Crown?
        for (crown, crossings) in places {
            var change = Array(repeating: 0.0, count: rows.count)
            for (path, metres) in crossings {
                let lost = 1 - pow(10, -0.1 * crown.lossDbPerMetre * metres)
                change[rowOfPath[path]] += lost * powers[path] * left[path]
            }
            for row in rows.indices where change[row] > 0 {
                change[row] = 10 * log10(max(1e-6, 1 - change[row] / sums[row]))
            }
            let moved = covariance.whitened(change)
            var gain = 0.0
            for row in rows.indices { gain += moved[row] * (white[row] - 0.5 * moved[row]) }
            if gain > highest { (highest, chosen) = (gain, crown) }
        }
        return chosen
    }

    /// Moves a crown, changes its loss, or drops it, whichever costs least.
    private mutating func adjust(_ index: Int) {
        var others = correction.crowns
        let crown = others.remove(at: index)
        let base = dampened(others)
        func cost(_ trial: SceneCorrection.Crown) -> (cost: Double, left: [Double]) {
            var left = base
            for (path, metres) in crossings(of: trial) { left[path] *= pow(10, -0.1 * trial.lossDbPerMetre * metres) }
            let strange = (trial.lossDbPerMetre - SceneFit.loss) / SceneFit.lossDeviation
            return (covariance.cost(residual(powers, left)) + 0.5 * strange * strange + SceneFit.price, left)
        }
        var trials = [crown]
        for (x, y) in [(2.0, 0.0), (-2, 0), (0, 2), (0, -2), (1, 1), (-1, 1), (1, -1), (-1, -1)] {
            trials.append(crown)
            trials[trials.count - 1].centre += SIMD3(x, y, 0)
        }
        for factor in [0.7, 1.3] {
            trials.append(crown)
            trials[trials.count - 1].lossDbPerMetre *= factor
        }
        var least = (cost: covariance.cost(residual(powers, base)), left: base)
        var kept: SceneCorrection.Crown?
        for trial in trials {
            let found = cost(trial)
            if found.cost < least.cost { (least, kept) = (found, trial) }
        }
        if let kept { correction.crowns[index] = kept } else { correction.crowns.remove(at: index) }
        left = least.left
    }
}
