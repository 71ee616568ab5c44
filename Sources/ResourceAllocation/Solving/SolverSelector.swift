internal import Glibc

/// How well a solver did on problems of a size within a deadline: what comparisons leave for later choices.
package struct SolverRecord: Sendable, Hashable, Codable {
    package var solver: SolverName
    /// Binary logarithm of UEs x links x subbands, rounded.
    package var sizeLog2: Int
    /// Whether association or states were free, which asks for other solvers than powers alone.
    package var hasFreeChoice: Bool
    /// Binary logarithm of the deadline in milliseconds, rounded.
    package var deadlineLog2Ms: Int
    /// Mean of M over the best M of the same comparison; 0 counts for an answer that broke a condition that others
    /// kept.
    package var quality: Double
    /// Comparisons behind the mean.
    package var runs: Int

    package init(
        solver: SolverName, sizeLog2: Int, hasFreeChoice: Bool, deadlineLog2Ms: Int, quality: Double, runs: Int
    ) {
        self.solver = solver
        self.sizeLog2 = sizeLog2
        self.hasFreeChoice = hasFreeChoice
        self.deadlineLog2Ms = deadlineLog2Ms
        self.quality = quality
        self.runs = runs
    }
}

/// Chooses a solver by the problem's size, the deadline, and the quality recorded so far.
///
/// A record counts with `2^-distance`, the distance being the sum of the differences in both logarithms; where free
/// choices differ it does not count. What few comparisons say is drawn towards what the pricing kernel is known for.
package struct SolverSelector: Sendable {
    package private(set) var records: [SolverRecord]

    package init(records: [SolverRecord] = SolverSelector.shipped) { self.records = records }

    /// Below this weight of records a solver is not judged.
    private static let leastWeight = 0.05
    /// Branch and bound is worth its time from this deadline on.
    private static let certifyingMs = 50.0

    /// A solver and the reason for it.
    package struct Choice: Sendable, Hashable {
        package var solver: SolverName
        package var reason: String
    }

    /// - Parameter deadlineMs: time there is; infinite where only work counts.
    package func choose(_ problem: ResourceProblem, deadlineMs: Double) -> Choice {
        if SolverName.branchAndBound.refusal(problem) == nil, deadlineMs >= SolverSelector.certifyingMs {
            return Choice(solver: .branchAndBound, reason: "an interference channel that can be certified in the time")
        }
        return choose(
            sizeLog2: SolverSelector.sizeLog2(problem), hasFreeChoice: problem.hasFreeChoice,
            deadlineMs: deadlineMs,
            among: SolverName.allCases.filter { $0.aim == .utility && $0.refusal(problem) == nil })
    }

    /// The same among some solvers for a size: for a leader, whose problem is no file.
    package func choose(
        sizeLog2 size: Int, hasFreeChoice isFree: Bool, deadlineMs: Double, among names: [SolverName]
    ) -> Choice {
        let deadline = SolverSelector.deadlineLog2(deadlineMs)
        var best: (solver: SolverName, quality: Double, runs: Int)?
        for name in names {
            // Without a choice to search, these two are pricing.
            if !isFree, name == .annealing || name == .tabu { continue }
            var (weight, sum, runs) = (0.0, 0.0, 0)
            for record in records where record.solver == name && record.hasFreeChoice == isFree {
                let distance = abs(record.sizeLog2 - size) + abs(record.deadlineLog2Ms - deadline)
                let counts = exp2(-Double(distance)) * Double(record.runs)
                weight += counts
                sum += counts * record.quality
                if distance <= 2 { runs += record.runs }
            }
            guard weight >= SolverSelector.leastWeight else { continue }
            let quality = sum / weight
            if quality > best?.quality ?? -.infinity { best = (name, quality, runs) }
        }
        guard let best else {
            return Choice(solver: .pricing, reason: "nothing recorded near this size and deadline")
        }
        let percent = (1_000 * best.quality).rounded() / 10
        return Choice(
            solver: best.solver,
            reason: "\(percent) % of the best on average at 2^\(size) gains and 2^\(deadline) ms"
                + " (\(best.runs) comparisons near)")
    }

    /// Size class of a problem by the number of its gains.
    package static func sizeLog2(gains: Int) -> Int { Int(log2(Double(max(1, gains))).rounded()) }

    /// Adds what one comparison showed.
    package mutating func note(_ solver: SolverName, _ problem: ResourceProblem, deadlineMs: Double, quality: Double) {
        let size = SolverSelector.sizeLog2(problem)
        let deadline = SolverSelector.deadlineLog2(deadlineMs)
        let isFree = problem.hasFreeChoice
        let place = records.firstIndex {
            $0.solver == solver && $0.sizeLog2 == size && $0.deadlineLog2Ms == deadline && $0.hasFreeChoice == isFree
        }
        guard let place else {
            records.append(
                SolverRecord(
                    solver: solver, sizeLog2: size, hasFreeChoice: isFree, deadlineLog2Ms: deadline,
                    quality: quality, runs: 1))
            return
        }
        let runs = records[place].runs
        records[place].quality += (quality - records[place].quality) / Double(runs + 1)
        records[place].runs = min(runs + 1, 1_000_000)
    }

    private static func sizeLog2(_ problem: ResourceProblem) -> Int {
        let links = problem.ues.reduce(0) { $0 + $1.linkCell.count }
        return sizeLog2(gains: links * problem.subbands)
    }

    /// Class of a deadline; what takes longer than the longest of them is as good as without a deadline.
    private static func deadlineLog2(_ milliseconds: Double) -> Int {
        Int(log2(min(max(milliseconds, 0.01), longestMs)).rounded())
    }

    private static let longestMs = 1_000.0
}
