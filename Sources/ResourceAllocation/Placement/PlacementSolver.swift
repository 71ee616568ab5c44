/// Exact placement on candidate positions by CBC, then refinement off them.
///
/// `y[j]` opens candidate j, `x[u,j]` serves u from it: maximise `sum worth x - sum cost y` with `x <= y`, each user at
/// most once, PRBs and backhaul of each platform, and at most so many platforms.
package struct PlacementSolver: Sendable {
    /// Where the search on candidates stops.
    package var limits = LinearProgram.Limits.bounded(gap: 1e-6)
    /// Shortest step of the refinement in metres.
    package var shortestStepMetres = 5.0

    package init() {}

    /// The best placement on `candidates`; serving nobody where that is best. Where CBC finds nothing in its limits:
    /// candidates by what they are worth alone, each taken where it adds to the others, and everybody's worth as bound.
    package func place(_ problem: PlacementProblem, on candidates: [PlacementProblem.Position]) -> Placement {
        let nobody = Placement(
            positions: [], platformOfUser: Array(repeating: -1, count: problem.users.count), value: 0, bound: nil)
        guard !candidates.isEmpty, problem.mostPlatforms > 0 else { return nobody }
        let (program, pairs) = PlacementSolver.program(problem, candidates)
        guard let found = program.solve(limits).solution else { return PlacementSolver.greedy(problem, candidates) }
        let opened = candidates.indices.filter { found.values[$0] > 0.5 }
        var placement = nobody
        placement.positions = opened.map { candidates[$0] }
        for (index, pair) in pairs.enumerated() where found.values[candidates.count + index] > 0.5 {
            placement.platformOfUser[pair.user] = opened.firstIndex(of: pair.candidate) ?? -1
        }
        placement.value = PlacementSolver.value(problem, placement)
        placement.bound = max(found.bound, placement.value)
        return placement
    }

    private static func greedy(
        _ problem: PlacementProblem, _ candidates: [PlacementProblem.Position]
    ) -> Placement {
        let sites = candidates.map { PlacementModel.Site(problem, $0) }
        let alone = sites.map { PlacementModel(problem, [$0]).value }
        var best = PlacementModel(problem, [])
        for index in sites.indices.sorted(by: { alone[$0] == alone[$1] ? $0 < $1 : alone[$0] > alone[$1] })
        where best.sites.count < problem.mostPlatforms {
            let next = best.with(best.sites + [sites[index]])
            if next.value > best.value { best = next }
        }
        var placement = best.placement
        placement.bound = problem.users.reduce(0) { $0 + problem.worth($1) }
        return placement
    }

    private static func program(
        _ problem: PlacementProblem, _ candidates: [PlacementProblem.Position]
    ) -> (program: LinearProgram, pairs: [(user: Int, candidate: Int)]) {
        var program = LinearProgram(maximises: true)
        for position in candidates {
            _ = program.addColumn(cost: -problem.cost(of: position), upper: 1, isInteger: true)
        }
        var pairs: [(user: Int, candidate: Int)] = []
        var ofUser = [[(column: Int, factor: Double)]](repeating: [], count: problem.users.count)
        for (j, position) in candidates.enumerated() {
            var load: [(column: Int, factor: Double)] = [(j, -Double(problem.platform.prbs))]
            var carried: [(column: Int, factor: Double)] = [(j, -problem.backhaulMbps(from: position))]
            for (u, user) in problem.users.enumerated() {
                guard let need = problem.need(user, from: position) else { continue }
                // Of two equal placements the one that needs fewer PRBs.
                let worth = problem.worth(user) - 1e-7 * need
                let column = program.addColumn(cost: worth, upper: 1, isInteger: true)
                pairs.append((u, j))
                ofUser[u].append((column, 1))
                load.append((column, need))
                carried.append((column, user.demandMbps))
                program.addRow(upper: 0, [(column, 1), (j, -1)])
            }
            program.addRow(upper: 0, load)
            program.addRow(upper: 0, carried)
        }
        for terms in ofUser { program.addRow(upper: 1, terms) }
        program.addRow(upper: Double(problem.mostPlatforms), candidates.indices.map { ($0, 1) })
        return (program, pairs)
    }

    /// Weighted rate served less the cost of energy, of a placement as it is.
    package static func value(_ problem: PlacementProblem, _ placement: Placement) -> Double {
        let served = zip(problem.users, placement.platformOfUser).reduce(0) {
            $1.1 >= 0 ? $0 + problem.worth($1.0) : $0
        }
        return served - placement.positions.reduce(0) { $0 + problem.cost(of: $1) }
    }

    /// Moves one platform after the other along the axes, in steps that halve where nothing is better; whom each serves
    /// is solved again for every move. One round of `budget` is one move tried.
    package func refine(
        _ problem: PlacementProblem, _ placement: Placement, stepMetres: Double, budget: inout Budget
    ) -> Placement {
        var best = placement
        var step = stepMetres
        while step >= shortestStepMetres && !budget.isExhausted {
            var improved = false
            for index in best.positions.indices {
                for axis in 0..<6 where index < best.positions.count && budget.spend() {
                    var positions = best.positions
                    positions[index] = moved(positions[index], axis, step, problem.platform)
                    let tried = place(problem, on: positions)
                    if tried.value > best.value + 1e-9 * max(1, abs(best.value)) {
                        best = tried
                        best.bound = nil
                        improved = true
                    }
                }
            }
            if !improved { step *= 0.5 }
        }
        return best
    }

    private func moved(
        _ position: PlacementProblem.Position, _ axis: Int, _ step: Double, _ platform: PlacementProblem.Platform
    ) -> PlacementProblem.Position {
        var result = position
        let change = axis % 2 == 0 ? step : -step
        switch axis / 2 {
        case 0: result.x += change
        case 1: result.y += change
        default: result.z = min(max(result.z + change, platform.lowestMetres), platform.highestMetres)
        }
        return result
    }
}
