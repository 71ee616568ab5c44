/// The follower's best response of DESIGN 11, per cell.
///
/// `p[c,k]` is the root in `[0, min(cap, p_sat)]` of `f_k(p) = sum_u a_u / (e_u + p) = pi[c,k] + nu`, where
/// `a_u = lambda_u x[u,k] B_k / ln 2`, `e_u = Gamma T / g`, and a UE's term ends where it reaches the ceiling of the
/// spectral efficiency. Each pass puts `A / (E + p)` in the place of f_k, equal to it in value and slope at the point
/// reached, which is exact for one UE, and solves for the multiplier of the budget in closed form over the subbands.
/// 1/f_k is concave, so that a pass stops short of the root rather than beyond it. The model holds up to the powers at
/// which the next UE saturates; a pass steps just over such a power, where f_k jumps, and the next one back if the root
/// lies there.
extension Frame {
    /// Relative distance by which a pass steps over a power at which a UE saturates.
    private static let overstep: Float = 2e-6
    /// A UE with a smaller share of a subband does not stop a pass.
    private static let leastShare: Float = 1e-3

    /// Solves for cell `c` at the prices in `price` plus `charge`, others' interference, shares and lambda fixed, and
    /// writes `target[c]`, `multiplier[c]`. Starts at `power[c]`.
    ///
    /// Ends after `passes` passes, or once no power moves by more than `tolerance` of itself.
    func respond(_ c: Int, tolerance: Float, passes: Int = 200) {
        if vectors == 1 {
            respond(c, tolerance: tolerance, passes: passes, vectors: 1)
        } else {
            respond(c, tolerance: tolerance, passes: passes, vectors: vectors)
        }
    }

    /// Written once for any width, as `updateRadio` is; what it calls takes the width from it.
    @inline(__always)
    private func respond(_ c: Int, tolerance: Float, passes: Int, vectors: Int) {
        let row = target + c &* vectors
        copy(power + c &* vectors, row, vectors)
        for _ in 0..<passes {
            fitModel(c, vectors)
            let nu = balance(c, from: multiplier[c], vectors)
            multiplier[c] = nu
            var isSettled = true
            for v in 0..<vectors {
                let next = modelled(c, v, nu, vectors)
                let step = next - row[v]
                let allowed = (next * tolerance).max(Lanes(repeating: view.budget[c] * tolerance * 1e-3))
                isSettled = isSettled && all(step .<= allowed) && all(Lanes() - step .<= allowed)
                row[v] = next
            }
            if isSettled { break }
        }
        fitBudget(c, row)
    }

    /// Model of f at `target[c]`: strength A, offset E, and the powers between which no UE saturates.
    @inline(__always)
    private func fitModel(_ c: Int, _ vectors: Int) {
        let zero = Lanes()
        for v in 0..<vectors {
            let p = target[c &* vectors &+ v]
            let f = marginal(c, v, p, vectors)
            let span = f.level / f.steepness
            let isFlat = f.level .<= zero
            strength[v] = (f.level * span).replacing(with: zero, where: isFlat)
            offset[v] = (span - p).replacing(with: zero, where: isFlat)
            let cap = view.cap[c &* vectors &+ v].min(Lanes(repeating: view.budget[c]))
            highest[v] = (f.end * (1 + Frame.overstep)).min(cap)
            lowest[v] = (f.begin * (1 - Frame.overstep)).min(cap)
        }
    }

    /// Powers of the model at the multiplier `nu`.
    @inline(__always)
    private func modelled(_ c: Int, _ v: Int, _ nu: Float, _ vectors: Int) -> Lanes {
        let i = c &* vectors &+ v
        let level = (price[i] + charge[i] + nu).max(Lanes(repeating: 1e-30))
        return (strength[v] / level - offset[v]).min(highest[v]).max(lowest[v])
    }

