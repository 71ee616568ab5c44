internal import Foundation
package import LanguageEngine
internal import ModelServing

/// Ways of deciding that an evaluation compares.
package enum EvalArm: String, Sendable, CaseIterable {
    /// The rule base; the twins choose among what it proposes.
    case rules
    /// One action drawn at random from what the network allows.
    case random
    /// One answer of the model.
    case model
    /// One answer of the model with passages of the knowledge, and the case's newest rows, in its prompt.
    case retrieval
    /// Several random actions, of which the twins choose.
    case randomOfN = "random-of-n"
    /// The same, drawn from the menu that the model chooses from.
    case menuOfN = "menu-of-n"
    /// Several answers of the model with passages, of which the twins choose.
    case bestOfN = "best-of-n"
    /// The rule base's proposals and the model's, of which the twins choose: what the language engine does.
    case both = "rules+best-of-n"

    /// Whether the twins choose among the proposals.
    package var isVerified: Bool {
        switch self {
        case .random, .model, .retrieval: false
        case .rules, .randomOfN, .menuOfN, .bestOfN, .both: true
        }
    }

    package var needsModel: Bool {
        switch self {
        case .rules, .random, .randomOfN, .menuOfN: false
        case .model, .retrieval, .bestOfN, .both: true
        }
    }
}

/// Puts cases to ways of deciding. Scores are looked up in the cases: nothing is simulated here.
package struct EvalStudy: Sendable {
    package typealias Ask = @Sendable (ChatRequest) -> Result<ChatAnswer, ChatFailure>

    /// Finds at most so many passages for the words of a query.
    package typealias Find = @Sendable (String, Int) -> [Passage]

    private let arms: [EvalArm]
    private let find: Find
    private let ask: Ask?
    private let draws: Int
    private let deadlineSeconds: Double

    /// Passages of a prompt, as the language engine's own default.
    private static let passages = 2

    /// - Parameters:
    ///   - find: looks for passages in the knowledge.
    ///   - ask: the model; nil where there is none: arms that need it are left out.
    ///   - draws: proposals of the arms of several.
    package init(
        arms: [EvalArm], draws: Int = 4, deadlineSeconds: Double = 60, find: @escaping Find, ask: Ask? = nil
    ) {
        self.arms = ask == nil ? arms.filter { !$0.needsModel } : arms
        self.find = find
        self.ask = ask
        self.draws = draws
        self.deadlineSeconds = deadlineSeconds
    }

    /// How each arm did over all cases.
    ///
    /// - Parameter progress: called after every case with the number of cases that are done.
    package func run(_ cases: [EvaluationCase], progress: (Int) -> Void = { _ in }) -> EvalReport {
        var report = EvalReport(arms: arms)
        for (number, example) in cases.enumerated() {
            // Arms that ask the same share the answer.
            var asked = Asked()
            let answers = arms.map { answer($0, example, &asked) }
            report.add(answers, to: example)
            progress(number + 1)
        }
        return report
    }

    private struct Asked {
        var requests: [ChatRequest] = []
        var results: [Result<ChatAnswer, ChatFailure>] = []
    }

    private func answer(_ arm: EvalArm, _ example: EvaluationCase, _ asked: inout Asked) -> EvaluationAnswer {
        switch arm {
        case .rules: return rules(example)
        case .random: return random(1, example)
        case .randomOfN: return random(draws, example)
        case .menuOfN:
            return timed {
                let proposer = MenuProposer(EvalStudy.menu(example), seed: example.seed)
                return EvaluationAnswer(forms: proposer.forms(draws, cycle: example.epoch))
            }
        case .model: return model(1, passages: 0, example, &asked)
        case .retrieval: return model(1, passages: EvalStudy.passages, example, &asked)
        case .bestOfN: return model(draws, passages: EvalStudy.passages, example, &asked)
        case .both:
            let ruled = rules(example)
            var answer = model(draws, passages: EvalStudy.passages, example, &asked)
            answer.forms += ruled.forms
            answer.seconds += ruled.seconds
            return answer
        }
    }

    private func rules(_ example: EvaluationCase) -> EvaluationAnswer {
        timed {
            let actions = RuleBase(example.bounds).proposals(for: example.findings, state: example.state)
            return EvaluationAnswer(forms: actions.map { ActionForm($0, slices: example.bounds.slices) })
        }
    }

    private func random(_ count: Int, _ example: EvaluationCase) -> EvaluationAnswer {
        timed {
            let proposer = RandomProposer(example.bounds, seed: example.seed)
            return EvaluationAnswer(forms: proposer.forms(count, cycle: example.epoch))
        }
    }

    private func model(
        _ count: Int, passages: Int, _ example: EvaluationCase, _ asked: inout Asked
    ) -> EvaluationAnswer {
        let builder = PromptBuilder(example.bounds)
        let found = passages == 0 ? [] : find(PromptBuilder.query(example.findings), passages)
        let menu = EvalStudy.menu(example)
        // Without retrieval rows are not read either.
        let rows = passages == 0 ? [] : (example.rows ?? []).map { $0.passage(id: "rows/cell-\($0.cell)") }
        let situation = builder.situation(example.findings, menu: menu, passages: found, rows: rows)
        var answer = EvaluationAnswer(forms: [])
        var series = ProposalSeries(
            builder, menu: menu, situation: situation, seed: 1, count: count)
        while let request = series.next(deadlineSeconds: deadlineSeconds) {
            guard case .success(let said) = result(of: request, &asked) else {
                answer.forms.append(nil)
                continue
            }
            let form = LanguageWorker.form(in: said.text)
            answer.forms.append(form)
            series.take(form)
            answer.seconds += said.seconds
            answer.promptTokens += said.promptTokens
            answer.cachedTokens += said.cachedTokens
            answer.outputTokens += said.outputTokens
        }
        return answer
    }

    /// What the model may choose from, whatever an operator would have to consent to.
    private static func menu(_ example: EvaluationCase) -> ActionMenu {
        ActionMenu(
            for: example.findings, state: example.state, bounds: example.bounds, allowed: ActionKind.allCases)
    }

    private func result(of request: ChatRequest, _ asked: inout Asked) -> Result<ChatAnswer, ChatFailure> {
        if let index = asked.requests.firstIndex(of: request) { return asked.results[index] }
        let result = ask?(request) ?? .failure(.absent)
        asked.requests.append(request)
        asked.results.append(result)
        return result
    }

    private func timed(_ work: () -> EvaluationAnswer) -> EvaluationAnswer {
        let start = DispatchTime.now().uptimeNanoseconds
        var answer = work()
        answer.seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        return answer
    }
}
