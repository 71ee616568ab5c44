/// The radio model of DESIGN 11: interference, rates, proportional-fair shares and marginal harm.
extension Frame {
    /// A closed subband is valued as if this part of an equal power were on it, so that the shares of the UEs that
    /// would use it, and with them its worth to the cell, are known before it opens.
    private static let glimpse: Float = 1e-7

    /// Value, slope and ratio of every UE at the current powers.
    func updateRadio() { updateRadio(cells: 0..<view.cells) }

    /// The same for the UEs of some cells, all cells' powers being current.
    func updateRadio(cells: Range<Int>) {
        if vectors == 1 { updateRadio(cells: cells, vectors: 1) } else { updateRadio(cells: cells, vectors: vectors) }
    }

    /// Written once for any width; where the width is one vector the compiler knows it, which halves the instructions.
    @inline(__always)
    private func updateRadio(cells: Range<Int>, vectors: Int) {
        let links = view.links
        for c in 0..<view.cells {
            for v in 0..<vectors { loaded[c &* vectors &+ v] = power[c &* vectors &+ v] * view.load[c] }
        }
        for v in 0..<vectors { loaded[view.cells &* vectors &+ v] = Lanes() }
        let gap = Lanes(repeating: Float(view.snrGap))
        let perLn2 = Lanes(repeating: 1.4426950408889634)
        let zero = Lanes()
        let one = Lanes(repeating: 1)
        for c in cells {
            let glimpse = Lanes(repeating: Frame.glimpse * view.budget[c] / Float(view.subbands))
            for u in view.members(c) {
                let cellOf = view.linkCell + u &* links
                let ceiling = Lanes(repeating: view.ceiling[u])
                for v in 0..<vectors {
                    let gain = view.gain + (u &* links &* vectors &+ v)
                    // Two sums side by side: one alone would wait for each product before the next.
                    var t = view.background[u &* vectors &+ v]
                    var other = zero
                    var l = 1
                    while l &+ 1 < links {
                        t = t.addingProduct(loaded[Int(cellOf[l]) &* vectors &+ v], gain[l &* vectors])
                        other = other.addingProduct(
                            loaded[Int(cellOf[l &+ 1]) &* vectors &+ v], gain[(l &+ 1) &* vectors])
                        l &+= 2
                    }
                    if l < links {
                        t = t.addingProduct(loaded[Int(cellOf[l]) &* vectors &+ v], gain[l &* vectors])
                    }
                    t += other
                    let p = power[c &* vectors &+ v]
                    let s = p * gain[0]
                    let gapT = gap * t
                    let sum = gapT + s
                    let inverse = one / (gapT * sum)
                    let i = u &* vectors &+ v
                    let perWatt = gain[0] * sum * inverse
                    ratio[i] = perWatt
                    let snr = perWatt * p.max(glimpse.min(view.cap[c &* vectors &+ v]))
                    let whole = one + snr
                    // What rounding 1 + snr has lost is added again to first order.
                    let efficiency = whole.log2.addingProduct(perLn2, snr - (whole - one))
                    let bandwidth = view.bandwidth[v]
                    value[i] = bandwidth * efficiency.min(ceiling)
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
        if vectors == 1 { updateRates(cells: cells, vectors: 1) } else { updateRates(cells: cells, vectors: vectors) }
    }

    @inline(__always)
    private func updateRates(cells: Range<Int>, vectors: Int) {
        let ues = Int(view.cellStart[cells.lowerBound])..<Int(view.cellStart[cells.upperBound])
        let (share, value, rate) = (share, value, rate)
        for u in ues {
            var sum = Lanes()
            for v in 0..<vectors { sum = sum.addingProduct(share[u &* vectors &+ v], value[u &* vectors &+ v]) }
            rate[u] = sum.total
        }
        updateLambda(ues)
    }

    /// Lambda of some UEs at their rates. Eight at a time: a division each is what a step of the shares would wait for.
    @inline(__always)
    private func updateLambda(_ ues: Range<Int>) {
        let floor = Float(Evaluation.rateFloorMbps)
        let (rate, thrift, weight) = (UnsafeRawPointer(rate), UnsafeRawPointer(thrift), UnsafeRawPointer(view.weight))
        let lambda = UnsafeMutableRawPointer(lambda)
        var u = ues.lowerBound
        while u &+ Lanes.scalarCount <= ues.upperBound {
            let offset = 4 &* u
            let spent =
                thrift.loadUnaligned(fromByteOffset: offset, as: Lanes.self)
                * weight.loadUnaligned(fromByteOffset: offset, as: Lanes.self)
            let floored = rate.loadUnaligned(fromByteOffset: offset, as: Lanes.self).max(Lanes(repeating: floor))
            lambda.storeBytes(of: spent / floored, toByteOffset: offset, as: Lanes.self)
            u &+= Lanes.scalarCount
        }
        while u < ues.upperBound {
            self.lambda[u] = self.thrift[u] * view.weight[u] / Swift.max(self.rate[u], floor)
            u &+= 1
        }
        if view.alpha != 1 { steepen(ues) }
    }

    /// Lambda of some UEs for any alpha.
    private func steepen(_ ues: Range<Int>) {
        let exponent = Lanes(repeating: Float(-view.alpha))
        for u in ues {
            let floored = Swift.max(rate[u], Float(Evaluation.rateFloorMbps))
            lambda[u] = thrift[u] * view.weight[u] * (exponent * Lanes(repeating: floored).log2).exp2[0]
        }
    }

    /// Steps of the proportional-response dynamics in every cell (see `ShareSolver`): each UE bids for a subband what
    /// the subband earned it in the last step, and gets its part of the bids. Reads `rate` and `lambda` of the current
    /// shares, and leaves those of the new ones.
    func stepShares(_ steps: Int) {
        if vectors == 1 { stepShares(steps, vectors: 1) } else { stepShares(steps, vectors: vectors) }
    }

    /// All cells take a step before the next one begins: no cell reads another's, so that the processor works on some
    /// side by side where the steps of one cell would wait for each other.
    @inline(__always)
    private func stepShares(_ steps: Int, vectors: Int) {
        let mix = Float(view.alpha > 1 ? 1 / view.alpha : 1)
        let keep = Lanes(repeating: 1 - mix)
        let none = Lanes(repeating: 1e-30)
        let floor = Lanes(repeating: ShareSolver.smallestShare)
        let (cells, ues, cellStart) = (view.cells, view.ues, view.cellStart)
        let (share, value, lambda, rate, perBid) = (share, value, lambda, rate, perBid)
        for _ in 0..<steps {
            spendAnew()
            for c in 0..<cells {
                let members = Int(cellStart[c])..<Int(cellStart[c &+ 1])
                let rest = Lanes(repeating: mix * (1 - ShareSolver.smallestShare * Float(members.count)))
                for v in 0..<vectors {
                    var sum = Lanes()
                    for u in members {
                        let i = u &* vectors &+ v
                        sum += none.addingProduct(share[i] * value[i], Lanes(repeating: lambda[u]))
                    }
                    perBid[c &* vectors &+ v] = rest / sum
                }
            }
            for c in 0..<cells {
                for u in Int(cellStart[c])..<Int(cellStart[c &+ 1]) {
                    var sum = Lanes()
                    for v in 0..<vectors {
                        let i = u &* vectors &+ v
                        let bid = none.addingProduct(share[i] * value[i], Lanes(repeating: lambda[u]))
                        let kept = (keep * share[i]).addingProduct(bid, perBid[c &* vectors &+ v])
                        let next = kept + floor * Lanes(repeating: mix)
                        share[i] = next
                        sum = sum.addingProduct(next, value[i])
                    }
                    rate[u] = sum.total
                }
            }
            updateLambda(0..<ues)
        }
    }

    /// Moves what UEs spend whose demand or guarantee may bind.
    @inline(__always)
    private func spendAnew() {
        let demand = view.demand
        if view.hasGuarantees {
            for u in 0..<view.ues where demand[u] < .infinity || view.guarantee[u] > 0 { steer(u) }
        } else {
            for u in 0..<view.ues where demand[u] < .infinity { updateThrift(u) }
        }
    }

    /// Moves the multiplier of a UE with a guarantee, a step of the bounded dual ascent (see `Guarantee`).
    @inline(__always)
    private func steer(_ u: Int) {
        guard thrift[u] > 1 || rate[u] < view.guarantee[u] else { return updateThrift(u) }
        let wanted = view.guarantee[u] / Swift.max(rate[u], 1e-9)
        let step = Swift.min(2, Swift.max(0.5, wanted))
        let next = Swift.min(Guarantee.steepest, Swift.max(1, thrift[u] * step))
        lambda[u] *= next / thrift[u]
        thrift[u] = next
    }

    /// Lowers what a UE spends while its rate exceeds its demand, raises it back otherwise.
    @inline(__always)
    private func updateThrift(_ u: Int) {
        let ratio = rate[u] > 0 ? view.demand[u] / rate[u] : 2
        let next = Swift.min(1, Swift.max(1e-9, thrift[u] * Swift.min(2, ratio)))
        lambda[u] *= next / thrift[u]
        thrift[u] = next
    }

    /// Sum of w_u U(R_u) over all UEs, less what missed guarantees cost and the charges on the current powers of the
    /// cells in `own` (nil for all).
    func objective(own: UnsafePointer<Bool>?) -> Double {
        var sum = 0.0
        var u = 0
        let floor = Lanes(repeating: Float(Evaluation.rateFloorMbps))
        while u < view.ues {
            // Lanes past the last UE have rate 1 and no weight.
            let count = Swift.min(Lanes.scalarCount, view.ues &- u)
            let served = Lanes(rate + u, count, padding: 1).min(Lanes(view.demand + u, count, padding: 1))
            let weights = Lanes(view.weight + u, count, padding: 0)
            let rates = served.max(floor)
            if view.alpha == 1 {
                sum += Double((weights * rates.log2).total) * 0.6931471805599453
            } else {
                let exponent = 1 - view.alpha
                let powers = (Lanes(repeating: Float(exponent)) * rates.log2).exp2
                sum += Double((weights * powers).total) / exponent
            }
            u &+= Lanes.scalarCount
        }
        if view.hasGuarantees { sum -= costOfMisses(0..<view.ues) }
        return sum - charges(own: own)
    }

    private func charges(own: UnsafePointer<Bool>?) -> Double {
        var sum = Lanes()
        for c in 0..<view.cells where own?[c] ?? true {
            for v in 0..<vectors { sum = sum.addingProduct(charge[c &* vectors &+ v], power[c &* vectors &+ v]) }
        }
        return Double(sum.total)
    }

    /// Marginal harm per watt of every cell's power on every subband to the UEs of `victims` in other cells:
    /// `price[c,k] = load_c sum_u lambda_u x[u,k] slope[u,k] g[u,c,k]`.
    func updatePrices(victims: UnsafePointer<Bool>? = nil) {
        if vectors == 1 { updatePrices(victims, vectors: 1) } else { updatePrices(victims, vectors: vectors) }
    }

    @inline(__always)
    private func updatePrices(_ victims: UnsafePointer<Bool>?, vectors: Int) {
        let links = view.links
        for i in 0..<((view.cells &+ 1) &* vectors) { price[i] = Lanes() }
        for c in 0..<view.cells where victims?[c] ?? true {
            for u in view.members(c) {
                let cellOf = view.linkCell + u &* links
                let weight = Lanes(repeating: lambda[u])
                for v in 0..<vectors {
                    let harm = weight * share[u &* vectors &+ v] * slope[u &* vectors &+ v]
                    let gain = view.gain + (u &* links &* vectors &+ v)
                    var l = 1
                    while l < links {
                        let i = Int(cellOf[l]) &* vectors &+ v
                        price[i] = price[i].addingProduct(harm, gain[l &* vectors])
                        l &+= 1
                    }
                }
            }
        }
        for c in 0..<view.cells {
            for v in 0..<vectors { price[c &* vectors &+ v] *= view.load[c] }
        }
    }
}
