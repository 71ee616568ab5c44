package import NetworkModel

/// Keeps a run from asking a model server that does not answer: after some failures in a row no request is made for a
/// pause that grows, then one is tried.
package struct CircuitBreaker: Hashable, Sendable, Codable {
    /// What opens it, and for how long.
    package struct Limits: Hashable, Sendable, Codable {
        /// Failures in a row that open it, at least 1.
        package var failures = 3
        /// First pause, above 0; each trial that fails doubles it.
        package var pause = Instant.Span.seconds(2)
        package var longestPause = Instant.Span.seconds(60)

        package init() {}
    }

    /// What it is at.
    package enum State: Hashable, Sendable, Codable {
        /// Requests are made; so many have failed since the last answer.
        case closed(failures: Int)
        /// No request is made before `until`.
        case open(until: Instant, pause: Instant.Span)
        /// One request is out, as a trial; where nobody says what became of it, the next is made at `until`.
        case halfOpen(until: Instant, pause: Instant.Span)
    }

    package private(set) var state = State.closed(failures: 0)
    private let limits: Limits

    package init(limits: Limits = .init()) {
        precondition(limits.failures > 0 && limits.pause > .zero && limits.longestPause >= limits.pause)
        self.limits = limits
    }

    /// Asks for leave to make a request: nil gives it, and whoever asked says afterwards by `note` what became of it.
    package mutating func admit(at now: Instant) -> ChatFailure? {
        switch state {
        case .closed: return nil
        case .open(let until, let pause), .halfOpen(let until, let pause):
            guard now >= until else { return .circuitOpen(retrySeconds: (until - now).seconds) }
            state = .halfOpen(until: now + pause, pause: pause)
            return nil
        }
    }

    /// What became of a request. Failures that say nothing of the server leave everything as it is.
    package mutating func note(_ failure: ChatFailure?, at now: Instant) {
        guard let failure else {
            state = .closed(failures: 0)
            return
        }
        guard failure.isOfServer else { return }
        switch state {
        case .closed(let failures) where failures + 1 < limits.failures:
            state = .closed(failures: failures + 1)
        case .closed:
            state = .open(until: now + limits.pause, pause: limits.pause)
        case .halfOpen(_, let pause):
            let longer = min(pause * 2, limits.longestPause)
            state = .open(until: now + longer, pause: longer)
        case .open:
            // A request from before it opened: it is known already that the server fails.
            break
        }
    }
}

extension ChatFailure {
    /// Whether the server is what failed, rather than that nobody asked it.
    package var isOfServer: Bool {
        switch self {
        case .unreachable, .refused, .timedOut, .truncated, .tooLarge, .incompatible, .unusable, .noAdapter: true
        case .circuitOpen, .overBudget, .absent: false
        }
    }
}
