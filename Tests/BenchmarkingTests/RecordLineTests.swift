import Benchmarking
import DTNetMessages
import Foundation
import NetworkModel
import Testing
import TwinProtocol

/// What a node writes into the history of a run is what a benchmark reads back.
struct RecordLineTests {
    private func line(_ record: Record) -> Data {
        var bytes: [UInt8] = []
        RecordLine.append(record, process: "ran \"1\"\n", to: &bytes)
        return Data(bytes)
    }

    private var directive: DirectiveRecord {
        var directive = Directive()
        directive.offerEpoch = 41
        directive.oldestEpoch = 40
        directive.expiresEpoch = .max
        directive.group = 3
        directive.subbands = 2
        directive.cell = [4, 5]
        directive.powerWatts = [0.1, 1.0 / 3, 1e-30, 20]
        directive.shareUE = [7]
        directive.share = [0.25, 1]
        directive.associationUE = [9]
        directive.associationCell = [4]
        var result = DirectiveResult()
        result.cell = [4, 5]
        result.kind = [.power, .association]
        result.outcome = [.applied, .notObservable]
        result.effectKbps = [-12.5, 0]
        let hop = Hop(
            node: NodeID(1), layer: .l1, arrived: Instant(nanoseconds: 5), started: Instant(nanoseconds: 6),
            barrier: .nanoseconds(1), sent: Instant(nanoseconds: .max / 8))
        return DirectiveRecord(
            at: Instant(nanoseconds: 1 << 60), sender: NodeID(3), epoch: 42, term: 2, directive: directive,
            hops: [hop, hop], result: result)
    }

    @Test func aDirectiveComesBackAsItWas() throws {
        let lines = line(.directive(directive))
        #expect(lines.count { $0 == UInt8(ascii: "\n") } == 1)
        let records = RecordLine.read(lines)
        guard records.count == 1, case .directive(let read) = records[0] else {
            Issue.record("read \(records.count) records")
            return
        }
        #expect(read == directive)
    }

    @Test func everyOtherRecordComesBack() throws {
        let window = ThroughputWindow(end: Instant(nanoseconds: 9), throughputKbps: [1.5, 2], weight: [1, 0])
        let decision = LeaderDecision(
            node: NodeID(5), epoch: 1, rounds: 12, predictedCells: 2, twinValueMbps: 9.5, solver: .auto,
            reason: "97.5 % of the best", responseGap: 0.0125)
        let history =
            line(.leaderDecision(decision)) + line(.lateOffer(node: NodeID(2), epoch: 1, cells: 3))
            + line(.window(window)) + line(.epochStarted(EpochStart(epoch: 1, scheduled: Instant(nanoseconds: 7))))
            + line(.alarm(node: NodeID(8), text: "a \"quoted\"\ttext"))
        let records = RecordLine.read(history)
        try #require(records.count == 5)
        // An alarm has no time; what belongs to an epoch stands behind its start.
        guard case .alarm(let node, let text) = records[0], case .epochStarted(let start) = records[1],
            case .leaderDecision(let readDecision) = records[2], case .lateOffer(_, let epoch, let cells) = records[3],
            case .window(let readWindow) = records[4]
        else {
            Issue.record("\(records)")
            return
        }
        #expect(node == NodeID(8) && text == "a \"quoted\"\ttext")
        #expect(start == EpochStart(epoch: 1, scheduled: Instant(nanoseconds: 7)))
        #expect(readDecision == decision && epoch == 1 && cells == 3 && readWindow == window)
    }

    /// All that a replay needs, bit by bit.
    @Test func aLanguageDecisionComesBackAsItWas() throws {
        var decision = LanguageDecision(node: NodeID(5), number: 7, epoch: 900)
        (decision.outcome, decision.chosen, decision.reason) = (.adopted, 1, "greatest gain")
        (decision.findings, decision.passages) = (["cell 1 has no users"], ["playbooks/idle"])
        (decision.model, decision.prompt) = ("local", "Known: <data>a\tb</data>\ncell 1 has no users ->")
        decision.answers = ["{\"action\":\"none\"}\r\n\u{1}", "nonsense"]
        let grammar = LanguageText(node: NodeID(5), text: "root ::= a0\na0 ::= \"{\\\"action\\\":1}\"")
        decision.instructions = LanguageText.digest(of: "Be short.")
        decision.questions = [
            .init(
                temperature: 0, seed: 56, maxOutputTokens: 71, constraint: "grammar", constraintDigest: grammar.digest),
            .init(
                temperature: 0.9, seed: .max, maxOutputTokens: 71, constraint: "none", constraintDigest: "",
                repaired: "cell 9?"),
        ]
        (decision.reused, decision.guaranteed, decision.energyWeight) = (3, [true, false], 0.01)
        decision.candidates = [
            .init(action: "{\"action\":\"none\"}", source: "model", verdict: "value: missing"),
            .init(
                action: "{}", source: "rules", gain: 1.0 / 3, gainLow: -1e-17, powerChange: 0.1 + 0.2, verdict: "chosen"
            ),
        ]
        decision.candidates[1].replaces = [7, .max]
        decision.candidates[1].trial = LanguageDecision.Trial(
            valueMbps: 9.87654321, gainDeviation: 1e-9, held: [0.5, 1], heldDeviation: [0.1, 0], heldChange: [-0.3, 0],
            heldChangeDeviation: [2.0 / 3, 0])
        let records = RecordLine.numbered(line(.languageText(grammar)) + line(.language(decision))).map(\.record)
        guard records.count == 2, case .languageText(let readText) = records[0],
            case .language(let readDecision) = records[1]
        else {
            Issue.record("\(records)")
            return
        }
        #expect(readText == grammar && readDecision == decision)
        #expect(grammar.digest.hasSuffix("-\(grammar.text.utf8.count)") && LanguageText.digest(of: "") == "")
        #expect(LanguageText.digest(of: "ab") != LanguageText.digest(of: "ba"))
    }

    @Test func aLineThatAKilledProcessLeftIsLeftOut() {
        let whole = line(.epochStarted(EpochStart(epoch: 1, scheduled: .zero)))
        let torn = line(.directive(directive)).dropLast(40)
        #expect(RecordLine.read(whole + torn).count == 1)
        #expect(RecordLine.read(Data("nonsense\n{}\n\n".utf8)).isEmpty)
    }

    @Test func valuesThatJSONHasNoWordForDoNotBreakTheLine() {
        var record = directive
        record.directive.powerWatts[0] = .nan
        // The line is left out rather than read wrongly.
        #expect(RecordLine.read(line(.directive(record))).isEmpty)
    }
}
