import Glibc
import Numerics
import ResourceAllocation
import Testing

/// Association and states: searches beside exhaustion, certificates of interference channels, the choice of a solver.
@Suite struct ChoiceSearchTests {
    private static let methods = ChoiceSearch.Method.allCases

    /// A problem whose channels are flat, so that what the search counts is exact: the worth of a choice at equal power
    /// is `sum log(v / n)`.
    private static func flat(_ seed: UInt64) -> ResourceProblem {
        var problem = ResourceDrop(cells: 3, subbands: 1, uesPerCell: 2, seed: seed, mayReassociate: true).problem()
        let g = CounterGenerator(seed: seed, purpose: 12)
        // All at one place of few cells: who is strongest is often full.
        for u in problem.ues.indices {
            for l in problem.ues[u].linkCell.indices {
                let cell = problem.ues[u].linkCell[l]
                problem.ues[u].gainDb[l] = [-95 - 6 * Double(cell) - 8 * g.uniform(UInt64(u), UInt64(cell))]
            }
        }
        return problem
    }

    private static func worth(_ problem: ResourceProblem, _ choice: PowerChoice) -> Double {
        let powered = problem.powerProblem(choice)
        return log(Evaluation(powered.problem, powerWatts: problem.equalPowerWatts).networkValueMbps)
    }

    @Test(arguments: methods) func associationIsThatOfExhaustion(method: ChoiceSearch.Method) {
        var found = 0
        for seed in 1...20 as ClosedRange<UInt64> {
            let problem = Self.flat(seed)
            var best = -Double.infinity
            for code in 0..<729 {
                var (rest, cells) = (code, [Int32]())
                for _ in 0..<6 {
                    cells.append(Int32(rest % 3))
                    rest /= 3
                }
                best = max(best, Self.worth(problem, PowerChoice(cellOfUE: cells, stateOfCell: [-1, -1, -1])))
            }
            var budget = Budget(rounds: 10_000)
            let choice = ChoiceSearch(method: method, seed: seed).solve(
                problem, start: PowerChoice(problem), powerWatts: problem.equalPowerWatts, budget: &budget)
            if Self.worth(problem, choice) >= best - 1e-3 { found += 1 }
        }
        // Single moves leave a descent in local optima; the other two get out of them.
        #expect(found >= (method == .descent ? 10 : 19), "seeds 1-20: \(found) of 20")
    }

