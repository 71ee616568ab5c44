internal import Measurements
internal import NetworkModel

/// The clock that a long computation is held to: its deadline, and the lines that say how far it is.
final class ComputationClock {
    let deadline: Instant.Span?
    private let showsProgress: Bool
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var pace = ProgressPace()
    /// Whether the deadline was met when it was last looked at.
    private(set) var isLate = false

    init(deadline: Instant.Span?, showsProgress: Bool) {
        self.deadline = deadline
        self.showsProgress = showsProgress || Terminal.isWatched
        start = clock.now
    }

    var elapsedSeconds: Double { ComputationClock.seconds(clock.now - start) }

    /// Whether to go on; once the deadline has passed never again.
    func goesOn() -> Bool {
        if let deadline, clock.now - start > .nanoseconds(deadline.nanoseconds) { isLate = true }
        return !isLate
    }

    /// Whether to go on with a part of the work that may take this share of the time there is.
    func goesOn(within share: Double) -> Bool {
        guard let deadline else { return true }
        return goesOn() && elapsedSeconds < share * deadline.seconds
    }

    /// Says how far it is, where somebody watches and a line is due.
    func report(_ text: @autoclosure () -> String) {
        guard showsProgress, pace.isDue(seconds: elapsedSeconds) else { return }
        Terminal.progress(text())
    }

    /// The deadline in words, for errors.
    var deadlineText: String { "the deadline of \(deadline?.seconds ?? 0) s cut the work short" }

    static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
