internal import Glibc

/// Shares at fixed powers that keep what slices are promised, within what backhauls carry.
///
/// 1. The proportional-fair scheduler, with the weights of UEs below their promise raised step by step: near the
///    optimum under the promises, a multiplier of which is what a weight gains.
/// 2. Where a promise is still missed, a reserve for it in all subbands alike; where that asks for more than there is,
///    the linear program of `CellShares`, which keeps the promises if any shares can, and otherwise names the smallest
///    relaxation. The shares in force go just so far towards these that what is kept is kept.
/// 3. A cell above its backhaul is cut to rates `min(R, max(promise, w^(1/alpha) level))`.
struct PromisedShares {
    /// U x K of the whole problem.
    private(set) var shares: [Double] = []
    private(set) var relaxations: [ResourceSolver.Relaxation] = []
    /// Weights for the powers to come, U values of the whole problem: those of UEs that missed their promise grow from
    /// call to call.
    private(set) var weight: [Double]
    /// Weights as step 1 has raised them for the shares.
    private var raised: [Double]

    private let problem: ResourceProblem
    private let promise: [Double]

    init(_ problem: ResourceProblem) {
        self.problem = problem
        promise = problem.ues.indices.map { problem.guaranteedMbps(of: $0) }
        weight = problem.ues.indices.map { problem.weight(of: $0) }
        raised = weight
    }

    var hasPromises: Bool { promise.contains { $0 > 0 } }

    /// Solves at `powerWatts`; one round of the budget is one step of the weights.
    mutating func solve(_ powered: PoweredProblem, powerWatts: [Double], budget: inout Budget) {
        let rows = powered.ueOfRow
        guard !rows.isEmpty else {
            shares = Array(repeating: 0, count: problem.ues.count * problem.subbands)
            return
        }
        let reach = Evaluation.reach(powered.problem, powerWatts: powerWatts)
        var solver = ShareSolver(steps: 400, tolerance: 1e-4)
        var current = solver.solve(powered.problem, powerWatts: powerWatts)
        raised = weight
        steer(rows, current, reach)
        for _ in 0..<PromisedShares.mostSteps {
            guard raise(rows, current, reach), budget.spend() else { break }
            let steeper = powered.problem.weighted(rows.map { raised[$0] })
            current = solver.solve(steeper, powerWatts: powerWatts, shares: current)
        }
        relaxations = []
        let starts = powered.problem.cellStart
        for c in problem.cells.indices where starts[c] < starts[c + 1] {
            let members = Int(starts[c])..<Int(starts[c + 1])
            reserve(members, rows, reach, &current)
            cut(c, members, rows, reach, &current)
        }
        shares = powered.spread(shares: current, ues: problem.ues.count)
    }

    /// Steps of the weights for shares, at most.
    private static let mostSteps = 24
    /// Most that a promise multiplies a weight for powers: single precision has to carry the others beside it.
    private static let steepest = 1e4

    /// Moves the weights for the powers to come by what the rates at these weights lack of the promises.
    private mutating func steer(_ rows: [Int], _ shares: [Double], _ reach: [Double]) {
        for (row, u) in rows.enumerated() where promise[u] > 0 {
            let own = problem.weight(of: u)
            let wanted = 1.02 * promise[u] / max(rate(row, shares, reach), 1e-9 * promise[u])
            let next = weight[u] * (wanted > 1 ? min(3, wanted) : max(0.7, wanted))
            weight[u] = min(max(own, next), own * PromisedShares.steepest)
        }
    }

    /// Adapts the weights for shares to promises; `false` where nothing is missed.
    private mutating func raise(_ rows: [Int], _ shares: [Double], _ reach: [Double]) -> Bool {
        var isMissed = false
        for (row, u) in rows.enumerated() where promise[u] > 0 {
            let rate = rate(row, shares, reach)
            let own = problem.weight(of: u)
            if rate < promise[u] * (1 - 1e-3) {
                isMissed = true
                raised[u] *= min(8, 1.02 * promise[u] / max(rate, 1e-9 * promise[u]))
                raised[u] = min(raised[u], own * 1e9)
            } else if raised[u] > own {
                raised[u] = max(own, raised[u] * 1.02 * promise[u] / rate)
            }
        }
        return isMissed
    }

    private func rate(_ row: Int, _ shares: [Double], _ reach: [Double]) -> Double {
        let subbands = problem.subbands
        return ((row * subbands)..<((row + 1) * subbands)).reduce(0) { $0 + shares[$1] * reach[$1] }
    }

