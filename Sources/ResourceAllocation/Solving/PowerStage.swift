internal import Glibc

/// Powers for a fixed choice under everything that a power problem alone does not know: incumbents' limits and the
/// price of energy as charges per watt, promises as raised weights, uncertain gains and short code words as margins at
/// the powers reached.
///
/// One pass solves the power problem; then multipliers move by the ratio of what is to what may be (incumbents) or
/// should be (promises), and the next pass goes on from there. Whatever is left above an incumbent's limit at the end
/// is scaled down.
struct PowerStage {
    let problem: ResourceProblem
    let name: SolverName
    let seed: UInt64
    /// Multiplier of each incumbent on each of its subbands, utility per watt heard.
    private var multiplier: [[Double]]
    private var promised: PromisedShares
    private var kernel = PricingKernel()
    /// Factor on the weight of each UE while powers are sought (see `lift`); empty where code words are long.
    private var lift: [Double]
    private var hasStarted = false
    private let tables: GainTables

    /// Passes where something moves between them.
    private static let passes = 16

    init(_ problem: ResourceProblem, _ name: SolverName, seed: UInt64, tables: GainTables) {
        self.problem = problem
        self.tables = tables
        self.name = name
        self.seed = seed
        multiplier = problem.incumbents.map { Array(repeating: 0, count: $0.subbands.count) }
        promised = PromisedShares(problem)
        lift = problem.hasBlocklengths ? Array(repeating: 1, count: problem.ues.count) : []
    }

    /// An answer: powers, and the shares that keep promises at them.
    struct Answer {
        var powerWatts: [Double]
        var shares: [Double]
        var relaxations: [ResourceSolver.Relaxation]
    }

    /// - Parameter extraChargePerWatt: utility per watt taken from the mains, on top of the problem's own.
    mutating func solve(
        _ choice: PowerChoice, start: [Double], alpha: Double? = nil, extraChargePerWatt: Double = 0,
        budget: inout Budget
    ) -> Answer {
        var powers = start
        let hasMargins = problem.confidence != nil || problem.hasBlocklengths
        let hasConditions = !problem.incumbents.isEmpty || promised.hasPromises || hasMargins
        let isAdaptive = hasConditions && name != .equal && name != .random
        var best: (powers: [Double], report: AllocationReport)?
        // Of the rounds, a third is left for what follows the passes.
        let last = problem.hasBlocklengths ? budget.rounds / 3 : 0
        for pass in 0..<(isAdaptive ? PowerStage.passes : 1) {
            if pass > 0 && (budget.isExhausted || budget.rounds <= last) { break }
            let powered = problem.powerProblem(
                choice, gains: tables.table(choice.stateOfCell), weight: promised.weight, alpha: alpha,
                referenceWatts: hasStarted ? powers : nil, isSearch: true)
            powers = run(lifted(powered), from: powers, charges: charges(extraChargePerWatt), &budget)
            hasStarted = true
            guard isAdaptive else { break }
            var applied = powers
            project(&applied)
            promised.solve(powered, powerWatts: applied, budget: &budget)
            let allocation = Allocation(choice: choice, powerWatts: applied, shares: promised.shares)
            let report = AllocationReport(problem, allocation, tables.table(choice.stateOfCell))
            if best.map({ report.isBetter(than: $0.report, for: name.aim, problem) }) ?? true {
                best = (applied, report)
            }
            if problem.hasBlocklengths { lift(report.rateMbps) }
            if adapt(powers) { break }
        }
        var final = best?.powers ?? powers
        project(&final)
        let answer = finish(choice, final, alpha: alpha, &budget)
        guard isAdaptive && problem.hasBlocklengths else { return answer }
        // Equal power and half of it beside what was found: a UE that short words keep from any rate is served again in
        // one step from some of them, from others in none.
        var (polished, polishedReport) = polish(choice, answer, alpha: alpha, &budget)
        for part in [1, 0.5] where budget.spend() {
            var equal = problem.equalPowerWatts.map { $0 * part }
            project(&equal)
            let other = polish(choice, finish(choice, equal, alpha: alpha, &budget), alpha: alpha, &budget)
            if other.report.isBetter(than: polishedReport, for: name.aim, problem) {
                (polished, polishedReport) = (other.answer, other.report)
            }
        }
        return polished
    }

    /// Factors on the powers of a cell that `polish` tries.
    private static let factors = [0.5, 2, 0.8, 1.25, 0.2, 0]
    private static let sweeps = 4

