internal import Glibc
package import NetworkModel

/// The deterministic engine over the same typed actions: what is done where no model answers, and the baseline of every
/// figure. Its proposals are tried in the twins like any other.
package struct RuleBase: Sendable {
    let bounds: ActionBounds

    /// Proposals of one moment, at most.
    package static let most = 8
    /// Cells that one wish for less power asks of the network at most: half of the proposals are left to the others.
    private static let mostSavers = most / 2
    /// By so much a cell that is to save energy sends less, dB.
    private static let savedDb = 3.0

    package init(_ bounds: ActionBounds) { self.bounds = bounds }

    /// Proposals for findings, those of the most urgent finding first; all of them in bounds.
    package func proposals(for findings: [Finding], state: NetworkState) -> [Action] {
        var proposals: [Action] = []
        for finding in findings {
            for form in forms(for: finding, state: state) {
                guard proposals.count < RuleBase.most else { return proposals }
                guard let action = try? bounds.check(form), action != .none, !proposals.contains(action) else {
                    continue
                }
                proposals.append(action)
            }
        }
        return proposals
    }

    private func forms(for finding: Finding, state: NetworkState) -> [ActionForm] {
        switch finding {
        case .starved(let cell, _, _), .surge(let cell, _, _): relieve(cell, state: state)
        case .idle(let cell): [saving(cell)]
        case .sliceAtRisk(let slice, let need, _):
            [
                ActionForm(
                    action: ActionKind.sliceShares.rawValue, slice: bounds.slices[slice],
                    value: min(ActionBounds.share.upperBound, (need * 11).rounded(.up) / 10)),
                ActionForm(action: ActionKind.raisePriority.rawValue, slice: bounds.slices[slice], value: 2),
            ]
        case .drift(let cell, _, _): [cure(cell, state.cells[cell.index].cure)]
        case .forecastDrift(let cell, _, _):
            [ActionForm(action: ActionKind.retrain.rawValue, cell: cell.index, name: EngineName.traffic.rawValue)]
        case .alarm(let text, nil): alarmed(text, state: state)
        case .alarm(_, .some(let origin)): answers(to: origin, state: state)
        case .conflict(let conflict): settling(conflict, state: state)
        case .leadersOpposed(let conflict): settling(conflict, state: state)
        case .intent(let intent): forms(for: intent, state: state)
        case .incumbent, .clarification, .harm: []
        }
    }

    private func cure(_ cell: CellID, _ cure: TwinCure) -> ActionForm {
        switch cure {
        case .retrain: return form(.retrain, cell)
        case .tune(let parameter, let factor):
            var tuning = form(.tuneTwin, cell, value: factor)
            tuning.name = parameter.rawValue
            return tuning
        case .recall(let condition):
            var recall = form(.recallTwin, cell)
            recall.name = condition.name
            return recall
        }
    }

    /// A crowded cell: its users count for more, some go to the neighbour, the neighbour leaves it some subbands, a
    /// platform comes.
    func relieve(_ cell: CellID, state: NetworkState) -> [ActionForm] {
        var forms = [form(.raisePriority, cell, value: 1.5)] + leave(cell, state: state)
        if let neighbour = state.cells[cell.index].neighbour {
            let from = CellID(UInt32(neighbour))
            forms.append(form(.shiftBandwidth, from, other: cell.index, value: Double(max(1, bounds.subbands / 4))))
        }
        if let platform = bounds.platforms.first {
            forms.append(form(.deployPlatform, platform, other: cell.index))
        }
        return forms
    }

    /// A quarter of a cell's users go to the neighbour.
    private func leave(_ cell: CellID, state: NetworkState) -> [ActionForm] {
        guard let neighbour = state.cells[cell.index].neighbour else { return [] }
        let users = max(1, min(ActionBounds.movedUsers, state.cells[cell.index].ueCount / 4))
        return [form(.reassociate, cell, other: neighbour, value: Double(users))]
    }

    /// Alarms of nodes are told by their code. From a cell that takes no directives its users can go; what else is lost
    /// no action brings back, and what twins lack shows as a drift.
    private func answers(to origin: AlarmOrigin, state: NetworkState) -> [ActionForm] {
        origin.code == .directivesRefused ? origin.cells.flatMap { leave($0, state: state) } : []
    }

    /// Alarms are read for the words of the playbooks and for cells that exist; nothing in them is an order.
    private func alarmed(_ text: String, state: NetworkState) -> [ActionForm] {
        let words = RuleBase.words(text)
        guard let cell = RuleBase.cell(in: words, of: bounds.cells) else { return [] }
        switch AlarmTopic(words) {
        case .interference:
            return [
                form(.blankSubbands, cell, value: 1),
                state.cells[cell.index].neighbour.map {
                    form(.shiftBandwidth, CellID(UInt32($0)), other: cell.index, value: 1)
                },
            ].compactMap { $0 }
        case .twin: return [form(.retrain, cell)]
        case .crowd: return relieve(cell, state: state)
        case .heat: return [saving(cell)]
        case nil: return []
        }
    }

    private func forms(for intent: Intent, state: NetworkState) -> [ActionForm] {
        let (slice, cells) = RuleBase.parts(intent.scope)
        // A scope without cells means them all.
        let capped = cells.isEmpty ? emptiest(outside: [], state: state) : cells
        var forms: [ActionForm] = []
        for target in intent.targets {
            switch target {
            case .rate(let bps):
                forms += raise(slice, in: cells, by: 2) + shares(for: bps, slice, in: cells, state)
            case .delay(let bound):
                forms += raise(slice, in: cells, by: 2) + shares(within: bound, slice, in: cells, state)
            case .uplinkRate: forms += raise(slice, in: cells, by: 2)
            case .priority(let factor): forms += raise(slice, in: cells, by: factor)
            case .mcs(let index): forms += cells.map { form(.capMCS, $0, value: Double(index)) }
            case .power(let dbm): forms += capped.map { form(.capPower, $0, value: dbm) }
            case .energy: forms += capped.map(saving)
            }
        }
        if intent.savesElsewhere { forms += emptiest(outside: cells, state: state).map(saving) }
        return forms
    }

    /// A slice counts for more in some cells, in all where none is named; without a slice the cells do.
    private func raise(_ slice: Int?, in cells: [CellID], by factor: Double) -> [ActionForm] {
        guard let slice else { return cells.map { form(.raisePriority, $0, value: factor) } }
        let areas = cells.isEmpty ? [nil] : ActionBounds.parts(ofArea: cells).map(Optional.some)
        return areas.map { area in
            ActionForm(
                action: ActionKind.raisePriority.rawValue, cells: area, slice: bounds.slices[slice], value: factor)
        }
    }

    /// A cell sends with half of the power that it has at most.
    func saving(_ cell: CellID) -> ActionForm {
        form(.capPower, cell, value: bounds.maxPowerDbm[cell.index] - RuleBase.savedDb)
    }

    /// Cells that can best do with less power: those with the fewest users, of equals the earlier; `mostSavers` of
    /// those that are not `inside`.
    private func emptiest(outside inside: [CellID], state: NetworkState) -> [CellID] {
        let others = (0..<min(bounds.cells, state.cells.count)).filter { !inside.contains(CellID(UInt32($0))) }
        let order = others.sorted { (state.cells[$0].ueCount, $0) < (state.cells[$1].ueCount, $1) }
        return order.prefix(RuleBase.mostSavers).map { CellID(UInt32($0)) }
    }

    /// The slice and the cells that a scope names; no cells where it means all of them.
    package static func parts(_ scope: Intent.Scope) -> (slice: Int?, cells: [CellID]) {
        switch scope {
        case .network: (nil, [])
        case .slice(let slice): (slice, [])
        case .cells(let cells): (nil, cells)
        case .sliceInCells(let slice, let cells): (slice, cells)
        }
    }

    func form(_ kind: ActionKind, _ cell: CellID, other: Int? = nil, value: Double? = nil) -> ActionForm {
        ActionForm(action: kind.rawValue, cell: cell.index, other: other, value: value)
    }

    // MARK: - Words

    /// Lower-case words and numbers of a text, 64 at most.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        for character in UntrustedText.cleaned(text).lowercased() {
            if character.isLetter || character.isNumber {
                word.append(character)
            } else if !word.isEmpty {
                words.append(word)
                word = ""
            }
            if words.count == 64 { return words }
        }
        return word.isEmpty ? words : words + [word]
    }

    /// The first of so many cells that a text names, as `cell 4` or `cell4`; nil where it names none.
    package static func cell(namedIn text: String, of cells: Int) -> CellID? { cell(in: words(text), of: cells) }

    /// The first cell that the words name and that exists: `cell 4`, `cell4`.
    static func cell(in words: [String], of cells: Int) -> CellID? {
        for (index, word) in words.enumerated() where word.hasPrefix("cell") || word == "sector" {
            let digits = word.drop { !$0.isNumber }
            let number = digits.isEmpty ? (index + 1 < words.count ? Int(words[index + 1]) : nil) : Int(digits)
            if let number, number >= 0, number < cells { return CellID(UInt32(number)) }
        }
        return nil
    }
}
