internal import NetworkModel

/// JSON Schema of one action in one network: what the model server constrains an answer to.
///
/// One branch per kind with only the fields that it needs, so that an answer is short; numbers are enumerated where
/// there are few, since a grammar cannot hold a range. What a schema cannot say, `ActionBounds.check` says.
package struct ActionSchema: Sendable {
    private let bounds: ActionBounds

    package init(_ bounds: ActionBounds) { self.bounds = bounds }

    /// The schema as JSON text; the same for all requests of a run.
    package var text: String {
        let branches = bounds.kinds.flatMap(branches)
        return #"{"anyOf":["# + branches.joined(separator: ",") + "]}"
    }

    private func branches(_ kind: ActionKind) -> [String] {
        let cells = ActionSchema.numbers(0..<bounds.cells)
        switch kind {
        case .shiftBandwidth:
            return [object(kind, [("cell", cells), ("other", cells), ("value", subbands)])]
        case .raisePriority:
            let factor = ActionSchema.values([1.5, 2, 3, 4])
            let byCell = object(kind, [("cell", cells), ("value", factor)])
            return bounds.slices.isEmpty ? [byCell] : [byCell, object(kind, [("slice", slices), ("value", factor)])]
        case .capMCS: return [object(kind, [("cell", cells), ("value", ActionSchema.numbers(0..<28))])]
        case .capPower: return [object(kind, [("cell", cells), ("value", powers)])]
        case .reassociate:
            return [
                object(kind, [("cell", cells), ("other", cells), ("value", ActionSchema.values([1, 2, 3, 4, 8]))])
            ]
        case .blankSubbands:
            return [
                object(
                    kind,
                    [("cell", cells), ("first", ActionSchema.numbers(0..<bounds.subbands)), ("value", subbands)])
            ]
        case .sliceShares:
            let shares = ActionSchema.values((1...9).map { Double($0) / 10 })
            return [object(kind, [("slice", slices), ("value", shares)])]
        case .deployPlatform:
            let platforms = ActionSchema.values(bounds.platforms.map { Double($0.index) })
            return [object(kind, [("cell", platforms), ("other", cells)])]
        case .retrain: return [object(kind, [("cell", cells)])]
        case .tuneTwin:
            let tuning = ActionSchema.values([0.1, 0.25, 2, 4, 10])
            let names = ActionSchema.words(TwinParameter.allCases.map(\.rawValue))
            return [object(kind, [("cell", cells), ("name", names), ("value", tuning)])]
        case .recallTwin:
            let names = ActionSchema.words(MobilityClass.allCases.map(\.name))
            return [object(kind, [("cell", cells), ("name", names)])]
        case .loadAdapter: return [object(kind, [("name", ActionSchema.words(bounds.adapters))])]
        case .askEngine:
            return [object(kind, [("name", ActionSchema.words(EngineName.allCases.map(\.rawValue))), ("cell", cells)])]
        case .none: return [object(kind, [])]
        }
    }

    private var subbands: String { ActionSchema.numbers(1..<bounds.mostBlanked + 1) }
    private var slices: String { ActionSchema.words(bounds.slices) }

    /// Whole dBm from the deepest cap of any cell to the highest power of any.
    private var powers: String {
        let most = bounds.maxPowerDbm.max() ?? 0
        let least = (bounds.maxPowerDbm.min() ?? 0) - ActionBounds.deepestCapDb
        return ActionSchema.numbers(Int(least.rounded(.up))..<Int(most.rounded(.down)) + 1)
    }

    private func object(_ kind: ActionKind, _ fields: [(name: String, schema: String)]) -> String {
        let all = [("action", #"{"const":""# + kind.rawValue + #""}"#)] + fields
        let properties = all.map { #"""# + $0.0 + #"":"# + $0.1 }.joined(separator: ",")
        let required = all.map { #"""# + $0.0 + #"""# }.joined(separator: ",")
        return #"{"type":"object","properties":{"# + properties + #"},"required":["# + required
            + #"],"additionalProperties":false}"#
    }

    private static func numbers(_ range: Range<Int>) -> String {
        #"{"enum":["# + range.map { "\($0)" }.joined(separator: ",") + "]}"
    }

    private static func values(_ values: [Double]) -> String {
        let texts = values.map { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" }
        return #"{"enum":["# + texts.joined(separator: ",") + "]}"
    }

    /// Names come from the topology, where they are letters, digits and dashes.
    private static func words(_ words: [String]) -> String {
        #"{"enum":["# + words.map { #"""# + $0 + #"""# }.joined(separator: ",") + "]}"
    }
}
