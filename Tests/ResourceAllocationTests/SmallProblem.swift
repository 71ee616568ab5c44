import Numerics
import ResourceAllocation

/// Small random problems with loads, weights, caps and demands of every kind; U = 3 UEs per cell.
struct SmallProblem {
    var cells = 3
    var subbands = 5
    var uesPerCell = 3
    var alpha = 1.0
    var ceiling = 7.4
    var seed: UInt64 = 1
    var demandBps: [Double] = []
    var maskedSubbands: [Int] = []
    var hasLoad = true

    var ues: Int { cells * uesPerCell }

    func problem() -> Problem {
        let g = CounterGenerator(seed: seed, purpose: 3)
        var linkCell: [Int32] = []
        var gain: [Double] = []
        for u in 0..<ues {
            for l in 0..<cells {
                let cell = (u / uesPerCell + l) % cells
                linkCell.append(Int32(cell))
                let level = l == 0 ? 1e-9 : 1e-10
                for k in 0..<subbands {
                    gain.append(level * (0.05 + g.exponential(UInt64(u * cells + l), UInt64(k))))
                }
            }
        }
        return Problem(
            subbands: subbands, links: cells, alpha: alpha, snrGap: 2, maxSpectralEfficiency: ceiling,
            bandwidthHz: (0..<subbands).map { 1e6 * Double(1 + $0 % 3) },
            powerBudgetWatts: (0..<cells).map { 5 + Double($0) },
            powerCapWatts: (0..<(cells * subbands)).map { maskedSubbands.contains($0 % subbands) ? 0 : 4 },
            load: (0..<cells).map { hasLoad ? 1 - 0.2 * Double($0) : 1 },
            cellStart: (0...cells).map { Int32($0 * uesPerCell) }, weight: (0..<ues).map { 1 + 0.5 * Double($0 % 2) },
            demandBps: demandBps.isEmpty ? Array(repeating: .infinity, count: ues) : demandBps, linkCell: linkCell,
            gain: gain, backgroundWatts: Array(repeating: 1e-11, count: ues * subbands))
    }

    /// Random powers within caps and budgets.
    func powers(_ problem: Problem) -> [Double] {
        RandomPower.powerWatts(problem, seed: seed).map { 0.8 * $0 }
    }

    /// Random shares that sum to 1 in each cell and subband.
    func shares() -> [Double] {
        let g = CounterGenerator(seed: seed, purpose: 4)
        var shares = (0..<(ues * subbands)).map { 0.1 + g.uniform(UInt64($0)) }
        for cell in 0..<cells {
            for k in 0..<subbands {
                let rows = (cell * uesPerCell)..<((cell + 1) * uesPerCell)
                let total = rows.reduce(0) { $0 + shares[$1 * subbands + k] }
                for u in rows { shares[u * subbands + k] /= total }
            }
        }
        return shares
    }
}

/// Sum of w_u U(R_u) over some UEs, from the formulas: what gradients are checked against.
func utility(_ problem: Problem, _ powers: [Double], _ shares: [Double], ues: (Int) -> Bool = { _ in true }) -> Double {
    let rates = Evaluation.rates(problem, powerWatts: powers, shares: shares)
    return rates.indices.filter(ues).reduce(0) {
        $0 + problem.weight[$1] * Utility.value(rates[$1], alpha: problem.alpha)
    }
}
