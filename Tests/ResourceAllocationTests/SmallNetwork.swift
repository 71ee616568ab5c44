import Glibc
import Numerics
import ResourceAllocation

/// Seeded networks of one subband, small enough to try everything, and DESIGN 11's formulas for them written out once
/// more: equal weights, alpha 1, full buffers, so that equal shares within a cell are the best.
struct SmallNetwork {
    var problem: ResourceProblem
    let cells: Int

    static let budgetWatts = 10.0
    private static let backgroundDbm = -97.0

    init(seed: UInt64, cells: Int, ues: Int, crossDb: Double = -12, mayReassociate: Bool = false) {
        self.cells = cells
        let draw = CounterGenerator(seed: seed, purpose: 21)
        let users = (0..<UInt64(ues)).map { u in
            let home = Int(u) % cells
            let gains = (0..<cells).map { cell in
                let own = -92 - 18 * draw.uniform(u, UInt64(cell))
                return [cell == home ? own : own + crossDb]
            }
            return ResourceProblem.User(
                cell: home, linkCell: Array(0..<cells), gainDb: gains, backgroundDbm: [Self.backgroundDbm])
        }
        problem = ResourceProblem(
            name: "small \(seed)",
            carriers: [.init(name: "band", frequencyHz: 2e9, bandwidthHz: 1e7, subbands: 1)],
            cells: (0..<cells).map { .init(name: "\($0)", powerBudgetWatts: Self.budgetWatts) }, ues: users)
        problem.mayReassociate = mayReassociate
    }

    /// Sum of the utilities of UEs at an answer's powers, association and shares, less what energy costs.
    func objective(_ allocation: Allocation) -> Double {
        let choice = allocation.choice
        return objective(
            allocation.powerWatts, choice.cellOfUE.map(Int.init),
            asleep: (0..<cells).map { choice.asleepCells.contains($0) }, shares: allocation.shares)
    }

    /// The same at given powers and association; shares are equal where none are given.
    func objective(
        _ watts: [Double], _ cellOfUE: [Int], asleep: [Bool]? = nil, shares: [Double]? = nil
    ) -> Double {
        var members = [Double](repeating: 0, count: cells)
        for cell in cellOfUE { members[cell] += 1 }
        var sum = 0.0
        for (u, cell) in cellOfUE.enumerated() {
            sum += log(max(1e-3, 10 * (shares?[u] ?? 1 / members[cell]) * efficiency(u, cell, watts)))
        }
        let taken = problem.cells.indices.reduce(0.0) { sum, c in
            sum + (asleep?[c] == true ? problem.cells[c].sleepWatts ?? 0 : problem.cells[c].circuitWatts + watts[c])
        }
        return sum - problem.energyWeightPerWatt * taken
    }

    /// bit/s/Hz of a UE.
    private func efficiency(_ u: Int, _ cell: Int, _ watts: [Double]) -> Double {
        let gain = problem.ues[u].gainDb.map { pow(10, $0[0] / 10) }
        let heard = (0..<cells).reduce(pow(10, Self.backgroundDbm / 10 - 3)) {
            $1 == cell ? $0 : $0 + watts[$1] * gain[$1]
        }
        let snr = watts[cell] * gain[cell] / (pow(10, 0.3) * heard)
        var rate = log2(1 + snr)
        if let words = problem.ues[u].slice.flatMap({ problem.slices[$0].blocklength }) {
            let dispersion = 1 - pow(1 + snr, -2)
            rate -= (dispersion / words.symbols).squareRoot() * Self.tail(words.errorProbability) * M_LOG2E
        }
        let caps = [problem.ues[u].maxEfficiencyBpsPerHz, problem.cells[cell].maxEfficiencyBpsPerHz, 7.4063]
        return max(0, min(rate, caps.compactMap { $0 }.min() ?? 0))
    }

    /// Q^-1 by Newton's method on the tail of the normal distribution.
    private static func tail(_ probability: Double) -> Double {
        var z = 0.0
        for _ in 0..<100 {
            let excess = 0.5 * erfc(z / 2.0.squareRoot()) - probability
            z += excess / (exp(-0.5 * z * z) / (2 * Double.pi).squareRoot())
        }
        return z
    }

    /// The best of all powers on a grid, for the association that the problem gives.
    func bestOfGrid(levels: [Double]) -> Double {
        let home = problem.ues.map { $0.cell ?? 0 }
        return Self.choices(levels, cells).reduce(-.infinity) { max($0, objective($1, home)) }
    }

    /// The best of all sleeping cells, associations and powers on a grid; `isAllowed` tells of the sleeping cells.
    func bestOfAll(levels: [Double], isAllowed: ([Bool]) -> Bool) -> Double {
        var best = -Double.infinity
        for asleep in Self.choices([false, true], cells) where asleep.contains(false) && isAllowed(asleep) {
            let awake = asleep.indices.filter { !asleep[$0] }
            let powers = Self.choices(levels, awake.count).map { chosen in
                var watts = [Double](repeating: 0, count: cells)
                for (i, cell) in awake.enumerated() { watts[cell] = chosen[i] }
                return watts
            }
            for cellOfUE in Self.choices(awake, problem.ues.count) {
                for watts in powers { best = max(best, objective(watts, cellOfUE, asleep: asleep)) }
            }
        }
        return best
    }

    private static func choices<Value>(_ values: [Value], _ places: Int) -> [[Value]] {
        (0..<places).reduce([[]]) { found, _ in found.flatMap { start in values.map { start + [$0] } } }
    }
}
