import Glibc
import NetworkModel
import Numerics
import ResourceAllocation
import Testing

/// Every solver of the whole problem against what any answer must satisfy, and against trivial references.
@Suite struct ResourceSolverTests {
    private static let general = SolverName.allCases.filter { ![.onOff, .network, .branchAndBound].contains($0) }

    @Test(arguments: general, [1, 2, 3] as [UInt64])
    func answersKeepEveryConditionAndTheBound(name: SolverName, seed: UInt64) throws {
        let problem = ResourceDrop(seed: seed).problem()
        #expect(problem.flaw == nil)
        let outcome = ResourceSolver(name, seed: seed).solve(problem, deadline: .counted)
        #expect(outcome.report.violations.isEmpty, "\(outcome.report.violations)")
        let bound = try #require(ValueBound.networkValueMbps(problem, outcome.allocation.choice))
        #expect(outcome.report.networkValueMbps <= bound * (1 + 1e-9))
        // The report is the double-precision formula; the kernels' own evaluation agrees with it.
        let powered = problem.powerProblem(outcome.allocation.choice)
        let check = Evaluation(powered.problem, powerWatts: outcome.allocation.powerWatts)
        if name.aim == .utility {
            #expect(check.networkValueMbps >= outcome.report.networkValueMbps * (1 - 1e-3))
        }
    }

    @Test(arguments: [SolverName.pricing, .wmmse, .dual, .localSearch, .annealing, .tabu], [4, 5] as [UInt64])
    func noSolverFallsBelowEqualOrRandomPower(name: SolverName, seed: UInt64) {
        let problem = ResourceDrop(seed: seed).problem()
        func value(_ name: SolverName) -> Double {
            ResourceSolver(name, seed: seed).solve(problem, deadline: .counted).report.objective
        }
        #expect(value(name) >= value(.equal))
        #expect(value(name) >= value(.random))
    }

    @Test(arguments: [SolverName.pricing, .wmmse, .dual, .localSearch, .maxMin, .energy], [1, 2, 3] as [UInt64])
    func burdensAreKept(name: SolverName, seed: UInt64) {
        let problem = ResourceDrop(seed: seed).burdened()
        #expect(problem.flaw == nil)
        let outcome = ResourceSolver(name, seed: seed).solve(problem, deadline: .counted)
        #expect(outcome.report.violations.isEmpty, "\(name) \(seed): \(outcome.report.violations)")
        #expect(outcome.relaxations.isEmpty)
        #expect((0..<4).allSatisfy { outcome.allocation.powerWatts[$0] >= 0 })
        #expect(outcome.allocation.powerWatts[3] == 0, "a masked subband stays empty")
    }

    @Test(arguments: general) func nothingCostsAnAnswerWithoutTime(name: SolverName) {
        let problem = ResourceDrop(seed: 6).problem()
        let outcome = ResourceSolver(name).solve(problem, deadline: Deadline(rounds: 0))
        #expect(outcome.report.violations.isEmpty)
        let equal = ResourceSolver(.equal).solve(problem, deadline: .counted)
        #expect(outcome.report.networkValueMbps >= 0.99 * equal.report.networkValueMbps || name.aim != .utility)
    }

    @Test func oneSeedGivesOneAnswer() {
        let problem = ResourceDrop(seed: 8, mayReassociate: true).burdened()
        for name in Self.general {
            let first = ResourceSolver(name, seed: 3).solve(problem, deadline: .counted)
            let second = ResourceSolver(name, seed: 3).solve(problem, deadline: .counted)
            #expect(first.allocation == second.allocation, "\(name)")
        }
    }

    // MARK: Promises

