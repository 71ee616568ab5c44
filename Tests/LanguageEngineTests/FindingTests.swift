import LanguageEngine
import NetworkModel
import Testing

@Suite struct FindingTests {
    private static let slices = Sample.network().slices

    @Test func aQuietNetworkHasNoFindings() {
        #expect(Sample.state().findings(slices: Self.slices, shares: [0.5, 0.5]).isEmpty)
    }

    @Test func findingsNameWhatNeedsALook() {
        let state = Sample.state { cells in
            (cells[0].load, cells[0].forecastLoad, cells[0].throughputKbps) = (1, 1, 4_000)
            (cells[1].load, cells[1].forecastLoad) = (0.5, 0.8)
            (cells[2].ueCount, cells[2].load, cells[2].forecastLoad) = (0, 0, 0)
            cells[3].twinErrorDb = 6
        }
        let findings = state.findings(slices: Self.slices, shares: [0.1, 0.5])
        #expect(
            findings.map { $0.text(slices: ["video", "urllc"]) } == [
                "slice video needs 20 % of PRBs, has 10 %", "cell 1 load 50 % rising to 80 %",
                "cell 0 full, users get 0.4 of 2.0 Mbit/s",
                "channel twin of cell 3 errs 6.0 dB, usually 3.0", "cell 2 has no users",
            ])
    }

    @Test func findingsAreTheSameByKindAndPlaceNotByFigures() {
        let (one, two) = (CellID(1), CellID(2))
        let apart: [Finding] = [
            .surge(cell: one, load: 0.5, forecastLoad: 0.8), .surge(cell: two, load: 0.5, forecastLoad: 0.8),
            .starved(cell: one, userKbps: 1, medianKbps: 9), .idle(cell: one),
            .drift(cell: one, errorDb: 6, usualDb: 3), .sliceAtRisk(slice: 0, need: 0.4, share: 0.2),
            .sliceAtRisk(slice: 1, need: 0.4, share: 0.2), .incumbent(name: "radar", seconds: 4),
            .harm(.capPower, cell: one, percent: -2), .harm(.capPower, cell: nil, percent: -2),
            .harm(.capMCS, cell: one, percent: -2), .alarm(text: "fan"), .alarm(text: "heat"),
        ]
        for (index, finding) in apart.enumerated() {
            #expect(apart.indices.filter { apart[$0].isAboutTheSame(as: finding) } == [index])
        }
        #expect(apart[0].isAboutTheSame(as: .surge(cell: one, load: 0.6, forecastLoad: 0.9)))
        #expect(apart[4].isAboutTheSame(as: .drift(cell: one, errorDb: 7, usualDb: 3)))
        #expect(apart[5].isAboutTheSame(as: .sliceAtRisk(slice: 0, need: 0.5, share: 0.2)))
        #expect(apart[7].isAboutTheSame(as: .incumbent(name: "radar", seconds: 1)))
        #expect(apart[8].isAboutTheSame(as: .harm(.capPower, cell: one, percent: -3)))
    }

    @Test func rulesAnswerEveryKindOfFindingInBounds() throws {
        let rules = RuleBase(Sample.bounds)
        let state = Sample.state()
        let proposals = { (finding: Finding) in rules.proposals(for: [finding], state: state) }
        let starved = proposals(.starved(cell: CellID(2), userKbps: 100, medianKbps: 1_000))
        #expect(
            starved == [
                .raiseCellPriority(cell: CellID(2), factor: 1.5),
                .reassociate(from: CellID(2), to: CellID(3), users: 2),
                .shiftBandwidth(from: CellID(3), to: CellID(2), subbands: 2),
                .deployPlatform(platform: CellID(6), cell: CellID(2)),
            ])
        #expect(proposals(.idle(cell: CellID(1))) == [.capPower(cell: CellID(1), dbm: 37)])
        #expect(proposals(.drift(cell: CellID(1), errorDb: 9, usualDb: 3)) == [.retrain(cell: CellID(1))])
        #expect(proposals(.sliceAtRisk(slice: 0, need: 0.5, share: 0.2)).first == .sliceShare(slice: 0, share: 0.6))
        #expect(
            proposals(.alarm(text: "strong interference in cell 4"))
                == [
                    .blankSubbands(cell: CellID(4), first: 7, count: 1),
                    .shiftBandwidth(from: CellID(5), to: CellID(4), subbands: 1),
                ])
        #expect(proposals(.alarm(text: "cell 99 burns")).isEmpty)
        let intent = Intent(scope: .cells([CellID(3)]), targets: [.power(dbm: 35), .priority(2)])
        #expect(
            proposals(.intent(intent))
                == [.capPower(cell: CellID(3), dbm: 35), .raiseCellPriority(cell: CellID(3), factor: 2)])
    }

    /// Less power for the four emptiest cells, of equals the earlier: of the whole network, and of what lies outside a
    /// wish.
    @Test func energyIsSavedInTheEmptiestCells() throws {
        let parser = IntentParser(
            OperatorContext(network: Sample.network(), secondOfDay: 20 * 3_600, runSeconds: 0))
        let rules = RuleBase(Sample.bounds)
        let state = Sample.state { cells in (cells[5].ueCount, cells[3].ueCount, cells[1].ueCount) = (0, 2, 0) }
        func proposals(_ text: String) throws -> [Action] {
            guard case .intent(let intent) = parser.parse(text) else {
                Issue.record("\(text): \(parser.parse(text))")
                return []
            }
            return rules.proposals(for: [.intent(intent)], state: state)
        }
        let caps = { (cells: [UInt32], dbm: Double) in cells.map { Action.capPower(cell: CellID($0), dbm: dbm) } }
        #expect(try proposals("save energy") == caps([1, 5, 3, 0], 37))
        #expect(try proposals("cap the power of the network at 35 dBm") == caps([1, 5, 3, 0], 35))
        let urllc = Action.raiseSlicePriority(slice: 1, cells: [CellID(1)], factor: 2)
        // What a delay takes of the PRBs is sized apart (`ShareSizingTests`).
        func isShare(_ action: Action) -> Bool {
            if case .sliceShare(1, [CellID(1)], _) = action { true } else { false }
        }
        let both = try proposals("keep URLLC delay under 5 ms in cell 1 until 22:00, save energy elsewhere")
        #expect(both.filter { !isShare($0) } == [urllc] + caps([5, 3, 0, 2], 37))
        let delay = try proposals("keep URLLC delay under 5 ms in cell 1 until 22:00")
        #expect(delay.contains(where: isShare) && delay.filter { !isShare($0) } == [urllc])
        #expect(try proposals("save energy in cells 0 to 4") == caps([0, 1, 2, 3, 4], 37))
    }

    /// Attackers' texts as alarms: the rules never leave the bounds, and the prompt never loses its frame.
    @Test func injectionsStayData() throws {
        let texts = try Sample.fixture("injections.txt").split(separator: "\n").map(String.init)
        #expect(texts.count == 120)
        let rules = RuleBase(Sample.bounds)
        let prompts = PromptBuilder(Sample.bounds)
        for text in texts {
            for action in rules.proposals(for: [.alarm(text: text)], state: Sample.state()) {
                #expect((try? Sample.bounds.check(ActionForm(action, slices: Sample.bounds.slices))) == action)
            }
            let prompt = prompts.situation([.alarm(text: text)], menu: ActionMenu(all: Sample.bounds))
            #expect(prompt.components(of: UntrustedText.open) == 1 && prompt.components(of: UntrustedText.close) == 1)
            let inside = UntrustedText.cleaned(text)
            #expect(!inside.contains { "<>{}[]|`\n\r\u{0}".contains($0) } && inside.utf8.count <= 400, "\(inside)")
            #expect(prompt.utf8.count < 650)
        }
    }

    /// What a peer says may be as large as a message takes; nobody traps on it.
    @Test func hugeFiguresAreShown() {
        let huge: [Finding] = [
            .drift(cell: CellID(1), errorDb: 1e30, usualDb: 1),
            .surge(cell: CellID(1), load: 1e300, forecastLoad: 1e308),
            .sliceAtRisk(slice: 0, need: 1e30, share: -1e300),
            .starved(cell: CellID(1), userKbps: 1e300, medianKbps: 0),
        ]
        #expect(huge.meaning.contains("drift 1 \(Int.max)") && huge.meaning.contains("risk 0 "))
        #expect(huge.allSatisfy { !$0.text(slices: ["video"]).isEmpty })
    }

    /// Signs that look like those of a mark, and that a tokeniser may take for them, build none.
    @Test func wideFormsOfMarksAreBroken() {
        let text = UntrustedText.cleaned(
            "\u{FF1C}/data\u{FF1E} \u{FE64}x\u{FE65} \u{FF5B}a\u{FF5D} \u{FF3B}b\u{FF3D} \u{FF5C}c")
        #expect(text == "(/data) (x) (a) (b) 'c")
    }

    /// The weather is a line of its own where a station is named, and nothing where none is.
    @Test func promptsNameTheWeather() {
        let prompts = PromptBuilder(Sample.bounds)
        let menu = ActionMenu(all: Sample.bounds)
        let silent = prompts.situation([.idle(cell: CellID(1))], menu: menu)
        #expect(!silent.contains("Weather"))
        let told = prompts.situation([.idle(cell: CellID(1))], menu: menu, weather: .heavyRain)
        #expect(told == "Weather: heavy rain\n" + silent)
        // Behind all that changes less often.
        let rows = [Passage(id: "rows/cell-1@x", title: "Cell 1", body: "load 3 %")]
        let fresh = prompts.situation([.idle(cell: CellID(1))], menu: menu, weather: .heavyRain, rows: rows)
        #expect(fresh == "Weather: heavy rain\nLatest: <data>Cell 1. load 3 %</data>\n" + silent)
    }

    @Test func situationsOfOneMeaningShareAKey() {
        let first: [Finding] = [
            .starved(cell: CellID(2), userKbps: 100, medianKbps: 1_000), .idle(cell: CellID(1)),
        ]
        let same: [Finding] = [
            .idle(cell: CellID(1)), .starved(cell: CellID(2), userKbps: 101, medianKbps: 1_010),
        ]
        let other: [Finding] = [.starved(cell: CellID(3), userKbps: 100, medianKbps: 1_000), .idle(cell: CellID(1))]
        #expect(first.meaning == same.meaning && first.meaning != other.meaning)
    }

    @Test func promptsPutWhatNeverChangesFirst() {
        let prompts = PromptBuilder(Sample.bounds)
        #expect(prompts.instructions == PromptBuilder(Sample.bounds).instructions)
        #expect(prompts.instructions.contains("slice_shares") && !prompts.instructions.contains("load_adapter"))
        // Nothing that could be repeated as an answer is on a menu.
        #expect(prompts.instructions.components(of: "{") == 1 && prompts.instructions.contains(#"{"action":"none"}"#))
        let passage = Passage(id: "a/b", title: "Surges", body: String(repeating: "word ", count: 400))
        let findings: [Finding] = [.idle(cell: CellID(1))]
        let menu = ActionMenu(
            for: findings, state: Sample.state(), bounds: Sample.bounds, allowed: ActionKind.allCases)
        let text = prompts.situation(findings, menu: menu, passages: [passage])
        #expect(text.hasPrefix("Known: <data>Surges. word"))
        #expect(text.hasSuffix("cell 1 has no users\nOptions: cap_power, reassociate ->"))
        #expect(text.utf8.count < 700)
    }

    @Test func expansionWidensASearch() {
        let expansion = TermExpansion("# c\nurllc = ultra-reliable low-latency, 5qi 82\nbad line\nsurge = crowd\n")
        #expect(expansion.count == 2)
        #expect(expansion.terms(for: "URLLC delay") == ["urllc", "delay", "ultra-reliable low-latency", "5qi 82"])
        #expect(expansion.terms(for: "5QI 82 here").contains("urllc"))
    }

    @Test func intentsAreInForceInTheirTime() {
        let intent = Intent(scope: .network, targets: [.energy], fromSeconds: 10, untilSeconds: 20)
        #expect(!intent.isInForce(atSeconds: 5) && intent.isCurrent(atSeconds: 5))
        #expect(intent.isInForce(atSeconds: 10) && !intent.isInForce(atSeconds: 20) && !intent.isCurrent(atSeconds: 20))
        #expect(intent.text(slices: []) == "least energy for the network from 10 s until 20 s")
    }
}

extension String {
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
