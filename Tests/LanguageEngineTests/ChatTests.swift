import LanguageEngine
import Testing

@Suite struct ChatTests {
    @Test func aRequestIsGreedyUnlessAsked() {
        let request = ChatRequest(instructions: "a", situation: "b")
        #expect(request.temperature == 0 && request.maxOutputTokens > 0)
    }
}
