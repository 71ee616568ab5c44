package import NetworkModel

/// What one question offers: kinds of action, each with the cells or the slice that it may act on. Values are those of
/// `ActionBounds`, in coarse steps. The only source of the grammars and schemas that constrain an answer.
package struct ActionMenu: Hashable, Sendable {
    /// What an action acts on.
    package enum Target: Hashable, Sendable {
        case nothing
        case cell(Int)
        /// The cell that acts, and the other.
        case pair(Int, Int)
        case slice(Int)
        /// A slice in some cells, ascending.
        case sliceInCells(Int, [Int])
        case engine(EngineName, Int)
        /// An adapter of the model server, or none of them.
        case adapter(String)
        /// A parameter of a cell's channel twin.
        case parameter(TwinParameter, Int)
        /// A condition that a cell's channel twin has known.
        case condition(TwinCondition, Int)
    }

    /// One line of a menu: a kind on a target.
    package struct Entry: Hashable, Sendable {
        package var kind: ActionKind
        package var target: Target

        package init(_ kind: ActionKind, _ target: Target) {
            self.kind = kind
            self.target = target
        }
    }

    package let bounds: ActionBounds
    /// Each once, all of them in bounds, in the order in which they were found.
    package private(set) var entries: [Entry] = []

    /// Empty.
    init(_ bounds: ActionBounds) { self.bounds = bounds }

    /// Everything that a network allows.
    package init(all bounds: ActionBounds) {
        self.init(bounds)
        let cells = 0..<bounds.cells
        let pairs = cells.flatMap { from in cells.filter { $0 != from }.map { Target.pair(from, $0) } }
        for kind in bounds.kinds {
            switch kind {
            case .shiftBandwidth, .reassociate: add(kind, pairs)
            case .deployPlatform:
                add(kind, pairs.filter { if case .pair(let from, _) = $0 { isPlatform(from) } else { false } })
            case .raisePriority:
                add(kind, cells.map { .cell($0) } + bounds.slices.indices.map { .slice($0) })
                add(kind, bounds.slices.indices.flatMap { slice in cells.map { .sliceInCells(slice, [$0]) } })
            case .capMCS, .capPower, .blankSubbands, .retrain: add(kind, cells.map { .cell($0) })
            case .sliceShares:
                add(kind, bounds.slices.indices.map { .slice($0) })
                add(kind, bounds.slices.indices.flatMap { slice in cells.map { .sliceInCells(slice, [$0]) } })
            case .tuneTwin: add(kind, cells.flatMap(ActionMenu.parameters))
            case .recallTwin: add(kind, cells.flatMap { ActionMenu.conditions(of: $0, bounds) })
            case .loadAdapter:
                add(kind, (bounds.adapters + [LanguageConfiguration.Adapter.unloaded]).map { .adapter($0) })
            case .askEngine: add(kind, EngineName.allCases.flatMap { name in cells.map { .engine(name, $0) } })
            case .none: add(kind, [.nothing])
            }
        }
    }

    static func parameters(of cell: Int) -> [Target] { TwinParameter.allCases.map { .parameter($0, cell) } }
    static func conditions(of cell: Int, _ bounds: ActionBounds) -> [Target] {
        bounds.conditions.map { .condition($0, cell) }
    }

    package var isEmpty: Bool { entries.isEmpty }

    /// Kinds on it, each once, in the order of their first entries.
    package var kinds: [ActionKind] {
        entries.reduce(into: []) { kinds, entry in if !kinds.contains(entry.kind) { kinds.append(entry.kind) } }
    }

    /// Adds targets of a kind, where the network has it.
    mutating func add(_ kind: ActionKind, _ targets: [Target]) {
        guard bounds.kinds.contains(kind) else { return }
        for target in targets where !entries.contains(Entry(kind, target)) { entries.append(Entry(kind, target)) }
    }

    /// Keeps the entries of which something holds.
    mutating func keep(_ isKept: (Entry) -> Bool) { entries.removeAll { !isKept($0) } }

    func isPlatform(_ cell: Int) -> Bool { bounds.platforms.contains { $0.index == cell } }

    /// What is left when an action has been proposed: its kind on its cells or slice is not offered again.
    package func without(_ action: Action) -> ActionMenu {
        guard let target = ActionMenu.target(of: action) else { return self }
        var menu = self
        menu.keep { $0 != Entry(action.kind, target) }
        return menu
    }

    /// Whether an action is on it.
    package func holds(_ action: Action) -> Bool {
        ActionMenu.target(of: action).map { entries.contains(Entry(action.kind, $0)) } ?? false
    }

    static func target(of action: Action) -> Target? {
        switch action {
        case .shiftBandwidth(let from, let to, _), .reassociate(let from, let to, _), .deployPlatform(let from, let to):
            .pair(from.index, to.index)
        case .raiseCellPriority(let cell, _), .capMCS(let cell, _), .capPower(let cell, _), .retrain(let cell),
            .blankSubbands(let cell, _, _):
            .cell(cell.index)
        case .raiseSlicePriority(let slice, let cells, _), .sliceShare(let slice, let cells, _):
            cells.isEmpty ? .slice(slice) : .sliceInCells(slice, cells.map(\.index))
        case .askEngine(let engine, let cell): .engine(engine, cell.index)
        case .loadAdapter(let name): .adapter(name)
        // Only the rules order it.
        case .retrainForecast: nil
        case .tuneTwin(let cell, let parameter, _): .parameter(parameter, cell.index)
        case .recallTwin(let cell, let condition): .condition(condition, cell.index)
        case .none: .nothing
        }
    }

    // MARK: - Branches

    /// All its actions, in as few branches as hold them.
    package var branches: [ActionBranch] { ActionBranch.merged(entries.flatMap(branches)) }

    /// The actions of one entry.
    package func branches(_ entry: Entry) -> [ActionBranch] {
        let kind = entry.kind
        switch entry.target {
        case .nothing: return [ActionBranch(kind, [])]
        case .slice(let slice):
            let values = kind == .sliceShares ? ActionMenu.shares : ActionMenu.factors
            return [ActionBranch(kind, [.init("slice", words: [bounds.slices[slice]]), .init("value", values)])]
        case .sliceInCells(let slice, let cells):
            let values = kind == .sliceShares ? ActionMenu.shares : ActionMenu.factors
            let area = "[" + cells.map { "\($0)" }.joined(separator: ",") + "]"
            let name = ActionBranch.Field("slice", words: [bounds.slices[slice]])
            return [ActionBranch(kind, [.init("cells", [area]), name, .init("value", values)])]
        case .engine(let engine, let cell):
            return [ActionBranch(kind, [.init("name", words: [engine.rawValue]), .init("cell", [cell])])]
        case .adapter(let name): return [ActionBranch(kind, [.init("name", words: [name])])]
        case .parameter(let parameter, let cell):
            let name = ActionBranch.Field("name", words: [parameter.rawValue])
            return [ActionBranch(kind, [name, .init("cell", [cell]), .init("value", ActionMenu.tunings)])]
        case .condition(let condition, let cell):
            return [ActionBranch(kind, [.init("name", words: [condition.name]), .init("cell", [cell])])]
        case .pair(let from, let to):
            let pair = [ActionBranch.Field("cell", [from]), .init("other", [to])]
            switch kind {
            case .shiftBandwidth: return [ActionBranch(kind, pair + [.init("value", counts)])]
            case .reassociate: return [ActionBranch(kind, pair + [.init("value", ActionMenu.users)])]
            default: return [ActionBranch(kind, pair)]
            }
        case .cell(let cell): return branches(kind, cell)
        }
    }

    private func branches(_ kind: ActionKind, _ cell: Int) -> [ActionBranch] {
        let field = ActionBranch.Field("cell", [cell])
        switch kind {
        case .raisePriority: return [ActionBranch(kind, [field, .init("value", ActionMenu.factors)])]
        case .capPower: return [ActionBranch(kind, [field, .init("value", powers(of: cell))])]
        case .capMCS: return [ActionBranch(kind, [field, .init("value", ActionMenu.schemes)])]
        case .blankSubbands:
            return counts.map { count in
                let last = bounds.subbands - count
                let step = max(1, bounds.subbands / ActionMenu.places)
                let firsts = Array(stride(from: 0, through: last, by: step))
                return ActionBranch(
                    kind,
                    [field, .init("first", firsts.last == last ? firsts : firsts + [last]), .init("value", [count])])
            }
        default: return [ActionBranch(kind, [field])]
        }
    }

    private static let factors = [1.5, 2, 3, 4]
    private static let shares = (1...9).map { Double($0) / 10 }
    private static let users = [1, 2, 3, 4, 8]
    private static let tunings = [0.1, 0.25, 2, 4, 10]
    /// Highest schemes: in steps of about a decibel and a half, the last of 16QAM and of 64QAM among them.
    private static let schemes = Array(stride(from: 4, through: 25, by: 3))
    /// Places at which emptied subbands may begin, about.
    private static let places = 16

    /// One subband, a quarter of what a cell may leave, half, all of it.
    private var counts: [Int] {
        let most = bounds.mostBlanked
        return [1, most / 4, most / 2, most].reduce(into: []) { counts, count in
            if count > 0, !counts.contains(count) { counts.append(count) }
        }
    }

    /// Whole dBm below what the cell can do, down to the deepest cap; all of it where there is none.
    private func powers(of cell: Int) -> [Double] {
        let most = bounds.maxPowerDbm[cell]
        let least = (most - ActionBounds.deepestCapDb).rounded(.up)
        let whole = stride(from: least, to: most, by: 1).map { $0 }
        return whole.isEmpty ? [most] : whole
    }
}
