import LanguageEngine
import NetworkModel
import Testing

@Suite struct CircuitBreakerTests {
    private static func at(_ seconds: Double) -> Instant { .zero + .seconds(seconds) }

    /// A breaker that three failures have opened at 0.
    private static func opened() -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<3 {
            #expect(breaker.admit(at: at(0)) == nil)
            breaker.note(.truncated, at: at(0))
        }
        return breaker
    }

    @Test func threeFailuresInARowOpenIt() {
        var breaker = Self.opened()
        #expect(breaker.admit(at: Self.at(0.5)) == .circuitOpen(retrySeconds: 1.5))
        #expect(breaker.admit(at: Self.at(1.999)) != nil)
        #expect(breaker.admit(at: Self.at(2)) == nil)
    }

    @Test func anAnswerBetweenFailuresKeepsItClosed() {
        var breaker = CircuitBreaker()
        for round in 0..<9 {
            #expect(breaker.admit(at: Self.at(Double(round))) == nil)
            breaker.note(round % 3 == 2 ? nil : .timedOut(seconds: 5), at: Self.at(Double(round)))
        }
        #expect(breaker.state == .closed(failures: 0))
    }

    @Test func onlyOneTrialIsOutAtATime() {
        var breaker = Self.opened()
        #expect(breaker.admit(at: Self.at(2)) == nil)
        #expect(breaker.admit(at: Self.at(3)) == .circuitOpen(retrySeconds: 1))
        // The trial was lost: another is made when its pause is over.
        #expect(breaker.admit(at: Self.at(4)) == nil)
        breaker.note(nil, at: Self.at(4))
        #expect(breaker.state == .closed(failures: 0) && breaker.admit(at: Self.at(4)) == nil)
    }

    @Test func thePauseDoublesToAMinuteAndIsShortAgainAfterAnAnswer() {
        var breaker = Self.opened()
        var now = 0.0
        var pauses: [Double] = []
        for _ in 0..<7 {
            guard case .open(let until, let pause) = breaker.state else {
                Issue.record("not open: \(breaker.state)")
                return
            }
            pauses.append(pause.seconds)
            #expect(until == Self.at(now) + pause)
            now += pause.seconds
            #expect(breaker.admit(at: Self.at(now)) == nil)
            breaker.note(.unreachable(""), at: Self.at(now))
        }
        #expect(pauses == [2, 4, 8, 16, 32, 60, 60])
        #expect(breaker.admit(at: Self.at(now + 60)) == nil)
        breaker.note(nil, at: Self.at(now + 60))
        for _ in 0..<3 { breaker.note(.truncated, at: Self.at(now + 61)) }
        #expect(breaker.admit(at: Self.at(now + 61)) == .circuitOpen(retrySeconds: 2))
    }

    @Test(arguments: [ChatFailure.absent, .overBudget, .circuitOpen(retrySeconds: 1)])
    func whatSaysNothingOfTheServerDoesNotCount(failure: ChatFailure) {
        var breaker = CircuitBreaker()
        for _ in 0..<10 { breaker.note(failure, at: Self.at(0)) }
        #expect(breaker.admit(at: Self.at(0)) == nil)
    }

    @Test(
        arguments: [
            ChatFailure.unreachable(""), .refused(status: 401, message: ""), .timedOut(seconds: 1), .truncated,
            .tooLarge(bytes: 70_000), .incompatible(""), .noAdapter(""),
        ])
    func whatTheServerDidCounts(failure: ChatFailure) {
        var breaker = CircuitBreaker()
        for _ in 0..<3 { breaker.note(failure, at: Self.at(0)) }
        #expect(breaker.admit(at: Self.at(1)) == .circuitOpen(retrySeconds: 1))
    }

    @Test func failuresThatComeLateDoNotLengthenThePause() {
        var breaker = Self.opened()
        breaker.note(.timedOut(seconds: 5), at: Self.at(1))
        #expect(breaker.admit(at: Self.at(2)) == nil)
    }
}
