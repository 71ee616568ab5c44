internal import DTNetMessages
internal import Foundation
internal import LanguageEngine
internal import NetworkModel
internal import TwinProtocol

extension RecordAnswers {
    /// A fall below this is the game at work and none that needs a cause.
    private static let leastFallDb = 0.5
    /// Values on either side of a step that are averaged.
    private static let window = 4
    /// Epochs before a fall in which its cause is looked for.
    private static let causeEpochs: UInt64 = 64

    func why(_ cause: OperatorQuestion.Cause, _ question: OperatorQuestion) -> [GroundedAnswer.Statement] {
        if cause == .power, !question.cells.isEmpty {
            return question.cells.prefix(RecordAnswers.most).flatMap(whyPowerFell)
        }
        var statements = decisions(cause, question)
        if cause == .share, let slice = question.slice { statements += shareFell(slice) }
        if cause == .blanking || cause == .bandwidth {
            statements += question.cells.prefix(RecordAnswers.most).compactMap { capCameDown($0, in: nil) }
        }
        if cause == .platform { statements += platformSent(question) }
        return statements.isEmpty
            ? [.init("nothing in the record explains it: a fault or a change outside is possible", [])] : statements
    }

    /// Actions that can be the cause.
    private static func kinds(_ cause: OperatorQuestion.Cause) -> [ActionKind] {
        switch cause {
        case .power: [.capPower, .blankSubbands, .shiftBandwidth]
        case .association: [.reassociate]
        case .bandwidth: [.shiftBandwidth, .blankSubbands]
        case .share: [.sliceShares, .raisePriority]
        case .sleep: [.capPower, .blankSubbands]
        case .blanking: [.blankSubbands, .shiftBandwidth]
        case .platform: [.deployPlatform]
        case .mcs: [.capMCS]
        case .delay: [.raisePriority, .sliceShares, .reassociate]
        case .retrain: [.retrain]
        }
    }

    /// Adopted decisions with such an action on what the question names, the newest last.
    private func decisions(
        _ cause: OperatorQuestion.Cause, _ question: OperatorQuestion, in epochs: ClosedRange<UInt64>? = nil
    ) -> [GroundedAnswer.Statement] {
        let kinds = RecordAnswers.kinds(cause).map(\.rawValue)
        let found = record.languageRows.filter { row, decision in
            guard let since = record.adoptionEpoch(of: decision), let form = RecordAnswers.chosen(decision),
                kinds.contains(form.action), epochs?.contains(since) ?? true
            else { return false }
            return acts(form, on: question)
        }
        return found.suffix(RecordAnswers.most).map { row, decision in
            var text =
                "language decision \(decision.number) of epoch \(decision.epoch) \(decision.outcome.rawValue) "
                + decision.candidates[decision.chosen].action
            if !decision.findings.isEmpty { text += " because: " + decision.findings.joined(separator: "; ") }
            if !decision.reason.isEmpty { text += " (\(decision.reason))" }
            var rows = [row]
            for found in [record.approval(of: decision.number), record.effect(of: decision.number)] {
                guard let (effectRow, effect) = found else { continue }
                text += "; it \(effect.state.words) in epoch \(effect.epoch)"
                rows.append(effectRow)
            }
            return .init(text, rows)
        }
    }

    private func acts(_ form: ActionForm, on question: OperatorQuestion) -> Bool {
        let cells = [form.cell, form.other].compactMap { $0 } + (form.cells ?? [])
        let isOnCell = question.cells.isEmpty || question.cells.contains { cells.contains($0.index) }
        guard let slice = question.slice else { return isOnCell }
        if form.cells != nil, !isOnCell { return false }
        // A share goes from one slice to another: every change of shares concerns each of them.
        return form.action == ActionKind.sliceShares.rawValue || form.slice == record.network.slices[slice].name
    }

    // MARK: - Power

