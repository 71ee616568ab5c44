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
        var damping: Float
        /// Rounds since the best point improved by more than the tolerance.
        var idle = 0
        /// Largest change of a power in the last round, relative to its cell's budget.
        var change = Float.infinity
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
            passes: settings.responsePasses)
    }

    /// Compares starts of an iteration that has no previous state, a few rounds each; ends at the best point,
    /// without a round at equal power.
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
        if run.best > -.infinity { restoreBest() } else { startPatterned(contrast: 0, shift: 0, own: run.own) }
        run.last = -.infinity
        run.damping = settings.damping
        run.idle = 0
    }

    /// Goes on from the previous point, which stays a candidate, with equal shares: shares that have come down to a few
    /// UEs per subband would leave that face slowly where another assignment has become better.
    func warm(_ settings: PricingKernel.Settings, _ run: inout Run, budget: inout Budget) {
        guard budget.spend() else { return }
        _ = assess(settings, &run)
        mixPowers(settings.warmMix)
        shareEqually(keepsMultipliers: view.hasGuarantees)
    }

    /// Radio, shares, rates and prices of the current powers, kept where they beat `best`.
    func assess(_ settings: PricingKernel.Settings, _ run: inout Run) -> Double {
        updateRadio()
        updateRates()
        stepShares(settings.shareSteps)
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
        damping: Float, tolerance: Float, own: UnsafePointer<Bool>?, passes: Int = 200
    ) -> Float {
        let vectors = vectors
        let weight = Lanes(repeating: damping)
        var change: Float = 0
        for c in 0..<view.cells where own?[c] ?? true {
            respond(c, tolerance: tolerance, passes: passes)
            var most = Lanes()
            for q in 0..<vectors {
                let i = c &* vectors &+ q
                let step = target[i] - power[i]
                most = most.max(step).max(Lanes() - step)
                power[i] = power[i].addingProduct(weight, step)
            }
            change = Swift.max(change, most.largest / Swift.max(view.budget[c], 1e-30))
        }
        return change
    }

    func saveBest() {
        copy(power, bestPower, view.cells &* vectors)
        copy(price, bestPrice, view.cells &* vectors)
        copy(share, bestShare, view.ues &* vectors)
        bestThrift.update(from: thrift, count: view.ues)
    }

    func restoreBest() {
        copy(bestPower, power, view.cells &* vectors)
        copy(bestPrice, price, view.cells &* vectors)
        copy(bestShare, share, view.ues &* vectors)
        thrift.update(from: bestThrift, count: view.ues)
    }
}
