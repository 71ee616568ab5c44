/// The damped fixed point of prices and best responses.
extension Frame {
    /// The state of a run of rounds.
    struct Run {
        /// Cells decided; nil is all.
        let own: UnsafePointer<Bool>?
        /// Objective of the best point seen, in utility.
        var best = -Double.infinity
        /// Objective of the last point.
        var last = -Double.infinity
        /// Part of the way to the best response that the next round goes.
        var damping: Double
        /// Rounds since the best point improved by more than the tolerance.
        var idle = 0
        /// Largest change of a power in the last round, relative to its cell's budget.
        var change = Double.infinity
    }

    /// One round: shares, prices at the current powers, best responses, a damped step there. Keeps the best point seen;
    /// steps get shorter while the objective falls.
    func round(_ settings: PricingKernel.Settings, _ run: inout Run) {
        let before = run.best
        let objective = assess(settings, &run)
        run.idle = run.best > before + settings.patienceTolerance * abs(before) ? 0 : run.idle + 1
        run.damping =
            objective < run.last
            ? Swift.max(settings.leastDamping, 0.7 * run.damping) : Swift.min(settings.damping, 1.1 * run.damping)
        run.last = objective
        run.change = respondAndStep(
            damping: run.damping, tolerance: settings.responseTolerance, own: run.own,
            attempts: settings.responseAttempts)
    }

    /// Compares starts of an iteration that has no previous state, a few rounds each; ends at the best point.
    func survey(_ settings: PricingKernel.Settings, _ run: inout Run, budget: inout Budget) {
        for pattern in -1..<3 {
            if pattern >= 0 {
                startPatterned(contrast: 0.8, shift: pattern, own: run.own)
                shareEqually()
            }
            run.last = -.infinity
            run.damping = settings.damping
            for _ in 0..<settings.roundsPerStart where budget.spend() { round(settings, &run) }
        }
        restoreBest()
        run.last = -.infinity
        run.damping = settings.damping
        run.idle = 0
    }

    /// Goes on from the previous point or, where its objective shows that the channel has changed, from a fresh start
    /// near it; the previous point stays a candidate.
    func warm(_ settings: PricingKernel.Settings, _ run: inout Run, lastObjective: Double, budget: inout Budget) {
        guard budget.spend() else { return }
        let objective = assess(settings, &run)
        if abs(objective - lastObjective) <= settings.staticTolerance * Double(view.ues) { return }
        mixPowers(0.5)
        shareEqually()
    }

    /// Radio, shares, rates and prices of the current powers, kept where they beat `best`.
    func assess(_ settings: PricingKernel.Settings, _ run: inout Run) -> Double {
        updateRadio()
        updateRates()
        for _ in 0..<settings.shareSteps {
            updateShares()
            updateRates()
        }
        if settings.usesPrices { updatePrices() }
        let objective = objective(own: run.own)
        if objective > run.best || !settings.usesPrices {
            run.best = objective
            saveBest()
        }
        return objective
    }

    /// Best responses of the cells in `own` and a step of `damping` towards them.
    func respondAndStep(
        damping: Double, tolerance: Double, own: UnsafePointer<Bool>?, attempts: Int = 100
    ) -> Double {
        let quads = quads
        let weight = Lanes(repeating: damping)
        var change = 0.0
        for c in 0..<view.cells where own?[c] ?? true {
            respond(c, tolerance: tolerance, attempts: attempts)
            var most = Lanes()
            for q in 0..<quads {
                let i = c &* quads &+ q
                let step = target[i] - power[i]
                most = most.max(step).max(Lanes() - step)
                power[i] = power[i].addingProduct(weight, step)
            }
            change = Swift.max(change, most.largest / Swift.max(view.budget[c], 1e-300))
        }
        return change
    }

    func saveBest() {
        copy(power, bestPower, view.cells &* quads)
        copy(price, bestPrice, view.cells &* quads)
        copy(share, bestShare, view.ues &* quads)
        bestThrift.update(from: thrift, count: view.ues)
    }

    func restoreBest() {
        copy(bestPower, power, view.cells &* quads)
        copy(bestPrice, price, view.cells &* quads)
        copy(bestShare, share, view.ues &* quads)
        thrift.update(from: bestThrift, count: view.ues)
    }
}
