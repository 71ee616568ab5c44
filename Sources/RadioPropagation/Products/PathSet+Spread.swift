internal import Numerics

extension PathSet {
    /// Root mean square spread of the delays of a receiver's paths, seconds, each path weighted by the power that it
    /// carries from both polarisations to both, whatever the antennas; nil without a path.
    package func delaySpreadSeconds(receiver: Int) -> Double? {
        let range = paths(of: receiver)
        let powers = range.map { transfer[$0].power }
        let total = powers.reduce(0, +)
        guard total > 0 else { return nil }
        // Seconds after the first path, so that no digits are lost.
        let first = range.map { delaySeconds[$0] }.min() ?? 0
        var mean = 0.0
        var square = 0.0
        for (path, power) in zip(range, powers) {
            let late = delaySeconds[path] - first
            mean += power / total * late
            square += power / total * late * late
        }
        return max(0, square - mean * mean).squareRoot()
    }
}
