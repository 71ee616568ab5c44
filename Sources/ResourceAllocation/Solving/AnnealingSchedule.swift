internal import Glibc

/// Which moves simulated annealing keeps (Kirkpatrick, Gelatt, Vecchi 1983): those that gain, others with probability
/// `exp(gain / temperature)`, the temperature falling geometrically over three decades.
struct AnnealingSchedule {
    /// Moves of the whole search.
    let tries: Int
    /// Changes beyond this count as this much when the first moves set the scale.
    let largestChange: Double
    private var temperature = 0.0

    init(tries: Int, largestChange: Double) {
        self.tries = tries
        self.largestChange = largestChange
    }

    /// Moves that set the scale: a tenth of their largest change is the first temperature.
    private static let scalingMoves = 64

    /// Whether the `step`-th move, counted from 1, is kept; `chance` is uniform in [0, 1).
    mutating func keeps(gain: Double, step: Int, chance: @autoclosure () -> Double) -> Bool {
        if step <= AnnealingSchedule.scalingMoves {
            temperature = max(temperature, 0.1 * min(largestChange, abs(gain)))
        }
        if gain >= 0 { return true }
        let heat = temperature * pow(1e-3, Double(step) / Double(tries))
        return chance() < exp(gain / max(heat, 1e-300))
    }
}
