/// Solves a `ResourceProblem` within a deadline: who is served where and with which settings, powers, shares.
///
/// Stages: powers and shares for the choice that is given (`PowerStage`), then by turns a search of association and
/// states at the powers found and powers again, as long as that gains. Every stage keeps the best answer; the first of
/// all is equal power under the given choice, made feasible, so that there is an answer however short the time is.
/// A given association is a start like any other: whoever proposes moves hands them over as the UEs' cells.
package struct ResourceSolver: Sendable {
    /// A promise that no shares keep at the powers found, and the part of it that is kept.
    package struct Relaxation: Hashable, Sendable, Codable {
        package var ue: Int
        package var keptPart: Double
    }

    /// What a call came to.
    package struct Outcome: Sendable {
        /// Solver that made the answer.
        package var solver: SolverName
        /// Why this solver; empty where it was asked for.
        package var reason: String
        package var allocation: Allocation
        package var report: AllocationReport
        /// The smallest relaxation of promises at these powers; empty where all are kept.
        package var relaxations: [Relaxation]
        /// Rounds of all stages.
        package var rounds: Int
        /// Upper bound on M that the solver itself has proved; nil where it proves none.
        package var certifiedBoundMbps: Double?
    }

    package var name: SolverName
    package var seed: UInt64
    package var reason = ""

    package init(_ name: SolverName, seed: UInt64 = 1) {
        self.name = name
        self.seed = seed
    }

    private struct Answer {
        var allocation: Allocation
        var report: AllocationReport
        var relaxations: [Relaxation]
    }

    /// Solves a problem without flaw that the solver does not refuse.
    package func solve(_ problem: ResourceProblem, deadline: Deadline) -> Outcome {
        precondition(name.refusal(problem) == nil)
        guard problem.maySleep, name.decidesChoices else { return solveAwake(problem, deadline: deadline) }
        return solveWithSleep(problem, deadline: deadline)
    }

    /// The same with every cell awake.
    func solveAwake(_ problem: ResourceProblem, deadline: Deadline) -> Outcome {
        var rounds = 0
        let tables = GainTables(problem)
        var best = fallback(problem, PowerChoice(problem), tables)
        if let channel = LinkChannel(problem) {
            switch name {
            case .branchAndBound: return certify(problem, channel, best, deadline)
            case .onOff: return switchLinks(problem, channel, best, deadline)
            case .network: return readOff(problem, channel, best, deadline)
            default: break
            }
        }
        var stage = PowerStage(problem, name, seed: seed, tables: tables)
        var choice = PowerChoice(problem)
        if choice.cellOfUE.contains(-1) {
            // Whoever is served by nobody first gets a cell.
            var budget = deadline.budget(until: 0.2)
            choice = search(.descent, problem, choice, problem.equalPowerWatts, &budget)
            rounds += budget.spent
            let served = fallback(problem, choice, tables)
            if served.report.isBetter(than: best.report, for: .utility, problem) { best = served }
        }
        // Shares at the powers found and the report come after a stage's time.
        var budget = deadline.budget(until: problem.hasFreeChoice ? 0.5 : 0.8)
        if name != .equal {
            consider(problem, choice, powers(problem, &stage, choice, problem.equalPowerWatts, &budget), tables, &best)
        }
        rounds += budget.spent
        let turns = problem.hasFreeChoice && name.decidesChoices ? ResourceSolver.turns : 0
        for turn in 0..<turns {
            var budget = deadline.budget(until: 0.6 + 0.1 * Double(turn))
            let start = best.allocation
            let next = search(
                turn == 0 ? method : .descent, problem, start.choice, inviting(problem, start), &budget)
            rounds += budget.spent
            if next == start.choice || budget.isExhausted { break }
            budget = deadline.budget(until: 0.75 + 0.1 * Double(turn))
            consider(problem, next, powers(problem, &stage, next, start.powerWatts, &budget), tables, &best)
            rounds += budget.spent
            if best.allocation.choice != next { break }
        }
        return Outcome(
            solver: name, reason: reason, allocation: best.allocation, report: best.report,
            relaxations: best.relaxations, rounds: rounds, certifiedBoundMbps: nil)
    }

    /// Changes of choice, and powers after each, at most.
    private static let turns = 3

    private func search(
        _ method: ChoiceSearch.Method, _ problem: ResourceProblem, _ start: PowerChoice, _ powerWatts: [Double],
        _ budget: inout Budget
    ) -> PowerChoice {
        ChoiceSearch(method: method, seed: seed).solve(
            problem, start: start, powerWatts: powerWatts, budget: &budget)
    }

    /// Powers at which a choice is searched: cells without UEs, which send nothing, at equal power, so that it shows
    /// what they would be worth.
    private func inviting(_ problem: ResourceProblem, _ allocation: Allocation) -> [Double] {
        let subbands = problem.subbands
        var isUsed = [Bool](repeating: false, count: problem.cells.count)
        for cell in allocation.choice.cellOfUE where cell >= 0 { isUsed[Int(cell)] = true }
        var powers = allocation.powerWatts
        let equal = problem.equalPowerWatts
        for c in isUsed.indices where !isUsed[c] {
            for k in (c * subbands)..<((c + 1) * subbands) { powers[k] = equal[k] }
        }
        return powers
    }

    private var method: ChoiceSearch.Method {
        switch name {
        case .annealing: .annealing
        case .tabu: .tabu
        default: .descent
        }
    }

    /// Equal power under a choice, with shares that keep promises and powers that keep incumbents' limits.
    private func fallback(_ problem: ResourceProblem, _ choice: PowerChoice, _ tables: GainTables) -> Answer {
        var stage = PowerStage(problem, .equal, seed: seed, tables: tables)
        var none = Budget(rounds: 0)
        let answer = stage.solve(choice, start: problem.equalPowerWatts, budget: &none)
        return judged(problem, choice, answer, tables)
    }

    private func judged(
        _ problem: ResourceProblem, _ choice: PowerChoice, _ answer: PowerStage.Answer, _ tables: GainTables
    ) -> Answer {
        let allocation = Allocation(choice: choice, powerWatts: answer.powerWatts, shares: answer.shares)
        return Answer(
            allocation: allocation,
            report: AllocationReport(problem, allocation, tables.table(choice.stateOfCell)),
            relaxations: answer.relaxations)
    }

    private func consider(
        _ problem: ResourceProblem, _ choice: PowerChoice, _ answer: PowerStage.Answer, _ tables: GainTables,
        _ best: inout Answer
    ) {
        let next = judged(problem, choice, answer, tables)
        if next.report.isBetter(than: best.report, for: name.aim, problem) { best = next }
    }

    // MARK: Aims

    private func powers(
        _ problem: ResourceProblem, _ stage: inout PowerStage, _ choice: PowerChoice, _ start: [Double],
        _ budget: inout Budget
    ) -> PowerStage.Answer {
        switch name {
        case .maxMin: return evenest(problem, &stage, choice, start, &budget)
        case .energy: return mostBitsPerJoule(problem, &stage, choice, start, &budget)
        default: return stage.solve(choice, start: start, budget: &budget)
        }
    }

    /// Exponents by which the network value nears its lowest rate; beyond, single precision no longer carries it.
    private static let evenAlphas = [1.0, 2, 4]

    /// Powers for one exponent after the other, each from the last; of the answers, shares evened out, the evenest.
    private func evenest(
        _ problem: ResourceProblem, _ stage: inout PowerStage, _ choice: PowerChoice, _ start: [Double],
        _ budget: inout Budget
    ) -> PowerStage.Answer {
        var best = stage.solve(choice, start: start, alpha: ResourceSolver.evenAlphas[0], budget: &budget)
        var report = stage.report(choice, best)
        for alpha in ResourceSolver.evenAlphas.dropFirst() where !budget.isExhausted {
            let next = stage.solve(choice, start: best.powerWatts, alpha: alpha, budget: &budget)
            let nextReport = stage.report(choice, next)
            if nextReport.isBetter(than: report, for: .leastRate, problem) { (best, report) = (next, nextReport) }
        }
        return best
    }

    private static let mostRatios = 12

    /// Dinkelbach (1967): bits less `ratio` times joules are made most, each time by the pricing kernel, whose rounds
    /// are successive convex approximations; the ratio reached is the next one, and never falls.
    private func mostBitsPerJoule(
        _ problem: ResourceProblem, _ stage: inout PowerStage, _ choice: PowerChoice, _ start: [Double],
        _ budget: inout Budget
    ) -> PowerStage.Answer {
        var answer = stage.solve(choice, start: start, alpha: 0, budget: &budget)
        var ratio = stage.report(choice, answer).mbitPerJoule ?? 0
        for _ in 0..<ResourceSolver.mostRatios where ratio > 0 && !budget.isExhausted {
            let next = stage.solve(
                choice, start: answer.powerWatts, alpha: 0, extraChargePerWatt: ratio, budget: &budget)
            let reached = stage.report(choice, next).mbitPerJoule ?? 0
            guard reached > ratio * (1 + 1e-6) else { break }
            (answer, ratio) = (next, reached)
        }
        return answer
    }

    // MARK: Interference channels

    private func certify(
        _ problem: ResourceProblem, _ links: LinkChannel, _ fallback: Answer, _ deadline: Deadline
    ) -> Outcome {
        var first = deadline.budget(until: 0.5)
        let start = startOfLinks(links, &first)
        var budget = deadline.budget(until: 1)
        let found = PowerBranchAndBound().solve(links.channel, start: start, budget: &budget)
        return outcome(
            problem, links, found.powers, fallback, rounds: first.spent + budget.spent,
            bound: links.mostMbps(found.bound, problem))
    }

    private func switchLinks(
        _ problem: ResourceProblem, _ links: LinkChannel, _ fallback: Answer, _ deadline: Deadline
    ) -> Outcome {
        var budget = deadline.budget(until: 0.9)
        let start = startOfLinks(links, &budget)
        let found = OnOffSearch().solve(links.channel, from: start, budget: &budget)
        return outcome(problem, links, found, fallback, rounds: budget.spent, bound: nil)
    }

    private func readOff(
        _ problem: ResourceProblem, _ links: LinkChannel, _ fallback: Answer, _ deadline: Deadline
    ) -> Outcome {
        let read = PowerNetwork.shipped.powers(links.channel)
        var budget = deadline.budget(until: 0.9)
        var solver = InterferenceWMMSE()
        let finished = solver.solve(links.channel, from: read, budget: &budget).powers
        let found = links.channel.sumRate(finished) > links.channel.sumRate(read) ? finished : read
        return outcome(problem, links, found, fallback, rounds: budget.spent, bound: nil)
    }

    private func startOfLinks(_ links: LinkChannel, _ budget: inout Budget) -> [Double] {
        var solver = InterferenceWMMSE()
        return solver.solve(links.channel, budget: &budget).powers
    }

    private func outcome(
        _ problem: ResourceProblem, _ links: LinkChannel, _ powers: [Double], _ fallback: Answer, rounds: Int,
        bound: Double?
    ) -> Outcome {
        let answer = PowerStage.Answer(
            powerWatts: links.watts(powers), shares: Array(repeating: 1, count: problem.ues.count), relaxations: [])
        let judged = judged(problem, PowerChoice(problem), answer, GainTables(problem))
        let best = judged.report.isBetter(than: fallback.report, for: name.aim, problem) ? judged : fallback
        return Outcome(
            solver: name, reason: reason, allocation: best.allocation, report: best.report, relaxations: [],
            rounds: rounds, certifiedBoundMbps: bound)
    }
}
