import LanguageEngine
import Testing

@Suite struct AnswerCacheTests {
    @Test func aKnownSituationIsAnsweredWithoutAsking() {
        var cache = AnswerCache(capacity: 4)
        let answers = [ChatAnswer(text: "one"), ChatAnswer(text: "two")]
        #expect(cache.answers(to: "surge in cell 4") == nil)
        cache.insert(answers, for: "surge in cell 4")
        #expect(cache.answers(to: "surge in cell 4") == answers)
        #expect(cache.answers(to: "surge in cell 5") == nil)
        #expect((cache.hits, cache.misses) == (1, 2))
    }

    @Test func theLeastRecentlyUsedLeaves() {
        var cache = AnswerCache(capacity: 3)
        for key in ["a", "b", "c"] { cache.insert([ChatAnswer(text: key)], for: key) }
        _ = cache.answers(to: "a")
        cache.insert([], for: "d")
        #expect(cache.count == 3 && cache.answers(to: "b") == nil)
        #expect(cache.answers(to: "a")?.first?.text == "a" && cache.answers(to: "c") != nil)
        #expect(cache.answers(to: "d") == [])
    }

    @Test func aSituationStandsOnce() {
        var cache = AnswerCache(capacity: 2)
        for text in ["old", "new"] { cache.insert([ChatAnswer(text: text)], for: "a") }
        #expect(cache.count == 1 && cache.answers(to: "a")?.first?.text == "new")
        cache.remove("a")
        #expect(cache.answers(to: "a") == nil)
        cache.insert([], for: "b")
        cache.removeAll()
        #expect(cache.count == 0)
    }

    @Test func keysAreBounded() {
        var cache = AnswerCache()
        let longest = String(repeating: "k", count: AnswerCache.maximumKeyBytes)
        cache.insert([], for: longest)
        cache.insert([], for: longest + "k")
        #expect(cache.count == 1 && cache.answers(to: longest) == [])
    }

    @Test(arguments: [1, 2, 5, 64]) func itNeverHoldsMoreThanItsCapacity(capacity: Int) {
        var cache = AnswerCache(capacity: capacity)
        for number in 0..<200 {
            cache.insert([], for: "\(number)")
            #expect(cache.count == min(number + 1, capacity))
        }
        #expect(cache.answers(to: "199") == [] && cache.answers(to: "\(199 - capacity)") == nil)
    }
}