    /// Moves the shares of one cell towards ones that keep its promises, as far as it takes.
    private mutating func reserve(_ members: Range<Int>, _ rows: [Int], _ reach: [Double], _ shares: inout [Double]) {
        let subbands = problem.subbands
        let isMissed = members.contains { rate($0, shares, reach) < promise[rows[$0]] * (1 - 1e-7) }
        guard isMissed else { return }
        let whole = members.map { row in (0..<subbands).reduce(0) { $0 + reach[row * subbands + $1] } }
        let needs = members.map { promise[rows[$0]] / max(whole[$0 - members.lowerBound], 1e-300) }
        let needed = needs.reduce(0, +)
        var goal = [Double](repeating: 0, count: members.count * subbands)
        var kept = [Double](repeating: 1, count: members.count)
        if needed <= 1 {
            for (i, row) in members.enumerated() {
                for k in 0..<subbands { goal[i * subbands + k] = needs[i] + (1 - needed) * shares[row * subbands + k] }
            }
        } else {
            let cell = CellShares(
                ues: members.count, subbands: subbands,
                reachMbps: Array(reach[(members.lowerBound * subbands)..<(members.upperBound * subbands)]))
            let promises = members.map { promise[rows[$0]] }
            if let found = cell.keep(promiseMbps: promises, weight: members.map { problem.weight(of: rows[$0]) }) {
                goal = found.shares
                kept = found.givenUp.map { 1 - $0 }
                // What the promises leave goes to all as before.
                for k in 0..<subbands {
                    let taken = (0..<members.count).reduce(0) { $0 + found.shares[$1 * subbands + k] }
                    let left = max(0, 1 - taken)
                    for (i, row) in members.enumerated() { goal[i * subbands + k] += left * shares[row * subbands + k] }
                }
            } else {
                kept = needs.map { $0 > 0 ? 1 / needed : 1 }
                for i in needs.indices { for k in 0..<subbands { goal[i * subbands + k] = needs[i] / needed } }
            }
        }
        for (i, row) in members.enumerated() where kept[i] < 1 - 1e-9 && promise[rows[row]] > 0 {
            relaxations.append(ResourceSolver.Relaxation(ue: rows[row], keptPart: kept[i]))
        }
        blend(members, rows, reach, &shares, goal, kept)
    }

    /// Goes the least part of the way to `goal` at which every promise is kept as far as `kept` says.
    private func blend(
        _ members: Range<Int>, _ rows: [Int], _ reach: [Double], _ shares: inout [Double], _ goal: [Double],
        _ kept: [Double]
    ) {
        let subbands = problem.subbands
        var part = 0.0
        for (i, row) in members.enumerated() {
            let wanted = promise[rows[row]] * kept[i]
            let now = rate(row, shares, reach)
            if now >= wanted { continue }
            let then = (0..<subbands).reduce(0) { $0 + goal[i * subbands + $1] * reach[row * subbands + $1] }
            part = max(part, then > now ? min(1, (wanted - now) / (then - now)) : 1)
        }
        for (i, row) in members.enumerated() {
            for k in 0..<subbands {
                shares[row * subbands + k] += part * (goal[i * subbands + k] - shares[row * subbands + k])
            }
        }
    }

    /// Cuts a cell's rates to what its backhaul carries.
    private mutating func cut(
        _ cell: Int, _ members: Range<Int>, _ rows: [Int], _ reach: [Double], _ shares: inout [Double]
    ) {
        guard let limit = problem.cells[cell].backhaulMbps else { return }
        let subbands = problem.subbands
        let rates = members.map { min(rate($0, shares, reach), problem.ues[rows[$0]].demandMbps ?? .infinity) }
        guard rates.reduce(0, +) > limit else { return }
        let promised = members.map { min(promise[rows[$0]], rates[$0 - members.lowerBound]) }
        let owed = promised.reduce(0, +)
        let exponent = 1 / max(0.1, problem.alpha)
        func cut(_ level: Double) -> [Double] {
            members.enumerated().map { offset, row in
                let fair = level * pow(problem.weight(of: rows[row]), exponent)
                return min(rates[offset], max(promised[offset], fair))
            }
        }
        var next = promised.map { owed > limit ? $0 * limit / owed : $0 }
        if owed <= limit {
            var (low, high) = (0.0, 1e12)
            for _ in 0..<200 where high > low * (1 + 1e-12) {
                let middle = low > 0 ? (low * high).squareRoot() : 1e-9
                if low == 0 && cut(middle).reduce(0, +) > limit { break }
                if cut(middle).reduce(0, +) <= limit { low = middle } else { high = middle }
            }
            next = cut(low)
        }
        for (offset, row) in members.enumerated() {
            if owed > limit && promised[offset] > 0 {
                relaxations.append(ResourceSolver.Relaxation(ue: rows[row], keptPart: limit / owed))
            }
            let scale = rates[offset] > 0 ? min(1, next[offset] / rates[offset]) : 0
            let raw = rate(row, shares, reach)
            let factor = raw > 0 ? scale * rates[offset] / raw : 0
            for k in 0..<subbands { shares[row * subbands + k] *= factor }
        }
    }
}
