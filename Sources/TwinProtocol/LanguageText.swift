package import NetworkModel

/// A text that decisions of the language engine share, such as the fixed part of their prompts or a grammar: recorded
/// once in a run, named by its digest.
package struct LanguageText: Hashable, Sendable {
    package var node: NodeID
    package var digest: String
    package var text: String

    /// Bytes of a text that is recorded, at most.
    package static let mostBytes = 65_536

    package init(node: NodeID, text: String) {
        self.node = node
        self.text = text
        digest = LanguageText.digest(of: text)
    }

    /// FNV-1a of 64 bits in hexadecimal digits, and the length in bytes; empty for an empty text. Names a text among
    /// those of a run; no protection against somebody who forges one.
    package static func digest(of text: String) -> String {
        guard !text.isEmpty else { return "" }
        let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits + "-\(text.utf8.count)"
    }
}