    @Test(arguments: methods) func beamsAreThoseOfExhaustion(method: ChoiceSearch.Method) {
        var found = 0
        for seed in 1...10 as ClosedRange<UInt64> {
            var problem = ResourceDrop(cells: 3, subbands: 1, uesPerCell: 2, seed: seed).problem()
            let g = CounterGenerator(seed: seed, purpose: 13)
            for c in problem.cells.indices {
                problem.cells[c].states = (0..<4).map { s in
                    .init(
                        name: "beam \(s)", kind: .beam,
                        gainOffsetDb: problem.ues.indices.map { u in
                            -15 * g.uniform(UInt64(u * 100 + s), UInt64(c))
                        })
                }
            }
            let start = PowerChoice(problem)
            var best = -Double.infinity
            for code in 0..<64 {
                let states = [Int32(code % 4), Int32(code / 4 % 4), Int32(code / 16)]
                best = max(best, Self.worth(problem, PowerChoice(cellOfUE: start.cellOfUE, stateOfCell: states)))
            }
            var budget = Budget(rounds: 10_000)
            let choice = ChoiceSearch(method: method, seed: seed).solve(
                problem, start: start, powerWatts: problem.equalPowerWatts, budget: &budget)
            #expect(choice.cellOfUE == start.cellOfUE, "association is not free here")
            if Self.worth(problem, choice) >= best - 1e-3 { found += 1 }
        }
        #expect(found >= (method == .descent ? 6 : 9), "seeds 1-10: \(found) of 10")
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func movesFromOutsideAreFinishedByLocalSearch(seed: UInt64) {
        let problem = ResourceDrop(seed: seed, mayReassociate: true).problem()
        var proposed = problem
        for u in proposed.ues.indices where u % 2 == 0 { proposed.ues[u].cell = proposed.ues[u].linkCell.last }
        let outcome = ResourceSolver(.pricing).solve(proposed, deadline: .counted)
        proposed.mayReassociate = false
        let asGiven = ResourceSolver(.pricing).solve(proposed, deadline: .counted)
        #expect(outcome.report.networkValueMbps > 1.1 * asGiven.report.networkValueMbps)
        let unspoilt = ResourceSolver(.pricing).solve(problem, deadline: .counted)
        #expect(outcome.report.networkValueMbps > 0.9 * unspoilt.report.networkValueMbps)
    }

    @Test func aFreeAssociationIsNeverWorseThanTheGivenOne() {
        for seed in 1...4 as ClosedRange<UInt64> {
            let fixed = ResourceDrop(seed: seed).problem()
            var free = fixed
            free.mayReassociate = true
            let (a, b) = (
                ResourceSolver(.pricing).solve(fixed, deadline: .counted),
                ResourceSolver(.pricing).solve(free, deadline: .counted)
            )
            #expect(b.report.objective >= a.report.objective - 1e-9)
        }
    }

    // MARK: Interference channels

    @Test(arguments: [1, 2, 3] as [UInt64]) func interferenceChannelsAreCertified(seed: UInt64) throws {
        let problem = ResourceProblem(.gaussian(users: 5, seed: seed), name: "channel")
        #expect(problem.flaw == nil)
        let exact = ResourceSolver(.branchAndBound).solve(problem, deadline: .counted)
        let bound = try #require(exact.certifiedBoundMbps)
        #expect(exact.report.networkValueMbps >= bound * (1 - 1.2e-3))
        for name in SolverName.allCases where name.refusal(problem) == nil {
            let other = ResourceSolver(name).solve(problem, deadline: .counted)
            #expect(other.report.networkValueMbps <= bound * (1 + 1e-6), "\(name)")
        }
        let onOff = ResourceSolver(.onOff).solve(problem, deadline: .counted)
        #expect(onOff.report.networkValueMbps >= 0.9 * exact.report.networkValueMbps)
    }

    @Test func aProblemThatIsNoChannelIsRefusedInWords() {
        let problem = ResourceDrop().problem()
        for name in [SolverName.branchAndBound, .onOff, .network] {
            #expect(name.refusal(problem)?.hasPrefix("\(name.rawValue) takes interference channels only") == true)
        }
        let large = ResourceProblem(.gaussian(users: 30, seed: 1), name: "channel")
        #expect(SolverName.branchAndBound.refusal(large) == "branch-and-bound takes at most 10 links, not 30")
        #expect(SolverName.onOff.refusal(large) == nil)
    }

    @Test func sendersOfOneCellDisturbEachOtherAtTheirReceiver() {
        let channel = InterferenceChannel.multipleAccess(cells: 2, perCell: 3, seed: 4)
        #expect(channel.users == 6)
        // Receivers of one cell are one place: they hear every sender alike.
        for sender in 0..<6 { #expect(channel.gain[sender] == channel.gain[2 * 6 + sender]) }
        #expect(channel.gain[0] != channel.gain[3 * 6])
    }

    // MARK: The choice of a solver

    @Test func theSelectorGoesByWhatIsRecordedNearby() {
        let problem = ResourceDrop().problem()
        var selector = SolverSelector(records: [])
        #expect(selector.choose(problem, deadlineMs: 5).solver == .pricing)
        #expect(selector.choose(problem, deadlineMs: 5).reason.contains("nothing recorded"))
        for _ in 0..<3 {
            selector.note(.pricing, problem, deadlineMs: 5, quality: 0.9)
            selector.note(.wmmse, problem, deadlineMs: 5, quality: 0.95)
            selector.note(.wmmse, problem, deadlineMs: 0.3, quality: 0.5)
            selector.note(.pricing, problem, deadlineMs: 0.3, quality: 0.8)
        }
        #expect(selector.choose(problem, deadlineMs: 5).solver == .wmmse)
        #expect(selector.choose(problem, deadlineMs: 5).reason.contains("comparisons near"))
        #expect(selector.choose(problem, deadlineMs: 0.3).solver == .pricing)
        #expect(selector.records.allSatisfy { $0.runs == 3 })
        // Without a deadline what was recorded at long ones counts.
        selector.note(.localSearch, problem, deadlineMs: 1_000, quality: 1)
        #expect(selector.choose(problem, deadlineMs: .infinity).solver == .localSearch)
        #expect(selector.choose(problem, deadlineMs: 60_000).reason.contains("1 comparisons near"))
        let channel = ResourceProblem(.gaussian(users: 4, seed: 1), name: "channel")
        #expect(selector.choose(channel, deadlineMs: 1_000).solver == .branchAndBound)
        #expect(selector.choose(channel, deadlineMs: 1).solver != .branchAndBound)
    }

    @Test func anAnswerOfAnyChosenSolverIsPossible() {
        let selector = SolverSelector()
        for seed in 1...3 as ClosedRange<UInt64> {
            for problem in [
                ResourceDrop(seed: seed).problem(), ResourceDrop(seed: seed, mayReassociate: true).burdened(),
                ResourceProblem(.gaussian(users: 12, seed: seed), name: "channel"),
            ] {
                for deadline in [0.0, 1, 10, 1_000, .infinity] {
                    #expect(selector.choose(problem, deadlineMs: deadline).solver.refusal(problem) == nil)
                }
            }
        }
    }
}
