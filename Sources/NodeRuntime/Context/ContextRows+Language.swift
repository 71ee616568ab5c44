internal import ContextStore
internal import Foundation
internal import TwinProtocol

/// Cycles of the language engine, and what became of what it adopted.
extension ContextRows {
    func row(_ decision: LanguageDecision, _ source: String, _ at: Int64) -> ContextRow {
        func action(_ candidate: LanguageDecision.Candidate) -> String { candidate.action }
        var row = LanguageDecisionRow(
            id: "\(source)/\(decision.number)", source: source, at: at, epoch: Int64(clamping: decision.epoch),
            trigger: decision.findings.first ?? "", situation: ContextRows.json(decision.findings),
            passages: ContextRows.json(decision.passages), prompt: decision.prompt, model: decision.model,
            parameters: ContextRows.json(Parameters(decision)), answer: ContextRows.json(decision.answers),
            actions: ContextRows.json(decision.candidates.map(action)))
        row.whatIf = ContextRows.json(decision.candidates.map(Candidate.init))
        row.verdict = decision.outcome.rawValue
        row.reason = decision.failure.isEmpty ? decision.reason : "\(decision.reason) (\(decision.failure))"
        row.tokensIn = decision.promptTokens
        row.tokensOut = decision.outputTokens
        row.durationMs = decision.seconds * 1_000
        return row.row
    }

    func row(_ effect: LanguageEffect, _ source: String, _ at: Int64) -> ContextRow {
        let measured = Effect(
            state: effect.state.rawValue, effect: effect.effect, deviation: effect.deviation, samples: effect.samples)
        return LanguageDecisionRow.effect(
            ContextRows.json(measured), of: "\(source)/\(effect.number)", source: source, at: at)
    }

    /// How the model was asked; long texts by their digests in the run's record.
    private struct Parameters: Encodable {
        var instructions: String
        var temperature: [Double]
        var seed: [UInt64]
        var maxTokens: [Int]
        var constraint: [String]
        var constraintDigest: [String]
        var reused: UInt64?

        init(_ decision: LanguageDecision) {
            instructions = decision.instructions
            temperature = decision.questions.map(\.temperature)
            seed = decision.questions.map(\.seed)
            maxTokens = decision.questions.map(\.maxOutputTokens)
            constraint = decision.questions.map(\.constraint)
            constraintDigest = decision.questions.map(\.constraintDigest)
            reused = decision.reused == 0 ? nil : decision.reused
        }
    }

    private struct Candidate: Encodable {
        var action: String
        var source: String
        var gain: Double?
        var gainLow: Double?
        var powerChange: Double?
        var verdict: String
        /// nil where it takes no decision's place.
        var replaces: [UInt64]?

        init(_ candidate: LanguageDecision.Candidate) {
            action = candidate.action
            source = candidate.source
            gain = candidate.gain
            gainLow = candidate.gainLow
            powerChange = candidate.powerChange
            verdict = candidate.verdict
            replaces = candidate.replaces.isEmpty ? nil : candidate.replaces
        }
    }

    private struct Effect: Encodable {
        var state: String
        var effect: Double
        var deviation: Double
        var samples: Int
    }

    private static func json(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}
