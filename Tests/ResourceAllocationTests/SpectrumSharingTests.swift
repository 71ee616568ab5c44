import Numerics
import ResourceAllocation
import Testing

@Suite struct SpectrumSharingTests {
    private static func games(_ count: Int, hasLimits: Bool) -> [(seed: UInt64, game: SpectrumSharing)] {
        (0..<UInt64(count)).map { index in
            let seed = TestSeed.value &* 10_000 &+ index
            return (seed, .drop(seed: seed, hasLimits: hasLimits))
        }
    }

    @Test(arguments: [false, true]) func aFollowersResponseIsTheRootOfItsMarginalPayoff(hasLimits: Bool) {
        for (seed, game) in Self.games(50, hasLimits: hasLimits) {
            let uniform = game.uniformPricing().price[0]
            for (index, follower) in game.followers.enumerated() {
                let price = uniform * (0.1 + 3 * CounterGenerator(seed: seed).uniform(UInt64(index)))
                let response = follower.powerWatts(price: price)
                // Bisection on lambda h / (n + h p) - mu g over [0, limit], in units of n / h.
                let unit = follower.noiseWatts / follower.ownGain
                func slope(_ power: Double) -> Double {
                    follower.weight / (unit + power) - price * follower.gainToSeller
                }
                var (low, high) = (0.0, min(follower.limitWatts, 1e12 * unit))
                if slope(0) <= 0 { high = 0 }
                if slope(high) >= 0 { low = high }
                for _ in 0..<200 {
                    let middle = 0.5 * (low + high)
                    if slope(middle) > 0 { low = middle } else { high = middle }
                }
                #expect(abs(response - low) <= 1e-9 * max(response, unit), "seed \(seed), follower \(index)")
            }
        }
    }

    @Test(arguments: [false, true]) func pricesForEachMeetTheConditionsOfOptimality(hasLimits: Bool) {
        for (seed, game) in Self.games(1_000, hasLimits: hasLimits) {
            let (play, multiplier) = game.nonUniformPricing()
            #expect(game.residual(play.interferenceWatts, multiplier: multiplier) <= 1e-9, "seed \(seed)")
            // The residual sees a point that is none.
            let off = play.interferenceWatts.enumerated().map { $0 == 0 ? $1 + 1e-3 * game.capWatts : $1 * 0.999 }
            #expect(game.residual(off, multiplier: multiplier) > 1e-6, "seed \(seed)")
        }
    }

    @Test(arguments: [false, true]) func revenuesAndRatesAreOrderedAsThePaperSays(hasLimits: Bool) {
        for (seed, game) in Self.games(1_000, hasLimits: hasLimits) {
            let single = game.nonUniformPricing().play
            let uniform = game.uniformPricing()
            #expect(single.revenue >= uniform.revenue * (1 - 1e-12), "seed \(seed)")
            // With limits the price that earns most may leave part of the cap unused: then the order of the rates holds
            // for the lowest price that keeps the cap.
            let shared = hasLimits ? game.sharingPricing() : uniform
            #expect(shared.sumRate >= single.sumRate * (1 - 1e-12), "seed \(seed)")
            for play in [single, uniform, shared] {
                #expect(play.totalInterferenceWatts <= game.capWatts * (1 + 1e-9), "seed \(seed)")
            }
        }
    }

    @Test(arguments: [false, true]) func noUniformPriceOnAGridEarnsMore(hasLimits: Bool) {
        for (seed, game) in Self.games(60, hasLimits: hasLimits) {
            let uniform = game.uniformPricing()
            var best = 0.0
            var price = 1e-3 * uniform.price[0]
            for _ in 0..<4_000 {
                price *= 1.003_46
                let play = game.play(Array(repeating: price, count: game.followers.count))
                if play.totalInterferenceWatts <= game.capWatts { best = max(best, play.revenue) }
            }
            #expect(best <= uniform.revenue * (1 + 1e-9), "seed \(seed)")
            #expect(best >= uniform.revenue * 0.99, "seed \(seed)")
        }
    }

    @Test func oneFollowerIsChargedWhatFillsTheCap() throws {
        let follower = SpectrumSharing.Follower(weight: 2, ownGain: 1, gainToSeller: 0.5, noiseWatts: 1)
        let game = try SpectrumSharing(followers: [follower], capWatts: 1.5)
        // a = 0.5, so mu = 2 / (1.5 + 0.5) = 1 and p = 2 / 0.5 - 1 = 3 under either pricing.
        for play in [game.uniformPricing(), game.nonUniformPricing().play] {
            #expect(abs(play.price[0] - 1) < 1e-12 && abs(play.interferenceWatts[0] - 1.5) < 1e-12)
            #expect(abs(play.revenue - 1.5) < 1e-12)
        }
        #expect(follower.powerWatts(price: 1) == 3)
        #expect(follower.payoff(powerWatts: 3, price: 1) > follower.payoff(powerWatts: 2.99, price: 1))
    }

    @Test func whatIsNoGameIsRefused() {
        func fault(_ followers: [SpectrumSharing.Follower], _ cap: Double) -> SpectrumSharing.Fault? {
            do {
                _ = try SpectrumSharing(followers: followers, capWatts: cap)
                return nil
            } catch {
                return error
            }
        }
        let good = SpectrumSharing.Follower(weight: 1, ownGain: 1, gainToSeller: 1, noiseWatts: 1)
        var bad = good
        bad.ownGain = 0
        var endless = good
        endless.gainToSeller = .infinity
        #expect(fault([], 1) == .nobody)
        #expect(fault([good], 0) == .cap)
        #expect(fault([good, bad], 1) == .follower(1))
        #expect(fault([endless], 1) == .follower(0))
    }
}
