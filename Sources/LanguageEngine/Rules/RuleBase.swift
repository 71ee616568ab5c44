internal import Glibc
package import NetworkModel

/// The deterministic engine over the same typed actions: what is done where no model answers, and the baseline of every
/// figure. Its proposals are tried in the twins like any other.
package struct RuleBase: Sendable {
    private let bounds: ActionBounds

    /// Proposals of one moment, at most.
    package static let most = 8

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
        case .idle(let cell):
            [form(.capPower, cell, value: bounds.maxPowerDbm[cell.index] - 3)]
        case .sliceAtRisk(let slice, let need, _):
            [
                ActionForm(
                    action: ActionKind.sliceShares.rawValue, slice: bounds.slices[slice],
                    value: min(ActionBounds.share.upperBound, (need * 11).rounded(.up) / 10)),
                ActionForm(action: ActionKind.raisePriority.rawValue, slice: bounds.slices[slice], value: 2),
            ]
        case .drift(let cell, _, _): [cure(cell, state.cells[cell.index].cure)]
        case .alarm(let text): alarmed(text, state: state)
        case .intent(let intent): forms(for: intent)
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
    private func relieve(_ cell: CellID, state: NetworkState) -> [ActionForm] {
        var forms = [form(.raisePriority, cell, value: 1.5)]
        if let neighbour = state.cells[cell.index].neighbour {
            let users = max(1, min(ActionBounds.movedUsers, state.cells[cell.index].ueCount / 4))
            forms.append(form(.reassociate, cell, other: neighbour, value: Double(users)))
            let from = CellID(UInt32(neighbour))
            forms.append(form(.shiftBandwidth, from, other: cell.index, value: Double(max(1, bounds.subbands / 4))))
        }
        if let platform = bounds.platforms.first {
            forms.append(form(.deployPlatform, platform, other: cell.index))
        }
        return forms
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
        case .heat: return [form(.capPower, cell, value: bounds.maxPowerDbm[cell.index] - 3)]
        case nil: return []
        }
    }

    private func forms(for intent: Intent) -> [ActionForm] {
        let (slice, cells) = RuleBase.parts(intent.scope)
        var forms: [ActionForm] = []
        for target in intent.targets {
            switch target {
            case .delay, .rate, .uplinkRate:
                if let slice {
                    forms.append(
                        ActionForm(
                            action: ActionKind.raisePriority.rawValue, slice: bounds.slices[slice], value: 2))
                }
                forms += slice == nil ? cells.map { form(.raisePriority, $0, value: 2) } : []
            case .priority(let factor):
                if let slice {
                    forms.append(
                        ActionForm(
                            action: ActionKind.raisePriority.rawValue, slice: bounds.slices[slice], value: factor))
                } else {
                    forms += cells.map { form(.raisePriority, $0, value: factor) }
                }
            case .mcs(let index): forms += cells.map { form(.capMCS, $0, value: Double(index)) }
            case .power(let dbm): forms += cells.map { form(.capPower, $0, value: dbm) }
            case .energy:
                forms += cells.map { form(.capPower, $0, value: bounds.maxPowerDbm[$0.index] - 3) }
            }
        }
        return forms
    }

    static func parts(_ scope: Intent.Scope) -> (slice: Int?, cells: [CellID]) {
        switch scope {
        case .network: (nil, [])
        case .slice(let slice): (slice, [])
        case .cells(let cells): (nil, cells)
        case .sliceInCells(let slice, let cells): (slice, cells)
        }
    }

    private func form(_ kind: ActionKind, _ cell: CellID, other: Int? = nil, value: Double? = nil) -> ActionForm {
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