    /// Multiplier, at least 0, at which the model's powers meet the cell's budget: Newton steps on 1/(power + offsets),
    /// which is linear in nu for subbands of equal price, inside a bracket that they may not leave.
    @inline(__always)
    private func balance(_ c: Int, from start: Float, _ vectors: Int) -> Float {
        let budget = view.budget[c]
        var nu = start
        var low: Float = -1
        var high = Float.infinity
        for _ in 0..<24 {
            let point = spend(c, nu, vectors)
            let excess = point.power - budget
            if (excess <= 0 && nu == 0) || abs(excess) <= 1e-6 * budget { break }
            if excess > 0 { low = nu } else { high = nu }
            let aim = point.volume - excess
            var next = point.sensitivity > 0 ? nu + excess / point.sensitivity * (aim > 0 ? point.volume / aim : 1) : -1
            if !(next < high) || next <= low {
                if high == .infinity { high = ceiling(c) }
                if next <= 0 && low < 0 {
                    next = 0
                } else {
                    next = low > 0.1 * high ? 0.5 * (low + high) : (Swift.max(low, 1e-6 * high) * high).squareRoot()
                }
                if high - Swift.max(low, 0) <= 1e-6 * high { break }
            }
            nu = Swift.max(0, next)
        }
        return nu
    }

    /// Power of the model at a multiplier, and over the subbands inside their range the sums of power plus offset and
    /// of -dp/dnu.
    @inline(__always)
    private func spend(_ c: Int, _ nu: Float, _ vectors: Int) -> (power: Float, volume: Float, sensitivity: Float) {
        let zero = Lanes()
        var sum = zero
        var volume = zero
        var sensitivity = zero
        for v in 0..<vectors {
            let i = c &* vectors &+ v
            let inverse = Lanes(repeating: 1) / (price[i] + charge[i] + nu).max(Lanes(repeating: 1e-30))
            let level = strength[v] * inverse
            let free = level - offset[v]
            let p = free.min(highest[v]).max(lowest[v])
            sum += p
            let isFree = p .== free
            volume += level.replacing(with: zero, where: .!isFree)
            sensitivity += (level * inverse).replacing(with: zero, where: .!isFree)
        }
        return (sum.total, volume.total, sensitivity.total)
    }

    /// Multiplier from which on the model's powers are at their lowest.
    private func ceiling(_ c: Int) -> Float {
        var most = Lanes()
        for v in 0..<vectors {
            let i = c * vectors + v
            let sum = lowest[v] + offset[v]
            let level = (strength[v] / sum).replacing(with: Lanes(), where: sum .<= Lanes())
            most = most.max(level - price[i] - charge[i])
        }
        return most.largest * 1.000001
    }

    /// f and -f' of one vector of subbands of cell `c` at power `p`, and the powers between which no UE saturates.
    @inline(__always)
    func marginal(
        _ c: Int, _ v: Int, _ p: Lanes, _ vectors: Int
    ) -> (level: Lanes, steepness: Lanes, begin: Lanes, end: Lanes) {
        let (share, ratio, lambda, inverseSaturation) = (share, ratio, lambda, view.inverseSaturation)
        let one = Lanes(repeating: 1)
        let zero = Lanes()
        let width = view.bandwidth[v] * 1.4426950408889634
        var level = zero
        var steepness = zero
        // Inverse powers of saturation: largest of the UEs that are not saturated, smallest of those that are.
        var open = zero
        var closed = Lanes(repeating: .infinity)
        for u in view.members(c) {
            let i = u &* vectors &+ v
            let perWatt = ratio[i]
            let snr = perWatt * p
            let nearness = perWatt * Lanes(repeating: inverseSaturation[u])
            let isSaturated = nearness * p .>= one
            let grip = perWatt / (one + snr)
            let term = (share[i] * grip * lambda[u]).replacing(with: zero, where: isSaturated)
            level += term
            steepness = steepness.addingProduct(term, grip)
            let counts = share[i] .> Lanes(repeating: Frame.leastShare)
            open = open.max(nearness.replacing(with: zero, where: isSaturated .| .!counts))
            closed = closed.min(
                nearness.replacing(with: Lanes(repeating: .infinity), where: .!(isSaturated .& counts)))
        }
        return (level * width, steepness * width, one / closed, one / open)
    }
}
