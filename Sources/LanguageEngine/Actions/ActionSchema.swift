/// JSON Schema of the actions of a menu: what constrains the answer of a server that takes no grammar.
package struct ActionSchema: Sendable {
    private let branches: [ActionBranch]

    package init(_ menu: ActionMenu) { branches = menu.branches }

    /// The schema as JSON text.
    package var text: String {
        #"{"anyOf":["# + branches.map(ActionSchema.object).joined(separator: ",") + "]}"
    }

    private static func object(_ branch: ActionBranch) -> String {
        var properties = [#""action":{"const":""# + branch.kind.rawValue + #""}"#]
        properties += branch.fields.map { field in
            #"""# + field.name + #"":{"enum":["# + field.values.joined(separator: ",") + "]}"
        }
        let required = (["action"] + branch.fields.map(\.name)).map { #"""# + $0 + #"""# }
        return #"{"type":"object","properties":{"# + properties.joined(separator: ",") + #"},"required":["#
            + required.joined(separator: ",") + #"],"additionalProperties":false}"#
    }
}
