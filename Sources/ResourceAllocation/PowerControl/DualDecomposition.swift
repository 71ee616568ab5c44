internal import Glibc

/// Dual decomposition over subbands (Yu, Lui 2006) with each cell's powers chosen in turn from levels: iterative
/// spectrum balancing.
///
/// Given the marginal utilities and the shares, the Lagrangian `sum_u lambda_u R_u - sum_c (mu_c + charge) p` falls
/// apart into subbands. On each of them a cell takes the level that is best for its own UEs and for those it disturbs
/// together, exactly and not by their derivative, so that it steps across the valleys between open and closed; mu_c is
/// bisected until the budget holds. Levels are 0 and, three decibels apart, down to 2^-11 of the cap.
package struct DualDecomposition: PowerSolver {
    /// Steps of the share dynamics after each pass over the cells.
    package var shareSteps = 24
    /// Stops after a pass in which no level changed and the objective gained less than this part.
    package var tolerance = 1e-6
    /// Passes over all cells from one start, at most.
    package var passes = 24
    /// Utility per watt that a cell's power costs elsewhere, C x K; nil is 0.
    package var chargePerWatt: [Double]?

    fileprivate static let levels = 13
    private var workspace = Workspace()

    package init() {}

    /// The best found from `startWatts` and, because subbands of equal gains stay equal from an equal start, from three
    /// reuse patterns. One round of `budget` is one cell's turn.
    package mutating func solve(_ problem: Problem, startWatts: [Double], budget: inout Budget) -> [Double] {
        precondition(startWatts.count == problem.cells * problem.subbands)
        guard problem.cells > 0, problem.ues > 0 else { return startWatts }
        _ = workspace.fit(problem)
        let (parameters, charges) = (self, chargePerWatt)
        let victims = DualDecomposition.victims(problem)
        return workspace.withFrame(problem) { frame in
            for i in 0..<((problem.cells + 1) * problem.vectors) { frame.charge[i] = Lanes() }
            if let charges { frame.load(charges, into: frame.charge) }
            var best: (powers: [Double], value: Double)?
            for start in 0..<(problem.subbands > 1 ? 4 : 1) where start == 0 || !budget.isExhausted {
                frame.load(startWatts, into: frame.power)
                if start > 0 { frame.startPatterned(contrast: 1, shift: start) }
                let value = frame.balance(parameters, victims, &budget)
                if value > best?.value ?? -.infinity {
                    best = (frame.unload(frame.power, rows: problem.cells), value)
                }
            }
            return best?.powers ?? startWatts
        }
    }

    /// UE and link of everyone that each cell disturbs.
    private static func victims(_ problem: Problem) -> [[(ue: Int, link: Int)]] {
        var lists = [[(ue: Int, link: Int)]](repeating: [], count: problem.cells)
        for u in 0..<problem.ues {
            for l in stride(from: 1, to: problem.links, by: 1) {
                if let cell = problem.cell(ue: u, link: l) { lists[cell].append((u, l)) }
            }
        }
        return lists
    }
}

extension Frame {
    /// Passes over the cells from the powers in force; ends at the best point, whose objective it returns.
    fileprivate func balance(
        _ parameters: DualDecomposition, _ victims: [[(ue: Int, link: Int)]], _ budget: inout Budget
    ) -> Double {
        shareEqually()
        var best = -Double.infinity
        keep(&best, shareSteps: 200)
        var table = [Lanes](repeating: Lanes(), count: DualDecomposition.levels * vectors)
        for _ in 0..<parameters.passes {
            let before = best
            var hasMoved = false
            for c in 0..<view.cells {
                guard budget.spend() else { break }
                updateRadio()
                updateRates()
                stepShares(2)
                hasMoved = chooseLevels(c, victims[c], &table, levels: DualDecomposition.levels) || hasMoved
            }
            mixShares(0.1)
            keep(&best, shareSteps: parameters.shareSteps)
            let gained = best - before
            if budget.isExhausted || (!hasMoved && gained <= parameters.tolerance * abs(before)) { break }
        }
        restoreBest()
        return best
    }

