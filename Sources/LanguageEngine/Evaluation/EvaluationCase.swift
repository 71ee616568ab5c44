internal import Glibc
internal import NetworkModel
internal import Numerics

/// One situation of a network with everything that could be done about it, tried in the twins: what proposals are held
/// against. Holds all that a prompt, the rule base and the check of an answer need.
package struct EvaluationCase: Hashable, Sendable, Codable {
    /// What the rule base is told of a cell.
    package struct Cell: Hashable, Sendable, Codable {
        package var users: Int
        /// The cell that disturbs its users most.
        package var neighbour: Int?

        package init(users: Int, neighbour: Int?) {
            self.users = users
            self.neighbour = neighbour
        }
    }

    /// One action and what the twins say of it.
    package struct Candidate: Hashable, Sendable, Codable {
        package var form: ActionForm
        /// What is gained at 95 % confidence under the operator's weights.
        package var score: Double
        /// Gain of the network value: mean of the worlds, and what 95 of 100 worlds exceed.
        package var gain: Double
        package var gainLow: Double
        /// Whether every guarantee is kept, or no worse off, at 95 % confidence.
        package var keepsGuarantees: Bool

        package init(form: ActionForm, score: Double, gain: Double, gainLow: Double, keepsGuarantees: Bool) {
            self.form = form
            self.score = score
            self.gain = gain
            self.gainLow = gainLow
            self.keepsGuarantees = keepsGuarantees
        }
    }

    /// Of cases that are made now; they have rows since 2.
    package static let newestVersion = 2

    /// nil of cases that were made before versions were counted: 1.
    package var version: Int?
    package var id: String
    package var topology: String
    package var hierarchy: String
    package var seed: UInt64
    package var epoch: UInt64
    /// What the scenario was made to show.
    package var variant: String
    /// Set apart for the final figure.
    package var heldOut: Bool
    package var findings: [Finding]
    package var bounds: ActionBounds
    package var cells: [Cell]
    /// Score above which a candidate is worth a change.
    package var leastScore: Double
    package var candidates: [Candidate]
    /// The action of the highest score; `none` where no candidate passes; `retrain` where the case is a drift alone.
    package var right: ActionForm
    /// Sentences of operators that findings of kind intent were read from; nil where nobody wrote one.
    package var wordings: [String]?
    /// What the context stores of the run held of the first cells that the findings are about; nil where nobody kept
    /// them.
    package var rows: [CellRows]?

    package init(
        id: String, topology: String, hierarchy: String, seed: UInt64, epoch: UInt64, variant: String, heldOut: Bool,
        findings: [Finding], bounds: ActionBounds, cells: [Cell], leastScore: Double, candidates: [Candidate]
    ) {
        version = EvaluationCase.newestVersion
        self.id = id
        self.topology = topology
        self.hierarchy = hierarchy
        self.seed = seed
        self.epoch = epoch
        self.variant = variant
        self.heldOut = heldOut
        self.findings = findings
        self.bounds = bounds
        self.cells = cells
        self.leastScore = leastScore
        self.candidates = candidates
        right = ActionForm(action: ActionKind.none.rawValue)
        right = rightForm
    }

    /// A quarter of all names, the same on every machine.
    package static func isHeldOut(_ name: String) -> Bool {
        name.utf8.reduce(UInt64(1)) { CounterGenerator.mix($0 ^ UInt64($1)) } % 4 == 0
    }

    private var rightForm: ActionForm {
        if let cell = driftingCell { return ActionForm(action: ActionKind.retrain.rawValue, cell: cell.index) }
        let best = candidates.indices.filter(passes).max { candidates[$0].score < candidates[$1].score }
        return best.map { candidates[$0].form } ?? ActionForm(action: ActionKind.none.rawValue)
    }

    /// The cell of the first finding where all findings are drifts.
    private var driftingCell: CellID? {
        var first: CellID?
        for finding in findings {
            guard case .drift(let cell, _, _) = finding else { return nil }
            first = first ?? cell
        }
        return first
    }

    /// Whether the case is about a channel twin, not about the radio network: nothing in it has a score.
    package var isService: Bool { right.action == ActionKind.retrain.rawValue }

    /// What the rule base sees of it.
    package var state: NetworkState {
        NetworkState(
            epoch: epoch, seconds: 0,
            cells: cells.map { cell in
                var state = CellState()
                state.ueCount = cell.users
                state.neighbour = cell.neighbour
                return state
            })
    }

    // MARK: - Scores

    /// Whether the twins would let a candidate pass.
    package func passes(_ index: Int) -> Bool {
        candidates[index].keepsGuarantees && candidates[index].score > leastScore
    }

    /// The candidate that an action is scored by: of its kind, cells and slice the one that is nearest in value; nil
    /// where there is none, as of users that nobody hears.
    package func candidate(for action: Action) -> Int? {
        var best: (index: Int, distance: Double)?
        for index in candidates.indices {
            guard let other = try? bounds.check(candidates[index].form),
                let distance = distance(action, other), distance < best?.distance ?? .infinity
            else { continue }
            best = (index, distance)
        }
        return best?.index
    }

    /// Score of the best that could be done, 0 where nothing passes.
    package var bestScore: Double {
        candidates.indices.filter(passes).map { candidates[$0].score }.max() ?? 0
    }

    /// What comes of a proposal: its score where the twins let it pass, 0 where they refuse it and nothing is done.
    package func value(of action: Action) -> Double {
        guard let index = candidate(for: action), passes(index) else { return 0 }
        return candidates[index].score
    }

    /// Whether the twins refuse a proposal that acts on the network.
    package func refuses(_ action: Action) -> Bool {
        guard action.kind.actsOnNetwork else { return false }
        return candidate(for: action).map { !passes($0) } ?? true
    }

    /// Whether an action is the right one, or has its score.
    package func isRight(_ action: Action) -> Bool {
        guard let right = try? bounds.check(right) else { return false }
        if right == action { return true }
        guard right.kind.actsOnNetwork, action.kind.actsOnNetwork else { return false }
        return value(of: action) >= bestScore - 1e-9
    }

    /// Of several proposals what is adopted: what a drift calls for, else the best of those that pass, else nothing.
    package func adopted(of actions: [Action]) -> Action {
        if isService, let service = actions.first(where: isRight) { return service }
        let passing = actions.filter { value(of: $0) > 0 }
        return passing.max { value(of: $0) < value(of: $1) } ?? .none
    }

    /// How far two actions of the same kind on the same cells are apart; nil where they are not comparable.
    private func distance(_ first: Action, _ second: Action) -> Double? {
        if let a = blanked(first), let b = blanked(second), a.cell == b.cell {
            let common = max(
                0, min(a.range.upperBound, b.range.upperBound) - max(a.range.lowerBound, b.range.lowerBound))
            return Double(a.range.count + b.range.count - 2 * common)
        }
        switch (first, second) {
        case (.raiseCellPriority(let a, let x), .raiseCellPriority(let b, let y)): return a == b ? abs(log(x / y)) : nil
        case (.raiseSlicePriority(let a, let area, let x), .raiseSlicePriority(let b, let other, let y)):
            return a == b && area == other ? abs(log(x / y)) : nil
        case (.capMCS(let a, let x), .capMCS(let b, let y)): return a == b ? Double(abs(x - y)) : nil
        case (.capPower(let a, let x), .capPower(let b, let y)): return a == b ? abs(x - y) : nil
        case (.reassociate(let a, let to, let x), .reassociate(let b, let other, let y)):
            return a == b && to == other ? Double(abs(x - y)) : nil
        case (.sliceShare(let a, let area, let x), .sliceShare(let b, let other, let y)):
            return a == b && area == other ? abs(x - y) : nil
        case (.deployPlatform(let a, let x), .deployPlatform(let b, let y)): return a == b && x == y ? 0 : nil
        default: return nil
        }
    }

    /// Subbands that an action empties; a shift empties the highest, whoever gains.
    private func blanked(_ action: Action) -> (cell: CellID, range: Range<Int>)? {
        switch action {
        case .shiftBandwidth(let cell, _, let count): (cell, bounds.subbands - count..<bounds.subbands)
        case .blankSubbands(let cell, let first, let count): (cell, first..<first + count)
        default: nil
        }
    }
}
