import Benchmarking
import DTNetCommands
import Foundation
import LanguageEngine
import NetworkModel
import Testing
import TwinProtocol

/// Answers come from the record, with the rows used, and with no number that the record does not hold.
@Suite struct RecordAnswersTests {
    private static let run = WrittenRun()
    private static let record = run.record

    private func ask(_ kind: OperatorQuestion.Kind, slice: Int? = nil, cells: [UInt32] = []) -> GroundedAnswer {
        RecordAnswers(Self.record, intents: [("000001", "least energy for the network")])
            .answer(OperatorQuestion(kind, slice: slice, cells: cells.map { CellID($0) }))
    }

    @Test func theFallOfAPowerIsFoundWithWhatCoincides() throws {
        let answer = ask(.why(.power), cells: [4])
        let text = answer.statements.map(\.text)
        try #require(text.count == 4 && answer.withheld == 0, "\(text)")
        #expect(text[0] == "cell 4 fell from 40.0 dBm in epoch 99 to 37.0 dBm in epoch 100")
        #expect(text[1].contains("decision 2 of epoch 99 adopted") && text[1].contains(WrittenRun.capJSON))
        #expect(text[1].contains("cell 4 load 97 %") && text[1].contains("rolled back in epoch 108"))
        #expect(text[2].contains("cap on cell 4 came down from 40.0 to 37.0 dBm"))
        #expect(text[3].contains("offer of epoch 100 of rrm"))
        let lines = Self.run.history.split(separator: UInt8(ascii: "\n"))
        for statement in answer.statements {
            #expect(!statement.rows.isEmpty)
            for row in statement.rows {
                let line = String(decoding: lines[row.line - 1], as: UTF8.self)
                #expect(row.epoch.map { line.contains("\"epoch\":\($0),") } ?? true, "\(row.id): \(line)")
            }
        }
    }

    @Test func aSteadyPowerHasNoFall() {
        let text = ask(.why(.power), cells: [2]).statements.map(\.text)
        #expect(text == ["the record holds no fall of the power of cell 2: it is at 40.0 dBm in epoch 110"])
        #expect(
            ask(.why(.power), cells: [0]).statements.map(\.text) == ["the record does not hold any power of cell 0"])
    }

    @Test func otherReasonsComeFromDecisionsAndDirectives() {
        let retrain = ask(.why(.retrain), cells: [1]).statements.map(\.text)
        #expect(retrain.count == 1 && retrain[0].contains("decision 3 of epoch 104") && retrain[0].contains("7.5 dB"))
        let share = ask(.why(.share), slice: 0).statements.map(\.text)
        #expect(share.count == 1 && share[0].contains("from 60.0 to 50.0 % with the directive of epoch 95"), "\(share)")
        let none = ask(.why(.association), cells: [3]).statements.map(\.text)
        #expect(none.count == 1 && none[0].hasPrefix("nothing in the record explains it"))
    }

    @Test func valuesAreToldOrSaidToBeAbsent() {
        #expect(
            ask(.kpi(.power), cells: [4]).statements.first?.text.contains("37.0 dBm by the directive of epoch 110")
                ?? false)
        #expect(ask(.kpi(.networkValue)).statements.first?.text.contains("9.25 Mbit/s in epoch 110") ?? false)
        #expect(
            ask(.kpi(.load), cells: [4]).statements.first?.text.contains("cell 4 load 97 % rising to 99 %") ?? false)
        #expect(
            ask(.kpi(.load), cells: [3]).statements.map(\.text) == ["the record does not hold the load of cell 3"])
        #expect(ask(.kpi(.sinr), cells: [4]).statements.map(\.text) == ["the record does not hold the SINR of cell 4"])
        #expect(
            ask(.kpi(.delay), slice: 1).statements.map(\.text) == ["the record does not hold the delay of slice urllc"])
    }

    /// A unit is looked for as a word: "alarms" and "beams" tell nothing of a delay.
    @Test(arguments: [("alarms and beams at cell 4", false), ("cell 4 waits 5 ms", true), ("cell 4 waits 5ms", true)])
    func unitsAreFoundAsWords(finding: String, isFound: Bool) throws {
        var decision = LanguageDecision(node: NodeID(5), number: 9, epoch: 110)
        decision.findings = [finding]
        let answers = RecordAnswers(RunRecord(plan: Self.run.plan, records: [.language(decision)]))
        let answer = answers.answer(OperatorQuestion(.kpi(.delay), cells: [CellID(4)]))
        let text = try #require(answer.statements.first).text
        #expect(answer.statements.count == 1 && text.hasSuffix(": \(finding)") == isFound, "\(text)")
        #expect(text.hasPrefix("the record does not hold the delay of cell 4") != isFound)
    }

    /// What an operator wants and what an alarm says was not observed: an answer is what the twins noted beside them.
    @Test func wishesAndAlarmsAreNoAnswer() throws {
        let slices = ["embb", "urllc"]
        let wish = Finding.intent(Intent(scope: .slice(1), targets: [.delay(seconds: 0.005)])).text(slices: slices)
        let alarm = Finding.alarm(text: "slice urllc has a delay of 9 ms").text(slices: slices)
        #expect(wish.contains("delay at most 5 ms for slice urllc") && alarm.contains("delay of 9 ms"))
        var decision = LanguageDecision(node: NodeID(5), number: 9, epoch: 110)
        decision.findings = [wish, alarm]
        func told(_ decision: LanguageDecision) -> [String] {
            RecordAnswers(RunRecord(plan: Self.run.plan, records: [.language(decision)]))
                .answer(OperatorQuestion(.kpi(.delay), slice: 1)).statements.map(\.text)
        }
        #expect(told(decision) == ["the record does not hold the delay of slice urllc"])
        decision.findings.append("slice urllc waits 7 ms")
        let text = told(decision)
        #expect(text.count == 1 && text[0].hasSuffix(": slice urllc waits 7 ms"), "\(text)")
    }

    /// L3 records figures of the cells once a second: the newest answer, with the row.
    @Test func loadAndUsersComeFromTheNewestFigures() throws {
        var bytes = [UInt8](Self.run.history)
        for (epoch, load) in [(UInt64(100), 0.5), (110, 0.875)] {
            RecordLine.append(
                .cells(
                    CellFigures(
                        node: NodeID(5), epoch: epoch, load: [0.25, 0, 0, 0.5, load],
                        forecastLoad: [0.25, 0, 0, 0.5, 0.9], throughputKbps: [1_000, 0, 0, 2_500, 12_000],
                        users: [2, 0, 0, 4, 11])), process: "orchestrator", to: &bytes)
        }
        let answers = RecordAnswers(RunRecord(plan: Self.run.plan, history: Data(bytes)))
        func texts(_ kpi: OperatorQuestion.KPI, _ cells: [UInt32]) -> [String] {
            let answer = answers.answer(OperatorQuestion(.kpi(kpi), cells: cells.map { CellID($0) }))
            #expect(answer.withheld == 0 && answer.statements.allSatisfy { $0.rows.first?.epoch == 110 })
            return answer.statements.map(\.text)
        }
        #expect(texts(.load, [4]) == ["cell 4: load 88 %, forecast 90 % in epoch 110"])
        #expect(
            texts(.users, [3, 4]) == [
                "these 2 cells: 15 users in epoch 110", "cell 3: 4 users in epoch 110", "cell 4: 11 users in epoch 110",
            ])
        #expect(texts(.users, []) == ["the network: 17 users in epoch 110"])
        #expect(texts(.throughput, [4]) == ["cell 4: 12.0 Mbit/s in epoch 110"])
    }

    @Test func statusesNameTheNewestRows() {
        let slices = ask(.status(.slices)).statements.map(\.text)
        #expect(slices.count == 2 && slices.first?.contains("slice video is promised 50 %") ?? false, "\(slices)")
        #expect(ask(.status(.alarms)).statements.map(\.text) == ["orchestrator: cell 2 lost 3 packets"])
        #expect(ask(.status(.network)).statements.count == 4 && ask(.status(.cells), cells: [4]).statements.count == 2)
        #expect(ask(.status(.twins)).statements.first?.text.contains(WrittenRun.retrainJSON) ?? false)
        #expect(ask(.status(.intents)).statements.map(\.text) == ["intent 000001: least energy for the network"])
    }

    @Test func anEmptyRecordHoldsNothing() {
        let answers = RecordAnswers(RunRecord(plan: Self.run.plan, history: Data()))
        let kinds: [OperatorQuestion.Kind] =
            OperatorQuestion.Cause.allCases.map { .why($0) } + OperatorQuestion.KPI.allCases.map { .kpi($0) }
            + OperatorQuestion.Subject.allCases.map { .status($0) }
        for kind in kinds {
            let answer = answers.answer(OperatorQuestion(kind, slice: 1, cells: [CellID(4)]))
            #expect(answer.withheld == 0, "\(kind)")
            for statement in answer.statements { #expect(statement.rows.isEmpty, "\(kind): \(statement.text)") }
        }
    }
}

