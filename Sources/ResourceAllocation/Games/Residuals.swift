internal import Glibc
internal import Numerics

/// How far a play of the game is from its equilibrium (DESIGN 11), on the gains of the problem given: the twin's or the
/// true ones.
package struct Residuals: Sendable {
    /// `max_c [max_p V_c(p, p_-c) - V_c] / mean_c sum_{u in c} lambda_u R_u` at the prices in force.
    package let follower: Double
    /// Largest relative gain of M over changes of the prices, followers re-equilibrated; nil where not asked for.
    package let leader: Double?

    /// How the leader's residual is searched.
    package struct Search: Sendable {
        /// Tries single prices 1 and 10 % either way; `false` leaves them out.
        package var singlePrices = true
        /// Up to this many prices are all tried with the followers settled. Of more, each is first changed by 10 %
        /// either way with the followers settled in part (`screeningRounds`), and the `chosenPrices` that promise most
        /// are then tried as the others are: the cost of 57 cells with 8 subbands stays near that of 8 cells.
        package var allPrices = 64
        package var chosenPrices = 32
        package var screeningRounds = 4
        /// Seeded random directions of 10 % in all prices, each either way.
        package var directions = 64
        package var seed: UInt64 = 1
        /// Rounds in which the followers settle after a change.
        package var settlingRounds = 40

        package init() {}
    }

    /// Residuals of jointly applied powers (C x K watts) at the prices in force (C x K utility per watt).
    ///
    /// - Parameters:
    ///   - shares: U x K; solved again from there, or from equal shares.
    ///   - search: nil leaves the leader's residual out.
    package init(
        _ problem: Problem, powerWatts: [Double], pricePerWatt: [Double], shares: [Double]? = nil,
        search: Search? = Search()
    ) {
        let entries = problem.cells * problem.subbands
        precondition(powerWatts.count == entries && pricePerWatt.count == entries)
        var workspace = Workspace()
        _ = workspace.fit(problem)
        (follower, leader) = workspace.withFrame(problem) { frame in
            frame.load(powerWatts, into: frame.power)
            frame.load(pricePerWatt, into: frame.price)
            for i in 0..<((problem.cells + 1) * problem.vectors) { frame.charge[i] = Lanes() }
            frame.shareEqually()
            if let shares { frame.load(shares, into: frame.share) }
            frame.updateRadio()
            frame.equilibrateShares(steps: 2_000, tolerance: 1e-5)
            frame.saveBest()
            let follower = frame.followerResidual()
            return (follower, search.map { frame.leaderResidual($0) })
        }
    }
}

// MARK: Follower

extension Frame {
    /// Largest gain of one cell by its own power over the mean worth of a cell; leaves the powers as they were.
    fileprivate func followerResidual() -> Double {
        var worth = 0.0
        for u in 0..<view.ues { worth += Double(lambda[u] * rate[u]) }
        if worth <= 0 { return 0 }
        var most = 0.0
        for c in 0..<view.cells {
            most = Swift.max(most, gainOfBestPlay(c))
            copy(bestPower + c * vectors, power + c * vectors, vectors)
            updateRadio(cells: c..<(c + 1))
            updateRates(cells: c..<(c + 1))
        }
        return most / (worth / Double(Swift.max(1, view.cells)))
    }

    /// `max_p V_c(p) - V_c` by ascent towards the best response at the current marginal utilities, which is an ascent
    /// direction of the concave V_c.
    private func gainOfBestPlay(_ c: Int) -> Double {
        let row = power + c * vectors
        let start = payoff(c)
        var best = start
        var step: Float = 1
        for _ in 0..<60 where step > 1e-4 {
            respond(c, tolerance: 1e-6)
            let kept = (0..<vectors).map { row[$0] }
            for q in 0..<vectors {
                row[q] += Lanes(repeating: step) * (target[c * vectors + q] - row[q])
            }
            updateRadio(cells: c..<(c + 1))
            updateRates(cells: c..<(c + 1))
            let value = payoff(c)
            if value > best {
                if value - best < 1e-8 * (1 + abs(best)) { break }
                best = value
            } else {
                for q in 0..<vectors { row[q] = kept[q] }
                updateRadio(cells: c..<(c + 1))
                updateRates(cells: c..<(c + 1))
                step *= 0.5
            }
        }
        return best - start
    }

