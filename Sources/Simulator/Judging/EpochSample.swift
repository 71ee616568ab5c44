package import ResourceAllocation

/// One epoch as it ended: the problem on the true gains and on the twins' reports, and what was in force.
package struct EpochSample: Sendable {
    package var epoch: UInt64
    /// Share of the users that had something to receive.
    package var backloggedShare: Double
    /// Problem on the true gains; nil where nobody had anything to receive.
    package var truth: Problem?
    /// Problem on the pooled reports of the twins; nil without reports.
    package var twin: Problem?
    /// Powers applied, C x K watts.
    package var powerWatts: [Double]
    /// Prices that the followers answered, C x K; empty where none are announced.
    package var price: [Double]

    /// Whether the game of the epoch can be judged. Where few users wait at a time, as with files that come and go, the
    /// powers in force were decided for others than those who are there a moment later, and half of the cells serve
    /// nobody: how far the one is from the best for the other says nothing about the play.
    package var isTelling: Bool { backloggedShare >= EpochJudge.leastBacklogged }
}

/// How well the game was played at one epoch (DESIGN 11).
package struct EpochJudgement: Hashable, Sendable {
    /// Share of the gap to the best known, on the twins' gains and on the true ones; nil where there is no gap.
    package var efficiencyTwin: Double?
    package var efficiencyTrue: Double?
    /// M over equal power's M on the same problem.
    package var gainTwin: Double?
    package var gainTrue: Double?
    package var followerResidualTwin: Double?
    package var followerResidualTrue: Double?
    package var leaderResidualTwin: Double?
    package var leaderResidualTrue: Double?
}

/// Judges samples: work for the bench, off the loop.
package struct EpochJudge: Sendable {
    /// Share of the users that must have something to receive in an epoch that is judged.
    package static let leastBacklogged = 0.5
    package var seed: UInt64
    package var effort = BestKnown.Effort()
    /// Search for the leader's residual; nil leaves it out.
    package var search: Residuals.Search?

    package init(seed: UInt64) {
        self.seed = seed
        var search = Residuals.Search()
        search.seed = seed
        self.search = search
    }

    /// The figures of one sample.
    package func judge(_ sample: EpochSample) -> EpochJudgement {
        var judgement = EpochJudgement()
        if let problem = sample.twin {
            (judgement.efficiencyTwin, judgement.gainTwin) = efficiency(problem, sample.powerWatts)
            let residuals = residuals(problem, sample)
            judgement.followerResidualTwin = residuals?.follower
            judgement.leaderResidualTwin = residuals?.leader
        }
        if let problem = sample.truth {
            (judgement.efficiencyTrue, judgement.gainTrue) = efficiency(problem, sample.powerWatts)
            let residuals = residuals(problem, sample)
            judgement.followerResidualTrue = residuals?.follower
            judgement.leaderResidualTrue = residuals?.leader
        }
        return judgement
    }

    private func efficiency(_ problem: Problem, _ powerWatts: [Double]) -> (Double?, Double?) {
        let value = Evaluation(problem, powerWatts: powerWatts).networkValueMbps
        let equal = Evaluation(problem, powerWatts: EqualPower.powerWatts(problem)).networkValueMbps
        let best = BestKnown.solve(problem, seed: seed, effort: effort, candidates: [powerWatts])
        let share = Efficiency.share(
            valueMbps: value, equalPowerMbps: equal, bestKnownMbps: best.evaluation.networkValueMbps)
        return (share, equal > 0 ? value / equal : nil)
    }

    private func residuals(_ problem: Problem, _ sample: EpochSample) -> Residuals? {
        guard !sample.price.isEmpty else { return nil }
        return Residuals(problem, powerWatts: sample.powerWatts, pricePerWatt: sample.price, search: search)
    }
}

extension EpochJudgement {
    /// Mean of each figure over the epochs that have it.
    package static func mean(_ judgements: [EpochJudgement]) -> EpochJudgement {
        func mean(_ figure: (EpochJudgement) -> Double?) -> Double? {
            let values = judgements.compactMap(figure)
            return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
        var result = EpochJudgement()
        result.efficiencyTwin = mean(\.efficiencyTwin)
        result.efficiencyTrue = mean(\.efficiencyTrue)
        result.gainTwin = mean(\.gainTwin)
        result.gainTrue = mean(\.gainTrue)
        result.followerResidualTwin = mean(\.followerResidualTwin)
        result.followerResidualTrue = mean(\.followerResidualTrue)
        result.leaderResidualTwin = mean(\.leaderResidualTwin)
        result.leaderResidualTrue = mean(\.leaderResidualTrue)
        return result
    }
}
