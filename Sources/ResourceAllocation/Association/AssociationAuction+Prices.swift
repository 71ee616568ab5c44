/// Prices of PRBs: descent on the Lagrangian dual.
extension AssociationAuction {
    /// The prices of an earlier call.
    func adopt(_ earlier: AssociationOutcome) {
        for c in 0..<cells { price[c] = Float(max(0, earlier.pricePerPRB[c]) / unit) }
        noteBound(evaluate())
    }

    /// First prices: the value per PRB at which each cell would be full if every UE came to the pair that needs least.
    func openPrices() {
        var wanted = [(cell: Int32, density: Float, need: Int32)]()
        wanted.reserveCapacity(ues)
        for u in 0..<ues {
            guard let e = pairs(u).min(by: { need[$0] < need[$1] }) else { continue }
            wanted.append((cell[e], worth[e] / Float(need[e]), need[e]))
        }
        wanted.sort { $0.density > $1.density }
        var left = problem.capacity
        for item in wanted where left[Int(item.cell)] >= 0 {
            left[Int(item.cell)] -= item.need
            if left[Int(item.cell)] < 0 { price[Int(item.cell)] = item.density }
        }
        noteBound(evaluate())
    }

    /// The dual at the present prices; leaves its subgradient, capacity less demand, in `slope`.
    private func evaluate() -> Double {
        var sum: Float = 0
        for c in 0..<cells {
            slope[c] = Float(problem.capacity[c])
            sum += price[c] * slope[c]
        }
        let whole = Double(sum)
        sum = 0
        for u in 0..<ues {
            var best: Float = 0
            var at = -1
            for e in pairs(u) {
                let gain = worth[e] - price[Int(cell[e])] * Float(need[e])
                if gain > best { (best, at) = (gain, e) }
            }
            if at >= 0 { slope[Int(cell[at])] -= Float(need[at]) }
            sum += best
        }
        return whole + Double(sum)
    }

    private func noteBound(_ bound: Double) {
        guard bound < bestBound else { return }
        bestBound = bound
        bestPrice.update(from: price, count: cells)
    }

    /// Steps of the deflected subgradient; the pace falls where steps bring nothing.
    func descend(steps: Int) {
        for _ in 0..<steps {
            let now = evaluate()
            pace *= now < bestBound ? 1.05 : 0.9
            noteBound(now)
            var length: Float = 0
            for c in 0..<cells {
                var entry = slope[c] + 0.6 * direction[c]
                if price[c] <= 0 && entry > 0 { entry = 0 }
                direction[c] = entry
                length += entry * entry
            }
            if length <= 0 { return }
            let gap = max(Float(now - bestValue), 1e-6 * Float(now))
            let step = pace * gap / length
            for c in 0..<cells { price[c] = max(0, price[c] - step * direction[c]) }
        }
    }

    func returnToBestPrices() { price.update(from: bestPrice, count: cells) }
}
