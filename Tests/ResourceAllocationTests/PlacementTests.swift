import NetworkModel
import Numerics
import ResourceAllocation
import Testing

@Suite struct PlacementTests {
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

    @Test(arguments: 0..<10 as Range<UInt64>)
    func placementOnCandidatesIsExact(index: UInt64) {
        let seed = TestSeed.value &* 1_000 &+ index
        let problem = SmallPlacement.problem(seed, users: 6)
        let candidates = SmallPlacement.grid(seed)
        let placement = PlacementSolver().place(problem, on: candidates)
        let best = SmallPlacement.exhaustive(problem, candidates)
        #expect(abs(placement.value - best) <= 1e-3, "seed \(seed): \(placement.value) of \(best)")
        #expect(placement.bound ?? .infinity >= best - 1e-3, "seed \(seed)")
        let chosen = SmallPlacement.value(problem, placement.positions, placement.platformOfUser)
        #expect(abs((chosen ?? -1) - placement.value) < 1e-9, "seed \(seed): breaks a limit")
    }

    @Test func refinementServesMoreThanTheGridAndKeepsLimits() {
        let problem = SmallPlacement.problem(TestSeed.value, users: 12)
        let placed = PlacementSolver().place(problem, on: SmallPlacement.grid(TestSeed.value))
        var budget = Budget(rounds: 120)
        let refined = PlacementSolver().refine(problem, placed, stepMetres: 100, budget: &budget)
        #expect(refined.value >= placed.value, "seed \(TestSeed.value)")
        #expect(budget.spent > 0)
        let value = SmallPlacement.value(problem, refined.positions, refined.platformOfUser)
        #expect(abs((value ?? -1) - refined.value) < 1e-9, "seed \(TestSeed.value): breaks a limit")
        for position in refined.positions {
            #expect(position.z >= problem.platform.lowestMetres && position.z <= problem.platform.highestMetres)
        }
    }

    @Test func nobodyIsServedWhereEnergyCostsMore() {
        var problem = SmallPlacement.problem(1, users: 5)
        problem.platform.valuePerJoule = 1
        let placement = PlacementSolver().place(problem, on: SmallPlacement.grid(1))
        #expect(placement.positions.isEmpty && placement.value == 0)
        #expect(placement.platformOfUser.allSatisfy { $0 == -1 })
        #expect(PlacementSolver().place(problem, on: []).value == 0)
    }

    @Test func aSearchThatMeetsItsLimitsAnswersAllTheSame() {
        let solver = PlacementSolver()
        #expect(solver.limits.nodes > 0 && solver.limits.seconds > 0, "no caller may hang on a hard instance")
        let seed = TestSeed.value
        let problem = SmallPlacement.problem(seed, users: 30)
        let candidates = SmallPlacement.grid(seed) + SmallPlacement.grid(seed &+ 1) + SmallPlacement.grid(seed &+ 2)
        for limits in [LinearProgram.Limits(nodes: 1), .init(seconds: 1e-6)] {
            var hasty = PlacementSolver()
            hasty.limits = limits
            let placement = hasty.place(problem, on: candidates)
            let value = SmallPlacement.value(problem, placement.positions, placement.platformOfUser)
            #expect(abs((value ?? -1) - placement.value) < 1e-9, "seed \(seed): breaks a limit")
            #expect(placement.bound ?? .infinity >= placement.value, "seed \(seed)")
            #expect(placement.value > 0, "seed \(seed): nobody is served")
        }
    }
}
