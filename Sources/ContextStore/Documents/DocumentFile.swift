/// A document as a file of text: Markdown or plain, with or without a front matter.
///
/// The front matter stands between two lines `---` at the very top and has lines `key: value`; `title`, `topic`,
/// `terms` and `source` are read, `terms` as `a, b`, as `[a, b]` or as lines `- a` below the key. Without a title the
/// first heading is taken, else the name of the file.
package enum DocumentFile {
    /// Reads the text of a file.
    ///
    /// - Parameters:
    ///   - id: id of the document.
    ///   - name: name of the file, the title and source where the text gives none.
    package static func document(id: String, name: String, text: String) -> ContextDocument {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let (fields, body) = frontMatter(lines)
        let heading = body.first { !$0.allSatisfy(\.isWhitespace) }.flatMap(heading)
        let title = fields.title ?? heading ?? name
        // The heading is the title: it need not stand in the passages again.
        let rest = heading == nil || heading != title ? body : body.drop { $0.allSatisfy(\.isWhitespace) }.dropFirst()
        return ContextDocument(
            id: id, title: title, topic: fields.topic ?? "", terms: fields.terms, source: fields.source ?? name,
            body: trimmed(rest.joined(separator: "\n")))
    }

    private struct Fields {
        var title: String?
        var topic: String?
        var source: String?
        var terms: [String] = []
    }

    private static func frontMatter(_ lines: [Substring]) -> (Fields, ArraySlice<Substring>) {
        guard lines.first.map({ trimmed(String($0)) }) == "---",
            let end = lines.dropFirst().firstIndex(where: { trimmed(String($0)) == "---" })
        else { return (Fields(), lines[...]) }
        var fields = Fields()
        var key = ""
        for line in lines[1..<end] {
            let text = trimmed(String(line))
            if text.hasPrefix("- "), key == "terms" {
                fields.terms.append(unquoted(String(text.dropFirst(2))))
                continue
            }
            guard let colon = text.firstIndex(of: ":") else { continue }
            key = trimmed(String(text[..<colon])).lowercased()
            let value = unquoted(String(text[text.index(after: colon)...]))
            guard !value.isEmpty else { continue }
            switch key {
            case "title": fields.title = value
            case "topic": fields.topic = value
            case "source": fields.source = value
            case "terms": fields.terms = list(value)
            default: break
            }
        }
        return (fields, lines[(end + 1)...])
    }

    /// `a, b` or `[a, b]`.
    private static func list(_ text: String) -> [String] {
        let inner = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        return inner.split(separator: ",").map { unquoted(String($0)) }.filter { !$0.isEmpty }
    }

    /// Text of a heading such as `## Rain`, nil where the line is none.
    private static func heading(_ line: Substring) -> String? {
        let rest = line.drop { $0 == "#" }
        guard rest.startIndex != line.startIndex, rest.first == " " else { return nil }
        return trimmed(String(rest))
    }

    private static func trimmed(_ text: String) -> String {
        let front = text.drop(while: \.isWhitespace)
        guard let last = front.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(front[...last])
    }

    private static func unquoted(_ text: String) -> String {
        let text = trimmed(text)
        guard text.count >= 2, let quote = text.first, quote == "\"" || quote == "'", text.last == quote else {
            return text
        }
        return String(text.dropFirst().dropLast())
    }
}
