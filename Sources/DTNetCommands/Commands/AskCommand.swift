internal import ArgumentParser
internal import Foundation
internal import Glibc
internal import LanguageEngine
internal import ModelServing
internal import NetworkModel
internal import TwinProtocol

/// `dtnet ask`: an operator's wish or question in words.
struct AskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract: "Tell a run in words what you want of it, or ask it what it did and why.",
        discussion: """
            A wish is shown as the policy that was understood (TS 28.312: object, targets, contexts, time) with the \
            effect that the twins predict: those of a live run try it now, as if it were in force, of a run that is \
            over the record says what they found. It is applied after a yes: [y/N] on a terminal, --yes without \
            one. Times are local, HH:MM. A question is answered from the run's record, with the lines \
            and epochs used. What is not understood, or weaker than a guarantee, is refused with what \
            would be accepted.
            """)

    @Argument(help: "What you want, e.g. 'keep urllc delay under 5 ms in cell 4 until 22:00'.")
    var sentence: String?

    @Option(
        name: .customLong("run"), help: "Run folder; without it the newest live run, else the newest.",
        completion: .directory)
    var folder: String?

    @Option(help: "Take back an intent by its name, e.g. 000003; actions that only it asked for end.")
    var cancel: String?

    @Option(
        parsing: .unconditional,
        help: "Consent to a proposed decision of the language engine by its number; the twins try it again first.")
    var approve: UInt64?

    @Option(
        parsing: .unconditional,
        help: "Take back an action of the language engine that is in force, or decline one that waits for consent.")
    var withdraw: UInt64?

    @Option(
        name: .customLong("try-for"), parsing: .unconditional,
        help: "Time for the twins to try a wish, or what is approved.", transform: ToolArguments.duration)
    var trialTime: Instant.Span = .seconds(3)

    @Flag(
        name: .customLong("no-trial"),
        help: "Show what the twins found before a wish is applied, and wait for no trial of what is approved.")
    var skipsTrial = false

    @Flag(help: "Apply without asking.")
    var yes = false

    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        let given = [sentence != nil, cancel != nil, approve != nil, withdraw != nil].count { $0 }
        guard given == 1 else {
            throw ValidationError("one of a sentence, --cancel, --approve and --withdraw is needed")
        }
        if let cancel, cancel.isEmpty || !cancel.allSatisfy({ ("0"..."9").contains($0) }) {
            throw ValidationError("--cancel takes the name of an intent, e.g. 000003")
        }
    }

    func run() async throws {
        let dialogue = try OperatorDialogue(RunRecord.folder(folder))
        if let cancel {
            guard dialogue.intents.contains(where: { $0.name == cancel }) else {
                throw ToolFailure(.usage, "no intent \(cancel) is in force; \(AskCommand.list(dialogue.intents))")
            }
            return try apply(.cancel(name: cancel), what: "cancel intent \(cancel)", dialogue)
        }
        if let approve { return try consent(approve, dialogue) }
        if let withdraw { return try takeBack(withdraw, dialogue) }
        guard let sentence else { return }
        switch IntentParser(dialogue.context).parse(sentence) {
        case .intent(let intent): try propose(intent, sentence, dialogue)
        case .question(let question):
            show(RecordAnswers(dialogue.record, intents: dialogue.intents).answer(question))
        case .refused(let refusal):
            throw ToolFailure(.usage, "\(refusal.reason.rawValue): \(refusal.text); accepted: \(refusal.accepted)")
        }
    }

    private static func list(_ intents: [(name: String, text: String)]) -> String {
        intents.isEmpty ? "there is none" : "in force: " + intents.map(\.name).joined(separator: ", ")
    }

    // MARK: - Wishes

    private struct Report: Encodable {
        var request = "intent"
        var policy: IntentPolicy
        var predicted: [PredictedEffect]
        /// Words of the sentence that were not understood.
        var unread: [String]
        /// Name by which it can be taken back; nil where it was not applied.
        var applied: String?
    }

    private func propose(_ intent: Intent, _ sentence: String, _ dialogue: OperatorDialogue) throws {
        let kept = dialogue.intents
        if kept.count >= Intent.most, let oldest = kept.first {
            throw ToolFailure(
                .usage,
                "\(kept.count) intents are in force, \(Intent.most) at most: take one back first, the oldest by "
                    + "'dtnet ask --cancel \(oldest.name)' (\(oldest.text))")
        }
        let policy = IntentPolicy(intent, context: dialogue.context)
        let text = UntrustedText.cleaned(sentence, limit: IntentParser.limitBytes)
        let (predicted, why) = try predict(intent, text, dialogue)
        let unread = IntentParser(dialogue.context).unread(in: sentence)
        if !json {
            if !unread.isEmpty { Terminal.result("words not read: \(unread.joined(separator: ", "))") }
            for line in policy.lines { Terminal.result(line) }
            if predicted.isEmpty { Terminal.result("predicted effect: \(why)") }
            for effect in predicted { Terminal.result("predicted effect: \(effect.text)") }
        }
        let isWanted = try confirm()
        let name = isWanted ? try dialogue.post(.intent(text: text, intent)) : nil
        if json {
            return try AskCommand.print(Report(policy: policy, predicted: predicted, unread: unread, applied: name))
        }
        if name != nil {
            Terminal.result("the twins try it and veto what costs more; 'dtnet explain' says what came of it")
        }
        Terminal.result(name.map { "applied as intent \($0)" } ?? "not applied")
    }

    /// What the twins say of a wish, and why they say nothing where they do not.
    private func predict(
        _ intent: Intent, _ text: String, _ dialogue: OperatorDialogue
    ) throws -> (effects: [PredictedEffect], why: String) {
        let known = PredictedEffect.of(intent, in: dialogue.record)
        guard dialogue.isLive, dialogue.record.network.language.isEnabled, !skipsTrial else {
            return (known, "this run has not tried it")
        }
        Terminal.progress("the twins try it")
        guard let tried = try dialogue.trial(of: intent, text: text, withinSeconds: trialTime.seconds) else {
            return (known, "the twins did not try it within \(trialTime.seconds) s")
        }
        return (
            PredictedEffect.of(tried.decision, line: tried.line),
            "no action follows from it alone; the twins weigh it in what they try later"
        )
    }

    private func consent(_ number: UInt64, _ dialogue: OperatorDialogue) throws {
        let record = dialogue.record
        let (decision, action) = try decided(number, record)
        guard decision.outcome == .proposed else {
            throw refusal("decision \(number) is \(decision.outcome.rawValue), not proposed", record)
        }
        if let approval = record.approval(of: number)?.effect {
            throw refusal("decision \(number) was approved in epoch \(approval.epoch)", record)
        }
        try refuseOver(decision, record)
        let what = "approve decision \(number): \(action)"
        let kind = RecordAnswers.chosen(decision).flatMap { ActionKind(rawValue: $0.action) }
        // What acts on the network was tried when it was proposed, and is tried again.
        guard !skipsTrial, kind?.actsOnNetwork ?? true else {
            return try apply(.approve(number: number), what: what, dialogue)
        }
        if !json { Terminal.result(what) }
        let report =
            try confirm() ? try tryConsent(to: number, what: what, dialogue) : ConsentReport(request: what)
        if json {
            try AskCommand.print(report)
        } else {
            for effect in report.predicted { Terminal.result("predicted effect: \(effect.text)") }
            let trial = "the twins did not try it within \(trialTime.seconds) s; 'dtnet explain \(number)' says later"
            if report.applied != nil, report.approved == nil { Terminal.result(trial) }
            Terminal.result(report.applied.map { "posted as \($0)" } ?? "not applied")
        }
        guard report.approved == false else { return }
        throw ToolFailure(
            .failed,
            "decision \(number) is not approved: from the present state it does not hold any more; it waits on, so try "
                + "again by 'dtnet ask --approve \(number)' or decline it by 'dtnet ask --withdraw \(number)'")
    }

    private struct ConsentReport: Encodable {
        var request: String
        /// What the twins find now.
        var predicted: [PredictedEffect] = []
        /// Whether it holds and is in force; nil where the twins have not said so.
        var approved: Bool?
        /// Name of the entry; nil where it was not applied.
        var applied: String?
    }

    private func tryConsent(
        to number: UInt64, what: String, _ dialogue: OperatorDialogue
    ) throws -> ConsentReport {
        let (name, tried) = try dialogue.consent(to: number, withinSeconds: trialTime.seconds)
        var report = ConsentReport(request: what)
        report.applied = name
        guard let tried else { return report }
        report.predicted = PredictedEffect.of(tried.decision, line: tried.line)
        report.approved = tried.decision.chosen >= 0
        return report
    }

    /// Takes back what is in force, or declines what waits for consent.
    private func takeBack(_ number: UInt64, _ dialogue: OperatorDialogue) throws {
        let record = dialogue.record
        let (decision, action) = try decided(number, record)
        guard [.adopted, .proposed].contains(decision.outcome) else {
            throw refusal("decision \(number) is \(decision.outcome.rawValue), neither adopted nor proposed", record)
        }
        let isAdopted = record.adoptionEpoch(of: decision) != nil
        if isAdopted, let ended = record.effect(of: number)?.effect {
            throw refusal(
                "decision \(number) is in force no longer: it \(ended.state.words) in epoch \(ended.epoch)", record)
        }
        if !isAdopted { try refuseOver(decision, record) }
        let what = isAdopted ? "take back" : "decline"
        try apply(.withdraw(number: number), what: "\(what) decision \(number): \(action)", dialogue)
    }

    /// A decision and the action that it chose.
    private func decided(
        _ number: UInt64, _ record: RunRecord
    ) throws -> (decision: LanguageDecision, action: String) {
        guard let (_, decision) = record.decision(number) else {
            throw refusal("the record holds no decision \(number) of the language engine", record)
        }
        let isChosen = decision.candidates.indices.contains(decision.chosen)
        return (decision, isChosen ? decision.candidates[decision.chosen].action : "no action")
    }

    /// Refuses an answer to what was declined, or has waited too long.
    private func refuseOver(_ decision: LanguageDecision, _ record: RunRecord) throws {
        if let ended = record.effect(of: decision.number)?.effect {
            throw refusal("decision \(decision.number) \(ended.state.words) in epoch \(ended.epoch)", record)
        }
        guard record.isOver(decision) else { return }
        let minutes = Int(LanguageDecision.consentSeconds / 60)
        throw refusal("decision \(decision.number) waits no longer: consent is taken for \(minutes) min", record)
    }

    /// With what can be decided on instead.
    private func refusal(_ text: String, _ record: RunRecord) -> ToolFailure {
        ToolFailure(.usage, "\(text); \(record.openDecisions)")
    }

    private func apply(_ post: OperatorInbox.Post, what: String, _ dialogue: OperatorDialogue) throws {
        if !json { Terminal.result(what) }
        let name = try confirm() ? try dialogue.post(post) : nil
        if json { return try AskCommand.print(["request": what, "applied": name]) }
        Terminal.result(name == nil ? "not applied" : "posted as \(name ?? "")")
    }

    /// Whether it is to be applied: asked on a terminal, `--yes` elsewhere.
    private func confirm() throws -> Bool {
        if yes { return true }
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1, !json else {
            throw ToolFailure(.usage, "not applied: there is no terminal to ask on; add --yes to apply it")
        }
        Terminal.progress("apply this? [y/N]")
        return ["y", "yes"].contains((readLine() ?? "").lowercased())
    }

    // MARK: - Questions

    private struct AnswerReport: Encodable {
        struct Statement: Encodable {
            var text: String
            /// Lines of `decisions.jsonl`.
            var lines: [Int]
        }

        var request = "question"
        var answer: [Statement]
        var withheld: Int
    }

    private func show(_ answer: GroundedAnswer) {
        if json {
            let statements = answer.statements.map { AnswerReport.Statement(text: $0.text, lines: $0.rows.map(\.line)) }
            try? AskCommand.print(AnswerReport(answer: statements, withheld: answer.withheld))
            return
        }
        for statement in answer.statements {
            let rows = statement.rows.map(\.id).joined(separator: "; ")
            Terminal.result(AskCommand.shown(statement.text) + (rows.isEmpty ? "" : " [\(rows)]"))
        }
        if answer.withheld > 0 {
            Terminal.progress("left out: \(answer.withheld) statements with numbers that the record does not hold")
        }
    }

    /// Text of the record may hold what others wrote: without what a terminal obeys.
    static func shown(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }

    static func print(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        Terminal.result(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