    private func whyPowerFell(_ cell: CellID) -> [GroundedAnswer.Statement] {
        let series = record.powers(of: cell)
        guard let fall = RecordAnswers.fall(series.map(\.watts)) else {
            guard let last = series.last else { return absent("any power of cell \(cell.index)") }
            return [
                .init(
                    "the record holds no fall of the power of cell \(cell.index): it is at "
                        + "\(Self.number(dbm(last.watts))) dBm in epoch \(last.epoch)", [last.row])
            ]
        }
        let (from, to) = (series[fall.from], series[fall.to])
        let what = GroundedAnswer.Statement(
            "cell \(cell.index) fell from \(Self.number(dbm(from.watts))) dBm in epoch \(from.epoch) to "
                + "\(Self.number(dbm(to.watts))) dBm in epoch \(to.epoch)", [from.row, to.row])
        let earliest = from.epoch - min(from.epoch, RecordAnswers.causeEpochs)
        let epochs = earliest...max(earliest, to.epoch)
        var causes = decisions(.power, OperatorQuestion(.why(.power), cells: [cell]), in: epochs)
        if let cap = capCameDown(cell, in: epochs) { causes.append(cap) }
        if let offer = offer(behind: to.row) { causes.append(offer) }
        if causes.isEmpty {
            causes = [
                .init(
                    "no policy, offer or decision of the record coincides: a fault or a change outside is possible", [])
            ]
        }
        return [what] + causes
    }

    /// Where a series falls most: the highest value of the few before the step and the lowest of the few behind it; nil
    /// where no fall reaches `leastFallDb`. Of equal falls the last.
    static func fall(_ watts: [Double]) -> (from: Int, to: Int)? {
        var best = (db: leastFallDb, place: 0)
        for place in watts.indices.dropFirst() {
            let before = watts[max(0, place - window)..<place]
            let after = watts[place..<min(watts.count, place + window)]
            let means = [before, after].map { dbm($0.reduce(0, +) / Double($0.count)) }
            if means[0] - means[1] >= best.db { best = (means[0] - means[1], place) }
        }
        guard best.place > 0 else { return nil }
        let before = max(0, best.place - window)..<best.place
        let after = best.place..<min(watts.count, best.place + window)
        let from = before.reversed().max { watts[$0] < watts[$1] } ?? best.place - 1
        let to = after.min { watts[$0] < watts[$1] } ?? best.place
        return (from, to)
    }

    /// The newest step down of the cap that a policy puts on a cell.
    private func capCameDown(_ cell: CellID, in epochs: ClosedRange<UInt64>?) -> GroundedAnswer.Statement? {
        var before: (row: RunRecord.Row, watts: Double)?
        var found: GroundedAnswer.Statement?
        for (row, directive) in record.directiveRows {
            guard let watts = directive.capWatts(of: cell) else { continue }
            if let before, watts < 0.98 * before.watts, epochs?.contains(directive.epoch) ?? true {
                found = .init(
                    "the policy's cap on cell \(cell.index) came down from \(Self.number(dbm(before.watts))) to "
                        + "\(Self.number(dbm(watts))) dBm with the directive of epoch \(directive.epoch)",
                    [before.row, row])
            }
            before = (row, watts)
        }
        return found
    }

    /// The leader's decision whose offer a directive used.
    private func offer(behind row: RunRecord.Row) -> GroundedAnswer.Statement? {
        guard case .directive(let directive) = row.record else { return nil }
        let epoch = directive.directive.offerEpoch
        guard let leader = record.leaderRows.last(where: { $0.decision.epoch == epoch }) else { return nil }
        let decision = leader.decision
        let reason = decision.reason.map { ": \($0)" } ?? ""
        return .init(
            "the power answers the offer of epoch \(decision.epoch) of \(nodeName(decision.node)), solver "
                + "\(decision.solver.rawValue)\(reason)", [leader.row, row])
    }

    // MARK: - Shares and platforms

    private func shareFell(_ slice: Int) -> [GroundedAnswer.Statement] {
        var before: (row: RunRecord.Row, share: Double)?
        var found: [GroundedAnswer.Statement] = []
        for (row, directive) in record.directiveRows {
            guard let cell = directive.directive.cell.first, let share = directive.share(of: slice, in: CellID(cell))
            else { continue }
            if let before, share < before.share - 0.005 {
                found = [
                    .init(
                        "its share of cell \(cell) fell from \(Self.number(before.share * 100)) to "
                            + "\(Self.number(share * 100)) % with the directive of epoch \(directive.epoch)",
                        [before.row, row])
                ]
            }
            before = (row, share)
        }
        return found
    }

    private func platformSent(_ question: OperatorQuestion) -> [GroundedAnswer.Statement] {
        guard let last = record.directiveRows.last(where: { !$0.directive.directive.platformCell.isEmpty }) else {
            return []
        }
        let directive = last.directive.directive
        let place = [directive.platformX, directive.platformY].map { Self.number(Double($0[0]), digits: 0) }
        return [
            .init(
                "the directive of epoch \(last.directive.epoch) sends the platform of cell "
                    + "\(directive.platformCell[0]) to x \(place[0]) m, y \(place[1]) m", [last.row])
        ]
    }
}
