internal import Foundation
package import LanguageEngine

/// How ways of deciding have done over the same cases.
package struct EvalReport: Sendable {
    /// The arms in order, and how each has done.
    package private(set) var arms: [(arm: EvalArm, tally: EvaluationTally)]
    /// Cases in which an arm with the rule base's proposals adopted something worse than the rule base alone.
    package private(set) var belowRules = 0
    /// Cases, and those that are about a channel twin.
    package private(set) var cases = 0
    package private(set) var services = 0
    /// Why arms are missing.
    package var absence: String?
    /// Name of the adapter that the model answered with; nil for none.
    package var adapter: String?

    init(arms: [EvalArm]) { self.arms = arms.map { ($0, EvaluationTally(isVerified: $0.isVerified)) } }

    mutating func add(_ answers: [EvaluationAnswer], to example: EvaluationCase) {
        cases += 1
        services += example.isService ? 1 : 0
        for (index, answer) in answers.enumerated() { arms[index].tally.add(answer, to: example) }
        guard !example.isService, let ruled = tally(.rules)?.regrets.last, let both = tally(.both)?.regrets.last else {
            return
        }
        if both > ruled + 1e-12 { belowRules += 1 }
    }

    package func tally(_ arm: EvalArm) -> EvaluationTally? { arms.first { $0.arm == arm }?.tally }

    package var lines: [String] {
        var table = TextTable(
            [
                "arm", "valid %", "right %", "regret %", "refused %", "unseen %", "p50 ms", "p99 ms", "read", "cached",
                "written",
            ], numeric: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
        for (arm, tally) in arms {
            let perCase = { (count: Int) in EvalReport.digits(Double(count) / Double(max(1, tally.cases)), 1) }
            table.add([
                arm.rawValue, EvalReport.percent(tally.valid, tally.proposals),
                EvalReport.percent(tally.right, tally.cases), EvalReport.digits(100 * tally.regret, 3),
                EvalReport.percent(tally.refused, tally.acting),
                EvalReport.digits(100 * tally.unseenGainSum / Double(max(1, tally.cases)), 2),
                EvalReport.digits(1e3 * EvalReport.quantile(0.5, tally.seconds), 2),
                EvalReport.digits(1e3 * EvalReport.quantile(0.99, tally.seconds), 2), perCase(tally.promptTokens),
                perCase(tally.cachedTokens), perCase(tally.outputTokens),
            ])
        }
        var lines = ["\(cases) cases, \(services) of them about a channel twin", ""] + table.lines + [""]
        let verified = arms.filter(\.arm.isVerified)
        lines.append(
            "adopted after the twins' verdict: "
                + verified.map { "\($0.arm.rawValue) \($0.tally.adopted)" }.joined(separator: ", ")
                + "; against a guarantee: \(verified.reduce(0) { $0 + $1.tally.violations })")
        if tally(.both) != nil, tally(.rules) != nil {
            lines.append("cases in which rules+best-of-n did worse than rules: \(belowRules)")
        }
        if let adapter { lines.append("the model answered with adapter \(adapter)") }
        if let absence { lines.append("left out: \(absence)") }
        return lines
    }

    // MARK: - JSON

    private struct Row: Encodable {
        var arm: String
        var cases, proposals, valid, acting, refused, right, adopted, violations: Int
        var regretMean, unseenGainMean: Double
        var unseenViolations: Int
        var p50Ms, p99Ms: Double
        var promptTokens, cachedTokens, outputTokens: Int
    }

    private struct Document: Encodable {
        var cases, services, belowRules: Int
        var absence, adapter: String?
        var arms: [Row]
    }

    package func json() throws -> String {
        let rows = arms.map { arm, tally in
            Row(
                arm: arm.rawValue, cases: tally.cases, proposals: tally.proposals, valid: tally.valid,
                acting: tally.acting, refused: tally.refused, right: tally.right, adopted: tally.adopted,
                violations: tally.violations, regretMean: tally.regret,
                unseenGainMean: tally.unseenGainSum / Double(max(1, tally.cases)),
                unseenViolations: tally.unseenViolations, p50Ms: 1e3 * EvalReport.quantile(0.5, tally.seconds),
                p99Ms: 1e3 * EvalReport.quantile(0.99, tally.seconds), promptTokens: tally.promptTokens,
                cachedTokens: tally.cachedTokens, outputTokens: tally.outputTokens)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let document = Document(
            cases: cases, services: services, belowRules: belowRules, absence: absence, adapter: adapter, arms: rows)
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }

    private static func percent(_ count: Int, _ total: Int) -> String {
        total == 0 ? "-" : digits(100 * Double(count) / Double(total), 1)
    }

    private static func digits(_ value: Double, _ count: Int) -> String { String(format: "%.\(count)f", value) }

    private static func quantile(_ share: Double, _ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.sorted()[min(values.count - 1, Int(Double(values.count) * share))]
    }
}
