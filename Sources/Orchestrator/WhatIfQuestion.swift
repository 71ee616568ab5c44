package import DTNetMessages

/// A question to the twins: what would the network be worth under each of these policies?
package struct WhatIfQuestion: Sendable {
    package var mirror: TwinMirror
    /// The first is the policy that goes on without an action; the others are it with one candidate each.
    package var policies: [Policy]
    package var horizonSeconds: Double
    package var seed: UInt64
    package var wishes: OperatorWishes

    package init(
        mirror: TwinMirror, policies: [Policy], horizonSeconds: Double, seed: UInt64,
        wishes: OperatorWishes = OperatorWishes()
    ) {
        self.mirror = mirror
        self.policies = policies
        self.horizonSeconds = horizonSeconds
        self.seed = seed
        self.wishes = wishes
    }
}

/// What the twins say of one policy, over worlds that are drawn from their own deviations.
package struct WhatIfOutcome: Sendable, Hashable {
    /// Network value over the horizon, mean of the worlds, Mbit/s.
    package var valueMbps: Double
    /// Its gain over the first policy in the same world: mean, and standard deviation between worlds, as a share.
    package var gain: Double
    package var gainDeviation: Double
    /// Power in use less that of the first policy, as a share of it; of the cells in which energy is to be saved.
    package var powerChange: Double
    /// Part of users and seconds that have their guaranteed rate, mean of the worlds: of each slice [S], then of those
    /// whom each local wish means [L].
    package var held: [Double]
    /// Its change against the first policy in the same world: mean and standard deviation [S + L].
    package var heldChange: [Double]
    package var heldChangeDeviation: [Double]
    /// Standard deviation of `held` itself [S + L].
    package var heldDeviation: [Double]

    package init(
        valueMbps: Double, gain: Double, gainDeviation: Double, powerChange: Double, held: [Double],
        heldChange: [Double], heldChangeDeviation: [Double], heldDeviation: [Double]
    ) {
        self.valueMbps = valueMbps
        self.gain = gain
        self.gainDeviation = gainDeviation
        self.powerChange = powerChange
        self.held = held
        self.heldChange = heldChange
        self.heldChangeDeviation = heldChangeDeviation
        self.heldDeviation = heldDeviation
    }

    /// One-sided 95 % point of the standard normal distribution.
    static let confidence95 = 1.645

    /// Gain that is exceeded in 95 of 100 worlds.
    package var gainLow: Double { gain - WhatIfOutcome.confidence95 * gainDeviation }

    /// Whether, at 95 % confidence, every guarantee is either kept or no worse off than without the action.
    ///
    /// - Parameter isGuaranteed: what has a guarantee [S + L].
    package func keepsGuarantees(_ isGuaranteed: [Bool]) -> Bool {
        for slice in held.indices where slice < isGuaranteed.count && isGuaranteed[slice] {
            let noWorse =
                heldChange[slice] - WhatIfOutcome.confidence95 * heldChangeDeviation[slice] >= -WhatIfOutcome.tolerance
            if !isKept(slice) && !noWorse { return false }
        }
        return true
    }

    /// What is kept at 95 % confidence and would not be without the action, by its place among `held`.
    ///
    /// - Parameter isGuaranteed: what has a guarantee [S + L].
    func newlyKept(_ isGuaranteed: [Bool]) -> [Int] {
        held.indices.filter { index in
            index < isGuaranteed.count && isGuaranteed[index] && isKept(index)
                && held[index] - heldChange[index] < WhatIfOutcome.keptPart
        }
    }

    /// Whether what has this place among `held` is kept at 95 % confidence.
    func isKept(_ index: Int) -> Bool {
        held[index] - WhatIfOutcome.confidence95 * heldDeviation[index] >= WhatIfOutcome.keptPart
    }

    /// What is gained at 95 % confidence under the operator's weights: value, guarantees kept, power saved.
    ///
    /// - Parameters:
    ///   - isGuaranteed: what has a guarantee [S + L].
    ///   - energyWeight: gain that a tenth of the power saved is worth.
    package func score(_ isGuaranteed: [Bool], energyWeight: Double = 0) -> Double {
        var score = gain
        var variance = gainDeviation * gainDeviation
        for slice in held.indices where slice < isGuaranteed.count && isGuaranteed[slice] {
            score += WhatIfOutcome.guaranteeWorth * heldChange[slice]
            let deviation = WhatIfOutcome.guaranteeWorth * heldChangeDeviation[slice]
            variance += deviation * deviation
        }
        score -= 10 * energyWeight * powerChange
        return score - WhatIfOutcome.confidence95 * variance.squareRoot()
    }

    /// Least score that is worth a change.
    package static let leastScore = 1e-3
    /// What keeping a guarantee of all users of a slice is worth, as a share of the value.
    private static let guaranteeWorth = 1.0

    /// A guarantee counts as kept where this part of users and seconds have it; changes below `tolerance` are none.
    static let keptPart = 0.95
    static let tolerance = 0.005
}