    @Test func theSmallestRelaxationOfTwoEqualPromisesIsNamed() throws {
        // One cell, two UEs alike, each promised three quarters of what the whole cell carries: half a promise of the
        // two has to go, and the program may take it from either.
        var problem = Self.oneCell(ues: 2, gainDb: [-100, -100])
        let whole = Self.wholeMbps(problem, ue: 0)
        problem.slices = [.init(name: "both", guaranteedMbps: 0.75 * whole)]
        for u in 0..<2 { problem.ues[u].slice = 0 }
        let outcome = ResourceSolver(.pricing).solve(problem, deadline: .counted)
        let given = outcome.relaxations.reduce(0) { $0 + 1 - $1.keptPart }
        #expect(abs(given - 2.0 / 3) < 1e-3, "\(outcome.relaxations)")
        let missed = outcome.report.violations.compactMap { violation -> Int? in
            if case .guarantee(let ue, _, _) = violation { ue } else { nil }
        }
        #expect(missed == outcome.relaxations.map(\.ue))
    }

    @Test func aDelayPromiseIsItsEffectiveBandwidth() {
        let slice = ResourceProblem.Slice(
            name: "urllc", guaranteedMbps: 0.5,
            delay: .init(boundMs: 5, violation: 1e-3, packetBits: 4_000, meanMbps: 1))
        #expect(abs(slice.leastMbps - (1 + 4_000 * log(1e3) / 5e-3 * 1e-6)) < 1e-9)
    }

    @Test func aBackhaulIsSharedFairly() {
        var problem = Self.oneCell(ues: 3, gainDb: [-90, -90, -90])
        problem.cells[0].backhaulMbps = 6
        let outcome = ResourceSolver(.equal).solve(problem, deadline: .counted)
        #expect(outcome.report.violations.isEmpty)
        #expect(outcome.report.rateMbps.allSatisfy { abs($0 - 2) < 1e-3 }, "\(outcome.report.rateMbps)")
    }

    @Test func anIncumbentIsHeardAtItsLimitAndNotFarBelow() {
        var problem = ResourceDrop(seed: 9).problem()
        problem.incumbents = [
            .init(name: "radar", subbands: [1], limitDbm: -75, gainDb: Array(repeating: -100, count: 4))
        ]
        let outcome = ResourceSolver(.pricing).solve(problem, deadline: .counted)
        #expect(outcome.report.violations.isEmpty)
        let heard = problem.receivedWatts(
            problem.incumbents[0], subband: 1, powerWatts: outcome.allocation.powerWatts)
        let limit = pow(10, -7.5 - 3)
        #expect(heard <= limit * (1 + 1e-6) && heard > 0.3 * limit)
        // Cutting every cell alike is the trivial way; prices do no worse.
        let cut = ResourceSolver(.equal).solve(problem, deadline: .counted)
        #expect(outcome.report.networkValueMbps > cut.report.networkValueMbps)
    }

    // MARK: Aims

    @Test func maxMinGivesUEsAlikeTheSameAndBeatsTheFairOneInTheLeastRate() throws {
        let alike = ResourceSolver(.maxMin).solve(
            Self.oneCell(ues: 4, gainDb: [-80, -90, -100, -110]), deadline: .counted)
        let rates = alike.report.rateMbps
        let least = try #require(rates.min())
        #expect(rates.allSatisfy { $0 < least * 1.001 }, "\(rates)")
        // A demand that is met takes no more than it asks for.
        var modest = Self.oneCell(ues: 2, gainDb: [-80, -110])
        modest.ues[0].demandMbps = 0.5
        let kept = ResourceSolver(.maxMin).solve(modest, deadline: .counted)
        #expect(kept.report.violations.isEmpty && abs(kept.report.rateMbps[0] - 0.5) < 1e-3)
        for seed in [1, 2, 3] as [UInt64] {
            let problem = ResourceDrop(seed: seed).problem()
            let even = ResourceSolver(.maxMin).solve(problem, deadline: .counted).report.rateMbps.min() ?? 0
            let fair = ResourceSolver(.pricing).solve(problem, deadline: .counted).report.rateMbps.min() ?? 0
            #expect(even >= fair)
        }
    }