    /// Moves the powers of single cells while the exact answer betters: the rates of short code words fall to 0 at an
    /// SNR that no smooth model shows, and the best powers often lie just above it.
    private mutating func polish(
        _ choice: PowerChoice, _ start: Answer, alpha: Double?, _ budget: inout Budget
    ) -> (answer: Answer, report: AllocationReport) {
        let subbands = problem.subbands
        let caps = problem.powerCapsWatts
        var (best, bestReport) = (start, report(choice, start))
        for _ in 0..<PowerStage.sweeps {
            var hasMoved = false
            for cell in problem.cells.indices {
                for factor in PowerStage.factors {
                    guard budget.spend() else { return (best, bestReport) }
                    var powers = best.powerWatts
                    let row = (cell * subbands)..<((cell + 1) * subbands)
                    for i in row { powers[i] = min(caps[i], powers[i] * factor) }
                    let sum = powers[row].reduce(0, +)
                    let most = problem.cells[cell].powerBudgetWatts
                    if sum > most { for i in row { powers[i] *= most / sum } }
                    guard powers != best.powerWatts else { continue }
                    project(&powers)
                    let answer = finish(choice, powers, alpha: alpha, &budget)
                    let report = report(choice, answer)
                    guard report.isBetter(than: bestReport, for: name.aim, problem) else { continue }
                    (best, bestReport, hasMoved) = (answer, report, true)
                }
            }
            if !hasMoved { break }
        }
        return (best, bestReport)
    }

    /// What an answer is worth.
    func report(_ choice: PowerChoice, _ answer: Answer) -> AllocationReport {
        AllocationReport(
            problem, Allocation(choice: choice, powerWatts: answer.powerWatts, shares: answer.shares),
            tables.table(choice.stateOfCell))
    }

    /// The shares at final powers, with the margins that belong to them.
    private mutating func finish(
        _ choice: PowerChoice, _ powers: [Double], alpha: Double?, _ budget: inout Budget
    ) -> Answer {
        let powered = problem.powerProblem(
            choice, gains: tables.table(choice.stateOfCell), weight: promised.weight, alpha: alpha,
            referenceWatts: powers)
        promised.solve(powered, powerWatts: powers, budget: &budget)
        var shares = promised.shares
        if name == .maxMin { evenOut(powered, powers, &shares, &budget) }
        return Answer(powerWatts: powers, shares: shares, relaxations: promised.relaxations)
    }

    /// Utility per watt of every power: energy, and what incumbents charge.
    private func charges(_ extra: Double) -> [Double] {
        let subbands = problem.subbands
        var charges = [Double](repeating: 0, count: problem.cells.count * subbands)
        for (c, cell) in problem.cells.enumerated() {
            let perWatt = (problem.energyWeightPerWatt + extra) / cell.amplifierEfficiency
            for k in 0..<subbands { charges[c * subbands + k] = perWatt }
        }
        for (index, incumbent) in problem.incumbents.enumerated() {
            for (place, k) in incumbent.subbands.enumerated() where multiplier[index][place] > 0 {
                for c in problem.cells.indices {
                    charges[c * subbands + k] += multiplier[index][place] * Decibels.linear(incumbent.gainDb[c])
                }
            }
        }
        return charges
    }

    /// Moves the factors of UEs with short code words for the powers to come: their rate is 0 below an SNR that a
    /// search by smooth rates may miss by little. Up while a UE gets nothing, back once it gets something.
    private mutating func lift(_ rateMbps: [Double]) {
        for (u, rate) in rateMbps.enumerated() {
            guard let slice = problem.ues[u].slice, problem.slices[slice].blocklength != nil else { continue }
            lift[u] = min(max(1, lift[u] * (rate > Evaluation.rateFloorMbps ? 0.8 : 2)), PowerStage.mostLift)
        }
    }

    private static let mostLift = 1e4

    private func lifted(_ powered: PoweredProblem) -> Problem {
        guard lift.contains(where: { $0 > 1 }) else { return powered.problem }
        return powered.problem.weighted(zip(powered.problem.weight, powered.ueOfRow).map { $0 * lift[$1] })
    }

    /// Moves the incumbents' multipliers; `true` where nothing is left to move.
    private mutating func adapt(_ powers: [Double]) -> Bool {
        var isSettled = promised.relaxations.isEmpty
        let worth = problem.ues.indices.reduce(0) { $0 + problem.weight(of: $1) }
        for (index, incumbent) in problem.incumbents.enumerated() {
            let limit = Decibels.linear(incumbent.limitDbm - 30)
            for (place, k) in incumbent.subbands.enumerated() {
                let heard = problem.receivedWatts(incumbent, subband: k, powerWatts: powers)
                let old = multiplier[index][place]
                if heard > limit {
                    let floor = 1e-3 * worth / (limit * Double(problem.subbands))
                    multiplier[index][place] = max(floor, old) * min(16, heard / limit)
                    if heard > limit * 1.01 { isSettled = false }
                } else if old > 0, heard < 0.9 * limit {
                    multiplier[index][place] = old * max(0.5, heard / limit)
                    isSettled = false
                }
            }
        }
        return isSettled && problem.confidence == nil && !problem.hasBlocklengths
    }

