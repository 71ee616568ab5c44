internal import NetworkModel

extension ActionMenu {
    /// Targets of one kind, at most: a question stays short.
    package static let mostTargets = 8

    /// What findings call for: kinds that answer them, on the cells and slices that they name and the strongest
    /// neighbours of these. Doing nothing is not on it: that is what happens anyway where nothing passes the twins.
    ///
    /// - Parameters:
    ///   - findings: the most urgent first; those that a prompt shows count.
    ///   - state: users and strongest neighbour of every cell.
    ///   - allowed: kinds that may be adopted without an operator; others are offered only where nothing else is.
    ///   - adapter: the model server's that the situation calls for, nil where it is served as it should be.
    package init(
        for findings: [Finding], state: NetworkState, bounds: ActionBounds, allowed: [ActionKind],
        adapter: String? = nil
    ) {
        let shown = Array(findings.prefix(PromptBuilder.findings))
        self.init(answering: shown, state: state, bounds: bounds)
        let selection = Selection(state: state, bounds: bounds)
        for finding in shown {
            guard case .harm(let kind, let cell, _) = finding else { continue }
            keep { $0.kind != kind || cell.map { $0.index } != $0.target.cell }
        }
        if isEmpty { selection.relieve(selection.fullest(1), &self) }
        if let adapter { add(.loadAdapter, [.adapter(adapter)]) }
        var bounded = self
        bounded.keep { entry in
            let place = entries.filter { $0.kind == entry.kind }.firstIndex(of: entry)
            return place.map { $0 < ActionMenu.mostTargets } ?? false
        }
        var own = bounded
        own.keep { allowed.contains($0.kind) }
        self = own.isEmpty ? bounded : own
        if isEmpty { add(.none, [.nothing]) }
    }

    /// All that findings call for, whoever may adopt it; empty where they call for nothing.
    package init(answering findings: [Finding], state: NetworkState, bounds: ActionBounds) {
        self.init(bounds)
        let selection = Selection(state: state, bounds: bounds)
        for finding in findings { selection.add(finding, to: &self) }
    }
}

extension ActionMenu.Target {
    /// The cell that acts, nil for none.
    var cell: Int? {
        switch self {
        case .cell(let cell), .pair(let cell, _), .engine(_, let cell), .parameter(_, let cell),
            .condition(_, let cell):
            cell
        case .sliceInCells(_, let cells): cells.first
        case .nothing, .slice, .adapter: nil
        }
    }
}

/// Knows what each kind of finding calls for.
private struct Selection {
    let state: NetworkState
    let bounds: ActionBounds

    func add(_ finding: Finding, to menu: inout ActionMenu) {
        switch finding {
        case .starved(let cell, _, _): relieve([cell.index], &menu)
        case .surge(let cell, _, _):
            relieve([cell.index], &menu)
            menu.add(.askEngine, [.engine(.traffic, cell.index)])
        case .idle(let cell): use(cell.index, &menu)
        case .sliceAtRisk(let slice, _, _):
            // What one slice gets the others have to leave.
            shares(&menu)
            menu.add(.raisePriority, [.slice(slice)])
        case .drift(let cell, _, _):
            menu.add(.retrain, [.cell(cell.index)])
            menu.add(.tuneTwin, ActionMenu.parameters(of: cell.index))
            menu.add(.recallTwin, ActionMenu.conditions(of: cell.index, bounds))
            menu.add(.askEngine, [.engine(.channel, cell.index)])
        case .forecastDrift(let cell, _, _): menu.add(.askEngine, [.engine(.traffic, cell.index)])
        case .incumbent:
            // Its subbands are emptied anyway; what they carried has to go elsewhere.
            shares(&menu)
            move(from: fullest(1), &menu)
        case .alarm(let text, nil): alarmed(text, &menu)
        case .alarm(_, .some(let origin)): answer(origin, &menu)
        case .conflict(let conflict): settle(conflict, &menu)
        case .leadersOpposed(let conflict): settle(conflict, &menu)
        case .intent(let intent): add(intent, &menu)
        case .clarification(let engine, let cell, _):
            if engine == .channel { menu.add(.retrain, [.cell(cell.index)]) } else { relieve([cell.index], &menu) }
        case .harm: break
        }
    }

    /// Crowded cells: their users go to the neighbour, slices are promised more, the users count for more, a platform
    /// comes, the neighbour disturbs less.
    func relieve(_ cells: [Int], _ menu: inout ActionMenu) {
        move(from: cells, &menu)
        shares(in: cells.map { [$0] }, &menu)
        menu.add(.raisePriority, cells.map { .cell($0) })
        fly(to: cells, &menu)
        menu.add(.capPower, cells.compactMap(neighbour).map { .cell($0) })
    }

    /// A cell without users: it may send less, or take users of those that it disturbs and of the fullest.
    private func use(_ cell: Int, _ menu: inout ActionMenu) {
        menu.add(.capPower, [.cell(cell)])
        let disturbed = state.cells.indices.filter { $0 != cell && neighbour($0) == cell }
        menu.add(.reassociate, disturbed.map { .pair($0, cell) })
        move(from: fullest(1), &menu)
        if menu.isPlatform(cell) { fly(to: fullest(1), &menu) }
    }

