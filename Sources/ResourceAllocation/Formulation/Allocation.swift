internal import Glibc

/// A whole answer to a `ResourceProblem`.
package struct Allocation: Sendable, Hashable {
    package var choice: PowerChoice
    /// C x K watts.
    package var powerWatts: [Double]
    /// U x K parts of the time on a subband of the serving cell.
    package var shares: [Double]

    package init(choice: PowerChoice, powerWatts: [Double], shares: [Double]) {
        self.choice = choice
        self.powerWatts = powerWatts
        self.shares = shares
    }
}

/// A condition of the problem that an allocation does not meet.
package enum Violation: Hashable, Sendable {
    /// A cell sends more than its budget.
    case budget(cell: Int, watts: Double)
    /// A cell sends more on a subband than cap and mask allow.
    case cap(cell: Int, subband: Int, watts: Double)
    /// A cell gives away more than the whole of a subband.
    case shares(cell: Int, subband: Int, sum: Double)
    /// A UE gets less than it is promised.
    case guarantee(ue: Int, promisedMbps: Double, rateMbps: Double)
    /// An incumbent hears more than its limit.
    case incumbent(incumbent: Int, subband: Int, dbm: Double)
    /// A cell delivers more than its backhaul carries.
    case backhaul(cell: Int, mbps: Double)
    /// A cell sleeps that may not, or that sends or serves.
    case wakefulness(cell: Int)
    /// A UE that cells could cover is covered by none that is awake.
    case coverage(ue: Int)
}

