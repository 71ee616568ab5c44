internal import Glibc
internal import Numerics

/// Placement at any positions by moves of single platforms: up to the metre where `PlacementSolver` knows candidates.
///
/// A move shifts a platform by a step from `shortestStepMetres` up to half the area, takes it above some user, opens
/// one above a user, or closes one; whom each platform then serves is worked out by `PlacementModel`. Moves stay within
/// the box around users, gateway and base and between the flight levels: a position outside is no nearer to anybody
/// than the nearest one inside.
package struct PlacementSearch: Sendable {
    /// As for association and states; `tabu` forbids to come back near a position that was left, for some steps.
    package var method: ChoiceSearch.Method
    package var seed: UInt64
    /// Moves that annealing tries and that tabu search compares, per platform that there may be.
    package var movesPerPlatform = 2_000
    /// Moves that tabu search compares before it makes one.
    package var sample = 16
    /// Shortest step in metres.
    package var shortestStepMetres = 5.0

    package init(method: ChoiceSearch.Method, seed: UInt64 = 1) {
        self.method = method
        self.seed = seed
    }

    /// The best placement found, never worth less than `start`, which must be feasible; without it the search starts
    /// from one platform above the middle of the demand, or none where that is not worth its cost. One round of
    /// `budget` is one move tried. The answer has no bound.
    package func solve(
        _ problem: PlacementProblem, start: Placement? = nil, budget: inout Budget
    ) -> Placement {
        let walk = Walk(problem, self)
        let positions = start?.positions ?? walk.middle.map { [$0] } ?? []
        var best = PlacementModel(problem, positions.map { PlacementModel.Site(problem, $0) })
        if !problem.users.isEmpty, problem.mostPlatforms > 0 {
            switch method {
            case .descent: break
            case .annealing: anneal(walk, &best, &budget)
            case .tabu: avoid(walk, &best, &budget)
            }
            descend(walk, &best, &budget)
        }
        let found = best.placement
        guard let start, start.value >= found.value else { return found }
        return Placement(
            positions: start.positions, platformOfUser: start.platformOfUser, value: start.value, bound: nil)
    }

    private func moves(_ problem: PlacementProblem) -> Int { movesPerPlatform * max(1, problem.mostPlatforms) }

    private func anneal(_ walk: Walk, _ best: inout PlacementModel, _ budget: inout Budget) {
        let tries = moves(best.problem)
        let generator = CounterGenerator(seed: seed, purpose: 0x414E_504C)
        var schedule = AnnealingSchedule(tries: tries, largestChange: .infinity)
        var model = best
        var step = 0
        while step < tries, budget.spend() {
            step += 1
            let next = model.with(walk.neighbour(of: model.sites, step, 0))
            let gain = next.value - model.value
            guard schedule.keeps(gain: gain, step: step, chance: generator.uniform(UInt64(step))) else { continue }
            model = next
            if model.value > best.value { best = model }
        }
    }

    private func avoid(_ walk: Walk, _ best: inout PlacementModel, _ budget: inout Budget) {
        let tenure = 12
        var model = best
        // Positions left, and the step until which nobody may come near them.
        var left: [(position: PlacementProblem.Position, until: Int)] = []
        for step in 0..<max(1, moves(best.problem) / sample) {
            var chosen: PlacementModel?
            for draw in 0..<sample {
                guard budget.spend() else { return }
                let sites = walk.neighbour(of: model.sites, step, draw)
                let next = model.with(sites)
                let isTabu = sites.contains { site in
                    !model.sites.contains { $0.position == site.position }
                        && left.contains { $0.position.distance(to: site.position) < 2 * shortestStepMetres }
                }
                if isTabu && next.value <= best.value { continue }
                if next.value > chosen?.value ?? -.infinity { chosen = next }
            }
            guard let chosen else { continue }
            left.removeAll { $0.until <= step }
            for site in model.sites where !chosen.sites.contains(where: { $0.position == site.position }) {
                left.append((site.position, step + tenure))
            }
            model = chosen
            if model.value > best.value { best = model }
        }
    }

    /// Steps along the axes that halve where none gains.
    private func descend(_ walk: Walk, _ best: inout PlacementModel, _ budget: inout Budget) {
        var step = 0.25 * walk.side
        while step >= shortestStepMetres {
            var isBetter = false
            for index in best.sites.indices {
                for axis in 0..<6 {
                    guard budget.spend() else { return }
                    var sites = best.sites
                    sites[index] = walk.site(sites[index].position, axis, step)
                    let next = best.with(sites)
                    if next.value > best.value + 1e-9 * max(1, best.value) { (best, isBetter) = (next, true) }
                }
            }
            if !isBetter { step *= 0.5 }
        }
    }
}

