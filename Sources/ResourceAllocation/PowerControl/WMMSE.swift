/// Weighted minimum mean square error power control (Shi, Razaviyayn, Luo, He 2011) on the pooled data, with the joint
/// scheduler's shares solved between its sweeps.
///
/// Each (UE, subband) is a stream of weight `a[u,k] = lambda_u x[u,k] B_k`; all streams of a cell on a subband share
/// its amplitude v = sqrt(p). With the direct gain divided by Gamma and interference T, a sweep sets receivers `r =
/// sqrt(g) v / (T + g v^2)`, weights `w = 1 / (1 - r sqrt(g) v)` and amplitudes `v[c,k] = sum a w r sqrt(g) /
/// (sum_own a w r^2 g + load_c sum_others a w r^2 g + mu_c)`, mu_c >= 0 for the budget.
package struct WMMSE: PowerSolver {
    /// Sweeps between two share updates.
    package var sweepsPerRound = 2
    /// Steps of the share dynamics per round.
    package var shareSteps = 2
    /// Stops when no power moves by more than this part of its cell's budget in a round.
    package var tolerance: Float = 1e-4

    private var workspace = Workspace()

    package init() {}

    package mutating func solve(_ problem: Problem, startWatts: [Double], budget: inout Budget) -> [Double] {
        precondition(startWatts.count == problem.cells * problem.subbands)
        _ = workspace.fit(problem)
        let parameters = self
        return workspace.withFrame(problem) { frame in
            frame.load(startWatts, into: frame.power)
            frame.shareEqually()
            frame.updateRadio()
            frame.updateRates()
            for i in 0..<((problem.cells + 1) * problem.vectors) { frame.charge[i] = Lanes() }
            var best = -Double.infinity
            while budget.spend() {
                frame.keep(&best, shareSteps: parameters.shareSteps)
                for i in 0..<(problem.cells * problem.vectors) { frame.target[i] = frame.power[i] }
                for _ in 0..<parameters.sweepsPerRound { frame.sweepWMMSE() }
                if frame.largestMove() < parameters.tolerance { break }
            }
            frame.keep(&best, shareSteps: parameters.shareSteps)
            frame.restoreBest()
            return frame.unload(frame.power, rows: problem.cells)
        }
    }
}

extension Frame {
    /// Radio and shares of the current powers, kept where they beat `best`.
    func keep(_ best: inout Double, shareSteps: Int) {
        updateRadio()
        updateRates()
        stepShares(shareSteps)
        let objective = objective(own: nil)
        if objective > best {
            best = objective
            saveBest()
        }
    }

    /// Largest distance of a power from the one kept in `target`, relative to its cell's budget.
    fileprivate func largestMove() -> Float {
        var change: Float = 0
        for c in 0..<view.cells {
            var most = Lanes()
            for q in 0..<vectors {
                let step = target[c * vectors + q] - power[c * vectors + q]
                most = most.max(step).max(Lanes() - step)
            }
            change = Swift.max(change, most.largest / Swift.max(view.budget[c], 1e-30))
        }
        return change
    }

    /// One sweep over receivers, weights and amplitudes; leaves the radio state of the powers before it.
    fileprivate func sweepWMMSE() {
        updateRadio()
        for i in 0..<((view.cells + 1) * vectors) { price[i] = Lanes() }
        for c in 0..<view.cells {
            for u in view.members(c) {
                for q in 0..<vectors { accumulateWMMSE(c, u, q) }
            }
        }
        for c in 0..<view.cells { transmitWMMSE(c) }
    }

    /// Receiver and weight of one UE on a vector of subbands: `value` takes a w r sqrt(g), `slope` a w r^2 g, and
    /// `price` a w r^2 g of the interfered streams. With q = g / T: r sqrt(g) v = q p / (1 + q p), w = 1 + q p.
    private func accumulateWMMSE(_ c: Int, _ u: Int, _ q: Int) {
        let i = u * vectors + q
        let row = view.gain + u * view.links * vectors + q
        let power = power[c * vectors + q]
        let weight = Lanes(repeating: 1) + ratio[i] * power
        let rate = share[i] * view.bandwidth[q] * lambda[u]
        // a w r sqrt(g) = a q v, a w r^2 g = a q^2 p / (1 + q p).
        value[i] = rate * ratio[i] * power.squareRoot()
        slope[i] = rate * ratio[i] * ratio[i] * power / weight
        let gain = row[0] / Lanes(repeating: Float(view.snrGap))
        let harm = (slope[i] / gain).replacing(with: Lanes(), where: gain .<= Lanes())
        for l in stride(from: 1, to: view.links, by: 1) {
            let j = Int(view.linkCell[u * view.links + l]) * vectors + q
            price[j] += harm * row[l * vectors]
        }
    }

    /// Amplitudes of one cell: bisection on the multiplier of its budget.
    private func transmitWMMSE(_ c: Int) {
        let load = Lanes(repeating: view.load[c])
        var low: Float = 0
        var high: Float = 0
        for attempt in 0..<60 {
            let mu = attempt == 0 ? 0 : (high == 0 ? Swift.max(2 * low, 1e-12) : 0.5 * (low + high))
            var sum = Lanes()
            for q in 0..<vectors {
                var pull = Lanes()
                var push = (load * price[c * vectors + q]) + Lanes(repeating: mu + 1e-30)
                for u in view.members(c) {
                    pull += value[u * vectors + q]
                    push += slope[u * vectors + q]
                }
                let amplitude = pull / push
                let next = (amplitude * amplitude).min(view.cap[c * vectors + q])
                power[c * vectors + q] = next
                sum += next
            }
            let total = sum.total
            if total > view.budget[c] { low = mu } else { high = mu }
            if attempt == 0 && total <= view.budget[c] { break }
            if high > 0 && high - low <= 1e-6 * high { break }
        }
        fitBudget(c, power + c * vectors)
    }
}