    /// V_c: utility of the cell's UEs at fixed shares less what missed guarantees cost and the price of its power.
    private func payoff(_ c: Int) -> Double {
        var sum = 0.0
        for u in view.members(c) {
            let rate = Double(Swift.min(rate[u], view.demand[u]))
            sum += Double(view.weight[u]) * Utility.value(rate, alpha: view.alpha)
        }
        var cost = Lanes()
        for q in 0..<vectors { cost += price[c * vectors + q] * power[c * vectors + q] }
        if view.hasGuarantees { sum -= costOfMisses(view.members(c)) }
        return sum - Double(cost.total)
    }
}

// MARK: Leader

extension Frame {
    /// Largest relative gain of M over the changes of `search`.
    fileprivate func leaderResidual(_ search: Residuals.Search) -> Double {
        let count = view.cells * vectors
        let prices = (0..<count).map { price[$0] }
        let base = settledValue(rounds: 0)
        var most = 0.0
        func gain(rounds: Int, shareSteps: Int = 400, _ change: (Int, Int) -> Float) -> Double {
            restoreBest()
            for i in 0..<count {
                for lane in 0..<Lanes.scalarCount { price[i][lane] = prices[i][lane] * change(i, lane) }
            }
            return settledValue(rounds: rounds, shareSteps: shareSteps) / base - 1
        }
        func attempt(_ change: (Int, Int) -> Float) {
            most = Swift.max(most, gain(rounds: search.settlingRounds, change))
        }
        for entry in search.singlePrices ? pricesToTry(search, prices, gain) : [] {
            for factor in [0.9, 0.99, 1.01, 1.1] as [Float] {
                attempt { $0 * Lanes.scalarCount + $1 == entry ? factor : 1 }
            }
        }
        let generator = CounterGenerator(seed: search.seed, purpose: 0x4449_5245)
        for direction in 0..<search.directions {
            for sign in [-0.1, 0.1] as [Float] {
                attempt { 1 + sign * Float(generator.uniform(UInt64(direction), UInt64($0 * 8 + $1), in: -1..<1)) }
            }
        }
        return most
    }

    /// The prices above 0 by index over all lanes: all of them, or of many those that gain most by 10 % either way as
    /// far as the followers' first rounds tell, in the order of their index.
    private func pricesToTry(
        _ search: Residuals.Search, _ prices: [Lanes],
        _ gain: (_ rounds: Int, _ shareSteps: Int, _ change: (Int, Int) -> Float) -> Double
    ) -> [Int] {
        let lanes = Lanes.scalarCount
        let entries = (0..<(prices.count * lanes)).filter { prices[$0 / lanes][$0 % lanes] > 0 }
        guard entries.count > search.allPrices else { return entries }
        let gains = entries.map { entry in
            ([0.9, 1.1] as [Float]).map { factor in
                gain(search.screeningRounds, 4 * search.screeningRounds) { $0 * lanes + $1 == entry ? factor : 1 }
            }.reduce(-.infinity, Swift.max)
        }
        let order = entries.indices.sorted { (gains[$0], $1) > (gains[$1], $0) }
        return order.prefix(search.chosenPrices).map { entries[$0] }.sorted()
    }

    /// M once the followers have settled at the prices as they are, shares solved again.
    private func settledValue(rounds: Int, shareSteps: Int = 400) -> Double {
        for _ in 0..<rounds {
            updateRadio()
            updateRates()
            stepShares(4)
            if respondAndStep(damping: 0.5, tolerance: 1e-3, own: nil) < 1e-4 { break }
        }
        updateRadio()
        equilibrateShares(steps: shareSteps, tolerance: 1e-5)
        if view.hasGuarantees { return guaranteedValue() }
        let rates = (0..<view.ues).map { Double(Swift.min(rate[$0], view.demand[$0])) }
        let weights = (0..<view.ues).map { Double(view.weight[$0]) }
        return Evaluation.networkValue(rateMbps: rates, weight: weights, alpha: view.alpha)
    }

    /// The same with what missed guarantees cost in the mean utility: a leader gains nothing by breaking them.
    private func guaranteedValue() -> Double {
        var sum = -costOfMisses(0..<view.ues)
        var total = 0.0
        for u in 0..<view.ues {
            let weight = Double(view.weight[u])
            sum += weight * Utility.value(Double(Swift.min(rate[u], view.demand[u])), alpha: view.alpha)
            total += weight
        }
        if view.alpha == 1 { return exp(sum / total) }
        return pow(Swift.max(0, (1 - view.alpha) * sum / total), 1 / (1 - view.alpha))
    }
}
