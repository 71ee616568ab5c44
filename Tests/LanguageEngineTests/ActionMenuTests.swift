import Foundation
import LanguageEngine
import NetworkModel
import Testing

/// What a question offers, and the grammars and schemas that hold an answer to it.
@Suite struct ActionMenuTests {
    private static func menu(
        _ findings: [Finding], allowed: [ActionKind] = ActionKind.allCases, state: NetworkState = Sample.state()
    ) -> ActionMenu {
        ActionMenu(for: findings, state: state, bounds: Sample.bounds, allowed: allowed)
    }

    /// Every form of a menu.
    private static func forms(_ menu: ActionMenu) -> [ActionForm] {
        menu.branches.flatMap { branch in
            (0..<branch.count).map { number in
                var rest = number
                return branch.form { _, count in
                    defer { rest /= count }
                    return rest % count
                }
            }
        }
    }

    private static func text(_ form: ActionForm) -> String {
        var text = #"{"action":"\#(form.action)""#
        if let name = form.name { text += #","name":"\#(name)""# }
        if let cell = form.cell { text += #","cell":\#(cell)"# }
        if let other = form.other { text += #","other":\#(other)"# }
        if let cells = form.cells { text += #","cells":[\#(cells.map(String.init).joined(separator: ","))]"# }
        if let slice = form.slice { text += #","slice":"\#(slice)""# }
        if let first = form.first { text += #","first":\#(first)"# }
        if let value = form.value { text += #","value":\#(value == value.rounded() ? "\(Int(value))" : "\(value)")"# }
        return text + "}"
    }

    // MARK: - Grammars

    /// The least that reads GBNF without repetition: literals, groups, alternatives, rules.
    private struct Grammar {
        private var rules: [String: [Unicode.Scalar]] = [:]

        init(_ text: String) {
            for line in text.split(separator: "\n") {
                let parts = line.components(separatedBy: " ::= ")
                if parts.count == 2 { rules[parts[0]] = Array(parts[1].unicodeScalars) }
            }
        }

        func admits(_ text: String) -> Bool {
            var place = 0
            return alternatives(rules["root"] ?? [], &place, [text]).contains("")
        }

        /// What may be left of texts behind alternatives, up to the end of their group.
        private func alternatives(_ rule: [Unicode.Scalar], _ place: inout Int, _ texts: [String]) -> [String] {
            var left: [String] = []
            var open = texts
            while place < rule.count, rule[place] != ")" {
                switch rule[place] {
                case "|":
                    left += open
                    open = texts
                    place += 1
                case " ": place += 1
                case "(":
                    place += 1
                    open = alternatives(rule, &place, open)
                    place += 1
                case "\"":
                    let literal = literal(rule, &place)
                    open = open.filter { $0.hasPrefix(literal) }.map { String($0.dropFirst(literal.count)) }
                default:
                    var name = ""
                    while place < rule.count, !" |()\"".unicodeScalars.contains(rule[place]) {
                        name.unicodeScalars.append(rule[place])
                        place += 1
                    }
                    var start = 0
                    open = alternatives(rules[name] ?? [], &start, open)
                }
            }
            return left + open
        }

        private func literal(_ rule: [Unicode.Scalar], _ place: inout Int) -> String {
            var literal = ""
            place += 1
            while rule[place] != "\"" {
                if rule[place] == "\\" { place += 1 }
                literal.unicodeScalars.append(rule[place])
                place += 1
            }
            place += 1
            return literal
        }
    }

    @Test func everythingOnAMenuIsInBoundsAndInItsGrammar() throws {
        let menu = ActionMenu(all: Sample.bounds)
        let forms = Self.forms(menu)
        #expect(Set(forms.map(\.action)) == Set(Sample.bounds.kinds.map(\.rawValue)) && Set(forms).count == forms.count)
        let grammar = ActionGrammar(menu)
        let reader = Grammar(grammar.text)
        for form in forms {
            let action = try Sample.bounds.check(form)
            #expect(menu.holds(action))
            let text = Self.text(form)
            #expect(reader.admits(text) && text.utf8.count <= grammar.longestBytes, "\(text)")
        }
        // The bound is reached, and nothing in the grammar could repeat.
        #expect(forms.map { Self.text($0).utf8.count }.max() == grammar.longestBytes)
        #expect(!grammar.text.contains("*") && !grammar.text.contains("+") && grammar.longestBytes < 100)
    }

    @Test(arguments: [
        #"{"action":"cap_power","cell":1,"value":41}"#, #"{"action":"cap_power","cell":7,"value":35}"#,
        #"{"action": "retrain","cell":1}"#, #"{"action":"retrain","cell":1} "#, #"{"action":"retrain","cell":1"#,
        #"{"action":"shift_bandwidth","cell":1,"other":1,"value":1}"#, #"{"action":"load_adapter","name":"x"}"#,
        #"{"action":"slice_shares","slice":"gold","value":0.4}"#,
        #"{"action":"slice_shares","cells":[7],"slice":"video","value":0.4}"#,
        #"{"action":"slice_shares","cells":[1],"slice":"video","value":4}"#, "",
    ])
    func aGrammarAdmitsNothingElse(text: String) {
        #expect(!Grammar(ActionGrammar(ActionMenu(all: Sample.bounds)).text).admits(text))
    }

    @Test func grammarAndSchemaHoldTheSameActions() throws {
        let menu = Self.menu([.starved(cell: CellID(2), userKbps: 100, medianKbps: 1_000)])
        let schema = try #require(
            try JSONSerialization.jsonObject(with: Data(ActionSchema(menu).text.utf8)) as? [String: Any])
        let branches = try #require(schema["anyOf"] as? [[String: Any]])
        let counts = branches.map { branch in
            let properties = branch["properties"] as? [String: [String: Any]] ?? [:]
            return properties.values.reduce(1) { $0 * (($1["enum"] as? [Any])?.count ?? 1) }
        }
        #expect(counts.reduce(0, +) == Self.forms(menu).count && branches.count == menu.branches.count)
    }

    // MARK: - Selection

    private static func entries(_ findings: [Finding]) -> [ActionMenu.Entry] { menu(findings).entries }

    @Test func aFullCellIsRelieved() {
        // The strongest neighbour of a cell of the sample is the next.
        let entries = Self.entries([.starved(cell: CellID(2), userKbps: 100, medianKbps: 1_000)])
        #expect(
            entries == [
                .init(.reassociate, .pair(2, 3)), .init(.sliceShares, .sliceInCells(0, [2])),
                .init(.sliceShares, .sliceInCells(1, [2])), .init(.raisePriority, .cell(2)),
                .init(.deployPlatform, .pair(6, 2)), .init(.capPower, .cell(3)),
            ])
    }

    @Test func eachFindingCallsForItsKinds() {
        let kinds = { (finding: Finding) in Set(Self.entries([finding]).map(\.kind)) }
        #expect(
            kinds(.drift(cell: CellID(4), errorDb: 8, usualDb: 3)) == [.retrain, .tuneTwin, .recallTwin, .askEngine])
        #expect(kinds(.idle(cell: CellID(1))) == [.capPower, .reassociate])
        #expect(kinds(.sliceAtRisk(slice: 1, need: 0.5, share: 0.2)) == [.sliceShares, .raisePriority])
        #expect(kinds(.alarm(text: "cell 3: uplink noise")).isSuperset(of: [.blankSubbands, .shiftBandwidth]))
        #expect(kinds(.intent(Intent(scope: .cells([CellID(3)]), targets: [.energy]))) == [.capPower])
        let area = Intent(scope: .sliceInCells(1, [CellID(4), CellID(3)]), targets: [.delay(seconds: 0.005)])
        // What is wished in some cells is offered there, the slice that is meant first.
        #expect(
            Self.entries([.intent(area)]) == [
                .init(.raisePriority, .sliceInCells(1, [3, 4])), .init(.sliceShares, .sliceInCells(1, [3, 4])),
                .init(.sliceShares, .sliceInCells(0, [3, 4])),
            ])
        let everywhere = Intent(scope: .slice(1), targets: [.delay(seconds: 0.005)])
        #expect(Self.entries([.intent(everywhere)]).contains(.init(.sliceShares, .slice(1))))
        let saving = Intent(scope: .slice(0), targets: [.priority(2)], savesElsewhere: true)
        #expect(kinds(.intent(saving)) == [.raisePriority, .sliceShares, .capPower])
        // A finding without a place: what relieves the fullest cell.
        let crowded = Sample.state { $0[5].ueCount = 40 }
        let menu = Self.menu([.alarm(text: "smoke")], state: crowded)
        #expect(menu.entries.contains(.init(.raisePriority, .cell(5))) && !menu.entries.contains { $0.kind == .none })
    }

    @Test func onlyWhatMayBeAdoptedIsOfferedUnlessNothingElseIs() {
        let full: [Finding] = [.starved(cell: CellID(2), userKbps: 100, medianKbps: 1_000)]
        #expect(Set(Self.menu(full, allowed: [.capPower, .retrain]).entries.map(\.kind)) == [.capPower])
        #expect(Self.menu(full, allowed: []) == Self.menu(full))
    }

    @Test func whatDidHarmIsNotOfferedAgain() {
        let full = Finding.starved(cell: CellID(2), userKbps: 100, medianKbps: 1_000)
        let harmed = Self.entries([.harm(.reassociate, cell: CellID(2), percent: -3), full])
        #expect(!harmed.contains { $0.kind == .reassociate } && harmed.contains { $0.kind == .capPower })
        let risk = Finding.sliceAtRisk(slice: 1, need: 0.5, share: 0.2)
        let slice = Self.entries([.harm(.sliceShares, cell: nil, percent: -3), risk, full])
        let left = slice.filter { $0.kind == .sliceShares }.map(\.target)
        #expect(left == [.sliceInCells(0, [2]), .sliceInCells(1, [2])])
        let here = Self.entries([.harm(.sliceShares, cell: CellID(2), percent: -3), full])
        #expect(!here.contains { $0.kind == .sliceShares })
    }

    @Test func aQuestionStaysShort() {
        let all = Intent(scope: .network, targets: [.energy, .priority(2)])
        let findings: [Finding] = [.intent(all)] + (0..<7).map { .idle(cell: CellID($0)) }
        let menu = Self.menu(findings)
        for kind in ActionKind.allCases {
            #expect(menu.entries.count { $0.kind == kind } <= ActionMenu.mostTargets)
        }
        #expect(ActionGrammar(menu).text.utf8.count < 4_096)
    }

    /// Attackers' texts: whatever they say, menus hold what the network allows, and grammars keep their form.
    @Test func injectionsDoNotReachTheGrammar() throws {
        for text in try Sample.fixture("injections.txt").split(separator: "\n").map(String.init) {
            let menu = Self.menu([.alarm(text: text)])
            #expect(!menu.isEmpty)
            for form in Self.forms(menu) { #expect(throws: Never.self) { try Sample.bounds.check(form) } }
        }
    }

    // MARK: - Series

    @Test func aSeriesOffersEverythingOnce() throws {
        let menu = Self.menu([.idle(cell: CellID(1)), .drift(cell: CellID(4), errorDb: 8, usualDb: 3)])
        var series = ProposalSeries(
            PromptBuilder(Sample.bounds), menu: menu, situation: "x ->", seed: 40, count: 20)
        var proposed: [Action] = []
        while let request = series.next(deadlineSeconds: 1) {
            #expect(request.seed == 40 + UInt64(proposed.count) && request.temperature == (proposed.isEmpty ? 0 : 0.9))
            let form = try #require(MenuProposer(series.menu, seed: 3).forms(1, cycle: request.seed).first)
            #expect(Grammar(request.grammar).admits(Self.text(form)))
            proposed.append(try Sample.bounds.check(form))
            series.take(form)
        }
        #expect(series.menu.isEmpty && proposed.count == menu.entries.count && Set(proposed).count == proposed.count)
        series.take(nil)
    }

    @Test func randomProposalsOfAMenuAreOnItAndRepeat() throws {
        let menu = Self.menu([.starved(cell: CellID(2), userKbps: 100, medianKbps: 1_000)])
        var kinds: Set<ActionKind> = []
        for seed in UInt64(1)...50 {
            let forms = MenuProposer(menu, seed: seed).forms(4, cycle: seed)
            #expect(forms.count == 4 && forms == MenuProposer(menu, seed: seed).forms(4, cycle: seed))
            for form in forms {
                let action = try Sample.bounds.check(form)
                #expect(menu.holds(action))
                kinds.insert(action.kind)
            }
        }
        #expect(kinds == Set(menu.entries.map(\.kind)))
        #expect(MenuProposer(menu, seed: 1).forms(99, cycle: 1).count == menu.entries.count)
    }
}
