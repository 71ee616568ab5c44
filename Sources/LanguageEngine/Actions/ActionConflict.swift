package import NetworkModel

/// Why two actions are not both to be had.
package enum ActionConflict: Hashable, Sendable, CustomStringConvertible {
    /// Both set the same control of the same place, in words.
    case same(String)
    /// One gives to the cell what the other takes from it.
    case opposed(CellID)
    /// They divide what there is of something, in words.
    case shared(String)

    package var description: String {
        switch self {
        case .same(let control): "both decide \(control)"
        case .opposed(let cell): "one gives to cell \(cell.index), the other takes from it"
        case .shared(let what): "they divide \(what)"
        }
    }
}

/// The layer whose view of the network an action follows.
package enum ActionLayer: String, Hashable, Sendable {
    /// The radio channel: powers, subbands, schemes, the channel engines.
    case radio = "L1"
    /// Traffic and mobility: who is served where, platforms.
    case traffic = "L2"
    /// Policy: weights and shares.
    case policy = "L3"
}

extension ActionKind {
    package var layer: ActionLayer {
        switch self {
        case .shiftBandwidth, .capMCS, .capPower, .blankSubbands, .retrain, .tuneTwin, .recallTwin: .radio
        case .reassociate, .deployPlatform: .traffic
        case .raisePriority, .sliceShares, .loadAdapter, .askEngine, .none: .policy
        }
    }
}

extension Action {
    /// What of which place the action decides, nil where it does not act on the network. An action in force that
    /// decides the same gives way to a later one.
    private var control: String? {
        switch self {
        case .shiftBandwidth(let from, _, _): "the subbands of cell \(from.index)"
        case .blankSubbands(let cell, _, _): "the subbands of cell \(cell.index)"
        case .raiseCellPriority(let cell, _): "the weight of cell \(cell.index)"
        case .raiseSlicePriority(let slice, let cells, _):
            "the weight of slice \(slice)"
                + (cells.isEmpty ? "" : " in cells" + cells.map { " \($0.index)" }.joined())
        case .capMCS(let cell, _): "the highest scheme of cell \(cell.index)"
        case .capPower(let cell, _): "the power of cell \(cell.index)"
        case .reassociate(let from, let to, _): "the users that go from cell \(from.index) to cell \(to.index)"
        case .sliceShare(let slice, let cells, _):
            "the share of slice \(slice)"
                + (cells.isEmpty ? "" : " in cells" + cells.map { " \($0.index)" }.joined())
        case .deployPlatform(let platform, _): "where platform \(platform.index) flies"
        case .retrain, .retrainForecast, .tuneTwin, .recallTwin, .loadAdapter, .askEngine, .none: nil
        }
    }

    /// Whether both set the same control of the same place.
    package func decidesSame(as other: Action) -> Bool { control != nil && control == other.control }

    /// Cells that get more by it, and cells that get less: power, subbands, schemes, weight, fewer users.
    var cells: (given: [CellID], taken: [CellID]) {
        switch self {
        case .shiftBandwidth(let from, let to, _): ([to], [from])
        case .raiseCellPriority(let cell, _): ([cell], [])
        case .raiseSlicePriority(_, let cells, _): (cells, [])
        case .capMCS(let cell, _), .capPower(let cell, _), .blankSubbands(let cell, _, _): ([], [cell])
        case .reassociate(let from, let to, _): ([from], [to])
        case .deployPlatform(_, let cell): ([cell], [])
        case .sliceShare, .retrain, .retrainForecast, .tuneTwin, .recallTwin, .loadAdapter, .askEngine, .none: ([], [])
        }
    }

    /// Whether areas have no cell in common; no cell means all of them.
    private static func areApart(_ own: [CellID], _ others: [CellID]) -> Bool {
        !own.isEmpty && !others.isEmpty && !own.contains { others.contains($0) }
    }

    /// Why both are not to be had; nil where nothing speaks against it.
    package func conflict(with other: Action) -> ActionConflict? {
        if let control, control == other.control { return .same(control) }
        switch (self, other) {
        case (.sliceShare(_, let own, _), .sliceShare(_, let others, _)):
            return Action.areApart(own, others) ? nil : .shared("the PRBs among slices")
        case (.raiseSlicePriority(_, let own, _), .raiseSlicePriority(_, let others, _)):
            return Action.areApart(own, others) ? nil : .shared("the weight among slices")
        default: break
        }
        let opposed =
            cells.given.first { other.cells.taken.contains($0) } ?? cells.taken.first { other.cells.given.contains($0) }
        return opposed.map { .opposed($0) }
    }
}