    /// Scales down what is above an incumbent's limit.
    func project(_ powers: inout [Double]) {
        let subbands = problem.subbands
        for incumbent in problem.incumbents {
            let limit = Decibels.linear(incumbent.limitDbm - 30)
            for k in incumbent.subbands {
                let heard = problem.receivedWatts(incumbent, subband: k, powerWatts: powers)
                guard heard > limit else { continue }
                for c in problem.cells.indices { powers[c * subbands + k] *= limit / heard }
            }
        }
    }

    private func evenOut(
        _ powered: PoweredProblem, _ powers: [Double], _ shares: inout [Double], _ budget: inout Budget
    ) {
        let subbands = problem.subbands
        let reach = Evaluation.reach(powered.problem, powerWatts: powers)
        let starts = powered.problem.cellStart
        for c in problem.cells.indices where starts[c] < starts[c + 1] {
            guard problem.cells[c].backhaulMbps == nil, budget.spend() else { continue }
            let rows = Int(starts[c])..<Int(starts[c + 1])
            let members = rows.map { powered.ueOfRow[$0] }
            guard members.allSatisfy({ problem.guaranteedMbps(of: $0) == 0 }) else { continue }
            let cell = CellShares(
                ues: members.count, subbands: subbands,
                reachMbps: Array(reach[(rows.lowerBound * subbands)..<(rows.upperBound * subbands)]))
            let even = cell.evenOut(
                weight: members.map { problem.weight(of: $0) },
                demandMbps: members.map { problem.ues[$0].demandMbps ?? .infinity })
            guard let even else { continue }
            for (i, u) in members.enumerated() {
                for k in 0..<subbands { shares[u * subbands + k] = even[i * subbands + k] }
            }
        }
    }

    // MARK: The solvers

    private mutating func run(
        _ problem: Problem, from start: [Double], charges: [Double], _ budget: inout Budget
    ) -> [Double] {
        guard problem.ues > 0 else { return Array(repeating: 0, count: start.count) }
        switch name {
        case .equal: return EqualPower.powerWatts(problem)
        case .random: return RandomPower.powerWatts(problem, seed: seed)
        case .wmmse: return startsOfWMMSE(problem, start, &budget)
        case .dual:
            var solver = DualDecomposition()
            solver.chargePerWatt = charges
            return solver.solve(problem, startWatts: start, budget: &budget)
        case .localSearch:
            let from = startsOfWMMSE(problem, start, &budget)
            var solver = LocalSearch()
            return solver.solve(problem, startWatts: from, budget: &budget)
        case .pricing, .annealing, .tabu, .maxMin, .energy, .network, .onOff, .branchAndBound:
            let scope = PricingKernel.Scope(borderChargePerWatt: charges)
            var part = Budget.part(of: budget, rounds: PowerStage.pricingRounds)
            _ = kernel.solve(problem, start: .previous, scope: scope, budget: &part)
            budget.add(part)
            return kernel.powerWatts(problem)
        }
    }

    /// Rounds of the pricing kernel in one pass.
    private static let pricingRounds = 400
    /// Starts of WMMSE beside the given one.
    private static let randomStarts = 3
    /// Rounds of WMMSE from one start.
    private static let roundsOfWMMSE = 200

    /// WMMSE holds on to equal power where gains are equal: from random powers first, then from the given ones.
    private func startsOfWMMSE(_ problem: Problem, _ start: [Double], _ budget: inout Budget) -> [Double] {
        var best: (powers: [Double], value: Double)?
        for attempt in 0...(hasStarted ? 0 : PowerStage.randomStarts) {
            if attempt > 0 && budget.isExhausted { break }
            let isGiven = hasStarted || attempt == PowerStage.randomStarts
            // WMMSE does not leave a power of 0: what it has closed before is opened half.
            let given = hasStarted ? zip(start, EqualPower.powerWatts(problem)).map { 0.5 * ($0 + $1) } : start
            let from = isGiven ? given : RandomPower.powerWatts(problem, seed: seed &+ UInt64(attempt))
            var part = Budget.part(of: budget, rounds: PowerStage.roundsOfWMMSE)
            var solver = WMMSE()
            let powers = solver.solve(problem, startWatts: from, budget: &part)
            budget.add(part)
            let value = Evaluation(problem, powerWatts: powers, solver: ShareSolver(steps: 100)).networkValueMbps
            if value > best?.value ?? -.infinity { best = (powers, value) }
        }
        return best?.powers ?? start
    }
}
