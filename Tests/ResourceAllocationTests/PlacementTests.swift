import NetworkModel
import Numerics
import ResourceAllocation
import Testing

@Suite struct PlacementTests {
    private typealias Position = PlacementProblem.Position

    @Test(arguments: zip(AirToGround.Environment.allCases, [20.34, 42.44, 54.62, 75.52]))
    func bestElevationsAreThePapers(environment: AirToGround.Environment, degrees: Double) {
        #expect(abs(AirToGround(environment).bestElevationDegrees - degrees) < 0.01, "\(environment)")
    }

    @Test(arguments: AirToGround.Environment.allCases)
    func theBestElevationCoversMostAtAGivenLoss(environment: AirToGround.Environment) {
        // Farthest user within 100 dB at 2 GHz, by elevation: found by bisection along the ray, an independent way.
        let channel = AirToGround(environment)
        func radius(_ degrees: Double) -> Double {
            let slope = sine(degrees) / cosine(degrees)
            var (low, high) = (0.0, 1e5)
            for _ in 0..<80 {
                let middle = 0.5 * (low + high)
                let loss = channel.pathLossDb(
                    horizontalMetres: middle, heightMetres: middle * slope, frequencyHz: 2e9)
                if loss <= 100 { low = middle } else { high = middle }
            }
            return low
        }
        let best = radius(channel.bestElevationDegrees)
        for degrees in stride(from: 1.0, to: 89.0, by: 1.0) { #expect(radius(degrees) <= best * (1 + 1e-9)) }
    }

    private func sine(_ degrees: Double) -> Double { cosine(90 - degrees) }

    /// By halving the angle: the test needs no mathematics library.
    private func cosine(_ degrees: Double) -> Double {
        var x = degrees * .pi / 180 / 64
        x = 1 - x * x / 2 + x * x * x * x / 24 - x * x * x * x * x * x / 720
        for _ in 0..<6 { x = 2 * x * x - 1 }
        return x
    }

    private static func problem(_ seed: UInt64, users: Int) -> PlacementProblem {
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

    private static func grid(_ seed: UInt64) -> [Position] {
        let g = CounterGenerator(seed: seed, purpose: 26)
        return (0..<4 as Range<UInt64>).map {
            Position(x: g.uniform($0, 1, in: -500..<500), y: g.uniform($0, 2, in: -500..<500), z: 150)
        }
    }

    /// The best over all choices of candidate or nothing for every user.
    private static func exhaustive(_ problem: PlacementProblem, _ candidates: [Position]) -> Double {
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
    private static func value(_ problem: PlacementProblem, _ candidates: [Position], _ choice: [Int]) -> Double? {
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

    @Test(arguments: 0..<10 as Range<UInt64>)
    func placementOnCandidatesIsExact(index: UInt64) {
        let seed = TestSeed.value &* 1_000 &+ index
        let problem = Self.problem(seed, users: 6)
        let candidates = Self.grid(seed)
        let placement = PlacementSolver().place(problem, on: candidates)
        let best = Self.exhaustive(problem, candidates)
        #expect(abs(placement.value - best) <= 1e-3, "seed \(seed): \(placement.value) of \(best)")
        #expect(placement.bound ?? .infinity >= best - 1e-3, "seed \(seed)")
        let chosen = Self.value(problem, placement.positions, placement.platformOfUser)
        #expect(abs((chosen ?? -1) - placement.value) < 1e-9, "seed \(seed): breaks a limit")
    }

    @Test func refinementServesMoreThanTheGridAndKeepsLimits() {
        let problem = Self.problem(TestSeed.value, users: 12)
        let placed = PlacementSolver().place(problem, on: Self.grid(TestSeed.value))
        var budget = Budget(rounds: 120)
        let refined = PlacementSolver().refine(problem, placed, stepMetres: 100, budget: &budget)
        #expect(refined.value >= placed.value, "seed \(TestSeed.value)")
        #expect(budget.spent > 0)
        let value = Self.value(problem, refined.positions, refined.platformOfUser)
        #expect(abs((value ?? -1) - refined.value) < 1e-9, "seed \(TestSeed.value): breaks a limit")
        for position in refined.positions {
            #expect(position.z >= problem.platform.lowestMetres && position.z <= problem.platform.highestMetres)
        }
    }

    @Test func nobodyIsServedWhereEnergyCostsMore() {
        var problem = Self.problem(1, users: 5)
        problem.platform.valuePerJoule = 1
        let placement = PlacementSolver().place(problem, on: Self.grid(1))
        #expect(placement.positions.isEmpty && placement.value == 0)
        #expect(placement.platformOfUser.allSatisfy { $0 == -1 })
        #expect(PlacementSolver().place(problem, on: []).value == 0)
    }
}
