import NetworkModel

/// Which actions serve what an operator wants, whoever thought of them.
extension Intent {
    /// Whether an action does what one of the targets asks for, where it is asked for and at least as far.
    package func isServed(by action: Action) -> Bool {
        let (slice, cells) = RuleBase.parts(scope)
        if savesElsewhere, case .capPower(let cell, _) = action, !cells.contains(cell) { return true }
        // A scope without cells means them all, and so does an action without.
        let holds = { (area: [CellID]) in
            cells.isEmpty || area.isEmpty || area.contains { cells.contains($0) }
        }
        return targets.contains { target in
            switch (target, action) {
            case (.power(let most), .capPower(let cell, let dbm)): holds([cell]) && dbm <= most
            case (.energy, .capPower(let cell, _)): holds([cell])
            case (.mcs(let most), .capMCS(let cell, let index)): holds([cell]) && index <= most
            case (.power, _), (.energy, _), (.mcs, _): false
            // To count for less no action serves.
            case (.priority(..<1), _): false
            case (.priority(let asked), .raiseSlicePriority(slice, let area, let factor)):
                holds(area) && factor >= asked
            case (.priority(let asked), .raiseCellPriority(let cell, let factor)):
                slice == nil && holds([cell]) && factor >= asked
            case (_, .raiseSlicePriority(slice, let area, let factor)): holds(area) && factor > 1
            case (_, .sliceShare(slice, let area, let share)): holds(area) && share > 0
            case (_, .raiseCellPriority(let cell, let factor)): slice == nil && holds([cell]) && factor > 1
            case (_, .reassociate(let cell, _, _)), (_, .shiftBandwidth(_, let cell, _)),
                (_, .deployPlatform(_, let cell)):
                slice == nil && !cells.isEmpty && holds([cell])
            default: false
            }
        }
    }
}
