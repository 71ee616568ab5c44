internal import Numerics

/// What a leader does with the rest of its budget once prices and best responses have settled.
///
/// At the fixed point the price is the harm, and the leader's gradient through the followers' equilibrium vanishes: by
/// the envelope theorem (shares are optimal) `dM/dp = f(p) - nu - harm`, followers hold `f(p) - nu = pi`, so that
/// `dM/dpi = (dp/dpi)' (pi - harm)`. A round of the fixed point is the step `pi <- harm` on this gradient with the
/// curvature of the followers' own problem. What is left to gain lies at other equilibria: a move closes some subbands
/// of a cell, or of a cell and its strongest interferer, as prohibitive prices would, lets prices and followers
/// settle again, and stays there if the value has risen.
extension Frame {
    /// Tries moves until the budget ends, going on from move number `move`.
    func lead(
        _ settings: PricingKernel.Settings, _ run: inout Run, move: inout Int, budget: inout Budget,
        outcome: inout PricingKernel.Outcome
    ) {
        let generator = CounterGenerator(seed: 0x4C45_4144)
        var refused = 0
        while !budget.isExhausted && refused < 4 * view.cells {
            guard perturb(UInt64(move), generator, own: run.own) else {
                move &+= 1
                refused += 1
                continue
            }
            refused = 0
            mixShares(settings.shareMix)
            move &+= 1
            outcome.movesTried += 1
            let before = run.best
            run.last = -.infinity
            run.damping = settings.damping
            var rounds = 0
            while rounds < settings.roundsPerMove && budget.spend() {
                round(settings, &run)
                rounds += 1
                if rounds >= settings.roundsPerMove / 2 && run.last < before - settings.giveUp * Double(view.ues) {
                    break
                }
            }
            if run.best > before { outcome.movesAdopted += 1 }
            restoreBest()
        }
    }

    /// Draws new powers for a cell of `own`, every second time also for the strongest interferer of one of its UEs;
    /// `false` where the draw meets no cell that is decided here.
    private func perturb(_ move: UInt64, _ generator: CounterGenerator, own: UnsafePointer<Bool>?) -> Bool {
        let c = Int(generator.bits(move, 0) % UInt64(view.cells))
        let members = view.members(c)
        guard own?[c] ?? true, !members.isEmpty else { return false }
        redraw(c, move, generator)
        if move % 2 == 1 && view.links > 1 {
            let u = members.lowerBound + Int(generator.bits(move, 1) % UInt64(members.count))
            let other = Int(view.linkCell[u * view.links + 1])
            if other < view.cells && (own?[other] ?? true) { redraw(other, move, generator) }
        }
        return true
    }

    /// Closes two fifths of a cell's subbands at random and gives the others equal power.
    private func redraw(_ c: Int, _ move: UInt64, _ generator: CounterGenerator) {
        let level = 2 * view.budget[c] / Float(view.subbands)
        for k in 0..<view.subbands {
            let i = c * vectors + k / 8
            let isOpen = generator.uniform(move, UInt64(2 + k + c * view.subbands)) >= 0.4
            power[i][k % 8] = isOpen ? Swift.min(level, view.cap[i][k % 8]) : 0
        }
        fitBudget(c, power + c * vectors)
    }

    /// Mixes equal shares into all shares, so that a UE can move to a subband that it had left.
    func mixShares(_ part: Float) {
        let keep = Lanes(repeating: 1 - part)
        for c in 0..<view.cells {
            let members = view.members(c)
            let each = Lanes(repeating: part / Float(Swift.max(1, members.count)))
            for i in (members.lowerBound * vectors)..<(members.upperBound * vectors) {
                share[i] = each.addingProduct(share[i], keep)
            }
        }
    }

    // MARK: Prices that implement powers

    /// Price of power that harms nobody as things are, but would be heard.
    private static let heard: Float = 1e-30

    /// Leaves no price at 0 but those of cells that no UE of another cell hears: where who hears a cell is at the
    /// ceiling of the spectral efficiency, more power does no harm yet.
    func markHeard() {
        let least = Lanes(repeating: Frame.heard)
        for place in 0..<(view.ues * view.links) where place % view.links > 0 {
            let row = price + Int(view.linkCell[place]) * vectors
            for q in 0..<vectors { row[q] = row[q].max(least) }
        }
    }

    /// Sets `price` of the cells in `own` to prices at which the current powers are each cell's best response, as close
    /// to the marginal harm plus charge as that allows; those of other cells stay the harm. Where harm and charge are 0
    /// the price is, too: what the cell sends there is its own affair.
    func implementPowers(own: UnsafePointer<Bool>?) {
        for c in 0..<view.cells where own?[c] ?? true {
            var total = Lanes()
            var nu = multiplier[c]
            for q in 0..<vectors {
                let p = power[c * vectors + q]
                total += p
                let inside = (p .> Lanes()) .& (view.cap[c * vectors + q] .> Lanes())
                let left = marginal(c, q, p * Lanes(repeating: 1 - 1e-5), vectors).level
                let least = left.replacing(with: Lanes(repeating: .infinity), where: .!inside)
                for lane in 0..<Lanes.scalarCount { nu = Swift.min(nu, least[lane]) }
            }
            if total.total < view.budget[c] * (1 - 1e-6) { nu = 0 }
            multiplier[c] = nu
            for q in 0..<vectors { implement(c, q, nu) }
        }
    }

    private func implement(_ c: Int, _ q: Int, _ nu: Float) {
        let i = c * vectors + q
        let p = power[i]
        let zero = Lanes()
        let harm = price[i] + charge[i]
        let shift = Lanes(repeating: nu)
        let left = marginal(c, q, p * Lanes(repeating: 1 - 1e-5), vectors).level
        let right = marginal(c, q, p * Lanes(repeating: 1 + 1e-5), vectors).level
        let most = left.replacing(with: Lanes(repeating: .infinity), where: p .<= zero)
        let least = right.replacing(with: zero, where: p .>= view.cap[i])
        let found = ((harm + shift).min(most).max(least) - shift).max(harm.min(Lanes(repeating: Frame.heard)))
        price[i] = found.replacing(with: zero, where: harm .<= zero)
    }
}
