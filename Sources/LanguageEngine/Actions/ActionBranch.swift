/// Actions of one kind that differ only in the values of their fields: every field has a closed list of values, and
/// every choice of one value per field is an action in bounds. What grammars and schemas are written from.
package struct ActionBranch: Hashable, Sendable {
    /// One field with the values that it may take, as JSON.
    package struct Field: Hashable, Sendable {
        package var name: String
        package var values: [String]

        init(_ name: String, _ values: [String]) {
            self.name = name
            self.values = values
        }

        init(_ name: String, _ values: [Int]) { self.init(name, values.map { "\($0)" }) }

        init(_ name: String, _ values: [Double]) {
            self.init(name, values.map { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" })
        }

        /// Names come from the topology, where they are letters, digits and dashes.
        init(_ name: String, words: [String]) { self.init(name, words.map { "\"" + $0 + "\"" }) }
    }

    package let kind: ActionKind
    /// In the order in which an answer holds them, behind `action`.
    package private(set) var fields: [Field]

    init(_ kind: ActionKind, _ fields: [Field]) {
        self.kind = kind
        self.fields = fields
    }

    /// Actions that it holds.
    package var count: Int { fields.reduce(1) { $0 * $1.values.count } }

    /// Bytes of its longest answer without blanks. A token has a byte or more: no answer has more tokens.
    package var longestBytes: Int {
        fields.reduce(kind.rawValue.utf8.count + #"{"action":""}"#.utf8.count) { sum, field in
            sum + field.name.utf8.count + #","":"#.utf8.count + (field.values.map(\.utf8.count).max() ?? 0)
        }
    }

    /// One of its actions as a form.
    ///
    /// - Parameter pick: chooses a value of a field by its number and its count of values.
    package func form(_ pick: (_ field: Int, _ count: Int) -> Int) -> ActionForm {
        var form = ActionForm(action: kind.rawValue)
        for (index, field) in fields.enumerated() {
            let text = field.values[pick(index, field.values.count)]
            let word = String(text.dropFirst().dropLast())
            switch field.name {
            case "cell": form.cell = Int(text)
            case "other": form.other = Int(text)
            case "first": form.first = Int(text)
            case "cells": form.cells = word.split(separator: ",").compactMap { Int($0) }
            case "slice": form.slice = word
            case "name": form.name = word
            default: form.value = Double(text)
            }
        }
        return form
    }

    /// Fewer branches with the same actions: those that differ in one field alone become one.
    static func merged(_ branches: [ActionBranch]) -> [ActionBranch] {
        var merged = branches
        for name in ["other", "cell", "cells", "slice", "name"] {
            var next: [ActionBranch] = []
            for branch in merged {
                guard let place = branch.fields.firstIndex(where: { $0.name == name }),
                    let twin = next.firstIndex(where: { $0.isTwin(of: branch, but: place) })
                else {
                    next.append(branch)
                    continue
                }
                let known = next[twin].fields[place].values
                next[twin].fields[place].values += branch.fields[place].values.filter { !known.contains($0) }
            }
            merged = next
        }
        return merged
    }

    private func isTwin(of other: ActionBranch, but place: Int) -> Bool {
        guard kind == other.kind, fields.count == other.fields.count else { return false }
        return fields.indices.allSatisfy { index in
            index == place ? fields[index].name == other.fields[index].name : fields[index] == other.fields[index]
        }
    }
}
