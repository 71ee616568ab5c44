/// How long a whole solver may take: counted rounds, and in a process also wall time, of which stages get parts.
package struct Deadline: Sendable {
    /// Rounds of each stage, at most.
    package let rounds: Int
    /// For a part of the time in (0, 1], a closure that is true once that part is over; nil where only work counts.
    private let timeUp: (@Sendable (Double) -> @Sendable () -> Bool)?

    package init(rounds: Int, timeUp: (@Sendable (Double) -> @Sendable () -> Bool)? = nil) {
        precondition(rounds >= 0)
        self.rounds = rounds
        self.timeUp = timeUp
    }

    /// Whether wall time ends it, too.
    package var isTimed: Bool { timeUp != nil }

    /// The part of this deadline from `start` to `end`, parts of the whole in [0, 1].
    package func within(_ start: Double, _ end: Double) -> Deadline {
        guard let timeUp else { return self }
        return Deadline(rounds: rounds) { timeUp(start + $0 * (end - start)) }
    }

    /// A budget that ends when `part` of the time since the start is over.
    package func budget(until part: Double) -> Budget { Budget(rounds: rounds, isOutOfTime: timeUp?(part)) }
}
