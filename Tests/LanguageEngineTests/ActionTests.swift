import Foundation
import LanguageEngine
import NetworkModel
import Testing

@Suite struct ActionTests {
    private static func flaw(_ form: ActionForm, _ bounds: ActionBounds = Sample.bounds) -> String? {
        do throws(ActionFlaw) {
            _ = try bounds.check(form)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func everyActionComesBackFromItsForm() throws {
        let actions: [Action] = [
            .shiftBandwidth(from: CellID(0), to: CellID(1), subbands: 2),
            .raiseCellPriority(cell: CellID(3), factor: 2),
            .raiseSlicePriority(slice: 1, factor: 1.5), .capPower(cell: CellID(6), dbm: 33),
            .raiseSlicePriority(slice: 1, cells: [CellID(2), CellID(5)], factor: 3),
            .reassociate(from: CellID(2), to: CellID(3), users: 4), .blankSubbands(cell: CellID(1), first: 3, count: 2),
            .sliceShare(slice: 0, share: 0.4), .deployPlatform(platform: CellID(6), cell: CellID(0)),
            .retrain(cell: CellID(5)), .askEngine(.traffic, cell: CellID(4)), .none,
        ]
        for action in actions {
            #expect(try Sample.bounds.check(ActionForm(action, slices: Sample.bounds.slices)) == action)
        }
    }

    @Test(arguments: [
        (ActionForm(action: "shut_down", cell: 1), "action: 'shut_down' is none of"),
        (ActionForm(action: "cap_power"), "cell: missing: a cell from 0 to 6"),
        (ActionForm(action: "cap_power", cell: 7, value: 35), "cell: 7 is not a cell from 0 to 6"),
        (ActionForm(action: "cap_power", cell: -1, value: 35), "cell: -1 is not a cell"),
        (ActionForm(action: "cap_power", cell: 1, value: 41), "value: 41.0 is not in 30.0 to 40.0"),
        (ActionForm(action: "cap_power", cell: 1, value: .nan), "value: nan is not in"),
        (ActionForm(action: "cap_power", cell: 1, value: .infinity), "value: inf is not in"),
        (ActionForm(action: "cap_power", cell: 1), "value: missing: 30.0 to 40.0"),
        (ActionForm(action: "shift_bandwidth", cell: 1, other: 1, value: 1), "other: the same cell as 'cell'"),
        (ActionForm(action: "blank_subbands", cell: 1, value: 5), "value: 5.0 is not in 1.0 to 4.0"),
        (ActionForm(action: "blank_subbands", cell: 1, first: 7, value: 2), "first: 2 subbands from 7 on"),
        (
            ActionForm(action: "blank_subbands", cell: 1, first: .max, value: 2),
            "first: 2 subbands from 9223372036854775807"
        ),
        (
            ActionForm(action: "blank_subbands", cell: 1, first: .min, value: 2),
            "first: 2 subbands from -9223372036854775808"
        ),
        (ActionForm(action: "blank_subbands", cell: 1, value: 1.5), "value: 1.5 is no whole number"),
        (ActionForm(action: "slice_shares", slice: "gold", value: 0.5), "slice: no slice 'gold'; video, urllc"),
        (ActionForm(action: "slice_shares", slice: "video", value: 0.95), "value: 0.95 is not in 0.0 to 0.9"),
        (ActionForm(action: "raise_priority", cell: 1, value: 100), "value: 100.0 is not in 1.0 to 4.0"),
        (
            ActionForm(action: "deploy_platform", cell: 1, other: 2),
            "cell: cell 1 is no platform; the platforms are cells 6"
        ),
        (ActionForm(action: "ask_engine", cell: 1, name: "oracle"), "name: no engine 'oracle'"),
        (ActionForm(action: "load_adapter", name: "x"), "action: load_adapter has no meaning in this network"),
        (
            ActionForm(action: "raise_priority", cells: [1, 7], slice: "urllc", value: 2),
            "cells: 7 is not a cell from 0 to 6"
        ),
        (
            ActionForm(action: "raise_priority", cells: [3, 3], slice: "urllc", value: 2),
            "cells: 3 behind 3: they ascend"
        ),
        (ActionForm(action: "raise_priority", cells: [], slice: "urllc", value: 2), "cells: 0 cells: 1 to 16"),
        (
            ActionForm(action: "raise_priority", cells: Array(0...16), slice: "urllc", value: 2),
            "cells: 17 cells: 1 to 16"
        ),
        (ActionForm(action: "cap_mcs", cell: 1, value: 28), "value: 28.0 is not in 0.0 to 27.0"),
    ])
    func whatIsOutOfBoundsIsNamed(form: ActionForm, words: String) {
        #expect(Self.flaw(form)?.hasPrefix(words) == true, "\(Self.flaw(form) ?? "accepted")")
    }

    @Test func associationIsOnlyMovedWhereTheLeaderDecidesIt() {
        let bounds = ActionBounds(network: Sample.network(associates: false))
        let form = ActionForm(action: "reassociate", cell: 0, other: 1, value: 2)
        #expect(Self.flaw(form, bounds)?.hasPrefix("action: reassociate has no meaning") == true)
        #expect(Self.flaw(form) == nil)
    }

    @Test func theSchemaIsJSONAndCoversEveryKind() throws {
        let text = ActionSchema(ActionMenu(all: Sample.bounds)).text
        let schema = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let branches = try #require(schema["anyOf"] as? [[String: Any]])
        let kinds = branches.compactMap { branch in
            ((branch["properties"] as? [String: Any])?["action"] as? [String: Any])?["const"] as? String
        }
        #expect(kinds.count == branches.count)
        #expect(Set(kinds) == Set(Sample.bounds.kinds.map(\.rawValue)))
        for branch in branches {
            #expect(branch["additionalProperties"] as? Bool == false)
            let properties = try #require(branch["properties"] as? [String: Any])
            #expect(Set(try #require(branch["required"] as? [String])) == Set(properties.keys))
        }
    }

    @Test func randomProposalsAreInBoundsAndRepeat() {
        for seed in UInt64(1)...50 {
            let random = RandomProposer(Sample.bounds, seed: seed)
            let forms = random.forms(8, cycle: seed)
            #expect(forms == RandomProposer(Sample.bounds, seed: seed).forms(8, cycle: seed))
            for form in forms { #expect(Self.flaw(form) == nil, "seed \(seed): \(form)") }
        }
    }

    /// A topology names kinds of action by the words of the engine.
    @Test func topologiesAndTheEngineNameTheSameKinds() {
        let ofTopologies = LanguageConfiguration.Action.allCases.map(\.rawValue)
        #expect(ofTopologies == ActionKind.allCases.filter { $0 != .none }.map(\.rawValue))
    }

    @Test func codableFormsKeepTheirFields() throws {
        let form = ActionForm(action: "blank_subbands", cell: 1, first: 2, value: 3)
        let data = try JSONEncoder().encode(form)
        #expect(try JSONDecoder().decode(ActionForm.self, from: data) == form)
    }
}