    private func alarmed(_ text: String, _ menu: inout ActionMenu) {
        let words = RuleBase.words(text)
        guard let cell = RuleBase.cell(in: words, of: bounds.cells)?.index else { return }
        switch AlarmTopic(words) {
        case .interference:
            let disturber = [neighbour(cell)].compactMap { $0 }
            menu.add(.shiftBandwidth, disturber.map { .pair($0, cell) })
            menu.add(.blankSubbands, [.cell(cell)])
        case .twin: menu.add(.retrain, [.cell(cell)])
        case .heat: menu.add(.capPower, [.cell(cell)])
        case .crowd, nil: break
        }
        relieve([cell], &menu)
    }

    /// The first cells of a node's alarm: where decisions do not get through their users can go, where a twin lacks
    /// something its engine can be asked.
    private func answer(_ origin: AlarmOrigin, _ menu: inout ActionMenu) {
        let cells = origin.cells.prefix(ActionMenu.mostTargets).map(\.index)
        switch origin.code {
        case .directivesRefused, .radioNetworkLost, .leaderLost, .offersMissing: move(from: cells, &menu)
        case .baselineMissing, .modelMismatch, .sceneEditsRefused:
            menu.add(.askEngine, cells.map { .engine(.channel, $0) })
        case .reportsMissing: menu.add(.askEngine, cells.map { .engine(.traffic, $0) })
        // Told as a conflict, and nothing that an action on the network brings back.
        case .leadersOpposed, .storeFailed: break
        }
    }

    /// The action in force set otherwise, unless an operator asks for it, and relief in other ways.
    private func settle(_ conflict: LayerConflict, _ menu: inout ActionMenu) {
        if !conflict.isWished, let action = try? bounds.check(conflict.action),
            let target = ActionMenu.target(of: action)
        {
            menu.add(action.kind, [target])
        }
        if let cell = conflict.cell {
            relieve([cell.index], &menu)
        } else {
            shares(&menu)
        }
    }

    /// Less power or fewer subbands at the border for either leader, or more weight.
    private func settle(_ conflict: LeaderConflict, _ menu: inout ActionMenu) {
        let (first, second) = (conflict.first.cells.map(\.index), conflict.second.cells.map(\.index))
        let fair = zip(first, second).flatMap { [$0, $1] }
        menu.add(.capPower, fair.map { .cell($0) })
        menu.add(.shiftBandwidth, zip(first, second).flatMap { [.pair($0, $1), .pair($1, $0)] })
        menu.add(.blankSubbands, fair.map { .cell($0) })
        menu.add(.raisePriority, fair.map { .cell($0) })
    }

    private func add(_ intent: Intent, _ menu: inout ActionMenu) {
        let (slice, named) = RuleBase.parts(intent.scope)
        let inside = named.isEmpty ? fullest(bounds.cells) : named.map(\.index)
        for target in intent.targets {
            switch target {
            case .delay, .rate, .uplinkRate, .priority:
                if let slice {
                    let areas = ActionBounds.parts(ofArea: named)
                    menu.add(
                        .raisePriority, named.isEmpty ? [.slice(slice)] : areas.map { .sliceInCells(slice, $0) })
                    shares(of: slice, in: areas, &menu)
                } else {
                    menu.add(.raisePriority, inside.map { .cell($0) })
                    menu.add(.capPower, inside.compactMap(neighbour).map { .cell($0) })
                }
            case .power, .energy: menu.add(.capPower, inside.map { .cell($0) })
            case .mcs: menu.add(.capMCS, inside.map { .cell($0) })
            }
        }
        if intent.savesElsewhere {
            menu.add(.capPower, state.cells.indices.filter { !named.map(\.index).contains($0) }.map { .cell($0) })
        }
    }

    // MARK: - Parts

    private func move(from cells: [Int], _ menu: inout ActionMenu) {
        menu.add(.reassociate, cells.compactMap { cell in neighbour(cell).map { .pair(cell, $0) } })
    }

    /// Shares of all slices, that of one first: what others are promised they keep. In areas that a finding names, or
    /// in all cells where it names none.
    private func shares(of first: Int? = nil, in areas: [[Int]] = [], _ menu: inout ActionMenu) {
        let slices = bounds.slices.indices.filter { $0 == first } + bounds.slices.indices.filter { $0 != first }
        for slice in slices {
            menu.add(.sliceShares, areas.isEmpty ? [.slice(slice)] : areas.map { .sliceInCells(slice, $0) })
        }
    }

    private func fly(to cells: [Int], _ menu: inout ActionMenu) {
        for platform in bounds.platforms.map(\.index) {
            menu.add(.deployPlatform, cells.filter { $0 != platform }.map { .pair(platform, $0) })
        }
    }

    private func neighbour(_ cell: Int) -> Int? { state.cells[cell].neighbour.flatMap { $0 == cell ? nil : $0 } }

    /// Cells by their users, the fullest first; of equals the earlier.
    func fullest(_ count: Int) -> [Int] {
        let order = state.cells.indices.sorted {
            (state.cells[$1].ueCount, $0) < (state.cells[$0].ueCount, $1)
        }
        return Array(order.prefix(count))
    }
}
