import Numerics
import ResourceAllocation
import Testing

@Suite struct BendersTests {
    /// 3 cells and 5 UEs that may be served by any, with targets from -3 to 6 dB.
    private static func problem(_ seed: UInt64, costPerWatt: Double = 0.2) -> PoweredAssociation {
        let g = CounterGenerator(seed: seed, purpose: 23)
        let (ues, cells) = (5, 3)
        var (cell, need): ([Int32], [Int32]) = ([], [])
        var value: [Double] = []
        for u in 0..<UInt64(ues) {
            for c in 0..<UInt64(cells) {
                cell.append(Int32(c))
                need.append(1 + Int32(g.bits(u, c) % 3))
                value.append(1 + g.uniform(u, 50))
            }
        }
        do {
            let association = try AssociationProblem(
                capacity: [5, 5, 5], start: (0...ues).map { Int32($0 * cells) }, cell: cell, need: need, value: value)
            return PoweredAssociation(
                association: association,
                gain: (0..<(ues * cells)).map { 1e-9 * g.exponential(UInt64($0), 60) },
                target: (0..<ues).map { 0.5 + 3.5 * g.uniform(UInt64($0), 61) },
                noiseWatts: Array(repeating: 1e-10, count: ues), limitWatts: [2, 2, 2], costPerWatt: costPerWatt)
        } catch {
            fatalError("\(error)")
        }
    }

    private static func exhaustive(_ problem: PoweredAssociation) -> Double {
        let ues = problem.association.ues
        var best = 0.0
        var count = 1
        for _ in 0..<ues { count *= 4 }
        for code in 0..<count {
            var rest = code
            let cellOfUE = (0..<ues).map { _ -> Int32 in
                defer { rest /= 4 }
                return Int32(rest % 4) - 1
            }
            best = max(best, problem.value(of: cellOfUE) ?? 0)
        }
        return best
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func decompositionFindsWhatExhaustionFinds(index: UInt64) throws {
        let seed = TestSeed.value &* 1_000 &+ index
        let problem = Self.problem(seed)
        let best = Self.exhaustive(problem)
        var budget = Budget(rounds: 2_000)
        let outcome = BendersAssociation().solve(problem, budget: &budget)
        #expect(outcome.hasConverged, "seed \(seed)")
        #expect(abs(outcome.value - best) <= 1e-6 * max(1, best), "seed \(seed): \(outcome.value) of \(best)")
        #expect(outcome.bound >= best - 1e-6, "seed \(seed)")
        // The powers are those of the least fixed point, an independent computation.
        let value = try #require(problem.value(of: outcome.cellOfUE), "seed \(seed)")
        #expect(abs(value - outcome.value) <= 1e-6, "seed \(seed)")
        let least = try #require(problem.leastPowers(outcome.cellOfUE))
        for (power, expected) in zip(outcome.powerWatts, least) { #expect(abs(power - expected) <= 1e-6) }
    }

    @Test func aShortBudgetIsAnsweredWithinItsBound() {
        let problem = Self.problem(TestSeed.value)
        let best = Self.exhaustive(problem)
        for rounds in 0..<6 {
            var budget = Budget(rounds: rounds)
            let outcome = BendersAssociation().solve(problem, budget: &budget)
            #expect(outcome.value <= best + 1e-6 && outcome.bound >= best - 1e-6, "\(rounds) rounds")
            #expect(problem.value(of: outcome.cellOfUE) != nil, "\(rounds) rounds")
        }
    }
}
