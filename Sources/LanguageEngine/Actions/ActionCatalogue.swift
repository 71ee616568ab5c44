internal import NetworkModel

/// A bounded set that stands for all that a network allows: every kind that acts on it, every cell and slice, values in
/// coarse steps. What an exhaustive what-if tries.
package struct ActionCatalogue: Sendable {
    private let bounds: ActionBounds
    private let heard: [[Int]]

    /// Cells that take over another's users: those that its users hear best.
    private static let takers = 2

    /// - Parameter heard: cells that each cell's users hear, the loudest first.
    package init(_ bounds: ActionBounds, heard: [[Int]]) {
        self.bounds = bounds
        self.heard = heard
    }

    /// All of them in bounds, in a fixed order.
    package var actions: [Action] {
        var actions: [Action] = []
        for kind in bounds.kinds where kind.actsOnNetwork {
            for form in forms(kind) {
                guard let action = try? bounds.check(form), !actions.contains(action) else { continue }
                actions.append(action)
            }
        }
        return actions
    }

    private func forms(_ kind: ActionKind) -> [ActionForm] {
        let cells = 0..<bounds.cells
        let name = kind.rawValue
        switch kind {
        case .raisePriority:
            let byCell = cells.flatMap { cell in
                [1.5, 3].map { ActionForm(action: name, cell: cell, value: $0) }
            }
            return byCell
                + bounds.slices.flatMap { slice in [1.5, 3].map { ActionForm(action: name, slice: slice, value: $0) } }
        case .capPower:
            return cells.flatMap { cell in
                [3.0, 6, 10].map { ActionForm(action: name, cell: cell, value: bounds.maxPowerDbm[cell] - $0) }
            }
        case .reassociate:
            return cells.flatMap { cell in
                heard[cell].prefix(ActionCatalogue.takers).flatMap { other in
                    [2.0, 6].map { ActionForm(action: name, cell: cell, other: other, value: $0) }
                }
            }
        case .shiftBandwidth:
            return cells.flatMap { cell in
                heard[cell].prefix(1).flatMap { other in
                    blanked.map { ActionForm(action: name, cell: cell, other: other, value: Double($0)) }
                }
            }
        case .blankSubbands:
            return cells.flatMap { cell in
                blanked.map { ActionForm(action: name, cell: cell, first: 0, value: Double($0)) }
            }
        case .sliceShares:
            return bounds.slices.flatMap { slice in
                [0.2, 0.4, 0.7].map { ActionForm(action: name, slice: slice, value: $0) }
            }
        case .deployPlatform:
            return bounds.platforms.flatMap { platform in
                cells.map { ActionForm(action: name, cell: platform.index, other: $0) }
            }
        case .capMCS:
            return cells.flatMap { cell in
                [MCSTable.highest16QAM, MCSTable.highest64QAM].map {
                    ActionForm(action: name, cell: cell, value: Double($0))
                }
            }
        case .retrain, .tuneTwin, .recallTwin, .loadAdapter, .askEngine, .none: return []
        }
    }

    /// A quarter of what a cell may leave, and all of it.
    private var blanked: [Int] {
        let few = max(1, bounds.mostBlanked / 4)
        return few == bounds.mostBlanked ? [few] : [few, bounds.mostBlanked]
    }
}
