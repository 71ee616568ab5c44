/// Text that the network, a document or a user wrote: shown to the model as data, between marks that the text itself
/// cannot hold.
package enum UntrustedText {
    /// Bytes of one text that a prompt shows, at most.
    package static let limitBytes = 400
    package static let open = "<data>"
    package static let close = "</data>"

    /// The text between marks: control and format characters out, white space in one, marks and chat templates broken,
    /// cut to `limit` bytes.
    package static func marked(_ text: String, limit: Int = limitBytes) -> String {
        open + cleaned(text, limit: limit) + close
    }

    /// A sign that is one of ASCII in another width, such as U+FF1C for `<`, as that one.
    private static func narrow(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0xFF01...0xFF5E: Unicode.Scalar(UInt8(scalar.value - 0xFEE0))
        case 0xFE64: "<"
        case 0xFE65: ">"
        default: scalar
        }
    }

    /// The text without anything that could be taken for the frame around it.
    package static func cleaned(_ text: String, limit: Int = limitBytes) -> String {
        var result = ""
        var isSpace = true
        var bytes = 0
        for scalar in text.unicodeScalars {
            var shown = scalar
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator: shown = " "
            case .format, .surrogate, .privateUse, .unassigned, .nonspacingMark, .enclosingMark: continue
            default: break
            }
            // No mark, chat template or JSON object can be built from what is left.
            switch narrow(shown) {
            case "<": shown = "("
            case ">": shown = ")"
            case "{", "[": shown = "("
            case "}", "]": shown = ")"
            case "|", "`": shown = "'"
            default: break
            }
            if shown == " " {
                if isSpace { continue }
                isSpace = true
            } else {
                isSpace = false
            }
            bytes += shown.utf8.count
            if bytes > limit { break }
            result.unicodeScalars.append(shown)
        }
        while result.unicodeScalars.last == " " { result.unicodeScalars.removeLast() }
        return result
    }
}
