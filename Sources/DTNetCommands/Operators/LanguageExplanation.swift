internal import DTNetMessages
internal import Foundation
internal import LanguageEngine
package import NetworkModel
internal import TwinProtocol

/// Why the language engine did what it did in one decision, or why a cell got what it got in one directive.
package struct LanguageExplanation: Sendable {
    private let record: RunRecord

    package init(_ record: RunRecord) { self.record = record }

    /// Lines about a decision, nil where the record holds none of this number.
    ///
    /// - Parameter verbose: with the prompt and the answers.
    package func lines(decision number: UInt64, verbose: Bool = false) -> [String]? {
        guard let (row, decision) = record.languageRows.last(where: { $0.decision.number == number }) else {
            return nil
        }
        var lines = ["decision \(number) of epoch \(decision.epoch): \(decision.outcome.rawValue) [\(row.id)]"]
        let intents = decision.findings.filter { $0.hasPrefix(Finding.intentOpening) }
        lines += LanguageExplanation.list("intent", intents)
        lines += LanguageExplanation.list("finding", decision.findings.filter { !intents.contains($0) })
        lines += LanguageExplanation.list("passage", decision.passages)
        let asked = decision.model.isEmpty ? "none asked" : decision.model
        lines.append("model: \(asked)" + (decision.failure.isEmpty ? "" : ", no answer: \(decision.failure)"))
        if !decision.model.isEmpty {
            lines.append(
                "cost: \(decision.promptTokens) + \(decision.outputTokens) tokens in "
                    + String(format: "%.2f s", decision.seconds))
        }
        lines += howAsked(decision)
        if verbose {
            if let instructions = record.text(decision.instructions), !instructions.isEmpty {
                lines.append("instructions: \(instructions)")
            }
            lines.append("prompt: \(decision.prompt)")
            for question in decision.questions where question.constraint != ChatConstraint.none.rawValue {
                let text = record.text(question.constraintDigest) ?? "not recorded"
                lines.append("\(question.constraint) \(question.constraintDigest): \(text)")
            }
            lines += LanguageExplanation.list("answer", decision.answers)
        }
        lines += candidates(decision)
        lines.append("reason: \(decision.reason.isEmpty ? "none recorded" : decision.reason)")
        lines.append("effect: " + effect(of: decision))
        return lines
    }

    /// How the model was asked.
    private func howAsked(_ decision: LanguageDecision) -> [String] {
        if decision.reused > 0 { return ["asked: not again, the answers are those of decision \(decision.reused)"] }
        return decision.questions.map { question in
            "asked: temperature \(question.temperature), seed \(question.seed), \(question.maxOutputTokens) tokens "
                + "at most, in form by \(question.constraint)"
                + (question.repaired.isEmpty ? "" : ", once more after \(question.repaired.cut(toBytes: 200))")
        }
    }

    private static func list(_ name: String, _ texts: [String]) -> [String] { texts.map { "\(name): \($0)" } }

    private func candidates(_ decision: LanguageDecision) -> [String] {
        guard !decision.candidates.isEmpty else { return ["candidates: none"] }
        var table = TextTable(
            ["", "candidate", "from", "M %", "in 95 of 100 %", "power %", "verdict"], numeric: [3, 4, 5])
        let percent = { (share: Double?) in share.map { String(format: "%+.2f", $0 * 100) } ?? "-" }
        for (index, candidate) in decision.candidates.enumerated() {
            table.add([
                index == decision.chosen ? "*" : "", candidate.action, candidate.source, percent(candidate.gain),
                percent(candidate.gainLow), percent(candidate.powerChange), candidate.verdict,
            ])
        }
        return table.lines
    }

    private func effect(of decision: LanguageDecision) -> String {
        var approved = ""
        if let (row, approval) = record.approval(of: decision.number) {
            approved = "approved in epoch \(approval.epoch) [\(row.id)], "
        }
        let ends = record.effects(of: decision.number)
        if ends.isEmpty {
            guard record.adoptionEpoch(of: decision) != nil else {
                return record.isOpen(decision) ? "none yet, it waits for consent" : "none, nothing was adopted"
            }
            return approved + "not measured to its end yet"
        }
        let became = ends.map { row, effect in
            switch effect.state {
            case .restored:
                "in force again since epoch \(effect.epoch), as what had taken its place was rolled back [\(row.id)]"
            case .renewed: "renewed in epoch \(effect.epoch), as a wish still asks for it [\(row.id)]"
            case .declined: "none, declined in epoch \(effect.epoch) [\(row.id)]"
            case .approved: ""
            case .ended, .rolledBack:
                "\(effect.state == .ended ? "ended" : "rolled back") in epoch \(effect.epoch); M "
                    + String(format: "%+.2f +- %.2f %%", effect.effect * 100, effect.deviation * 100)
                    + " of the forecast without it, \(effect.samples) samples [\(row.id)]"
            }
        }
        return approved + became.joined(separator: "; ")
    }

    // MARK: - Directives

    /// Lines about what a cell got from the directive of an epoch, nil where the record holds none; each decision of
    /// the language engine that was in force there is explained behind it, indented.
    ///
    /// - Parameter verbose: with the prompts and answers of the decisions.
    package func lines(directiveOf epoch: UInt64, cell: CellID, verbose: Bool = false) -> [String]? {
        let found = record.directiveRows.filter {
            $0.directive.epoch == epoch && $0.directive.directive.cell.contains(cell.rawValue)
        }
        guard let (row, directive) = found.last else { return nil }
        let name = { (node: NodeID) in
            record.plan.nodes.indices.contains(Int(node.rawValue)) ? record.plan.nodes[Int(node.rawValue)].name : "?"
        }
        var lines = ["directive of epoch \(epoch) for cell \(cell.index), from \(name(directive.sender)) [\(row.id)]"]
        if let watts = directive.watts(of: cell) { lines.append("power: " + String(format: "%.2f dBm", dbm(watts))) }
        if let cap = directive.capWatts(of: cell) { lines.append("cap: " + String(format: "%.2f dBm", dbm(cap))) }
        if let index = directive.highestMCS(of: cell) { lines.append("highest scheme: MCS \(index)") }
        for index in directive.result.cell.indices where directive.result.cell[index] == cell.rawValue {
            lines.append("\(directive.result.kind[index].words): \(directive.result.outcome[index].words)")
        }
        lines.append("hops: " + directive.hops.map { name($0.node) }.joined(separator: " > "))
        let offer = directive.directive.offerEpoch
        if let leader = record.leaderRows.last(where: { $0.decision.epoch == offer }) {
            lines.append(
                "offer: epoch \(offer) of \(name(leader.decision.node)), solver \(leader.decision.solver.rawValue)"
                    + (leader.decision.reason.map { ", \($0)" } ?? "") + " [\(leader.row.id)]")
        } else {
            lines.append("offer: epoch \(offer), no decision of a leader is recorded for it")
        }
        let inForce = decisionsInForce(at: epoch, cell: cell)
        if inForce.isEmpty { lines.append("language engine: nothing of it was in force here") }
        for (row, decision) in inForce {
            let action = decision.candidates[decision.chosen].action
            lines.append("language engine: decision \(decision.number), \(action) [\(row.id)]")
            lines += (self.lines(decision: decision.number, verbose: verbose) ?? []).map { "  " + $0 }
        }
        return lines
    }

    /// Adopted decisions about a cell, or a slice of all cells, from their epoch until their effect ended, and from
    /// when they were restored.
    private func decisionsInForce(
        at epoch: UInt64, cell: CellID
    ) -> [(row: RunRecord.Row, decision: LanguageDecision)] {
        record.languageRows.filter { _, decision in
            guard let since = record.adoptionEpoch(of: decision), since <= epoch,
                record.effects(of: decision.number).last(where: { $0.effect.epoch <= epoch })
                    .map({ $0.effect.state.isInForce }) ?? true,
                let form = RecordAnswers.chosen(decision)
            else { return false }
            if let cells = form.cells { return cells.contains(cell.index) }
            return form.cell == cell.index || form.other == cell.index || form.slice != nil
        }
    }

    /// A decision as JSON: everything that is recorded of it, the prompt included.
    package func json(decision number: UInt64) -> [String: Any]? {
        guard let (row, decision) = record.languageRows.last(where: { $0.decision.number == number }) else {
            return nil
        }
        let share = { (value: Double?) -> Any in value.map { $0 as Any } ?? NSNull() }
        let candidates = decision.candidates.map { candidate -> [String: Any] in
            [
                "action": candidate.action, "source": candidate.source, "gain": share(candidate.gain),
                "gain_low": share(candidate.gainLow), "power_change": share(candidate.powerChange),
                "verdict": candidate.verdict, "replaces": candidate.replaces,
            ]
        }
        let questions = decision.questions.map { question -> [String: Any] in
            [
                "temperature": question.temperature, "seed": question.seed, "max_tokens": question.maxOutputTokens,
                "constraint": question.constraint,
                "constraint_text": record.text(question.constraintDigest).map { $0 as Any } ?? NSNull(),
                "repaired": question.repaired,
            ]
        }
        var json: [String: Any] = [
            "number": number, "line": row.line, "epoch": decision.epoch, "outcome": decision.outcome.rawValue,
            "findings": decision.findings, "passages": decision.passages, "model": decision.model,
            "instructions": record.text(decision.instructions).map { $0 as Any } ?? NSNull(), "questions": questions,
            "reused": decision.reused, "prompt": decision.prompt, "answers": decision.answers,
            "failure": decision.failure,
            "candidates": candidates, "chosen": decision.chosen, "reason": decision.reason,
            "prompt_tokens": decision.promptTokens, "output_tokens": decision.outputTokens,
            "seconds": decision.seconds, "approved": NSNull(), "effect": NSNull(),
        ]
        if let (row, approval) = record.approval(of: number) {
            json["approved"] = ["line": row.line, "epoch": approval.epoch] as [String: Any]
        }
        if let (effectRow, effect) = record.effects(of: number).last {
            json["effect"] = [
                "line": effectRow.line, "epoch": effect.epoch, "state": effect.state.rawValue,
                "effect": effect.effect, "deviation": effect.deviation, "samples": effect.samples,
            ]
        }
        return json
    }
}