    /// Chooses the powers of one cell; `true` where one of them moved by more than a level.
    private func chooseLevels(
        _ c: Int, _ victims: [(ue: Int, link: Int)], _ table: inout [Lanes], levels: Int
    ) -> Bool {
        for q in 0..<vectors {
            for level in 0..<levels { table[level * vectors + q] = worth(c, q, victims, level: level, of: levels) }
        }
        var (low, high): (Float, Float) = (0, 0)
        for attempt in 0..<40 {
            let mu = attempt == 0 ? 0 : (high == 0 ? Swift.max(2 * low, 1e-9) : 0.5 * (low + high))
            let sum = take(c, table, mu: mu, levels: levels)
            if sum > view.budget[c] * (1 + 1e-5) { low = mu } else { high = mu }
            if attempt == 0 && high == mu && sum <= view.budget[c] * (1 + 1e-5) { break }
            if high > 0 && high - low <= 1e-3 * high { break }
        }
        if high > 0 {
            // Levels leave a gap below the budget: what is open shares it.
            let sum = take(c, table, mu: high, levels: levels)
            let factor = Lanes(repeating: sum > 0 ? Swift.min(2, view.budget[c] / sum) : 1)
            for q in 0..<vectors {
                target[c * vectors + q] = (target[c * vectors + q] * factor).min(view.cap[c * vectors + q])
            }
        }
        fitBudget(c, target + c * vectors)
        var hasMoved = false
        for q in 0..<vectors {
            let (old, new) = (power[c * vectors + q], target[c * vectors + q])
            if any(old .> new * 1.5) || any(new .> old * 1.5) { hasMoved = true }
            power[c * vectors + q] = new
        }
        return hasMoved
    }

    /// Level of a cell on a vector of subbands: 0, then halves of the cap upwards.
    @inline(__always)
    private func watts(_ c: Int, _ q: Int, level: Int, of levels: Int) -> Lanes {
        if level == 0 { return Lanes() }
        let cap = view.cap[c * vectors + q].min(Lanes(repeating: view.budget[c]))
        return cap * Lanes(repeating: exp2(Float(level - levels + 1)))
    }

    /// Worth of a level to the cell's own UEs and to those it disturbs, less its charge.
    private func worth(_ c: Int, _ q: Int, _ victims: [(ue: Int, link: Int)], level: Int, of levels: Int) -> Lanes {
        let p = watts(c, q, level: level, of: levels)
        let one = Lanes(repeating: 1)
        let gap = Lanes(repeating: Float(view.snrGap))
        var sum = Lanes() - charge[c * vectors + q] * p
        for u in view.members(c) {
            let i = u * vectors + q
            let efficiency = one.addingProduct(ratio[i], p).log2.min(Lanes(repeating: view.ceiling[u]))
            sum = sum.addingProduct(share[i] * Lanes(repeating: lambda[u]), view.bandwidth[q] * efficiency)
        }
        let step = (p - power[c * vectors + q]) * Lanes(repeating: view.load[c])
        for victim in victims {
            let i = victim.ue * vectors + q
            let row = view.gain + victim.ue * view.links * vectors + q
            let signal = power[Int(view.servingCell[victim.ue]) * vectors + q] * row[0]
            // T now is g / (Gamma ratio).
            let before = row[0] / (gap * ratio[i].max(Lanes(repeating: 1e-30)))
            let heard = before.addingProduct(step, row[victim.link * vectors])
            let ceiling = Lanes(repeating: view.ceiling[victim.ue])
            let efficiency = (one + signal / (gap * heard.max(Lanes(repeating: 1e-30)))).log2.min(ceiling)
            sum = sum.addingProduct(share[i] * Lanes(repeating: lambda[victim.ue]), view.bandwidth[q] * efficiency)
        }
        return sum
    }

    /// Best levels at a price `mu` of the cell's budget, left in `target`; returns their sum in watts.
    private func take(_ c: Int, _ table: [Lanes], mu: Float, levels: Int) -> Float {
        var sum = Lanes()
        for q in 0..<vectors {
            var best = Lanes(repeating: -.infinity)
            var chosen = Lanes()
            for level in 0..<levels {
                let p = watts(c, q, level: level, of: levels)
                let value = table[level * vectors + q] - Lanes(repeating: mu) * p
                chosen.replace(with: p, where: value .> best)
                best = best.max(value)
            }
            target[c * vectors + q] = chosen
            sum += chosen
        }
        return sum.total
    }
}
