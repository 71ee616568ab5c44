internal import Glibc

/// Price-based spectrum sharing after Kang, Zhang, Motani (IEEE JSAC 30, 2012), where interference among followers is
/// part of their noise: one seller lets followers transmit in its band, charges for the interference that they cause
/// and keeps it below a cap.
///
/// Follower i maximises `lambda log(1 + h p / n) - mu g p` over `0 <= p <= limit`: h its gain, n its noise, g its gain
/// to the seller. With `I = g p` the interference it causes and `a = g n / h`, the best response is
/// `I = clip(lambda / mu - a, 0, g limit)`. The seller maximises `sum mu I` under `sum I <= cap`. This is a game of
/// its own: its payments are the payoff, unlike the prices of the three hierarchies.
package struct SpectrumSharing: Sendable {
    /// One who wants to transmit.
    package struct Follower: Hashable, Sendable {
        /// lambda, utility per nat, above 0.
        package var weight: Double
        /// h, linear, above 0.
        package var ownGain: Double
        /// g, linear, above 0.
        package var gainToSeller: Double
        /// n in watts, above 0.
        package var noiseWatts: Double
        /// Highest power in watts, above 0; infinite for none, as in the paper.
        package var limitWatts: Double

        package init(
            weight: Double, ownGain: Double, gainToSeller: Double, noiseWatts: Double, limitWatts: Double = .infinity
        ) {
            self.weight = weight
            self.ownGain = ownGain
            self.gainToSeller = gainToSeller
            self.noiseWatts = noiseWatts
            self.limitWatts = limitWatts
        }

        /// a: interference that the follower causes at the power at which its SNR is 1, in watts.
        package var knee: Double { gainToSeller * noiseWatts / ownGain }

        /// Interference at its highest power, in watts.
        package var most: Double { gainToSeller * limitWatts }

        /// The power with the highest payoff at a price per watt of interference, at least 0.
        package func powerWatts(price: Double) -> Double {
            if price <= 0 { return limitWatts }
            return min(max(weight / (price * gainToSeller) - noiseWatts / ownGain, 0), limitWatts)
        }

        /// `lambda log(1 + h p / n) - mu g p`.
        package func payoff(powerWatts: Double, price: Double) -> Double {
            weight * log1p(ownGain * powerWatts / noiseWatts) - price * gainToSeller * powerWatts
        }
    }

    package let followers: [Follower]
    /// Most interference that the seller tolerates, in watts.
    package let capWatts: Double

    /// What is wrong with the numbers of a game.
    package enum Fault: Error, Hashable, Sendable {
        /// A weight, gain, noise or limit that is not above 0, or not finite where it must be.
        case follower(Int)
        /// The cap is not finite and above 0.
        case cap
        case nobody
    }

    package init(followers: [Follower], capWatts: Double) throws(Fault) {
        guard !followers.isEmpty else { throw .nobody }
        guard capWatts.isFinite, capWatts > 0 else { throw .cap }
        for (index, follower) in followers.enumerated() {
            let numbers = [follower.weight, follower.ownGain, follower.gainToSeller, follower.noiseWatts]
            guard numbers.allSatisfy({ $0.isFinite && $0 > 0 }), follower.limitWatts > 0, follower.knee > 0,
                follower.knee.isFinite
            else { throw .follower(index) }
        }
        self.followers = followers
        self.capWatts = capWatts
    }

    /// What a vector of prices leads to.
    package struct Play: Sendable {
        /// mu of each follower, per watt of interference.
        package var price: [Double]
        /// I of each follower, in watts.
        package var interferenceWatts: [Double]
        /// `sum mu I`: the seller's payoff.
        package var revenue: Double
        /// `sum lambda log(1 + SNR)`: the followers' weighted sum rate, in nats.
        package var sumRate: Double
        package var totalInterferenceWatts: Double
    }

    /// Followers answer prices of at least 0.
    package func play(_ price: [Double]) -> Play {
        precondition(price.count == followers.count)
        let caused = zip(followers, price).map { $0.gainToSeller * $0.powerWatts(price: $1) }
        var play = Play(price: price, interferenceWatts: caused, revenue: 0, sumRate: 0, totalInterferenceWatts: 0)
        for (i, follower) in followers.enumerated() {
            play.totalInterferenceWatts += caused[i]
            play.sumRate += follower.weight * log1p(caused[i] / follower.knee)
            if caused[i] > 0 { play.revenue += price[i] * caused[i] }
        }
        return play
    }

    // MARK: One price for all

    /// The one price with the highest revenue among those that keep the cap.
    ///
    /// Between breakpoints (`lambda / a`: a follower leaves; `lambda / (most + a)`: it leaves its limit)
    /// revenue is `sum_active (lambda - mu a) + mu sum_limited most`, linear in mu: the best is a breakpoint that keeps
    /// the cap, or the lowest price that does.
    package func uniformPricing() -> Play {
        play(Array(repeating: uniformPrice(), count: followers.count))
    }

    /// The lowest price for all that keeps the cap: the followers then share it as the maximum of their weighted sum
    /// rate would, because `I = clip(lambda / mu - a, 0, most)` is its water-filling.
    package func sharingPricing() -> Play {
        play(Array(repeating: lowestUniformPrice(), count: followers.count))
    }

    private func uniformPrice() -> Double {
        let lowest = lowestUniformPrice()
        var best = lowest
        var revenue = uniformRevenue(lowest)
        for candidate in breakpoints where candidate > lowest {
            let worth = uniformRevenue(candidate)
            if worth > revenue { (best, revenue) = (candidate, worth) }
        }
        return best
    }

    /// Prices at which some follower begins, or reaches its limit.
    private var breakpoints: [Double] {
        followers.map { $0.weight / $0.knee }
            + followers.compactMap { $0.most.isFinite ? $0.weight / ($0.most + $0.knee) : nil }
    }

    private func uniformRevenue(_ price: Double) -> Double {
        followers.reduce(0) { $0 + price * min(max($1.weight / price - $1.knee, 0), $1.most) }
    }

    private func uniformInterference(_ price: Double) -> Double {
        followers.reduce(0) { $0 + min(max($1.weight / price - $1.knee, 0), $1.most) }
    }

    /// The lowest uniform price at which interference keeps the cap: 0 only where all limits together do.
    private func lowestUniformPrice() -> Double {
        let limits = followers.reduce(0) { $0 + $1.most }
        if limits <= capWatts {
            // Below the lowest of these all are at their limits, and revenue grows with the price.
            return followers.map { $0.weight / ($0.most + $0.knee) }.min() ?? 0
        }
        let sorted = breakpoints.sorted()
        // Interference falls with the price: the last breakpoint above the cap starts the piece where it is met.
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if uniformInterference(sorted[middle]) > capWatts { low = middle + 1 } else { high = middle }
        }
        let piece = high < sorted.count ? sorted[high] : sorted[sorted.count - 1]
        let below = high > 0 ? sorted[high - 1] : 0
        var weights = 0.0
        var rest = capWatts
        for follower in followers {
            let starts = follower.weight / follower.knee
            let full = follower.most.isFinite ? follower.weight / (follower.most + follower.knee) : 0
            if full >= piece {
                rest -= follower.most
            } else if starts > below && full <= below {
                weights += follower.weight
                rest += follower.knee
            }
        }
        return min(max(weights / rest, below), piece)
    }

    // MARK: A price for each

    /// The prices with the highest revenue under the cap, and the multiplier of the cap.
    ///
    /// At its best price `mu = lambda / (I + a)` a follower yields `lambda I / (I + a)`, concave in I. The optimum is
    /// `I = clip(sqrt(lambda a / nu) - a, 0, most)` with nu the multiplier of the cap: a water level `1 / sqrt(nu)`,
    /// found on its sorted breakpoints.
    package func nonUniformPricing() -> (play: Play, multiplier: Double) {
        let level = waterLevel()
        let caused = followers.map { interference($0, level) }
        let price = zip(followers, caused).map { $0.weight / ($1 + $0.knee) }
        return (play(price), level.isFinite ? 1 / (level * level) : 0)
    }

    private func interference(_ follower: Follower, _ level: Double) -> Double {
        if level == .infinity { return follower.most }
        return min(max((follower.weight * follower.knee).squareRoot() * level - follower.knee, 0), follower.most)
    }

    /// The level at which the cap is met; infinite where all limits together keep it.
    private func waterLevel() -> Double {
        if followers.reduce(0, { $0 + $1.most }) <= capWatts { return .infinity }
        let starts = followers.map { ($0.knee / $0.weight).squareRoot() }
        let ends = followers.map { ($0.most + $0.knee) / ($0.weight * $0.knee).squareRoot() }
        let sorted = (starts + ends.filter { $0.isFinite }).sorted()
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            let sum = followers.reduce(0) { $0 + interference($1, sorted[middle]) }
            if sum < capWatts { low = middle + 1 } else { high = middle }
        }
        let below = low > 0 ? sorted[low - 1] : 0
        let above = low < sorted.count ? sorted[low] : .infinity
        var slope = 0.0
        var rest = capWatts
        for i in followers.indices {
            if ends[i] <= below {
                rest -= followers[i].most
            } else if starts[i] <= below {
                slope += (followers[i].weight * followers[i].knee).squareRoot()
                rest += followers[i].knee
            }
        }
        return slope > 0 ? min(max(rest / slope, below), above) : above
    }

    /// How far interferences and a multiplier are from the conditions of Karush, Kuhn and Tucker: for each follower the
    /// distance to the projected step along `lambda a / (I + a)^2 - nu`, in units in which it is the relative error of
    /// that slope inside the bounds; for the cap, excess and complementarity relative to it.
    package func residual(_ interferenceWatts: [Double], multiplier: Double) -> Double {
        var worst = 0.0
        for (follower, caused) in zip(followers, interferenceWatts) {
            let sum = caused + follower.knee
            let relativeSlope = 1 - multiplier * sum * sum / (follower.weight * follower.knee)
            let target = min(max(caused + sum * relativeSlope, 0), follower.most)
            worst = max(worst, abs(target - caused) / sum)
        }
        let excess = interferenceWatts.reduce(0, +) / capWatts - 1
        return max(worst, multiplier > 0 ? abs(excess) : max(excess, 0))
    }
}
