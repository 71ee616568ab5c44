import DTNetCommands
import Testing

@Suite struct EpochSearchTests {
    /// For every answer, and for none, bisection finds it in few steps.
    @Test(arguments: 0...9) func findsTheFirstThatHolds(answer: Int) {
        var search = EpochSearch(candidates: 9)
        var steps = 0
        while let candidate = search.next {
            search.note(candidate, isSustainable: candidate >= answer)
            steps += 1
        }
        #expect(search.shortest == (answer < 9 ? answer : nil))
        #expect(steps <= 4)
    }
}
