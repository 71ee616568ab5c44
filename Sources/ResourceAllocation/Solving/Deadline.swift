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

    /// A budget that ends when `part` of the time since the start is over.
    package func budget(until part: Double) -> Budget { Budget(rounds: rounds, isOutOfTime: timeUp?(part)) }
}
