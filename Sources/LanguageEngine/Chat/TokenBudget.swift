package import NetworkModel

/// What a model may cost in any minute: tokens read and written, and time that it is busy.
///
/// Counted in seconds of the clock, 61 of them, so that what is refused is never less than a whole minute's worth.
package struct TokenBudget: Hashable, Sendable, Codable {
    private static let seconds: Int64 = 61

    package let tokensPerMinute: Int
    package let busyPerMinute: Instant.Span
    /// Per second of the window, that of `newest` last counted.
    private var tokens: [Int]
    private var busy: [Instant.Span]
    private var newest: Int64 = 0

    /// - Parameters:
    ///   - tokensPerMinute: above 0.
    ///   - busyPerMinute: above 0.
    package init(tokensPerMinute: Int, busyPerMinute: Instant.Span) {
        precondition(tokensPerMinute > 0 && busyPerMinute > .zero)
        self.tokensPerMinute = tokensPerMinute
        self.busyPerMinute = busyPerMinute
        tokens = Array(repeating: 0, count: Int(TokenBudget.seconds))
        busy = Array(repeating: .zero, count: Int(TokenBudget.seconds))
    }

    /// `overBudget` where a request of so many tokens would go over a limit, or the time is used up already; else nil.
    package mutating func refusal(ofTokens request: Int, at now: Instant) -> ChatFailure? {
        forget(before: now)
        let isAffordable = tokens.reduce(0, +) + max(0, request) <= tokensPerMinute
        return isAffordable && busy.reduce(.zero, +) < busyPerMinute ? nil : .overBudget
    }

    /// Counts what an answer cost: what the server read anew and wrote, and the time that it took.
    package mutating func spend(_ answer: ChatAnswer, at now: Instant) {
        let read = max(0, answer.promptTokens - answer.cachedTokens)
        spend(tokens: read + max(0, answer.outputTokens), busy: .seconds(min(max(0, answer.seconds), 3_600)), at: now)
    }

    /// Counts a cost that is known otherwise, such as the time of a request that failed.
    package mutating func spend(tokens count: Int, busy time: Instant.Span, at now: Instant) {
        forget(before: now)
        let index = Int(newest % TokenBudget.seconds)
        tokens[index] = min(tokens[index] + max(0, count), 1 << 40)
        busy[index] = busy[index] + max(.zero, time)
    }

    /// Moves the window on; a clock that goes back leaves it where it is.
    private mutating func forget(before now: Instant) {
        let second = max(0, now.nanoseconds) / 1_000_000_000
        guard second > newest else { return }
        for passed in 1...min(second - newest, TokenBudget.seconds) {
            let index = Int((newest + passed) % TokenBudget.seconds)
            (tokens[index], busy[index]) = (0, .zero)
        }
        newest = second
    }
}