    @Test func bitsPerJouleOfOneLinkAreThoseOfAFineGrid() {
        var problem = Self.oneCell(ues: 1, gainDb: [-110])
        problem.cells[0].circuitWatts = 10
        problem.cells[0].amplifierEfficiency = 0.4
        let outcome = ResourceSolver(.energy).solve(problem, deadline: .counted)
        var best = 0.0
        for step in 1...20_000 {
            let watts = 20 * Double(step) / 20_000
            let allocation = Allocation(choice: PowerChoice(problem), powerWatts: [watts], shares: [1])
            best = max(best, AllocationReport(problem, allocation).mbitPerJoule ?? 0)
        }
        #expect(abs((outcome.report.mbitPerJoule ?? 0) / best - 1) < 1e-3)
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func energyBeatsEveryoneInBitsPerJoule(seed: UInt64) {
        var problem = ResourceDrop(seed: seed).problem()
        for c in problem.cells.indices {
            problem.cells[c].circuitWatts = 5
            problem.cells[c].amplifierEfficiency = 0.3
        }
        let energy = ResourceSolver(.energy).solve(problem, deadline: .counted).report.mbitPerJoule ?? 0
        for name in [SolverName.equal, .pricing, .wmmse] {
            let other = ResourceSolver(name).solve(problem, deadline: .counted).report.mbitPerJoule ?? 0
            #expect(energy > other, "\(name)")
        }
    }

    @Test func ratesPlannedWithAConfidenceAreReachedWithIt() {
        var problem = ResourceDrop(cells: 3, subbands: 2, uesPerCell: 3, seed: 2).problem()
        for u in problem.ues.indices {
            problem.ues[u].gainDeviationDb = Array(repeating: 4, count: problem.ues[u].linkCell.count)
        }
        for confidence in [0.7, 0.9, 0.97] {
            problem.confidence = confidence
            let outcome = ResourceSolver(.pricing).solve(problem, deadline: .counted)
            let reached = Self.reached(problem, outcome, draws: 400)
            // One draw a UE; the log-normal sum is an approximation, hence the width.
            #expect(abs(reached - confidence) < 0.06, "\(confidence): \(reached)")
        }
        problem.confidence = nil
        let bold = ResourceSolver(.pricing).solve(problem, deadline: .counted)
        #expect(Self.reached(problem, bold, draws: 400) < 0.6)
    }

    /// Part of the UEs, over worlds drawn from the deviations, whose rate reaches the plan. One subband's deviation is
    /// that of the whole link.
    private static func reached(_ problem: ResourceProblem, _ outcome: ResourceSolver.Outcome, draws: Int) -> Double {
        let g = CounterGenerator(seed: 5, purpose: 6)
        var count = 0
        for draw in 0..<draws {
            var world = problem
            world.confidence = nil
            for u in world.ues.indices {
                for l in world.ues[u].linkCell.indices {
                    let offset = world.ues[u].gainDeviationDb[l] * g.normal(UInt64(u * 16 + l), UInt64(draw))
                    for k in world.ues[u].gainDb[l].indices { world.ues[u].gainDb[l][k] += offset }
                }
            }
            let rates = AllocationReport(world, outcome.allocation).rateMbps
            count += zip(rates, outcome.report.rateMbps).count { $0 >= $1 }
        }
        return Double(count) / Double(draws * problem.ues.count)
    }

    // MARK: Bad input

    @Test func whatContradictsItselfIsNamed() {
        let sound = ResourceDrop().burdened()
        func flaw(_ change: (inout ResourceProblem) -> Void) -> String {
            var problem = sound
            change(&problem)
            return problem.flaw?.description ?? "none"
        }
        #expect(flaw { _ in } == "none")
        #expect(flaw { $0.ues[3].gainDb[1][0] = .nan }.hasPrefix("ues[3].gain_db[1][0]: nan is not from"))
        #expect(flaw { $0.ues[0].cell = 99 }.hasPrefix("ues[0].cell: 99 is none of"))
        #expect(flaw { $0.ues[2].linkCell[1] = $0.ues[2].linkCell[0] }.contains("is named twice"))
        #expect(flaw { $0.ues[2].slice = 7 }.hasPrefix("ues[2].slice: there is no slice 7"))
        #expect(flaw { $0.ues[1].backgroundDbm = [-90, -90] }.contains("1 or one per subband (4)"))
        #expect(flaw { $0.cells[1].powerCapWatts = [1] }.contains("one per subband is 4"))
        #expect(flaw { $0.cells[0].maskedSubbands = [4] }.hasPrefix("cells[0].masked_subbands[0]"))
        #expect(flaw { $0.cells[0].powerBudgetWatts = -.infinity }.hasPrefix("cells[0].power_budget_watts"))
        #expect(flaw { $0.carriers = [] }.hasPrefix("carriers: empty"))
        #expect(flaw { $0.carriers[0].downlinkPart = 0.5 }.contains("is 1 in fdd"))
        #expect(flaw { $0.incumbents[0].gainDb = [] }.contains("one per cell is 4"))
        #expect(flaw { $0.confidence = 1 }.hasPrefix("confidence"))
    }

    @Test(arguments: general) func emptyCellsZeroGainsAndManyDecadesGetAnAnswer(name: SolverName) {
        var empty = ResourceDrop(cells: 3, uesPerCell: 2).problem()
        empty.ues.removeAll { $0.cell == 1 }
        var silent = ResourceDrop().problem()
        silent.ues[0].gainDb = silent.ues[0].gainDb.map { $0.map { _ in -320 } }
        var masked = ResourceDrop().burdened()
        masked.cells[0].maskedSubbands = Array(0..<4)
        var wide = ResourceDrop(mayReassociate: true).problem()
        for u in wide.ues.indices {
            for l in wide.ues[u].gainDb.indices { wide.ues[u].gainDb[l] = [-190 + 150 * Double((u + l) % 2)] }
        }
        var nobody = ResourceDrop().problem()
        nobody.ues = []
        var unserved = ResourceDrop(mayReassociate: true).problem()
        for u in unserved.ues.indices { unserved.ues[u].cell = nil }
        for problem in [empty, silent, masked, wide, nobody, unserved] {
            #expect(problem.flaw == nil)
            let outcome = ResourceSolver(name).solve(problem, deadline: .counted)
            let figures = outcome.allocation.powerWatts + outcome.allocation.shares + outcome.report.rateMbps
            #expect(figures.allSatisfy { $0.isFinite && $0 >= 0 }, "\(problem.name)")
            let other = outcome.report.violations.filter { if case .guarantee = $0 { false } else { true } }
            #expect(other.isEmpty, "\(other)")
        }
        let served = ResourceSolver(name).solve(unserved, deadline: .counted)
        #expect(served.allocation.choice.cellOfUE.allSatisfy { $0 >= 0 })
    }

    // MARK: Parts

    static func oneCell(ues: Int, gainDb: [Double]) -> ResourceProblem {
        ResourceProblem(
            name: "one cell", carriers: [.init(name: "band", frequencyHz: 2e9, bandwidthHz: 1e7, subbands: 1)],
            cells: [.init(name: "cell", powerBudgetWatts: 20)],
            ues: (0..<ues).map { .init(cell: 0, linkCell: [0], gainDb: [[gainDb[$0]]], backgroundDbm: [-95]) })
    }

    static func wholeMbps(_ problem: ResourceProblem, ue: Int) -> Double {
        var shares = [Double](repeating: 0, count: problem.ues.count)
        shares[ue] = 1
        let all = Allocation(choice: PowerChoice(problem), powerWatts: [20], shares: shares)
        return AllocationReport(problem, all).rateMbps[ue]
    }
}
