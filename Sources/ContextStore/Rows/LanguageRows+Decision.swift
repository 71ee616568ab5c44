internal import Foundation
package import NetworkModel
package import TwinProtocol

/// Decisions of the language engine into rows, and out of them again.
extension LanguageDecisionRow {
    /// The row of a decision. `source` names the node that decided, in a shared store with its run.
    package init(_ decision: LanguageDecision, source: String, at: Int64) {
        self.init(
            id: LanguageDecisionRow.id(decision.number, source), source: source, at: at,
            epoch: Int64(clamping: decision.epoch), trigger: decision.findings.first ?? "",
            situation: RowJSON.text(decision.findings), passages: RowJSON.text(decision.passages),
            prompt: decision.prompt, model: decision.model, parameters: RowJSON.text(Parameters(decision)),
            answer: RowJSON.text(decision.answers), actions: RowJSON.text(decision.candidates.map(\.action)))
        whatIf = RowJSON.text(decision.candidates.map(Candidate.init))
        verdict = decision.outcome.rawValue
        reason = decision.reason
        tokensIn = decision.promptTokens
        tokensOut = decision.outputTokens
        durationMs = decision.seconds * 1_000
        number = Int64(clamping: decision.number)
        failure = decision.failure
        chosen = decision.chosen
        judging = RowJSON.text(Judging(guaranteed: decision.guaranteed, energyWeight: decision.energyWeight))
    }

    /// The row that adds what became of an adopted decision.
    package static func effect(_ effect: LanguageEffect, source: String, at: Int64) -> ContextRow {
        let measured = Effect(
            epoch: effect.epoch, state: effect.state.rawValue, effect: effect.effect, deviation: effect.deviation,
            samples: effect.samples)
        return self.effect(RowJSON.text(measured), of: id(effect.number, source), source: source, at: at)
    }

    private static func id(_ number: UInt64, _ source: String) -> String { "\(source)/\(number)" }

    /// The decision that the row was made of; nil where the row lacks a part, as those of schemas before version 3 do.
    package func decision(of node: NodeID) -> LanguageDecision? {
        guard let number, let outcome = verdict.flatMap(LanguageDecision.Outcome.init), let chosen,
            let findings = RowJSON.value([String].self, situation),
            let passages = RowJSON.value([String].self, passages),
            let parameters = RowJSON.value(Parameters.self, parameters), let questions = parameters.questions,
            let answers = RowJSON.value([String].self, answer),
            let candidates = whatIf.flatMap({ RowJSON.value([Candidate].self, $0) }),
            let judging = judging.flatMap({ RowJSON.value(Judging.self, $0) })
        else { return nil }
        var decision = LanguageDecision(
            node: node, number: UInt64(clamping: number), epoch: UInt64(clamping: epoch))
        (decision.outcome, decision.findings, decision.passages) = (outcome, findings, passages)
        (decision.model, decision.instructions, decision.prompt) = (model, parameters.instructions, prompt)
        (decision.questions, decision.answers, decision.reused) = (questions, answers, parameters.reused ?? 0)
        decision.candidates = candidates.map(\.candidate)
        (decision.chosen, decision.reason, decision.failure) = (chosen, reason ?? "", failure ?? "")
        (decision.guaranteed, decision.energyWeight) = (judging.guaranteed, judging.energyWeight)
        (decision.promptTokens, decision.outputTokens) = (tokensIn ?? 0, tokensOut ?? 0)
        decision.seconds = (durationMs ?? 0) / 1_000
        return decision
    }

    /// What became of the decision; nil where nothing has been put in.
    package func languageEffect(of node: NodeID) -> LanguageEffect? {
        guard let number, let measured = effect.flatMap({ RowJSON.value(Effect.self, $0) }),
            let state = LanguageEffect.State(rawValue: measured.state)
        else { return nil }
        return LanguageEffect(
            node: node, number: UInt64(clamping: number), epoch: measured.epoch ?? 0, state: state,
            effect: measured.effect, deviation: measured.deviation, samples: measured.samples)
    }

    // MARK: Parts in JSON

    /// How the model was asked, question by question; long texts by their digests in table `language_text`.
    private struct Parameters: Codable {
        var instructions: String
        var temperature: [Double]
        var seed: [UInt64]
        var maxTokens: [Int]
        var constraint: [String]
        var constraintDigest: [String]
        /// Answers that were asked for once more, empty for none; nil in rows of schemas before version 3.
        var repaired: [String]?
        /// nil where the model was asked itself.
        var reused: UInt64?