/// The check on numbers.
@Suite struct GroundedAnswerTests {
    private static let record = WrittenRun().record

    private func rows(_ isWanted: (Record) -> Bool) -> [RunRecord.Row] {
        Self.record.rows.filter { isWanted($0.record) }
    }

    private var alarm: [RunRecord.Row] { rows { if case .alarm = $0 { true } else { false } } }

    private var firstDirective: [RunRecord.Row] {
        Array(rows { if case .directive = $0 { true } else { false } }.prefix(1))
    }

    @Test func aNumberThatNoRowHoldsIsNotShown() {
        let texts = [
            ("cell 2 lost 3 packets", true), ("cell 2 lost 4 packets", false), ("3.0 packets", true),
            ("3.1 packets", false), ("1e9 packets", false), ("no number", true), ("hall-7 lost 3", true),
            ("-3 packets", false), ("version 1.2.3", false),
        ]
        for (text, isShown) in texts {
            let answer = GroundedAnswer([.init(text, alarm)], asked: [])
            #expect(answer.statements.count == (isShown ? 1 : 0), "\(text)")
            #expect(answer.withheld == (isShown ? 0 : 1), "\(text)")
        }
        #expect(GroundedAnswer([.init("cell 4", [])], asked: [4]).withheld == 0)
        #expect(GroundedAnswer([.init("cell 4", [])], asked: [5]).withheld == 1)
    }

    @Test func valuesMayBeInOtherUnits() {
        for text in ["10 W", "40.0 dBm", "60 % of the PRBs", "epoch 90", "1.0 ms"] {
            #expect(GroundedAnswer.isGrounded(.init(text, firstDirective)), "\(text)")
        }
        for text in ["11 W", "41.0 dBm", "61 %", "epoch 91", "1.5 ms"] {
            #expect(!GroundedAnswer.isGrounded(.init(text, firstDirective)), "\(text)")
        }
    }

    /// Whatever digits a statement ends in, it is shown only where they are a value of the row.
    @Test func changedNumbersAreCaught() {
        for value in 1...2_000 {
            let isHeld = GroundedAnswer.isGrounded(.init("seen \(value) times", alarm))
            let held = [2, 3, 5, Double(alarm[0].line)].contains(Double(value))
            #expect(isHeld == held, "\(value)")
        }
    }
}
