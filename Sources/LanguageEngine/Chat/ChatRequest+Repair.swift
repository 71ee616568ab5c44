extension ChatRequest {
    /// Bytes of a bad answer, and of what is wrong with it, that the question after it repeats at most.
    package static let repeatedAnswerBytes = 600
    package static let repeatedFaultBytes = 200

    /// The same question once more, with what was answered and why that cannot be used; all before it is as it was, so
    /// that the server has it cached. nil where nothing is left of the deadline.
    ///
    /// - Parameter fault: what a checker says of the answer, in words.
    package func repair(of answer: ChatAnswer, fault: String) -> ChatRequest? {
        let left = deadlineSeconds - answer.seconds
        guard left > 0 else { return nil }
        var request = self
        request.deadlineSeconds = left
        request.situation += """

            Your answer was: \(answer.text.cut(toBytes: ChatRequest.repeatedAnswerBytes))
            It cannot be used: \(fault.cut(toBytes: ChatRequest.repeatedFaultBytes))
            Answer again.
            """
        return request
    }
}

extension ChatAnswer {
    /// This answer with the text and the cost of the one before it, which it stands in place of.
    package func adding(costOf earlier: ChatAnswer) -> ChatAnswer {
        var sum = self
        sum.promptTokens += earlier.promptTokens
        sum.cachedTokens += earlier.cachedTokens
        sum.outputTokens += earlier.outputTokens
        sum.seconds += earlier.seconds
        sum.repaired = earlier.text
        return sum
    }
}

extension String {
    /// The text on one line, without control characters, and cut between characters to so many UTF-8 bytes.
    package func cut(toBytes limit: Int) -> String {
        var text = ""
        var length = 0
        for character in self {
            let isPlain = character.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
            let shown: Character = isPlain ? character : " "
            length += shown.utf8.count
            guard length <= limit else { break }
            text.append(shown)
        }
        return text
    }
}
