/// What a solver may still spend: counted rounds, and in a running process also wall time.
///
/// The solver polls it before each round and returns its best answer so far once it is exhausted. A simulator counts
/// work only, so that a run repeats exactly; the runtime adds a closure that reads its clock.
package struct Budget: Sendable {
    /// Rounds left.
    package private(set) var rounds: Int
    /// Rounds spent since this budget was made.
    package private(set) var spent = 0
    /// `true` once wall time is up; nil where only work counts.
    fileprivate let isOutOfTime: (@Sendable () -> Bool)?

    package init(rounds: Int, isOutOfTime: (@Sendable () -> Bool)? = nil) {
        precondition(rounds >= 0)
        self.rounds = rounds
        self.isOutOfTime = isOutOfTime
    }

    /// `true` where no further round may begin.
    package var isExhausted: Bool { rounds == 0 || isOutOfTime?() == true }

    /// Takes one round; `false`, and nothing is taken, where the budget is exhausted.
    package mutating func spend() -> Bool {
        if isExhausted { return false }
        rounds -= 1
        spent += 1
        return true
    }

    /// A budget of at most `rounds` of what `whole` has left, under the same clock; `add` takes them off there.
    package static func part(of whole: Budget, rounds: Int) -> Budget {
        Budget(rounds: min(rounds, whole.rounds), isOutOfTime: whole.isOutOfTime)
    }

    /// Adds what another budget has spent to what this one has, and takes it off what is left.
    package mutating func add(_ other: Budget) {
        spent += other.spent
        rounds = max(0, rounds - other.spent)
    }
}
