extension AllocationReport {
    /// Meeting all conditions first, then breaking less of them, then the aim.
    func isBetter(than other: AllocationReport, for aim: SolverName.Aim, _ problem: ResourceProblem) -> Bool {
        if violations.isEmpty != other.violations.isEmpty { return violations.isEmpty }
        let (missed, otherMissed) = (missedParts, other.missedParts)
        if abs(missed - otherMissed) > 1e-6 { return missed < otherMissed }
        return score(aim, problem) > other.score(aim, problem)
    }

    /// Sum of the parts of promises that are missed, 1 for every other condition.
    private var missedParts: Double {
        violations.reduce(0) { sum, violation in
            if case .guarantee(_, let promised, let rate) = violation { return sum + 1 - rate / promised }
            return sum + 1
        }
    }

    private func score(_ aim: SolverName.Aim, _ problem: ResourceProblem) -> Double {
        switch aim {
        case .utility: objective
        case .bitsPerJoule: mbitPerJoule ?? sumRateMbps
        case .leastRate: problem.ues.indices.map { rateMbps[$0] / problem.weight(of: $0) }.min() ?? 0
        }
    }
}
