internal import Foundation
internal import Numerics
internal import ResourceAllocation

/// Price-based spectrum sharing on seeded networks: both pricings, how exact they are, and their two orderings.
struct SpectrumStudy: Encodable {
    var networks = 0
    var hasLimits: Bool
    /// Largest relative gain in revenue that a refined grid of uniform prices finds over ours.
    var gridGain = 0.0
    /// Largest relative distance of that grid's best from ours.
    var gridDistance = 0.0
    /// Largest residual of the conditions of optimality of the prices for each.
    var kktResidual = 0.0
    /// Random feasible price vectors that earned more than ours.
    var beatenBy = 0
    var randomVectors = 0
    /// Mean of uniform over non-uniform revenue, and of non-uniform over uniform sum rate.
    var uniformRevenueShare = 0.0
    var nonUniformRateShare = 0.0
    /// Networks where non-uniform pricing earns less than uniform: none, by theory.
    var revenueOrderBroken = 0
    /// Networks where the followers' sum rate is higher under non-uniform than under uniform pricing: none, by theory,
    /// where powers are unlimited.
    var rateOrderBroken = 0
    /// The same with the lowest uniform price that keeps the cap in place of the one that earns most.
    var rateOrderBrokenAtCap = 0

    init(networks: Int, firstSeed: UInt64, hasLimits: Bool, gridPoints: Int, randomVectors: Int) {
        self.hasLimits = hasLimits
        self.networks = networks
        self.randomVectors = randomVectors
        for index in 0..<networks {
            add(.drop(seed: firstSeed &+ UInt64(index), hasLimits: hasLimits), gridPoints, firstSeed &+ UInt64(index))
        }
        uniformRevenueShare /= Double(max(1, networks))
        nonUniformRateShare /= Double(max(1, networks))
    }

    private mutating func add(_ game: SpectrumSharing, _ gridPoints: Int, _ seed: UInt64) {
        let uniform = game.uniformPricing()
        let (single, multiplier) = game.nonUniformPricing()
        let slack = 1 - 1e-9
        kktResidual = max(kktResidual, game.residual(single.interferenceWatts, multiplier: multiplier))
        let grid = SpectrumStudy.gridRevenue(game, around: uniform.price[0], points: gridPoints)
        gridGain = max(gridGain, grid / uniform.revenue - 1)
        gridDistance = max(gridDistance, abs(grid / uniform.revenue - 1))
        beatenBy += SpectrumStudy.better(game, than: single, vectors: randomVectors, seed: seed)
        uniformRevenueShare += uniform.revenue / single.revenue
        nonUniformRateShare += single.sumRate / uniform.sumRate
        if single.revenue < slack * uniform.revenue { revenueOrderBroken += 1 }
        if uniform.sumRate < slack * single.sumRate { rateOrderBroken += 1 }
        if game.sharingPricing().sumRate < slack * single.sumRate { rateOrderBrokenAtCap += 1 }
    }

    /// The most revenue of uniform prices on a grid over twelve decades, then on the two steps around the best, twice.
    static func gridRevenue(_ game: SpectrumSharing, around price: Double, points: Int) -> Double {
        var (low, high) = (1e-6 * price, 1e6 * price)
        var best = (revenue: 0.0, price: price)
        for _ in 0..<3 {
            let step = pow(high / low, 1 / Double(points))
            var candidate = low
            for _ in 0...points {
                var (interference, revenue) = (0.0, 0.0)
                for follower in game.followers {
                    interference += follower.gainToSeller * follower.powerWatts(price: candidate)
                }
                revenue = candidate * interference
                if interference <= game.capWatts * (1 + 1e-12), revenue > best.revenue { best = (revenue, candidate) }
                candidate *= step
            }
            (low, high) = (best.price / step, best.price * step)
        }
        return best.revenue
    }

    /// How many random price vectors that keep the cap earn more than `play`: half of them prices at which a random
    /// part of the cap is shared out at random, half of them near the play's own.
    static func better(_ game: SpectrumSharing, than play: SpectrumSharing.Play, vectors: Int, seed: UInt64) -> Int {
        let generator = CounterGenerator(seed: seed, purpose: 0x5052_4943)
        let count = game.followers.count
        var found = 0
        for vector in 0..<vectors {
            let key = UInt64(vector)
            var shares = (0..<count).map { i -> Double in
                let draw = generator.exponential(UInt64(i), key)
                let near = play.interferenceWatts[i] + 0.01 * game.followers[i].knee * draw
                return vector % 2 == 0 ? draw : near * (1 + 0.1 * (generator.uniform(UInt64(i), key) - 0.5))
            }
            let sum = shares.reduce(0, +)
            let part = vector % 4 == 0 ? generator.uniform(1_000, key) : 1
            for i in shares.indices { shares[i] *= part * game.capWatts / sum }
            let prices = zip(game.followers, shares).map { $0.weight / (min($1, $0.most) + $0.knee) }
            let other = game.play(prices)
            let isFeasible = other.totalInterferenceWatts <= game.capWatts * (1 + 1e-9)
            if isFeasible && other.revenue > play.revenue * (1 + 1e-9) { found += 1 }
        }
        return found
    }

    func show() {
        func text(_ value: Double) -> String { String(format: "%.2g", value) }
        func percent(_ value: Double) -> String { String(format: "%.1f %%", 100 * value) }
        Terminal.result("\(networks) networks of 2 to 64 followers, powers \(hasLimits ? "limited" : "unlimited")")
        Terminal.result(
            "uniform price: a refined grid earns at most \(text(gridGain)) more, differs by at most "
                + "\(text(gridDistance)) (1e-6)")
        Terminal.result(
            "price for each: KKT residual \(text(kktResidual)) (1e-9), beaten by \(beatenBy) of "
                + "\(networks * randomVectors) random feasible vectors (0)")
        Terminal.result(
            "revenue: uniform earns \(percent(uniformRevenueShare)) of non-uniform; "
                + "order broken on \(revenueOrderBroken) (0)")
        let expected = hasLimits ? "" : " (0)"
        Terminal.result(
            "sum rate: non-uniform leaves \(percent(nonUniformRateShare)) of uniform; order broken on "
                + "\(rateOrderBroken)\(expected), against the lowest uniform price under the cap on "
                + "\(rateOrderBrokenAtCap) (0)")
    }
}
