/// Platforms at any positions and whom they serve, worked out at once and near the best: by falling worth per part of a
/// platform's PRBs and backhaul, then by exchanges of one user for another.
struct PlacementModel {
    /// A platform at its position.
    struct Site {
        let position: PlacementProblem.Position
        /// PRBs that each user needs from it, U values; `.infinity` out of reach.
        let need: [Double]
        let backhaulMbps: Double
        let cost: Double

        init(_ problem: PlacementProblem, _ position: PlacementProblem.Position) {
            self.position = position
            need = problem.users.map { problem.need($0, from: position) ?? .infinity }
            backhaulMbps = problem.backhaulMbps(from: position)
            cost = problem.cost(of: position)
        }
    }

    let problem: PlacementProblem
    private(set) var sites: [Site]
    /// Index of each user's site, -1 for none.
    private(set) var siteOfUser: [Int]
    /// Worth served less cost, over the sites that are worth their cost.
    private(set) var value = 0.0
    /// What sites have left.
    private var prbsLeft: [Double] = []
    private var mbpsLeft: [Double] = []

    /// A feasible model: at most so many sites as the problem has platforms, the caller's duty.
    init(_ problem: PlacementProblem, _ sites: [Site]) {
        precondition(sites.count <= problem.mostPlatforms)
        self.problem = problem
        self.sites = sites
        siteOfUser = Array(repeating: -1, count: problem.users.count)
        assign()
    }

    /// The model with other sites.
    func with(_ sites: [Site]) -> PlacementModel { PlacementModel(problem, sites) }

    /// Without the sites that are not worth their cost.
    var placement: Placement {
        let served = worthServed()
        let kept = sites.indices.filter { served[$0] > sites[$0].cost }
        var placement = Placement(
            positions: kept.map { sites[$0].position },
            platformOfUser: siteOfUser.map { site in site < 0 ? -1 : kept.firstIndex(of: site) ?? -1 }, value: 0,
            bound: nil)
        placement.value = PlacementSolver.value(problem, placement)
        return placement
    }

    private func worthServed() -> [Double] {
        var served = [Double](repeating: 0, count: sites.count)
        for (u, site) in siteOfUser.enumerated() where site >= 0 { served[site] += problem.worth(problem.users[u]) }
        return served
    }

    private mutating func assign() {
        prbsLeft = Array(repeating: Double(problem.platform.prbs), count: sites.count)
        mbpsLeft = sites.map(\.backhaulMbps)
        var pairs: [(user: Int32, site: Int32, density: Double)] = []
        pairs.reserveCapacity(sites.count * problem.users.count)
        for (j, site) in sites.enumerated() {
            for (u, user) in problem.users.enumerated() where fits(u, j) {
                let part = site.need[u] / Double(problem.platform.prbs) + user.demandMbps / site.backhaulMbps
                pairs.append((Int32(u), Int32(j), problem.worth(user) / part))
            }
        }
        pairs.sort { $0.density == $1.density ? $0.user < $1.user : $0.density > $1.density }
        for pair in pairs where siteOfUser[Int(pair.user)] < 0 && fits(Int(pair.user), Int(pair.site)) {
            take(Int(pair.user), Int(pair.site))
        }
        exchange()
        value = zip(worthServed(), sites).reduce(0) { $0 + max(0, $1.0 - $1.1.cost) }
    }

    private func fits(_ u: Int, _ j: Int) -> Bool {
        sites[j].need[u] <= prbsLeft[j] && problem.users[u].demandMbps <= mbpsLeft[j]
    }

    private mutating func take(_ u: Int, _ j: Int) {
        siteOfUser[u] = j
        prbsLeft[j] -= sites[j].need[u]
        mbpsLeft[j] -= problem.users[u].demandMbps
    }

    private mutating func release(_ u: Int) {
        let j = siteOfUser[u]
        siteOfUser[u] = -1
        prbsLeft[j] += sites[j].need[u]
        mbpsLeft[j] += problem.users[u].demandMbps
    }

    /// Rounds of exchanges, at most.
    private static let rounds = 4

    /// Serves whom it can in another's place: the other goes to a site with room, else to none where it is worth less.
    private mutating func exchange() {
        for _ in 0..<PlacementModel.rounds {
            var isBetter = false
            for u in problem.users.indices where siteOfUser[u] < 0 {
                guard let found = bestExchange(u) else { continue }
                let site = siteOfUser[found.other]
                release(found.other)
                take(u, site)
                if found.site >= 0 { take(found.other, found.site) }
                isBetter = true
            }
            if !isBetter { return }
        }
    }

    /// Whose place `u` takes, and where that one goes, -1 for nowhere.
    private func bestExchange(_ u: Int) -> (other: Int, site: Int)? {
        let worth = problem.worth(problem.users[u])
        var best = 0.0
        var found: (other: Int, site: Int)?
        for (v, j) in siteOfUser.enumerated() where j >= 0 {
            let other = problem.users[v]
            guard sites[j].need[u] <= prbsLeft[j] + sites[j].need[v],
                problem.users[u].demandMbps <= mbpsLeft[j] + other.demandMbps
            else { continue }
            let room = sites.indices.first { $0 != j && fits(v, $0) }
            let gain = room == nil ? worth - problem.worth(other) : worth
            if gain > best + 1e-12 * worth {
                best = gain
                found = (v, room ?? -1)
            }
        }
        return found
    }
}
