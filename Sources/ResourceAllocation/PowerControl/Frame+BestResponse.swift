/// The follower's best response of DESIGN 11, per cell.
///
/// `p[c,k]` is the root in `[0, min(cap, p_sat)]` of `f_k(p) = sum_u a_u / (e_u + p) = pi[c,k] + nu`, where
/// `a_u = lambda_u x[u,k] B_k / ln 2`, `e_u = Gamma T / g`, and a UE's term ends where it reaches the ceiling of the
/// spectral efficiency. `1/f_k` is concave in p and linear for one UE, so Newton steps on it approach the root from
/// below without overshoot, and one step gives the closed form of a single UE; a bracket guards the jumps where UEs
/// saturate.
extension Frame {
    /// Solves for cell `c` at the prices in `price` plus `charge`, others' interference, shares and lambda fixed, and
    /// writes `target[c]`, `multiplier[c]`. Both roots are found to the relative `tolerance`.
    ///
    /// After `attempts` multipliers the powers are scaled down to the budget: enough inside an iteration, where the
    /// next round goes on from the multiplier reached.
    func respond(_ c: Int, tolerance: Double, attempts: Int = 100) {
        let ends = prepareResponse(c)
        let budget = view.budget[c]
        var low = -1.0
        var high = Double.infinity
        var nu = multiplier[c]
        if !(nu < ends) { nu = 0 }
        for _ in 0..<attempts {
            let point = respond(c, multiplier: nu, tolerance: tolerance)
            let excess = point.power - budget
            if excess <= tolerance * budget && (nu == 0 || excess >= -tolerance * budget) { break }
            if excess > 0 { low = nu } else { high = nu }
            if high < .infinity && high - low <= Swift.max(1e-13, 0.1 * tolerance) * high { break }
            nu = nextMultiplier(nu, low, Swift.min(high, ends), excess, point)
        }
        multiplier[c] = nu
        fitBudget(c, target + c &* quads)
    }

    /// Newton step on 1/(power + offsets), which is linear in nu for one UE per subband; bisection outside the bracket.
    /// `low` is negative until the multiplier 0 is known to spend too much.
    @inline(__always)
    private func nextMultiplier(
        _ nu: Double, _ low: Double, _ high: Double, _ excess: Double,
        _ point: (power: Double, volume: Double, sensitivity: Double)
    ) -> Double {
        let aim = point.volume - excess
        let next = nu + excess / point.sensitivity * (aim > 0 ? point.volume / aim : 1)
        if next > Swift.max(0, low) && next < high { return next }
        if next <= 0 && low < 0 { return 0 }
        return 0.5 * (Swift.max(0, low) + high)
    }

    /// Fills `strength` (a/e) and `ratio` (1/e) for the UEs of `c`; returns the multiplier from which on all powers
    /// are 0.
    @discardableResult
    @inline(__always)
    func prepareResponse(_ c: Int) -> Double {
        let quads = quads
        let gap = Lanes(repeating: view.snrGap)
        var ends = Lanes()
        for q in 0..<quads {
            let width = view.bandwidth[q] * Lanes(repeating: 1.4426950408889634)
            var atZero = Lanes()
            for u in view.members(c) {
                let i = u &* quads &+ q
                let inverse = view.gain[u &* view.links &* quads &+ q] / (gap * interference[i])
                let level = width * share[i] * Lanes(repeating: lambda[u]) * inverse
                ratio[i] = inverse
                strength[i] = level
                atZero += level
            }
            ends = ends.max(atZero - price[c &* quads &+ q] - charge[c &* quads &+ q])
        }
        return ends.largest
    }

