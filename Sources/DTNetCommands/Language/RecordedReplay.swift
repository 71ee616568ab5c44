internal import Foundation
package import LanguageEngine
internal import ModelServing
internal import NetworkModel
internal import Simulator
internal import TwinProtocol

/// One decision of a run's record, decided again and asked again.
package struct RecordedReplay: Sendable {
    /// What came out, line by line.
    package struct Report: Sendable {
        package var lines: [String] = []
        package var isDifferent = false

        package init() {}

        mutating func add(_ other: Report) {
            lines += other.lines
            isDifferent = isDifferent || other.isDifferent
        }
    }

    private let record: RunRecord
    private let decision: LanguageDecision

    /// nil where the record holds no decision of this number.
    package init?(_ record: RunRecord, decision number: UInt64) {
        guard let found = record.languageRows.last(where: { $0.decision.number == number }) else { return nil }
        self.record = record
        decision = found.decision
    }

    // MARK: - Without a server

    /// Derives forms, verdicts and choice again.
    package func derived() -> Report {
        let replay = DecisionReplay(record.network)
        let answered = decision.answers.map(LanguageWorker.form)
        let outcome = replay.run(
            decision, answered: answered, considered: decision.candidates.map { LanguageWorker.form(in: $0.action) })
        var report = Report()
        report.isDifferent = !outcome.differences.isEmpty
        report.lines.append(
            "decision \(decision.number): \(decision.answers.count) answers, "
                + "\(answered.count { $0 != nil }) of them forms; \(outcome.candidates) candidates, "
                + "\(outcome.tried) tried")
        report.lines +=
            outcome.differences.isEmpty
            ? ["forms, verdicts and choice come out as recorded"] : outcome.differences.map { "different: \($0)" }
        return report
    }

    // MARK: - With a server

    /// Asks a server; a checker says what is wrong with an answer that is then asked for once more, nil checks nothing.
    package typealias Ask = (ChatRequest, ((String) -> String?)?) -> Result<ChatAnswer, ChatFailure>

    /// Place among the topology's adapters of the one that the model answered with; nil for none.
    package var adapter: Int? {
        record.network.language.adapters.firstIndex { decision.model.hasSuffix("+" + $0.name) }
    }

    /// Asks every question of the decision again.
    package func asked(withinSeconds seconds: Double, by ask: Ask) -> Report {
        var report = Report()
        guard decision.reused == 0 else {
            report.lines.append("its answers are those of decision \(decision.reused): ask that again")
            return report
        }
        guard !decision.questions.isEmpty else {
            report.lines.append("no model answered: nothing to ask again")
            return report
        }
        for (index, question) in decision.questions.enumerated() {
            let name = "answer \(index + 1)"
            guard index < decision.answers.count, let request = request(question, withinSeconds: seconds) else {
                report.lines.append("\(name): the record lacks a text of its question")
                report.isDifferent = true
                continue
            }
            switch ask(request, checker(of: question)) {
            case .failure(let failure):
                report.lines.append("\(name): \(failure.words)")
                report.isDifferent = true
            case .success(let answer):
                let isSame = answer.text == decision.answers[index] && answer.repaired ?? "" == question.repaired
                let isForm = answer.constraint.rawValue == question.constraint
                report.lines.append(
                    "\(name): \(isSame ? "the same" : "another: \(answer.text.cut(toBytes: 200))")"
                        + (isForm ? "" : ", kept in form by \(answer.constraint.rawValue), not \(question.constraint)"))
                report.isDifferent = report.isDifferent || !isSame || !isForm
            }
        }
        return report
    }

    /// Where the first answer was asked for once more, so it is again.
    private func checker(of question: LanguageDecision.Question) -> ((String) -> String?)? {
        guard !question.repaired.isEmpty else { return nil }
        let bounds = DecisionReplay(record.network).bounds
        return { LanguageWorker.fault(in: $0, bounds) }
    }

    /// The question as it was asked; nil where the record lacks one of its texts.
    private func request(_ question: LanguageDecision.Question, withinSeconds seconds: Double) -> ChatRequest? {
        guard let instructions = record.text(decision.instructions),
            let constraint = record.text(question.constraintDigest)
        else { return nil }
        let isGrammar = question.constraint == ChatConstraint.grammar.rawValue
        return ChatRequest(
            instructions: instructions, situation: decision.prompt, schema: isGrammar ? "" : constraint,
            grammar: isGrammar ? constraint : "", maxOutputTokens: question.maxOutputTokens,
            temperature: question.temperature, seed: question.seed, deadlineSeconds: seconds)
    }
}
