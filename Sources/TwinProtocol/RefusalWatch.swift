package import DTNetMessages
package import NetworkModel

/// Tells a fault that lasts from one that comes and goes: raised by so many bad turns in a row, over by as many good
/// ones.
package struct LastingFault: Sendable {
    /// Turns in a row after which it is another.
    package let turns: Int

    package enum Change: Hashable, Sendable {
        case raised, cleared
    }

    package private(set) var isRaised = false
    private var streak = 0

    /// - Parameter epoch: length of a turn: eight turns count, or as many as a second has.
    package init(epoch: Instant.Span) {
        turns = max(LastingFault.fewest, Int((1 / epoch.seconds).rounded(.up)))
    }

    private static let fewest = 8

    /// Takes one turn; says what changed by it.
    package mutating func note(isBad: Bool) -> Change? {
        guard isBad != isRaised else {
            streak = 0
            return nil
        }
        streak += 1
        guard streak >= turns else { return nil }
        (isRaised, streak) = (isBad, 0)
        return isBad ? .raised : .cleared
    }
}

/// What the radio network's answers say of each cell: whether it refuses directives, one after the other.
package struct RefusalWatch: Sendable {
    private var faults: [LastingFault]

    package init(network: NetworkConfiguration) {
        faults = Array(repeating: LastingFault(epoch: network.epoch), count: network.cells.count)
    }

    /// What changed: the cell, and the outcome that it was refused with last, nil where it takes directives again.
    package struct Change: Hashable, Sendable {
        package var cell: UInt32
        package var outcome: DirectiveOutcome?
    }

    /// Takes an answer. A cell refuses a directive where one kind of control was refused throughout. What the network
    /// cannot show, and users that have left meanwhile, are no refusal.
    package mutating func note(_ result: DirectiveResult) -> [Change] {
        guard !result.outcome.allSatisfy({ $0 == .applied }) || faults.contains(where: \.isRaised) else {
            // All is well, as it was: streaks that had begun end here.
            for cell in result.cell { _ = faults[Int(cell)].note(isBad: false) }
            return []
        }
        var changes: [Change] = []
        for (cell, outcome) in RefusalWatch.outcomes(result) {
            switch faults[Int(cell)].note(isBad: outcome != nil) {
            case .raised: changes.append(Change(cell: cell, outcome: outcome))
            case .cleared: changes.append(Change(cell: cell, outcome: nil))
            case nil: break
            }
        }
        return changes
    }

    /// Per cell of an answer, in ascending order: the outcome that a kind of control was refused with, nil where none
    /// was.
    private static func outcomes(_ result: DirectiveResult) -> [(cell: UInt32, refused: DirectiveOutcome?)] {
        let rows = result.cell.indices.sorted {
            (result.cell[$0], result.kind[$0].rawValue, $0) < (result.cell[$1], result.kind[$1].rawValue, $1)
        }
        var outcomes: [(cell: UInt32, refused: DirectiveOutcome?)] = []
        var start = 0
        while start < rows.count {
            let (cell, kind) = (result.cell[rows[start]], result.kind[rows[start]])
            let end = rows[start...].firstIndex { result.cell[$0] != cell || result.kind[$0] != kind } ?? rows.count
            let refused = rows[start..<end].map { result.outcome[$0] }.filter {
                $0 != .notObservable && $0 != .unknownTarget
            }
            let outcome = refused.contains(.applied) ? nil : refused.first
            if outcomes.last?.cell == cell {
                outcomes[outcomes.count - 1].refused = outcomes[outcomes.count - 1].refused ?? outcome
            } else {
                outcomes.append((cell, outcome))
            }
            start = end
        }
        return outcomes
    }
}
