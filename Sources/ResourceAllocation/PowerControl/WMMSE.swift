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
    package var tolerance = 1e-4

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
            for i in 0..<((problem.cells + 1) * problem.quads) { frame.charge[i] = Lanes() }
            var best = -Double.infinity
            while budget.spend() {
                frame.keep(&best, shareSteps: parameters.shareSteps)
                for i in 0..<(problem.cells * problem.quads) { frame.target[i] = frame.power[i] }
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
        for _ in 0..<shareSteps {
            updateShares()
            updateRates()
        }
        let objective = objective(own: nil)
        if objective > best {
            best = objective
            saveBest()
        }
    }

    /// Largest distance of a power from the one kept in `target`, relative to its cell's budget.
    fileprivate func largestMove() -> Double {
        var change = 0.0
        for c in 0..<view.cells {
            var most = Lanes()
            for q in 0..<quads {
                let step = target[c * quads + q] - power[c * quads + q]
                most = most.max(step).max(Lanes() - step)
            }
            change = Swift.max(change, most.largest / Swift.max(view.budget[c], 1e-300))
        }
        return change
    }

    /// One sweep over receivers, weights and amplitudes; leaves the radio state of the powers before it.
    fileprivate func sweepWMMSE() {
        updateRadio()
        for i in 0..<((view.cells + 1) * quads) { price[i] = Lanes() }
        for c in 0..<view.cells {
            for u in view.members(c) {
                for q in 0..<quads { accumulateWMMSE(c, u, q) }
            }
        }
        for c in 0..<view.cells { transmitWMMSE(c) }
    }

    /// Receiver and weight of one UE on four subbands: `ratio` takes a w r sqrt(g), `strength` a w r^2 g, and `price`
    /// a w r^2 g of the interfered streams.
    private func accumulateWMMSE(_ c: Int, _ u: Int, _ q: Int) {
        let i = u * quads + q
        let row = view.gain + u * view.links * quads + q
        let gain = row[0] / Lanes(repeating: view.snrGap)
        let amplitude = power[c * quads + q].squareRoot()
        let root = gain.squareRoot()
        let receiver = root * amplitude / (interference[i] + gain * power[c * quads + q])
        let weight = Lanes(repeating: 1) / (Lanes(repeating: 1) - receiver * root * amplitude)
        let stream = Lanes(repeating: lambda[u]) * share[i] * view.bandwidth[q] * weight
        ratio[i] = stream * receiver * root
        strength[i] = stream * receiver * receiver * gain
        let harm = stream * receiver * receiver
        for l in stride(from: 1, to: view.links, by: 1) {
            let j = Int(view.linkCell[u * view.links + l]) * quads + q
            price[j] += harm * row[l * quads]
        }
    }

    /// Amplitudes of one cell: bisection on the multiplier of its budget.
    private func transmitWMMSE(_ c: Int) {
        let load = Lanes(repeating: view.load[c])
        var low = 0.0
        var high = 0.0
        for attempt in 0..<200 {
            let mu = attempt == 0 ? 0 : (high == 0 ? Swift.max(2 * low, 1e-12) : 0.5 * (low + high))
            var sum = Lanes()
            for q in 0..<quads {
                var pull = Lanes()
                var push = (load * price[c * quads + q]) + Lanes(repeating: mu + 1e-300)
                for u in view.members(c) {
                    pull += ratio[u * quads + q]
                    push += strength[u * quads + q]
                }
                let amplitude = pull / push
                let next = (amplitude * amplitude).min(view.cap[c * quads + q])
                power[c * quads + q] = next
                sum += next
            }
            let total = sum.total
            if total > view.budget[c] { low = mu } else { high = mu }
            if attempt == 0 && total <= view.budget[c] { break }
            if high > 0 && high - low <= 1e-9 * high { break }
        }
        fitBudget(c, power + c * quads)
    }
}
