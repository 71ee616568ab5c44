import LanguageEngine
import NetworkModel
import Testing

@Suite struct TokenBudgetTests {
    private static func at(_ seconds: Double) -> Instant { .zero + .seconds(seconds) }

    @Test func tokensOfTheLastMinuteCount() {
        var budget = TokenBudget(tokensPerMinute: 1_000, busyPerMinute: .seconds(30))
        #expect(budget.refusal(ofTokens: 1_000, at: Self.at(0)) == nil)
        #expect(budget.refusal(ofTokens: 1_001, at: Self.at(0)) == .overBudget)
        // 300 read, of which 100 were cached, and 50 written.
        let answer = ChatAnswer(text: "", promptTokens: 300, cachedTokens: 100, outputTokens: 50, seconds: 1)
        budget.spend(answer, at: Self.at(10))
        #expect(budget.refusal(ofTokens: 750, at: Self.at(10)) == nil)
        #expect(budget.refusal(ofTokens: 751, at: Self.at(60)) == .overBudget)
        #expect(budget.refusal(ofTokens: 1_000, at: Self.at(71)) == nil)
    }

    @Test func aBusyModelIsLeftAloneForAWhile() {
        var budget = TokenBudget(tokensPerMinute: 1_000_000, busyPerMinute: .seconds(10))
        for second in 0..<2 { budget.spend(tokens: 1, busy: .seconds(5), at: Self.at(Double(second))) }
        #expect(budget.refusal(ofTokens: 1, at: Self.at(2)) == .overBudget)
        #expect(budget.refusal(ofTokens: 1, at: Self.at(60.9)) == .overBudget)
        #expect(budget.refusal(ofTokens: 1, at: Self.at(61)) == nil)
    }

    /// Against a list of all that was spent: never more than the limit in any minute, whatever the order.
    @Test(arguments: [UInt64(1), 2, 3]) func noMinuteGoesOver(seed: UInt64) {
        var state = seed
        func draw(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        var budget = TokenBudget(tokensPerMinute: 500, busyPerMinute: .seconds(60))
        var spent: [(at: Double, tokens: Int)] = []
        var now = 0.0
        for _ in 0..<2_000 {
            now += Double(draw(4_000)) / 1_000
            let tokens = draw(120)
            guard budget.refusal(ofTokens: tokens, at: Self.at(now)) == nil else { continue }
            budget.spend(tokens: tokens, busy: .zero, at: Self.at(now))
            spent.append((now, tokens))
            let minute = spent.filter { $0.at > now - 60 }.reduce(0) { $0 + $1.tokens }
            #expect(minute <= 500, "seed \(seed), at \(now)")
        }
        #expect(spent.count > 500, "seed \(seed): the budget is used")
    }

    @Test func costsThatCannotBeAreTakenAsNone() {
        var budget = TokenBudget(tokensPerMinute: 10, busyPerMinute: .seconds(1))
        let strange = ChatAnswer(text: "", promptTokens: 5, cachedTokens: 9, outputTokens: -1, seconds: -3)
        budget.spend(strange, at: Self.at(5))
        budget.spend(tokens: -100, busy: .seconds(-100), at: Self.at(5))
        #expect(budget.refusal(ofTokens: 10, at: Self.at(5)) == nil)
        #expect(budget.refusal(ofTokens: 11, at: Self.at(5)) == .overBudget)
        // A clock that goes back forgets nothing.
        budget.spend(tokens: 10, busy: .zero, at: Self.at(5))
        #expect(budget.refusal(ofTokens: 1, at: Self.at(1)) == .overBudget)
    }
}
