/// The actions of a menu as a grammar of llama.cpp (GBNF): JSON without a blank, every field from its list. It has no
/// repetition, so that every answer ends by itself, after `longestBytes` tokens at most.
package struct ActionGrammar: Sendable {
    private let branches: [ActionBranch]

    package init(_ menu: ActionMenu) { branches = menu.branches }

    /// Bytes of the longest answer; a token has one or more.
    package var longestBytes: Int { branches.map(\.longestBytes).max() ?? 0 }

    /// The grammar: one rule per kind, with what its actions have in common in front. The fewer alternatives are open
    /// at a time, the less a server has to try per token.
    package var text: String {
        var kinds: [ActionKind] = []
        for branch in branches where !kinds.contains(branch.kind) { kinds.append(branch.kind) }
        let names = kinds.indices.map { "k\($0)" }
        let root = "root ::= " + ActionGrammar.quoted(#"{"action":""#) + " (" + names.joined(separator: " | ") + ") "
        let rules = zip(names, kinds).map { name, kind in
            name + " ::= " + ActionGrammar.rule(kind, branches.filter { $0.kind == kind })
        }
        return ([root + ActionGrammar.quoted("}")] + rules).joined(separator: "\n")
    }

    private static func rule(_ kind: ActionKind, _ branches: [ActionBranch]) -> String {
        let word = kind.rawValue + #"""#
        guard let first = branches[0].fields.first?.name else { return quoted(word) }
        let isCommon = branches.allSatisfy { $0.fields.first?.name == first }
        let rests = branches.map { rest($0, startsBehindName: isCommon) }
        let start = quoted(word + (isCommon ? name(first) : ""))
        return start + " " + (rests.count == 1 ? rests[0] : "(" + rests.joined(separator: " | ") + ")")
    }

    /// The fields of a branch; behind the name of the first where that stands in front already.
    private static func rest(_ branch: ActionBranch, startsBehindName: Bool) -> String {
        var parts: [String] = []
        var fixed = ""
        for (index, field) in branch.fields.enumerated() {
            if index > 0 || !startsBehindName { fixed += name(field.name) }
            if field.values.count == 1 {
                fixed += field.values[0]
            } else {
                if !fixed.isEmpty { parts.append(quoted(fixed)) }
                parts.append("(" + field.values.map(quoted).joined(separator: " | ") + ")")
                fixed = ""
            }
        }
        return (parts + (fixed.isEmpty ? [] : [quoted(fixed)])).joined(separator: " ")
    }

    private static func name(_ field: String) -> String { #",""# + field + #"":"# }

    private static func quoted(_ text: String) -> String {
        let escaped = text.map { character in
            character == #"""# || character == #"\"# ? #"\"# + String(character) : String(character)
        }
        return #"""# + escaped.joined() + #"""#
    }
}