        init(_ decision: LanguageDecision) {
            instructions = decision.instructions
            temperature = decision.questions.map(\.temperature)
            seed = decision.questions.map(\.seed)
            maxTokens = decision.questions.map(\.maxOutputTokens)
            constraint = decision.questions.map(\.constraint)
            constraintDigest = decision.questions.map(\.constraintDigest)
            repaired = decision.questions.map(\.repaired)
            reused = decision.reused == 0 ? nil : decision.reused
        }

        /// nil where a part is missing.
        var questions: [LanguageDecision.Question]? {
            guard let repaired else { return nil }
            let counts = [
                temperature.count, seed.count, maxTokens.count, constraint.count, constraintDigest.count,
                repaired.count,
            ]
            guard counts.allSatisfy({ $0 == counts[0] }) else { return nil }
            return temperature.indices.map { index in
                LanguageDecision.Question(
                    temperature: temperature[index], seed: seed[index], maxOutputTokens: maxTokens[index],
                    constraint: constraint[index], constraintDigest: constraintDigest[index],
                    repaired: repaired[index])
            }
        }
    }

    private struct Candidate: Codable {
        var action: String
        var source: String
        var gain: Double?
        var gainLow: Double?
        var powerChange: Double?
        var verdict: String
        /// nil where it takes no decision's place.
        var replaces: [UInt64]?
        /// nil where the twins have not tried it.
        var trial: Trial?

        init(_ candidate: LanguageDecision.Candidate) {
            action = candidate.action
            source = candidate.source
            gain = candidate.gain
            gainLow = candidate.gainLow
            powerChange = candidate.powerChange
            verdict = candidate.verdict
            replaces = candidate.replaces.isEmpty ? nil : candidate.replaces
            trial = candidate.trial.map(Trial.init)
        }

        var candidate: LanguageDecision.Candidate {
            var candidate = LanguageDecision.Candidate(
                action: action, source: source, gain: gain, gainLow: gainLow, powerChange: powerChange,
                verdict: verdict)
            candidate.replaces = replaces ?? []
            candidate.trial = trial?.trial
            return candidate
        }
    }

    /// Per slice from `held` on.
    private struct Trial: Codable {
        var valueMbps: Double
        var gainDeviation: Double
        var held: [Double]
        var heldDeviation: [Double]
        var heldChange: [Double]
        var heldChangeDeviation: [Double]

        init(_ trial: LanguageDecision.Trial) {
            valueMbps = trial.valueMbps
            gainDeviation = trial.gainDeviation
            held = trial.held
            heldDeviation = trial.heldDeviation
            heldChange = trial.heldChange
            heldChangeDeviation = trial.heldChangeDeviation
        }

        var trial: LanguageDecision.Trial {
            LanguageDecision.Trial(
                valueMbps: valueMbps, gainDeviation: gainDeviation, held: held, heldDeviation: heldDeviation,
                heldChange: heldChange, heldChangeDeviation: heldChangeDeviation)
        }
    }

    /// Slices with a guarantee, and the gain that a tenth of the power is worth.
    private struct Judging: Codable {
        var guaranteed: [Bool]
        var energyWeight: Double
    }

    private struct Effect: Codable {
        /// nil in rows of schemas before version 3.
        var epoch: UInt64?
        var state: String
        var effect: Double
        var deviation: Double
        var samples: Int
    }
}

extension LanguageTextRow {
    /// The row of a text that the next decision refers to.
    package init(_ text: LanguageText, at: Int64) { self.init(digest: text.digest, at: at, text: text.text) }

    /// Rows that say that a decision refers to texts, each once.
    package static func referred(by decision: LanguageDecision, at: Int64) -> [LanguageTextRow] {
        let digests = [decision.instructions] + decision.questions.map(\.constraintDigest)
        return digests.filter { !$0.isEmpty }
            .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            .map { LanguageTextRow(digest: $0, at: at) }
    }
}

/// Lists and trees as a field of a row holds them.
private enum RowJSON {
    static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }

    static func value<Value: Decodable>(_: Value.Type, _ text: String) -> Value? {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try? decoder.decode(Value.self, from: Data(text.utf8))
    }
}
