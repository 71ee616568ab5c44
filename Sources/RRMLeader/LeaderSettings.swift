internal import NetworkModel
internal import ResourceAllocation

/// How long a leader may think.
struct LeaderSettings: Sendable {
    /// Rounds of the solver per epoch, at most: half of them before the decision, half after it, for the next one.
    let rounds: Int
    /// Rounds of the first decision, which has nothing to start from, are this many times more.
    private static let firstFactor = 4
    /// Wall time per decision: a twentieth of an epoch, within [0.2 ms, 20 ms]. A leader gains less by thinking longer
    /// than a directive loses that acts later.
    let time: Instant.Span
    private let timeLimit: (@Sendable (Instant.Span) -> @Sendable () -> Bool)?

    init(network: NetworkConfiguration, timeLimit: (@Sendable (Instant.Span) -> @Sendable () -> Bool)?) {
        rounds = network.game.rounds
        time = max(.microseconds(200), min(network.epoch / 20, .milliseconds(20)))
        self.timeLimit = timeLimit
    }

    /// A fresh budget for one decision.
    func budget(isFirst: Bool) -> Budget {
        let rounds = isFirst ? LeaderSettings.firstFactor * rounds : (rounds + 1) / 2
        return Budget(rounds: rounds, isOutOfTime: timeLimit?(time))
    }

    /// What is left of it for working ahead.
    func preparation() -> Budget { Budget(rounds: rounds / 2, isOutOfTime: timeLimit?(time)) }
}
