/// Cuts a document's text into passages that fit a prompt.
package enum PassageSplitter {
    /// Bytes of a passage at most: about 250 tokens of English.
    package static let mostBytes = 1_000

    /// Parts of at most `mostBytes` bytes, cut between paragraphs where that is possible, else between sentences or
    /// words. Nothing but white space is lost; an empty text has no passage.
    package static func passages(_ text: String, mostBytes: Int = PassageSplitter.mostBytes) -> [String] {
        var passages: [String] = []
        var current = ""
        func close() {
            if !current.isEmpty { passages.append(current) }
            current = ""
        }
        for paragraph in paragraphs(text) {
            for piece in pieces(paragraph, mostBytes) {
                if current.utf8.count + 2 + piece.utf8.count > mostBytes { close() }
                current += current.isEmpty ? piece : "\n\n" + piece
            }
        }
        close()
        return passages
    }

    /// Lines that no blank line parts.
    private static func paragraphs(_ text: String) -> [String] {
        var paragraphs: [String] = []
        var lines: [Substring] = []
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.allSatisfy(\.isWhitespace) {
                if !lines.isEmpty { paragraphs.append(lines.joined(separator: "\n")) }
                lines = []
            } else {
                lines.append(line)
            }
        }
        if !lines.isEmpty { paragraphs.append(lines.joined(separator: "\n")) }
        return paragraphs
    }

    /// A paragraph in parts that fit.
    private static func pieces(_ paragraph: String, _ mostBytes: Int) -> [String] {
        var pieces: [String] = []
        var rest = Substring(paragraph)
        while rest.utf8.count > mostBytes {
            let end = cut(rest, mostBytes)
            pieces.append(String(rest[..<end]))
            rest = rest[end...].drop(while: \.isWhitespace)
        }
        if !rest.isEmpty { pieces.append(String(rest)) }
        return pieces
    }

    /// Where to cut: behind the last sentence that fits, else behind the last word, else behind the last character.
    private static func cut(_ text: Substring, _ mostBytes: Int) -> Substring.Index {
        var bytes = 0
        var hard = text.index(after: text.startIndex)
        var word: Substring.Index?
        var sentence: Substring.Index?
        var before: Character = " "
        for index in text.indices {
            let character = text[index]
            if character.isWhitespace, index != text.startIndex {
                word = index
                if ".!?".contains(before) { sentence = index }
            }
            bytes += character.utf8.count
            guard bytes <= mostBytes else { break }
            hard = text.index(after: index)
            before = character
        }
        return sentence ?? word ?? hard
    }
}
