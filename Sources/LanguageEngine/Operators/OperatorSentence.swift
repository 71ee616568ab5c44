/// The tokens of one sentence and which of them are understood.
struct OperatorSentence {
    private(set) var tokens: [OperatorToken]
    /// Tokens that a part of the grammar has taken.
    private(set) var used: [Bool]
    /// Words of names of the network, sorted.
    private let names: [String]

    /// - Parameter names: words of names of the network; misspelt ones are put right, too.
    init(_ text: String, names: [String]) {
        self.names = names.sorted()
        tokens = OperatorTokens.split(text)
        used = Array(repeating: false, count: tokens.count)
        let terms = OperatorWords.terms + names
        for index in tokens.indices where tokens[index].kind == .word {
            if !isKnown(tokens[index].text) {
                tokens[index].text = OperatorWords.corrected(tokens[index].text, terms: terms)
            }
        }
    }

    var count: Int { tokens.count }

    /// Text of a token, empty beyond the ends.
    func word(_ index: Int) -> String { tokens.indices.contains(index) ? tokens[index].text : "" }

    /// Whether a word is of the grammar or a name.
    func isKnown(_ word: String) -> Bool {
        OperatorWords.contains(word, in: OperatorWords.fillers) || OperatorWords.contains(word, in: OperatorWords.terms)
            || OperatorWords.contains(word, in: names)
    }

    func isUsed(_ index: Int) -> Bool { used.indices.contains(index) && used[index] }

    mutating func use(_ range: Range<Int>) {
        for index in range.clamped(to: 0..<count) { used[index] = true }
    }

    /// Value of a number token.
    func number(_ index: Int) -> Double? {
        guard tokens.indices.contains(index), case .number(let value) = tokens[index].kind else { return nil }
        return value
    }

    func clock(_ index: Int) -> Int? {
        guard tokens.indices.contains(index), case .clock(let minutes) = tokens[index].kind else { return nil }
        return minutes
    }

    // MARK: - Looking for words

    /// Whether any of these words occurs; each may be a sequence, `switch off`.
    func says(_ phrases: String...) -> Bool { phrases.contains { first($0) != nil } }

    func says(anyOf phrases: [String]) -> Bool { phrases.contains { first($0) != nil } }

    /// Where a word or sequence of words first occurs.
    func first(_ phrase: String, from start: Int = 0) -> Int? {
        let words = phrase.split(separator: " ")
        guard !words.isEmpty, count >= words.count, start <= count - words.count else { return nil }
        return (start...count - words.count).first { index in
            words.indices.allSatisfy { tokens[index + $0].text == words[$0] }
        }
    }

    /// Whether one of the words stands in a range of tokens, ends of the sentence left out.
    func has(_ words: [String], in range: Range<Int>) -> Bool {
        range.clamped(to: 0..<count).contains { words.contains(tokens[$0].text) }
    }

    /// Whether the sentence negates something in a range of tokens.
    func negates(_ range: Range<Int>) -> Bool {
        has(["no", "not", "nobody", "none", "never", "cannot", "dont", "doesnt", "nor", "cant"], in: range)
    }

    /// Where the tokens of a name lie, not used yet.
    func place(of name: [OperatorToken]) -> Range<Int>? {
        guard !name.isEmpty, count >= name.count else { return nil }
        for start in 0...count - name.count {
            let isThere = name.indices.allSatisfy { offset in
                !used[start + offset] && tokens[start + offset].text == name[offset].text
            }
            if isThere { return start..<start + name.count }
        }
        return nil
    }
}