/// The moves of a search within its box.
private struct Walk {
    let problem: PlacementProblem
    let search: PlacementSearch
    let generator: CounterGenerator
    /// The box; its longest side in metres.
    private let low: PlacementProblem.Position
    private let high: PlacementProblem.Position
    let side: Double

    init(_ problem: PlacementProblem, _ search: PlacementSearch) {
        self.problem = problem
        self.search = search
        generator = CounterGenerator(seed: search.seed, purpose: 0x5741_4C4B)
        let points = problem.users.map(\.position) + [problem.gateway, problem.base]
        let (x, y) = (points.map(\.x), points.map(\.y))
        low = .init(x: x.min() ?? 0, y: y.min() ?? 0, z: problem.platform.lowestMetres)
        high = .init(x: x.max() ?? 0, y: y.max() ?? 0, z: problem.platform.highestMetres)
        side = max(high.x - low.x, high.y - low.y, 2 * search.shortestStepMetres)
    }

    /// Above the mean of the users by worth, at the geometric mean of the flight levels; nil where nobody is there.
    var middle: PlacementProblem.Position? {
        guard problem.mostPlatforms > 0, !problem.users.isEmpty else { return nil }
        let worth = problem.users.map { max(problem.worth($0), 1e-12) }
        let sum = worth.reduce(0, +)
        func mean(_ value: (PlacementProblem.User) -> Double) -> Double {
            zip(problem.users, worth).reduce(0) { $0 + value($1.0) * $1.1 } / sum
        }
        return inside(
            .init(x: mean { $0.position.x }, y: mean { $0.position.y }, z: max(1, low.z * high.z).squareRoot()))
    }

    private func inside(_ position: PlacementProblem.Position) -> PlacementProblem.Position {
        .init(
            x: min(max(position.x, low.x), high.x), y: min(max(position.y, low.y), high.y),
            z: min(max(position.z, low.z), high.z))
    }

    /// A platform moved along one of six half-axes.
    func site(_ position: PlacementProblem.Position, _ axis: Int, _ step: Double) -> PlacementModel.Site {
        var moved = position
        let change = axis % 2 == 0 ? step : -step
        switch axis / 2 {
        case 0: moved.x += change
        case 1: moved.y += change
        default: moved.z += change
        }
        return PlacementModel.Site(problem, inside(moved))
    }

    /// Sites after the move that `step` and `draw` stand for.
    func neighbour(of sites: [PlacementModel.Site], _ step: Int, _ draw: Int) -> [PlacementModel.Site] {
        let key = UInt64(step) << 8 | UInt64(draw)
        var moved = sites
        let kind = generator.uniform(key, 1)
        if sites.isEmpty || kind < 0.08 && sites.count < problem.mostPlatforms {
            moved.append(aboveSomeone(key))
            return moved
        }
        let index = Int(generator.bits(key, 2) % UInt64(sites.count))
        if kind < 0.12 {
            moved.remove(at: index)
        } else if kind < 0.25 {
            moved[index] = aboveSomeone(key)
        } else {
            moved[index] = shifted(sites[index].position, key)
        }
        return moved
    }

    /// Above a user, at a level drawn uniformly in its logarithm.
    private func aboveSomeone(_ key: UInt64) -> PlacementModel.Site {
        let user = problem.users[Int(generator.bits(key, 3) % UInt64(problem.users.count))]
        let level = max(1, low.z) * pow(max(1, high.z) / max(1, low.z), generator.uniform(key, 4))
        return PlacementModel.Site(problem, inside(.init(x: user.position.x, y: user.position.y, z: level)))
    }

    /// A step of normal components, its length drawn uniformly in its logarithm; half as much in height.
    private func shifted(_ position: PlacementProblem.Position, _ key: UInt64) -> PlacementModel.Site {
        let shortest = search.shortestStepMetres
        let length = shortest * pow(0.5 * side / shortest, generator.uniform(key, 5))
        return PlacementModel.Site(
            problem,
            inside(
                .init(
                    x: position.x + length * generator.normal(key, 6),
                    y: position.y + length * generator.normal(key, 7),
                    z: position.z + 0.5 * length * generator.normal(key, 8))))
    }
}
