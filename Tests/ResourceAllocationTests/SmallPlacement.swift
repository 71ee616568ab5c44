import NetworkModel
import Numerics
import ResourceAllocation

/// Placements of few users, small enough to try everything.
enum SmallPlacement {
    typealias Position = PlacementProblem.Position

    static func problem(_ seed: UInt64, users: Int) -> PlacementProblem {
        let g = CounterGenerator(seed: seed, purpose: 25)
        let people = (0..<UInt64(users)).map { u in
            PlacementProblem.User(
                position: Position(x: g.uniform(u, 1, in: -600..<600), y: g.uniform(u, 2, in: -600..<600), z: 1.5),
                demandMbps: 4 + 12 * g.uniform(u, 3), weight: 1 + Double(g.bits(u, 4) % 2))
        }
        var platform = PlacementProblem.Platform()
        platform.prbs = 25
        return PlacementProblem(
            users: people, platform: platform, channel: AirToGround(.urban),
            gateway: Position(x: -1_500, y: 0, z: 30), base: Position(x: -1_500, y: 0, z: 0), mostPlatforms: 2)
    }

    static func grid(_ seed: UInt64) -> [Position] {
        let g = CounterGenerator(seed: seed, purpose: 26)
        return (0..<4 as Range<UInt64>).map {
            Position(x: g.uniform($0, 1, in: -500..<500), y: g.uniform($0, 2, in: -500..<500), z: 150)
        }
    }

    /// The best over all choices of candidate or nothing for every user.
    static func exhaustive(_ problem: PlacementProblem, _ candidates: [Position]) -> Double {
        var best = 0.0
        var choice = [Int](repeating: -1, count: problem.users.count)
        func search(_ u: Int) {
            if u == choice.count {
                if let value = value(problem, candidates, choice) { best = max(best, value) }
                return
            }
            for j in -1..<candidates.count {
                choice[u] = j
                search(u + 1)
            }
            choice[u] = -1
        }
        search(0)
        return best
    }

    /// Value of a choice; nil where it breaks a limit.
    static func value(_ problem: PlacementProblem, _ candidates: [Position], _ choice: [Int]) -> Double? {
        var prbs = [Double](repeating: 0, count: candidates.count)
        var rate = prbs
        var sum = 0.0
        for (user, j) in zip(problem.users, choice) where j >= 0 {
            guard let need = problem.need(user, from: candidates[j]) else { return nil }
            prbs[j] += need
            rate[j] += user.demandMbps
            sum += problem.worth(user)
        }
        let used = candidates.indices.filter { prbs[$0] > 0 }
        guard used.count <= problem.mostPlatforms else { return nil }
        for j in used {
            guard prbs[j] <= Double(problem.platform.prbs),
                rate[j] <= problem.backhaulMbps(from: candidates[j]) + 1e-9
            else { return nil }
            sum -= problem.cost(of: candidates[j])
        }
        return sum
    }
}
