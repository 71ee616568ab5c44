/// The radio model of DESIGN 11: interference, rates, proportional-fair shares and marginal harm.
extension Frame {
    /// T, value and slope of every UE at the current powers.
    func updateRadio() { updateRadio(cells: 0..<view.cells) }

    /// The same for the UEs of some cells, all cells' powers being current.
    func updateRadio(cells: Range<Int>) {
        let quads = quads
        let links = view.links
        for c in 0..<view.cells {
            let load = Lanes(repeating: view.load[c])
            for q in 0..<quads { loaded[c &* quads &+ q] = load * power[c &* quads &+ q] }
        }
        for q in 0..<quads { loaded[view.cells &* quads &+ q] = Lanes() }
        let gap = Lanes(repeating: view.snrGap)
        let ceiling = Lanes(repeating: view.maxSpectralEfficiency)
        let perLn2 = Lanes(repeating: 1.4426950408889634)
        let zero = Lanes()
        for c in cells {
            for u in view.members(c) {
                let cellOf = view.linkCell + u &* links
                for q in 0..<quads {
                    var t = view.background[u &* quads &+ q]
                    let gain = view.gain + (u &* links &* quads &+ q)
                    var l = 1
                    while l < links {
                        t = t.addingProduct(loaded[Int(cellOf[l]) &* quads &+ q], gain[l &* quads])
                        l &+= 1
                    }
                    let s = power[c &* quads &+ q] * gain[0]
                    let gapT = gap * t
                    let sum = gapT + s
                    let inverse = Lanes(repeating: 1) / (gapT * sum)
                    let efficiency = (sum * sum * inverse).log2
                    let bandwidth = view.bandwidth[q]
                    let i = u &* quads &+ q
                    interference[i] = t
                    value[i] = bandwidth * efficiency.min(ceiling).max(zero)
                    let steep = bandwidth * perLn2 * s * inverse * gap
                    slope[i] = steep.replacing(with: zero, where: efficiency .>= ceiling)
                }
            }
        }
    }

    /// `rate` and `lambda` at the current values and shares.
    func updateRates() { updateRates(cells: 0..<view.cells) }

    /// The same for the UEs of some cells.
    func updateRates(cells: Range<Int>) {
        let quads = quads
        let ues = Int(view.cellStart[cells.lowerBound])..<Int(view.cellStart[cells.upperBound])
        for u in ues {
            var sum = Lanes()
            for q in 0..<quads { sum = sum.addingProduct(share[u &* quads &+ q], value[u &* quads &+ q]) }
            rate[u] = sum.total
        }
        if view.alpha == 1 {
            for u in ues {
                lambda[u] = thrift[u] * view.weight[u] / Swift.max(rate[u], Evaluation.rateFloorMbps)
            }
        } else {
            let exponent = Lanes(repeating: -view.alpha)
            for u in ues {
                let steepness = (exponent * Lanes(repeating: Swift.max(rate[u], Evaluation.rateFloorMbps)).log2).exp2[0]
                lambda[u] = thrift[u] * view.weight[u] * steepness
            }
        }
    }

    /// One step of the proportional-response dynamics in every cell (see `ShareSolver`): each UE bids for a subband
    /// what the subband earned it in the last step, and gets its part of the bids. Reads `lambda`, writes `share`.
    func updateShares() { updateShares(cells: 0..<view.cells) }

    /// The same in some cells.
    func updateShares(cells: Range<Int>) {
        let quads = quads
        let floor = Lanes(repeating: ShareSolver.smallestShare)
        let mix = Lanes(repeating: view.alpha > 1 ? 1 / view.alpha : 1)
        let keep = Lanes(repeating: 1) - mix
        for c in cells {
            let members = view.members(c)
            for u in members where view.demand[u] < .infinity { updateThrift(u) }
            for q in 0..<quads {
                var sum = Lanes(repeating: 1e-300)
                for u in members {
                    let i = u &* quads &+ q
                    let bid = (share[i] * value[i] * Lanes(repeating: lambda[u])).max(Lanes(repeating: 1e-300))
                    strength[i] = bid
                    sum += bid
                }
                let inverse = mix / sum
                var total = Lanes()
                for u in members {
                    let i = u &* quads &+ q
                    let next = (keep * share[i]).addingProduct(strength[i], inverse).max(floor)
                    share[i] = next
                    total += next
                }
                let normalise = Lanes(repeating: 1) / total
                for u in members { share[u &* quads &+ q] *= normalise }
            }
        }
    }

    /// Lowers what a UE spends while its rate exceeds its demand, raises it back otherwise.
    @inline(__always)
    private func updateThrift(_ u: Int) {
        let ratio = rate[u] > 0 ? view.demand[u] / rate[u] : 2
        let next = Swift.min(1, Swift.max(1e-9, thrift[u] * Swift.min(2, ratio)))
        lambda[u] *= next / thrift[u]
        thrift[u] = next
    }

    /// Sum of w_u U(R_u) over all UEs, less the charges on the current powers of the cells in `own` (nil for all).
    func objective(own: UnsafePointer<Bool>?) -> Double {
        var sum = 0.0
        var u = 0
        let floor = Lanes(repeating: Evaluation.rateFloorMbps)
        while u < view.ues {
            var rates = Lanes(repeating: 1)
            var weights = Lanes()
            for lane in 0..<Swift.min(4, view.ues &- u) {
                rates[lane] = Swift.min(rate[u &+ lane], view.demand[u &+ lane])
                weights[lane] = view.weight[u &+ lane]
            }
            rates = rates.max(floor)
            if view.alpha == 1 {
                sum += (weights * rates.log2).total * 0.6931471805599453
            } else {
                let exponent = 1 - view.alpha
                sum += (weights * (Lanes(repeating: exponent) * rates.log2).exp2).total / exponent
            }
            u &+= 4
        }
        return sum - charges(own: own)
    }

    private func charges(own: UnsafePointer<Bool>?) -> Double {
        var sum = Lanes()
        for c in 0..<view.cells where own?[c] ?? true {
            for q in 0..<quads { sum = sum.addingProduct(charge[c &* quads &+ q], power[c &* quads &+ q]) }
        }
        return sum.total
    }

    /// Marginal harm per watt of every cell's power on every subband to the UEs of `victims` in other cells:
    /// `price[c,k] = load_c sum_u lambda_u x[u,k] slope[u,k] g[u,c,k]`.
    func updatePrices(victims: UnsafePointer<Bool>? = nil) {
        let quads = quads
        let links = view.links
        for i in 0..<((view.cells &+ 1) &* quads) { price[i] = Lanes() }
        for c in 0..<view.cells where victims?[c] ?? true {
            for u in view.members(c) {
                let cellOf = view.linkCell + u &* links
                let weight = Lanes(repeating: lambda[u])
                for q in 0..<quads {
                    let harm = weight * share[u &* quads &+ q] * slope[u &* quads &+ q]
                    let gain = view.gain + (u &* links &* quads &+ q)
                    var l = 1
                    while l < links {
                        let i = Int(cellOf[l]) &* quads &+ q
                        price[i] = price[i].addingProduct(harm, gain[l &* quads])
                        l &+= 1
                    }
                }
            }
        }
        for c in 0..<view.cells {
            let load = Lanes(repeating: view.load[c])
            for q in 0..<quads { price[c &* quads &+ q] *= load }
        }
    }
}
