internal import NetworkModel
internal import ResourceAllocation

/// Where one platform is sent.
struct PlatformPlan: Sendable {
    let cell: CellConfiguration
    private let limits: PlatformConfiguration
    private(set) var target: PlacementProblem.Position

    /// Bounded by work, not by time: a role has no clock.
    private static let solver: PlacementSolver = {
        var solver = PlacementSolver()
        solver.limits = LinearProgram.Limits(gap: 1e-6, nodes: 1_000)
        return solver
    }()
    /// Candidates along each axis of its range.
    private static let candidatesPerAxis = 5
    /// Of the most that any place serves, a place that is considered serves this part.
    private static let servedPart = 0.7
    /// It moves only where that raises the logarithm of the network value by this.
    private static let leastGain = 0.005
    /// Value of a PRB that stays free, in Mbit/s.
    private static let prbMbps = 0.05
    /// Users nearer to each other than this count as one.
    private static let gridMetres = 50.0
    /// What interferes at a user, beside noise.
    private static let interferenceMarginDb = 10.0

    init(cell: CellConfiguration, _ limits: PlatformConfiguration) {
        self.cell = cell
        self.limits = limits
        target = PlacementProblem.Position(x: cell.xMetres, y: cell.yMetres, z: cell.heightMetres)
    }

    /// Those who lack rate, gathered on a grid.
    static func users(_ hotspots: [NetworkTwin.Hotspot]) -> [PlacementProblem.User] {
        var users: [PlacementProblem.User] = []
        for spot in hotspots where spot.kbps > 0 {
            let near = users.firstIndex {
                abs($0.position.x - spot.xMetres) < gridMetres / 2 && abs($0.position.y - spot.yMetres) < gridMetres / 2
            }
            if let near {
                users[near].demandMbps += spot.kbps / 1e3
            } else {
                users.append(
                    PlacementProblem.User(
                        position: .init(x: spot.xMetres, y: spot.yMetres, z: 1.5), demandMbps: spot.kbps / 1e3,
                        weight: 1))
            }
        }
        return users
    }

    /// Chooses where to fly and returns the users that it leaves to others.
    ///
    /// A place must serve nearly as much of what is lacking as any, by load, backhaul and energy; of those places the
    /// one is taken at which the network is worth most, what the platform disturbs included.
    mutating func place(
        _ users: [PlacementProblem.User], network: NetworkConfiguration, value: (PlacementProblem.Position) -> Double
    ) -> [PlacementProblem.User] {
        guard !users.isEmpty else { return users }
        let problem = problem(users, network: network)
        let tried = candidates.map { position in
            let placement = PlatformPlan.solver.place(problem, on: [position])
            return (position: position, placement: placement, score: PlatformPlan.score(problem, placement))
        }
        guard let stays = tried.first, let most = tried.map(\.score).max() else { return users }
        let good = tried.filter { $0.score >= PlatformPlan.servedPart * most }.map { ($0, value($0.position)) }
        guard let best = good.max(by: { $0.1 < $1.1 }), best.1 > value(target) + PlatformPlan.leastGain else {
            return left(users, by: stays.placement)
        }
        target = best.0.position
        return left(users, by: best.0.placement)
    }

    /// Value, less a little for every PRB that it takes: of two places that serve the same users the nearer one leaves
    /// more to everybody.
    private static func score(_ problem: PlacementProblem, _ placement: Placement) -> Double {
        guard let position = placement.positions.first else { return placement.value }
        let prbs = problem.users.indices.reduce(0.0) { sum, user in
            guard placement.platformOfUser[user] == 0 else { return sum }
            return sum + (problem.need(problem.users[user], from: position) ?? 0)
        }
        return placement.value - prbMbps * prbs
    }

    private func left(_ users: [PlacementProblem.User], by placement: Placement) -> [PlacementProblem.User] {
        users.indices.filter { placement.platformOfUser[$0] < 0 }.map { users[$0] }
    }

    private func problem(_ users: [PlacementProblem.User], network: NetworkConfiguration) -> PlacementProblem {
        var platform = PlacementProblem.Platform()
        platform.frequencyHz = network.carrier.frequencyHz
        platform.transmitDbm = cell.transmitPowerDbm
        platform.prbs = max(1, Int(network.carrier.bandwidthHz / 180e3))
        platform.noiseFigureDb = network.carrier.noiseFigureDb
        platform.marginDb = PlatformPlan.interferenceMarginDb
        platform.lowestMetres = limits.lowestMetres
        platform.highestMetres = limits.highestMetres
        // It hovers wherever it is sent: only the way there costs more.
        platform.hoverWatts = 0
        // Its link goes to the nearest site.
        let sites = network.cells.filter { $0.platform == nil }.map {
            PlacementProblem.Position(x: $0.xMetres, y: $0.yMetres, z: $0.heightMetres)
        }
        let home = PlacementProblem.Position(x: cell.xMetres, y: cell.yMetres, z: cell.heightMetres)
        let gateway = sites.min { $0.distance(to: home) < $1.distance(to: home) } ?? home
        return PlacementProblem(
            users: users, platform: platform, channel: AirToGround(.urban), gateway: gateway, base: target,
            mostPlatforms: 1)
    }

    /// Where it is now, then a grid over its range at the middle of its flight levels.
    private var candidates: [PlacementProblem.Position] {
        let last = PlatformPlan.candidatesPerAxis - 1
        let height = 0.5 * (limits.lowestMetres + limits.highestMetres)
        var positions = [target]
        for i in 0...last {
            for j in 0...last {
                let (dx, dy) = (Double(2 * i) / Double(last) - 1, Double(2 * j) / Double(last) - 1)
                guard dx * dx + dy * dy <= 1 else { continue }
                positions.append(
                    PlacementProblem.Position(
                        x: cell.xMetres + dx * limits.rangeMetres, y: cell.yMetres + dy * limits.rangeMetres,
                        z: height))
            }
        }
        return positions
    }
}
