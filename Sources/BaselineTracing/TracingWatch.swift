internal import Measurements
internal import NetworkModel
internal import Synchronization

/// The time that a job of tracing has, and the lines that say how far it is.
final class TracingWatch: Sendable {
    private let limitSeconds: Double
    private let clock: @Sendable () -> Double
    private let began: Double
    private let pace = Mutex(ProgressPace())
    private let log: @Sendable (String) -> Void

    /// - Parameters:
    ///   - clock: seconds from any moment on.
    ///   - log: takes the lines.
    init(
        _ network: NetworkConfiguration, clock: @escaping @Sendable () -> Double,
        log: @escaping @Sendable (String) -> Void
    ) {
        limitSeconds = network.twin.deadlineSeconds
        self.clock = clock
        self.log = log
        began = clock()
    }

    /// Seconds since the job began.
    var seconds: Double { clock() - began }

    /// Whether time is left.
    func goesOn() -> Bool { seconds < limitSeconds }

    /// Says how far the job is, where a line is due.
    func report(_ text: @autoclosure () -> String) {
        let seconds = seconds
        guard pace.withLock({ $0.isDue(seconds: seconds) }) else { return }
        log(text())
    }

    /// Says what the job came to, and the seconds that it took.
    func conclude(_ text: String) { log("\(text), in \((seconds * 10).rounded() / 10) s") }
}