    /// Powers of cell `c` at a given multiplier, into `target`, with their sum, the sum of `f/f'` (power plus offset)
    /// and of `-dp/dnu` over the subbands whose power is inside its range.
    @inline(__always)
    private func respond(_ c: Int, multiplier nu: Double, tolerance: Double) -> (
        power: Double, volume: Double, sensitivity: Double
    ) {
        let quads = quads
        var power = Lanes()
        var volume = Lanes()
        var sensitivity = Lanes()
        let zero = Lanes()
        for q in 0..<quads {
            let i = c &* quads &+ q
            let level = price[i] + charge[i] + Lanes(repeating: nu)
            let solved = root(c, q, level: level, tolerance: tolerance)
            target[i] = solved.power
            power += solved.power
            let inside = (solved.power .> zero) .& (solved.power .< view.cap[i]) .& (solved.steepness .> zero)
            volume += (solved.level / solved.steepness).replacing(with: zero, where: .!inside)
            sensitivity += (Lanes(repeating: 1) / solved.steepness).replacing(with: zero, where: .!inside)
        }
        return (power.total, volume.total, sensitivity.total)
    }

    /// f and -f' of four subbands of cell `c` at power `p`.
    @inline(__always)
    func marginal(_ c: Int, _ q: Int, _ p: Lanes) -> (level: Lanes, steepness: Lanes) {
        let quads = quads
        let reach = Lanes(repeating: saturation)
        let one = Lanes(repeating: 1)
        let zero = Lanes()
        var level = zero
        var steepness = zero
        for u in view.members(c) {
            let i = u &* quads &+ q
            let snr = ratio[i] * p
            let inverse = one / (one + snr)
            let term = (strength[i] * inverse).replacing(with: zero, where: snr .>= reach)
            level += term
            steepness = steepness.addingProduct(term, inverse * ratio[i])
        }
        return (level, steepness)
    }

    /// 2^etaMax - 1: SNR over Gamma at which a UE reaches the ceiling of the spectral efficiency.
    @inline(__always)
    private var saturation: Double { Lanes(repeating: view.maxSpectralEfficiency).exp2[0] - 1 }

    /// Root of `f_k(p) = level` in `[0, cap]` for four subbands of cell `c`, started at `target`, with f and -f' of the
    /// last point before it.
    @inline(__always)
    private func root(_ c: Int, _ q: Int, level: Lanes, tolerance: Double) -> (
        power: Lanes, level: Lanes, steepness: Lanes
    ) {
        let zero = Lanes()
        let cap = view.cap[c &* quads &+ q].min(Lanes(repeating: view.budget[c]))
        let close = Lanes(repeating: tolerance)
        let least = cap * Lanes(repeating: tolerance * 1e-3)
        var low = zero
        var high = cap
        var lowIsOpen = high .> zero
        var highIsOpen = lowIsOpen
        var finished = .!lowIsOpen
        var p = target[c &* quads &+ q].min(cap).max(zero)
        var f = marginal(c, q, p)
        var iteration = 0
        while true {
            let above = f.level .> level
            low = low.replacing(with: p, where: above)
            high = high.replacing(with: p, where: .!above)
            highIsOpen = highIsOpen .& above
            lowIsOpen = lowIsOpen .& .!above
            var next = p + (f.level - level) * f.level / (level * f.steepness)
            // Each end is tried once; after that, and where Newton crawls, the bracket is halved.
            next = next.replacing(with: high, where: highIsOpen .& .!(next .< high))
            next = next.replacing(with: low, where: lowIsOpen .& (next .<= low))
            let middle = Lanes(repeating: 0.5) * (low + high)
            if iteration > 3 && iteration % 3 != 0 {
                next = middle
            } else {
                next = next.replacing(with: middle, where: .!((next .>= low) .& (next .<= high)))
            }
            next = next.replacing(with: p, where: finished)
            let moved = next - p
            let within = (close * next).max(least)
            finished = finished .| (moved.max(zero - moved) .<= within) .| ((high - low) .<= within)
            p = next
            iteration += 1
            if all(finished) || iteration == 200 { break }
            f = marginal(c, q, p)
        }
        return (p, f.level, f.steepness)
    }
}