/// What an allocation is worth, from the formulas of DESIGN 11 in double precision, and what it violates.
package struct AllocationReport: Sendable {
    /// Violations smaller than this part of the limit are rounding.
    package static let slack = 1e-6

    /// R_u in Mbit/s, as planned: with margins where the problem asks for a confidence.
    package let rateMbps: [Double]
    /// M in Mbit/s.
    package let networkValueMbps: Double
    /// `sum_u w_u U(R_u)` less what energy costs: what solvers compare.
    package let objective: Double
    package let sumRateMbps: Double
    /// Power taken from the mains, circuits included.
    package let consumedWatts: Double
    package let violations: [Violation]

    /// Mbit per joule taken; nil where nothing is taken.
    package var mbitPerJoule: Double? { consumedWatts > 0 ? sumRateMbps / consumedWatts : nil }

    package init(_ problem: ResourceProblem, _ allocation: Allocation) {
        self.init(problem, allocation, GainTable(problem, stateOfCell: allocation.choice.stateOfCell))
    }

    init(_ problem: ResourceProblem, _ allocation: Allocation, _ gains: GainTable) {
        let rates = AllocationReport.rates(problem, gains, allocation)
        let weights = problem.ues.indices.map { problem.weight(of: $0) }
        rateMbps = rates
        networkValueMbps = Evaluation.networkValue(rateMbps: rates, weight: weights, alpha: problem.alpha)
        sumRateMbps = rates.reduce(0, +)
        consumedWatts = problem.consumedWatts(allocation.powerWatts, asleepCells: allocation.choice.asleepCells)
        objective =
            rates.indices.reduce(0) { $0 + weights[$1] * Utility.value(rates[$1], alpha: problem.alpha) }
            - problem.energyWeightPerWatt * consumedWatts
        violations =
            AllocationReport.broken(problem, allocation) + AllocationReport.overslept(problem, allocation)
            + AllocationReport.missed(problem, allocation, rates)
    }

    private static func rates(_ problem: ResourceProblem, _ gains: GainTable, _ allocation: Allocation) -> [Double] {
        let subbands = gains.subbands
        let loaded = problem.loaded(allocation.powerWatts)
        let law = RateLaw(problem)
        return problem.ues.indices.map { u in
            let cell = allocation.choice.cellOfUE[u]
            guard cell >= 0, let serving = gains.link(of: u, to: cell) else { return 0 }
            var rate = 0.0
            for k in 0..<subbands where allocation.shares[u * subbands + k] > 0 {
                rate +=
                    allocation.shares[u * subbands + k]
                    * law.mbps(
                        gains, ue: u, link: serving, subband: k, powerWatts: allocation.powerWatts,
                        loadedWatts: loaded)
            }
            return min(rate, problem.ues[u].demandMbps ?? .infinity)
        }
    }

    /// Limits of cells on what they send.
    private static func broken(_ problem: ResourceProblem, _ allocation: Allocation) -> [Violation] {
        let subbands = problem.subbands
        var found: [Violation] = []
        let caps = problem.powerCapsWatts
        for c in problem.cells.indices {
            let row = (c * subbands)..<((c + 1) * subbands)
            let sum = allocation.powerWatts[row].reduce(0, +)
            if sum > problem.cells[c].powerBudgetWatts * (1 + slack) { found.append(.budget(cell: c, watts: sum)) }
            for i in row where allocation.powerWatts[i] > caps[i] * (1 + slack) {
                found.append(.cap(cell: c, subband: i - row.lowerBound, watts: allocation.powerWatts[i]))
            }
        }
        var given = [Double](repeating: 0, count: problem.cells.count * subbands)
        for (u, cell) in allocation.choice.cellOfUE.enumerated() where cell >= 0 {
            for k in 0..<subbands { given[Int(cell) * subbands + k] += allocation.shares[u * subbands + k] }
        }
        for (index, sum) in given.enumerated() where sum > 1 + slack {
            found.append(.shares(cell: index / subbands, subband: index % subbands, sum: sum))
        }
        return found
    }

    /// What sleeping cells do that they may not, and whom they leave alone.
    private static func overslept(_ problem: ResourceProblem, _ allocation: Allocation) -> [Violation] {
        let asleep = allocation.choice.asleepCells
        guard !asleep.isEmpty else { return [] }
        let subbands = problem.subbands
        var found: [Violation] = []
        for cell in asleep {
            let row = (cell * subbands)..<((cell + 1) * subbands)
            let isBusy =
                allocation.powerWatts[row].contains { $0 > 0 } || allocation.choice.cellOfUE.contains(Int32(cell))
            if isBusy || problem.cells[cell].sleepWatts == nil { found.append(.wakefulness(cell: cell)) }
        }
        guard problem.coverageSnrDb != nil else { return found }
        for (u, ue) in problem.ues.enumerated() {
            let covering = zip(ue.linkCell, problem.covers(ue: u)).filter(\.1).map(\.0)
            if !covering.isEmpty, covering.allSatisfy({ asleep.contains($0) }) { found.append(.coverage(ue: u)) }
        }
        return found
    }

    /// Promises and limits that concern others.
    private static func missed(
        _ problem: ResourceProblem, _ allocation: Allocation, _ rates: [Double]
    ) -> [Violation] {
        var found: [Violation] = []
        for (u, rate) in rates.enumerated() {
            let promised = problem.guaranteedMbps(of: u)
            if rate < promised * (1 - slack) {
                found.append(.guarantee(ue: u, promisedMbps: promised, rateMbps: rate))
            }
        }
        for (index, incumbent) in problem.incumbents.enumerated() {
            let limit = Decibels.linear(incumbent.limitDbm - 30)
            for k in incumbent.subbands {
                let heard = problem.receivedWatts(incumbent, subband: k, powerWatts: allocation.powerWatts)
                if heard > limit * (1 + slack) {
                    found.append(.incumbent(incumbent: index, subband: k, dbm: 10 * log10(heard) + 30))
                }
            }
        }
        var delivered = [Double](repeating: 0, count: problem.cells.count)
        for (u, cell) in allocation.choice.cellOfUE.enumerated() where cell >= 0 { delivered[Int(cell)] += rates[u] }
        for (c, cell) in problem.cells.enumerated() {
            if let limit = cell.backhaulMbps, delivered[c] > limit * (1 + slack) + slack {
                found.append(.backhaul(cell: c, mbps: delivered[c]))
            }
        }
        return found
    }
}

extension ResourceProblem {
    /// Power taken from the mains at given powers (C x K watts): circuits, awake or asleep, and what amplifiers take.
    package func consumedWatts(_ powerWatts: [Double], asleepCells: [Int] = []) -> Double {
        let subbands = subbands
        return cells.indices.reduce(0) { sum, c in
            let sent = powerWatts[(c * subbands)..<((c + 1) * subbands)].reduce(0, +)
            let asleep = asleepCells.contains(c) ? cells[c].sleepWatts : nil
            return sum + (asleep ?? cells[c].circuitWatts) + sent / cells[c].amplifierEfficiency
        }
    }
}
