import ContextStore
import NetworkModel
import Testing
import TwinProtocol

/// Decisions of the language engine as they come out of a store.
@Suite(.serialized) struct LanguageRowsTests {
    private static let node = NodeID(5)
    private static let at = SampleRows.at

    private static func decision(_ number: UInt64) -> LanguageDecision {
        var decision = LanguageDecision(node: node, number: number, epoch: 40 + number)
        decision.outcome = .adopted
        decision.findings = ["cell 4 load 97 %", "rain \"heavy\"\n"]
        decision.passages = ["playbooks/stadium-surge#0", "twin_error 3"]
        decision.model = "SmolLM2"
        decision.instructions = LanguageText.digest(of: "You manage a network.")
        decision.prompt = "the changing part ->\u{7}é"
        let digest = LanguageText.digest(of: "root ::= \"{\"")
        decision.questions = [
            .init(
                temperature: 0, seed: .max, maxOutputTokens: 96, constraint: "grammar", constraintDigest: digest,
                repaired: "no form"),
            .init(temperature: 0.9, seed: 1, maxOutputTokens: 96, constraint: "schema", constraintDigest: digest),
        ]
        decision.answers = [#"{"action":"none"}"#, ""]
        decision.reused = 3
        decision.failure = "deadline"
        var tried = LanguageDecision.Candidate(
            action: #"{"action":"cap_power","cell":4,"value":37}"#, source: "operator", gain: 0.1 + 0.2, gainLow: -1e-9,
            powerChange: -0.08, verdict: "chosen")
        tried.replaces = [1, 2]
        tried.trial = LanguageDecision.Trial(
            valueMbps: 9.25, gainDeviation: 0.004, held: [1, 0.5], heldDeviation: [0, 0.1], heldChange: [0.25, -0.125],
            heldChangeDeviation: [0.01, 1.0 / 3])
        decision.candidates = [.init(action: "{}", source: "model", verdict: "gains nothing"), tried]
        decision.chosen = 1
        decision.reason = "best of 2 in the twins"
        decision.guaranteed = [true, false]
        decision.energyWeight = 0.1
        (decision.promptTokens, decision.outputTokens, decision.seconds) = (48, 20, 0.5)
        return decision
    }

    @Test(arguments: StoreKind.available) func aDecisionComesBackWhole(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        let decision = Self.decision(7)
        let effect = LanguageEffect(
            node: Self.node, number: 7, epoch: 90, state: .rolledBack, effect: -0.012, deviation: 0.004, samples: 9)
        try store.repository.insert([LanguageDecisionRow(decision, source: "l3", at: Self.at).row])
        try store.repository.insert([LanguageDecisionRow.effect(effect, source: "l3", at: Self.at + 9)])
        let rows = try store.repository.records(LanguageDecisionRow.self)
        #expect(rows.count == 1)
        #expect(rows.first?.decision(of: Self.node) == decision)
        #expect(rows.first?.languageEffect(of: Self.node) == effect)
        // A row of an older build has no trials: it cannot be replayed, and says so.
        var old = try #require(rows.first)
        old.judging = nil
        #expect(old.decision(of: Self.node) == nil)
    }

    /// A text comes once, and goes when no decision has referred to it for as long as decisions are kept.
    @Test(arguments: StoreKind.available) func aTextIsKeptAsLongAsADecisionRefersToIt(kind: StoreKind) throws {
        let store = try StoreFixture(kind)
        let fixed = LanguageText(node: Self.node, text: "You manage a network.")
        let once = LanguageText(node: Self.node, text: "asked once")
        try store.repository.insert(records: [fixed, once].map { LanguageTextRow($0, at: Self.at) })
        let later = Self.at + 100
        let referred = LanguageTextRow.referred(by: Self.decision(8), at: later)
        #expect(referred.map(\.digest) == [fixed.digest, LanguageText.digest(of: "root ::= \"{\"")])
        try store.repository.insert(records: referred)
        try store.repository.insert(records: [LanguageTextRow(fixed, at: Self.at)])
        let texts = { try store.repository.records(LanguageTextRow.self) }
        #expect(try texts().count { $0.text == fixed.text } == 1)
        try store.repository.insert(records: referred)
        try store.repository.maintain([], Retention(raw: 50, fine: 50, full: 50), at: later + 10)
        let kept = try texts()
        #expect(kept.map(\.digest).sorted() == referred.map(\.digest).sorted())
        #expect(kept.first { $0.digest == fixed.digest }?.text == fixed.text)
    }
}
