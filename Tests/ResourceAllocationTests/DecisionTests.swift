import ResourceAllocation
import Testing

/// Decisions one after the other on a drop that moves: what they keep, and what their haste costs.
@Suite struct DecisionTests {
    private static func drop(_ seed: UInt64, sites: Int = 7, ues: Int = 210) -> MovingDrop {
        var drop = MovingDrop(seed: seed)
        drop.sites = sites
        drop.ues = ues
        return drop
    }

    /// Epochs far apart and close together, few and many sessions that change.
    @Test(arguments: 0..<3 as Range<UInt64>, [(0.02, 0.01, 1.0), (0.1, 0.1, 1.5), (1, 0.05, 0.8)])
    func warmAssociationsAreNoWorseThanTheirStartAndNearCold(
        index: UInt64, motion: (epochSeconds: Double, renewals: Double, overload: Double)
    ) {
        let seed = TestSeed.value &* 1_000 &+ index
        var drop = Self.drop(seed, sites: 19, ues: 570)
        (drop.epochSeconds, drop.renewals, drop.overload) = motion
        var last: AssociationOutcome?
        for epoch in 0..<12 {
            let problem = drop.input(epoch: epoch).associationProblem(Array(0..<drop.ues), own: nil)
            func solve(_ start: AssociationOutcome?, _ rounds: Int) -> AssociationOutcome {
                var solver = EpochDecision.association(seed: seed)
                var budget = Budget(rounds: rounds)
                return solver.solve(problem, start: start, budget: &budget)
            }
            let cold = solve(nil, 100_000)
            guard let start = last else {
                last = cold
                continue
            }
            let warm = solve(start, 100_000)
            // What still fits of the start, packed; values are summed in single precision while searching.
            let kept = solve(start, 0)
            #expect(warm.value >= kept.value * (1 - 1e-6), "seed \(seed), epoch \(epoch)")
            if let same = problem.value(of: start.cellOfUE) {
                #expect(warm.value >= same * (1 - 1e-6), "seed \(seed), epoch \(epoch)")
            }
            #expect(
                warm.value >= 0.995 * cold.value, "seed \(seed), epoch \(epoch): \(warm.value) of \(cold.value)")
            #expect(problem.value(of: warm.cellOfUE) != nil && warm.value <= warm.bound, "seed \(seed)")
            last = warm
        }
    }

    /// Powers within budgets, shares within subbands, everybody at a cell of theirs.
    private static func check(_ input: DecisionInput, _ answer: EpochDecision.Answer, _ name: String) {
        let subbands = input.subbands
        for c in 0..<input.cells {
            let row = answer.powerWatts[(c * subbands)..<((c + 1) * subbands)]
            #expect(row.allSatisfy { $0 >= 0 } && row.reduce(0, +) <= input.powerWatts * (1 + 1e-5), "\(name)")
        }
        var held = [Double](repeating: 0, count: input.cells * subbands)
        for (u, cell) in answer.cellOfUE.enumerated() {
            #expect(input.linkCell[(u * input.links)..<((u + 1) * input.links)].contains(cell), "\(name), UE \(u)")
            for k in 0..<subbands { held[Int(cell) * subbands + k] += answer.shares[u * subbands + k] }
        }
        #expect(held.allSatisfy { $0 <= 1 + 1e-4 }, "\(name): \(held.max() ?? 0)")
        #expect(answer.associationValue <= answer.associationBound * (1 + 1e-9), "\(name)")
    }

    private static func value(_ input: DecisionInput, _ answer: EpochDecision.Answer) -> Double {
        EpochDecision.networkValueMbps(
            input, cellOfUE: answer.cellOfUE, powerWatts: answer.powerWatts, shares: answer.shares)
    }

    @Test func hastyDecisionsAreFeasibleAndNearUnhurriedOnes() {
        let seed = TestSeed.value
        let drop = Self.drop(seed)
        var hasty = EpochDecision(seed: seed)
        for epoch in 0..<6 {
            let input = drop.input(epoch: epoch)
            let answer = hasty.decide(input, deadline: Deadline(rounds: 100_000))
            Self.check(input, answer, "seed \(seed), epoch \(epoch)")
            var free = EpochDecision(seed: seed)
            free.powerRounds = 400
            let best = Self.value(input, free.decide(input, deadline: Deadline(rounds: 100_000)))
            #expect(Self.value(input, answer) >= 0.93 * best, "seed \(seed), epoch \(epoch)")
        }
    }

    @Test func withoutTimeThereIsAFeasibleAnswer() {
        let seed = TestSeed.value
        let drop = Self.drop(seed)
        var decision = EpochDecision(seed: seed)
        for epoch in 0..<3 {
            let input = drop.input(epoch: 10 * epoch)
            let answer = decision.decide(input, deadline: Deadline(rounds: epoch == 1 ? 100_000 : 0))
            Self.check(input, answer, "seed \(seed), epoch \(epoch)")
            let never = Deadline(rounds: 100_000) { _ in { true } }
            Self.check(input, decision.decide(input, deadline: never), "seed \(seed), epoch \(epoch), no time")
            let equal = EpochDecision.networkValueMbps(
                input, cellOfUE: answer.cellOfUE,
                powerWatts: Array(repeating: input.powerWatts / 8, count: input.cells * 8), shares: nil)
            #expect(Self.value(input, answer) >= (epoch < 2 ? 0.95 : 0.7) * equal, "seed \(seed), epoch \(epoch)")
        }
    }

    @Test func regionsDecideForTheirOwnAndTogetherForAll() {
        let seed = TestSeed.value
        let drop = Self.drop(seed)
        let masks = [0..<9, 9..<21].map { own in (0..<drop.cells).map { own.contains($0) } }
        var leaders = RegionalDecisions(masks, seed: seed)
        for epoch in 0..<4 {
            let input = drop.input(epoch: epoch)
            let before = [Double](repeating: input.powerWatts / 8, count: input.cells * 8)
            let whole = leaders.decide(input) { region, body in
                let answer = body(Deadline(rounds: 100_000)) { _ in }
                for (u, cell) in answer.cellOfUE.enumerated() {
                    let isOwn = masks[region][Int(input.linkCell[u * input.links])]
                    #expect(isOwn ? cell >= 0 && masks[region][Int(cell)] : cell == -1, "seed \(seed), UE \(u)")
                }
                for c in 0..<input.cells where !masks[region][c] && epoch == 0 {
                    let row = (c * 8)..<((c + 1) * 8)
                    #expect(zip(answer.powerWatts[row], before[row]).allSatisfy { abs($0 - $1) < 1e-5 })
                }
                return answer
            }
            Self.check(input, whole, "seed \(seed), epoch \(epoch)")
            let equal = EpochDecision.networkValueMbps(
                input, cellOfUE: whole.cellOfUE, powerWatts: before, shares: nil)
            if epoch > 0 { #expect(Self.value(input, whole) > equal, "seed \(seed), epoch \(epoch)") }
        }
    }

    @Test func oneSeedHasOneHistory() {
        let drop = Self.drop(3, sites: 3, ues: 60)
        func history() -> [[Double]] {
            var decision = EpochDecision(seed: 3)
            return (0..<3).map {
                decision.decide(drop.input(epoch: $0), deadline: Deadline(rounds: 1_000)).powerWatts
            }
        }
        let (first, second) = (history(), history())
        #expect(first == second && first[0] != first[1])
    }

    @Test func theDropMovesALittleFromEpochToEpoch() {
        let drop = Self.drop(TestSeed.value, sites: 3, ues: 100)
        let (now, next, far) = (drop.input(epoch: 0), drop.input(epoch: 1), drop.input(epoch: 5_000))
        func changed(_ other: DecisionInput) -> Int {
            now.linkCell.indices.count { now.linkCell[$0] != other.linkCell[$0] }
        }
        #expect(changed(next) < now.linkCell.count / 20 && changed(far) > now.linkCell.count / 3)
        let moved = now.demandMbps.indices.count { now.demandMbps[$0] != next.demandMbps[$0] }
        #expect(moved < 10, "1 % of 100 sessions end in an epoch, not \(moved)")
        #expect(drop.sitesByBearing == [0, 1, 2] || drop.sitesByBearing.sorted() == [0, 1, 2])
    }
}
