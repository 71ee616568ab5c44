internal import DTNetMessages
internal import Foundation
package import LanguageEngine
internal import NetworkModel
internal import TwinProtocol

/// Answers questions from a run's record, and says where it holds none.
package struct RecordAnswers: Sendable {
    let record: RunRecord
    /// Intents that were posted and not taken back: their name and text.
    let intents: [(name: String, text: String)]

    /// Rows of one kind that an answer shows, at most.
    static let most = 5

    package init(_ record: RunRecord, intents: [(name: String, text: String)] = []) {
        self.record = record
        self.intents = intents
    }

    /// The answer, checked.
    package func answer(_ question: OperatorQuestion) -> GroundedAnswer {
        let statements =
            switch question.kind {
            case .why(let cause): why(cause, question)
            case .kpi(let kpi): value(kpi, question)
            case .status(let subject): status(subject, question)
            }
        var asked = question.cells.map { Double($0.index) }
        // Intents are files of their own beside the record.
        if case .status(.intents) = question.kind {
            asked += intents.flatMap { GroundedAnswer.numbers(in: "\($0.name) \($0.text)") }.map(\.value)
        }
        return GroundedAnswer(statements, asked: asked)
    }

    func about(_ question: OperatorQuestion) -> String {
        let slice = question.slice.map { "slice \(record.network.slices[$0].name)" }
        let cells = question.cells.prefix(RecordAnswers.most).map { "\($0.index)" }.joined(separator: ", ")
        let scope = cells.isEmpty ? nil : (question.cells.count == 1 ? "cell \(cells)" : "cells \(cells)")
        return [slice, scope].compactMap { $0 }.joined(separator: " in ")
    }

    static func number(_ value: Double, digits: Int = 1) -> String { String(format: "%.\(digits)f", value) }

    /// One statement that nothing is known.
    func absent(_ what: String) -> [GroundedAnswer.Statement] { [.init("the record does not hold \(what)", [])] }

    // MARK: - Values

    private func value(_ kpi: OperatorQuestion.KPI, _ question: OperatorQuestion) -> [GroundedAnswer.Statement] {
        let about = about(question)
        switch kpi {
        case .power:
            let statements = question.cells.prefix(RecordAnswers.most).compactMap(powerNow)
            return statements.isEmpty ? absent("the power of \(about.isEmpty ? "no cell" : about)") : statements
        case .networkValue:
            guard let last = record.leaderRows.last(where: { $0.decision.twinValueMbps.isFinite }) else {
                return absent("a network value")
            }
            return [
                .init(
                    "network value M on the leader's twin: \(Self.number(last.decision.twinValueMbps, digits: 2))"
                        + " Mbit/s in epoch \(last.decision.epoch)", [last.row])
            ]
        case .load:
            return figures(question, kpi) ?? noted(question, words: ["load", "full", "users"], what: "the load")
        case .users: return figures(question, kpi) ?? noted(question, words: ["users"], what: "the number of users")
        case .delay: return noted(question, words: ["delay", "ms"], what: "the delay")
        case .throughput: return figures(question, kpi) ?? noted(question, words: ["Mbit/s"], what: "the throughput")
        case .sinr: return noted(question, words: ["SINR"], what: "the SINR")
        case .energy: return noted(question, words: ["energy", "kWh"], what: "the energy")
        case .handoverSuccess:
            return noted(question, words: ["handover", "handovers"], what: "the success of handovers")
        }
    }

    private func powerNow(_ cell: CellID) -> GroundedAnswer.Statement? {
        guard let last = record.powers(of: cell).last else { return nil }
        return .init(
            "cell \(cell.index) was set to \(Self.number(dbm(last.watts))) dBm by the directive of epoch \(last.epoch)",
            [last.row])
    }

    /// What the twins noted, in the newest finding of a language decision that names the cell or slice; what operators
    /// want and alarms say was not observed.
    private func noted(
        _ question: OperatorQuestion, words: [String], what: String
    ) -> [GroundedAnswer.Statement] {
        let about = about(question)
        let subject = "\(what) of \(about.isEmpty ? "the network" : about)"
        for (row, decision) in record.languageRows.reversed() {
            let finding = decision.findings.first { finding in
                ![Finding.alarmOpening, Finding.intentOpening].contains { finding.hasPrefix($0) }
                    && names(finding, question) && words.contains { RecordAnswers.says($0, in: finding) }
            }
            guard let finding else { continue }
            return [
                .init(
                    "the twins noted in epoch \(decision.epoch), for decision \(decision.number): \(finding)", [row])
            ]
        }
        return absent(subject)
    }

    /// Whether a text has a word or unit as one, not within another word: a unit may follow its number at once.
    private static func says(_ word: String, in text: String) -> Bool {
        text.ranges(of: word).contains { range in
            let before = text[..<range.lowerBound].last
            let behind = text[range.upperBound...].first
            return !(before?.isLetter ?? false) && !(behind.map { $0.isLetter || $0.isNumber } ?? false)
        }
    }

    /// Whether a text names a cell or the slice of the question; any text where the question names none.
    func names(_ text: String, _ question: OperatorQuestion) -> Bool {
        if question.cells.isEmpty && question.slice == nil { return true }
        let words = text.split { !($0.isLetter || $0.isNumber || $0 == "-") }
        if let slice = question.slice, words.contains(where: { $0 == record.network.slices[slice].name }) {
            return true
        }
        return words.indices.dropLast().contains { index in
            words[index].hasPrefix("cell") && question.cells.contains { words[index + 1] == "\($0.index)" }
        }
    }

    // MARK: - Status

    private func status(
        _ subject: OperatorQuestion.Subject, _ question: OperatorQuestion
    ) -> [GroundedAnswer.Statement] {
        switch subject {
        case .network: return networkStatus()
        case .cells:
            let statements = question.cells.prefix(RecordAnswers.most).flatMap(cellStatus)
            return statements.isEmpty ? absent("anything of \(about(question))") : statements
        case .slices: return sliceStatus(question)
        case .intents:
            guard !intents.isEmpty else { return [.init("no intent is in force", [])] }
            return intents.map { .init("intent \($0.name): \($0.text)", []) }
        case .twins: return twinStatus()
        case .alarms:
            let alarms = record.rows.suffix(100_000).compactMap { row in
                if case .alarm(let node, let text) = row.record { return (row, node, text) } else { return nil }
            }
            guard !alarms.isEmpty else { return [.init("the record holds no alarm", [])] }
            return alarms.suffix(RecordAnswers.most).map { row, node, text in
                .init("\(nodeName(node)): \(text)", [row])
            }
        }
    }

    private func networkStatus() -> [GroundedAnswer.Statement] {
        var statements: [GroundedAnswer.Statement] = []
        if let last = record.directiveRows.last {
            statements.append(.init("the newest directive is of epoch \(last.directive.epoch)", [last.row]))
        }
        if let last = record.leaderRows.last {
            statements.append(
                .init(
                    "\(nodeName(last.decision.node)) decided in epoch \(last.decision.epoch) with solver "
                        + last.decision.solver.rawValue, [last.row]))
        }
        if let last = record.languageRows.last {
            statements.append(
                .init(
                    "language decision \(last.decision.number) of epoch \(last.decision.epoch): "
                        + "\(last.decision.outcome.rawValue), \(last.decision.reason)", [last.row]))
        }
        statements += status(.alarms, OperatorQuestion(.status(.alarms)))
        return statements
    }

    private func cellStatus(_ cell: CellID) -> [GroundedAnswer.Statement] {
        var statements = [powerNow(cell)].compactMap { $0 }
        if let (row, last) = record.directiveRows.last(where: { $0.directive.directive.cell.contains(cell.rawValue) }) {
            let outcome = last.outcome(of: cell, .power).map(\.words) ?? "not answered"
            statements.append(
                .init("cell \(cell.index): power of the newest directive, epoch \(last.epoch): \(outcome)", [row]))
        }
        return statements
    }

    private func sliceStatus(_ question: OperatorQuestion) -> [GroundedAnswer.Statement] {
        let slices = record.network.slices
        guard !slices.isEmpty else { return [.init("this network has no slices", [])] }
        var statements: [GroundedAnswer.Statement] = []
        for index in slices.indices where question.slice ?? index == index {
            let last = record.directiveRows.last { _, directive in
                directive.directive.cell.contains { directive.share(of: index, in: CellID($0)) != nil }
            }
            guard let last, let first = last.directive.directive.cell.first,
                let share = last.directive.share(of: index, in: CellID(first))
            else { continue }
            statements.append(
                .init(
                    "slice \(slices[index].name) is promised \(Self.number(share * 100, digits: 0)) % of the PRBs of "
                        + "cell \(first) by the directive of epoch \(last.directive.epoch)", [last.row]))
        }
        return statements.isEmpty ? absent("shares of slices") : statements
    }

    private func twinStatus() -> [GroundedAnswer.Statement] {
        let retrained = record.languageRows.filter { RecordAnswers.chosen($0.decision)?.action == "retrain" }
        guard !retrained.isEmpty else {
            return [.init("the record holds no order to retrain a twin; 'dtnet twins' shows their errors", [])]
        }
        return retrained.suffix(RecordAnswers.most).map { row, decision in
            .init(
                "decision \(decision.number) of epoch \(decision.epoch) retrained a twin: "
                    + decision.candidates[decision.chosen].action, [row])
        }
    }

    func nodeName(_ node: NodeID) -> String {
        record.plan.nodes.indices.contains(Int(node.rawValue)) ? record.plan.nodes[Int(node.rawValue)].name : "a node"
    }

    /// The form of the action that a decision chose.
    static func chosen(_ decision: LanguageDecision) -> ActionForm? {
        guard decision.candidates.indices.contains(decision.chosen) else { return nil }
        return try? JSONDecoder().decode(ActionForm.self, from: Data(decision.candidates[decision.chosen].action.utf8))
    }
}
