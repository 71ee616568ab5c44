internal import NetworkModel

/// An action in force, as conflicts are told from it.
package struct ActionInForce: Hashable, Sendable {
    /// Number of its decision.
    package var number: UInt64
    package var action: Action
    /// An operator asked for it, or consented to it.
    package var isWished: Bool

    package init(number: UInt64, action: Action, isWished: Bool) {
        self.number = number
        self.action = action
        self.isWished = isWished
    }
}

/// Which things that layers and operators want stand against each other, and what would settle it.
extension RuleBase {
    /// Conflicts of one moment, at most: other findings keep their place in a prompt.
    package static let mostConflicts = 4

    /// Conflicts that there are, those of actions in force first: with what L2 says of the cells that they take from
    /// and of the slices that they leave less, and with what operators ask for; then those between operators. Of one
    /// action, and of two wishes, the first counts.
    ///
    /// - Parameters:
    ///   - intents: of operators, in force now.
    ///   - findings: what else is found.
    package func conflicts(
        inForce: [ActionInForce], intents: [Intent], findings: [Finding], state: NetworkState
    ) -> [Finding] {
        let wishes = intents.map { asked(by: $0, state: state) }
        var conflicts = inForce.filter { !isLifted($0.action) }.compactMap { held in
            conflict(of: held, with: findings, state: state)
                ?? (held.isWished ? nil : conflict(of: held, with: wishes.flatMap { $0 }))
        }
        for (index, wish) in wishes.enumerated() {
            for other in wishes[(index + 1)...] { conflicts += conflict(between: wish, and: other).map { [$0] } ?? [] }
        }
        return conflicts.prefix(RuleBase.mostConflicts).map { .conflict($0) }
    }

    private func conflict(
        of held: ActionInForce, with findings: [Finding], state: NetworkState
    ) -> LayerConflict? {
        func made(_ cell: CellID?, _ opponent: LayerConflict.Opponent) -> LayerConflict {
            LayerConflict(
                action: ActionForm(held.action, slices: bounds.slices), decision: held.number,
                isWished: held.isWished, cell: cell, opponent: opponent)
        }
        for cell in held.action.cells.taken {
            let isCrowded = findings.contains { finding in
                switch finding {
                case .surge(cell, _, _), .starved(cell, _, _): true
                default: false
                }
            }
            let figures = state.cells[cell.index]
            if isCrowded { return made(cell, .load(now: figures.load, forecast: figures.forecastLoad)) }
            if let slice = figures.shortSlices.first { return made(cell, .slice(slice)) }
        }
        guard let favoured = held.action.slice else { return nil }
        for finding in findings {
            if case .sliceAtRisk(let slice, _, _) = finding, slice != favoured { return made(nil, .slice(slice)) }
        }
        return nil
    }

    private func conflict(of held: ActionInForce, with wishes: [Action]) -> LayerConflict? {
        for wish in wishes {
            guard case .opposed(let cell)? = held.action.conflict(with: wish) else { continue }
            return LayerConflict(
                action: ActionForm(held.action, slices: bounds.slices), decision: held.number, isWished: false,
                cell: cell, opponent: .wish(ActionForm(wish, slices: bounds.slices)))
        }
        return nil
    }

    private func conflict(between first: [Action], and second: [Action]) -> LayerConflict? {
        for one in first {
            for other in second {
                guard case .opposed(let cell)? = one.conflict(with: other) else { continue }
                return LayerConflict(
                    action: ActionForm(one, slices: bounds.slices), decision: nil, isWished: true, cell: cell,
                    opponent: .wish(ActionForm(other, slices: bounds.slices)))
            }
        }
        return nil
    }

    /// What an intent asks of the cells that it names: what is done elsewhere for it can be done in other cells too.
    private func asked(by intent: Intent, state: NetworkState) -> [Action] {
        let cells = RuleBase.parts(intent.scope).cells
        return proposals(for: [.intent(intent)], state: state).filter { action in
            (action.cells.given + action.cells.taken).contains { cells.contains($0) }
        }
    }

    /// What would settle a conflict: the action in force is lifted or relaxed where nobody asked for it, and the cell
    /// is relieved in other ways.
    func settling(_ conflict: LayerConflict, state: NetworkState) -> [ActionForm] {
        (conflict.isWished ? [] : relaxed(conflict.action))
            + (conflict.cell.map { relieve($0, state: state) } ?? [])
    }

    /// What would settle a conflict of leaders: one of them moves within less power or fewer subbands, so that the
    /// other has nothing to answer, or the users that it is about count for more. On each side the cell with the fewest
    /// users gives way, and the one with the most gets.
    func settling(_ conflict: LeaderConflict, state: NetworkState) -> [ActionForm] {
        let sides = [conflict.first, conflict.second].map { side in
            side.cells.sorted { (state.cells[$0.index].ueCount, $0) < (state.cells[$1.index].ueCount, $1) }
        }
        guard let one = sides[0].first, let two = sides[1].first, let first = sides[0].last, let second = sides[1].last
        else { return [] }
        let subbands = Double(max(1, bounds.subbands / 4))
        return [saving(one), saving(two)] + [
            form(.shiftBandwidth, one, other: second.index, value: subbands),
            form(.shiftBandwidth, two, other: first.index, value: subbands),
            form(.raisePriority, first, value: 1.5), form(.raisePriority, second, value: 1.5),
        ]
    }

    /// The same control set to as much as a cell can do, or as little as counts, and half the way there.
    private func relaxed(_ form: ActionForm) -> [ActionForm] {
        guard let kind = ActionKind(rawValue: form.action), let value = form.value else { return [] }
        let values: [Double]
        switch kind {
        case .capPower:
            guard let cell = form.cell, bounds.maxPowerDbm.indices.contains(cell) else { return [] }
            values = [bounds.maxPowerDbm[cell], (value + bounds.maxPowerDbm[cell]) / 2]
        case .capMCS:
            let highest = Double(MCSTable.indices.upperBound)
            values = [highest, ((value + highest) / 2).rounded(.up)]
        case .raisePriority: values = [1, (1 + value) / 2]
        case .sliceShares: values = [0, value / 2]
        case .blankSubbands, .shiftBandwidth, .reassociate: values = [1, (value / 2).rounded(.down)]
        case .deployPlatform, .retrain, .tuneTwin, .recallTwin, .loadAdapter, .askEngine, .none: return []
        }
        return values.filter { $0 != value }.map { other in
            var relaxed = form
            relaxed.value = other
            return relaxed
        }
    }

    /// Whether an action leaves everything as it would be without it: what a conflict was settled by.
    private func isLifted(_ action: Action) -> Bool {
        switch action {
        case .capPower(let cell, let dbm): dbm >= bounds.maxPowerDbm[cell.index]
        case .capMCS(_, let index): index >= MCSTable.indices.upperBound
        case .raiseCellPriority(_, let factor), .raiseSlicePriority(_, _, let factor): factor <= 1
        case .sliceShare(_, _, let share): share <= 0
        default: false
        }
    }
}

extension Action {
    /// The slice that it favours over the others; nil for none.
    fileprivate var slice: Int? {
        switch self {
        case .raiseSlicePriority(let slice, _, _), .sliceShare(let slice, _, _): slice
        default: nil
        }
    }
}
