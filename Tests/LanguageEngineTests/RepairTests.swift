import LanguageEngine
import Testing

@Suite struct RepairTests {
    private static let request = ChatRequest(instructions: "rules", situation: "cell 4 is full", deadlineSeconds: 5)

    @Test func whatIsKnownToTheServerStaysInFront() throws {
        let answer = ChatAnswer(text: "{\"cell\": 99}", seconds: 2)
        let again = try #require(Self.request.repair(of: answer, fault: "there is no cell 99"))
        #expect(again.instructions == "rules" && again.situation.hasPrefix("cell 4 is full\n"))
        #expect(again.situation.contains("{\"cell\": 99}") && again.situation.contains("there is no cell 99"))
        #expect(again.deadlineSeconds == 3)
    }

    @Test func nothingIsAskedAfterTheDeadline() {
        #expect(Self.request.repair(of: ChatAnswer(text: "", seconds: 5), fault: "x") == nil)
    }

    @Test func whatIsRepeatedIsBoundedAndOnOneLine() throws {
        let answer = ChatAnswer(text: String(repeating: "é\n", count: 5_000), seconds: 1)
        let again = try #require(Self.request.repair(of: answer, fault: String(repeating: "f", count: 5_000)))
        let added = again.situation.dropFirst(Self.request.situation.count)
        #expect(added.utf8.count < 900 && added.split(separator: "\n").count == 3)
    }

    @Test(
        arguments: [
            ("abc", 3, "abc"), ("abc", 2, "ab"), ("aé", 2, "a"), ("a\u{1b}[31m\u{9b}", 99, "a [31m "),
            ("a\r\nb", 9, "a b"),
        ])
    func textIsCut(text: String, bytes: Int, expected: String) { #expect(text.cut(toBytes: bytes) == expected) }

    @Test func theCostOfBothAnswersIsCounted() {
        let first = ChatAnswer(text: "a", promptTokens: 10, cachedTokens: 4, outputTokens: 3, seconds: 1)
        let second = ChatAnswer(text: "b", promptTokens: 20, cachedTokens: 10, outputTokens: 5, seconds: 2)
        var expected = ChatAnswer(text: "b", promptTokens: 30, cachedTokens: 14, outputTokens: 8, seconds: 3)
        expected.repaired = "a"
        #expect(second.adding(costOf: first) == expected)
    }
}
