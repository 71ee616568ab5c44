internal import DTNetMessages
internal import Foundation
internal import NetworkModel
package import TwinProtocol

/// An answer of which every number stands in the record: each statement names its rows, and one with a number that
/// none of them holds is not shown.
package struct GroundedAnswer: Sendable {
    package struct Statement: Sendable {
        package var text: String
        package var rows: [RunRecord.Row]
        /// Sums and means of values of the rows, which the answer formed itself.
        package var formed: [Double]

        package init(_ text: String, _ rows: [RunRecord.Row], formed: [Double] = []) {
            self.text = text
            self.rows = rows
            self.formed = formed
        }
    }

    /// What is shown.
    package let statements: [Statement]
    /// Statements that were left out.
    package let withheld: Int

    /// Checks each statement against its rows.
    ///
    /// - Parameter asked: numbers of the question, which the answer may repeat.
    package init(_ statements: [Statement], asked: [Double]) {
        self.statements = statements.filter { GroundedAnswer.isGrounded($0, asked: asked) }
        withheld = statements.count - self.statements.count
    }

    /// Whether every number in the text is, to its last digit, one of the question, of a row, or the number of its
    /// line.
    package static func isGrounded(_ statement: Statement, asked: [Double] = []) -> Bool {
        var known = asked + statement.formed
        for row in statement.rows { known += [Double(row.line)] + values(of: row.record) }
        return numbers(in: statement.text).allSatisfy { number in
            known.contains { ($0 - number.value).magnitude <= 0.5000001 * number.step }
        }
    }

    /// Numbers in a text and the value of their last digit. Digits that belong to a name, as in `hall-2`, are none.
    package static func numbers(in text: String) -> [(value: Double, step: Double)] {
        var numbers: [(value: Double, step: Double)] = []
        let scalars = Array(text.unicodeScalars)
        let isDigit = { (index: Int) in scalars.indices.contains(index) && ("0"..."9").contains(scalars[index]) }
        var index = 0
        while index < scalars.count {
            guard isDigit(index) else {
                index += 1
                continue
            }
            var start = index
            while isDigit(index) || (index < scalars.count && scalars[index] == "." && isDigit(index + 1)) {
                index += 1
            }
            let before = start > 0 ? scalars[start - 1] : " "
            let further = start > 1 ? scalars[start - 2] : " "
            let isName =
                before.properties.isAlphabetic || before == "_"
                || (before == "-" && (further.properties.isAlphabetic || ("0"..."9").contains(further)))
            if isName { continue }
            if before == "-" { start -= 1 }
            var digits = String.UnicodeScalarView()
            digits.append(contentsOf: scalars[start..<index])
            guard let value = Double(String(digits)) else {
                // A version or a date: no value of a row is like it.
                numbers.append((.nan, 0))
                continue
            }
            let fraction = String(digits).split(separator: ".").dropFirst().first?.count ?? 0
            numbers.append((value, pow(10, -Double(fraction))))
        }
        return numbers
    }

    // MARK: - What a record holds

    /// All numbers of a record, also as percent, dBm, Mbit/s and milliseconds: other units of the same values.
    package static func values(of record: Record) -> [Double] {
        switch record {
        case .epochStarted(let start): [Double(start.epoch), Double(start.scheduled.nanoseconds) / 1e9]
        case .directive(let directive): values(of: directive)
        case .window(let window):
            [Double(window.end.nanoseconds) / 1e9] + window.throughputKbps.flatMap { [Double($0), Double($0) / 1e3] }
        case .lateOffer(let node, let epoch, let cells): [Double(node.rawValue), Double(epoch), Double(cells)]
        case .leaderDecision(let decision):
            [
                Double(decision.node.rawValue), Double(decision.epoch), Double(decision.rounds),
                Double(decision.predictedCells), decision.twinValueMbps,
            ] + [decision.responseGap].compactMap { $0 }.flatMap { [$0, $0 * 100] } + values(of: decision.reason ?? "")
        case .alarm(let node, let text): [Double(node.rawValue)] + values(of: text)
        // Grammars and prompts are no facts of the run.
        case .languageText: []
        case .language(let decision): values(of: decision)
        case .languageEffect(let effect):
            [Double(effect.node.rawValue), Double(effect.number), Double(effect.epoch), Double(effect.samples)]
                + [effect.effect, effect.deviation].flatMap { [$0, $0 * 100] }
        case .cells(let figures):
            [Double(figures.node.rawValue), Double(figures.epoch)] + figures.users.map { Double($0) }
                + (figures.load + figures.forecastLoad).flatMap { [$0, $0 * 100] }
                + figures.throughputKbps.flatMap { [$0, $0 / 1e3] } + figures.load.indices.map { Double($0) }
        case .twinStatus(let record):
            [Double(record.sender.rawValue), Double(record.epoch), Double(record.status.order)]
                + record.status.cell.map { Double($0) } + record.status.lastOrder.map { Double($0) }
                + (record.status.errorBefore + record.status.error + record.status.usualError
                + record.status.orderBefore + record.status.orderAfter).map { Double($0) }
        }
    }

    private static func values(of text: String) -> [Double] { numbers(in: text).map(\.value) }

    private static func values(of record: DirectiveRecord) -> [Double] {
        let directive = record.directive
        var values = [
            record.epoch, record.term, directive.offerEpoch, directive.oldestEpoch, directive.expiresEpoch,
            directive.group, UInt64(record.sender.rawValue),
        ].map { Double($0) }
        values += directive.cell.map { Double($0) }
        for cell in directive.cell.map({ CellID($0) }) {
            for watts in [record.watts(of: cell), record.capWatts(of: cell)].compactMap({ $0 }) {
                values += [watts, dbm(watts)]
            }
        }
        values += directive.highestMCS.filter { $0 != MCSTable.uncapped }.map { Double($0) }
        values += directive.sliceShare.flatMap { [Double($0), Double($0) * 100] }
        values += directive.platformCell.map { Double($0) }
        values += (directive.platformX + directive.platformY + directive.platformHeight).map { Double($0) }
        values += record.result.effectKbps.flatMap { [Double($0), Double($0) / 1e3] }
        for hop in record.hops {
            values += [Double(hop.node.rawValue), (hop.started - hop.arrived).milliseconds]
            values.append((hop.sent - hop.started).milliseconds)
        }
        return values
    }

    private static func values(of decision: LanguageDecision) -> [Double] {
        var values = [
            Double(decision.node.rawValue), Double(decision.number), Double(decision.epoch),
            Double(decision.promptTokens), Double(decision.outputTokens), decision.seconds, Double(decision.chosen),
        ]
        values += (decision.findings + decision.passages + [decision.reason, decision.failure]).flatMap(
            Self.values(of:))
        for candidate in decision.candidates {
            values += Self.values(of: candidate.action) + Self.values(of: candidate.verdict)
            values += [candidate.gain, candidate.gainLow, candidate.powerChange].compactMap { $0 }
                .flatMap { [$0, $0 * 100] }
        }
        return values
    }
}
