/// Which cells sleep: cells put to sleep, woken, and exchanged with a neighbour, each time with association, powers and
/// shares solved anew, as long as that betters the whole answer. Where nobody may move, only cells without UEs sleep.
extension ResourceSolver {
    /// Part of the deadline that goes to the answer with every cell awake.
    private static let awakePart = 0.3
    /// Passes over the cells, at most.
    private static let sleepPasses = 4
    /// Awake neighbours with which a sleeping cell is exchanged.
    private static let exchanges = 3

    func solveWithSleep(_ problem: ResourceProblem, deadline: Deadline) -> Outcome {
        var best = solveAwake(problem.asleep([]), deadline: deadline.within(0, ResourceSolver.awakePart))
        best.report = AllocationReport(problem, best.allocation)
        let able = problem.cells.indices.filter { problem.cells[$0].sleepWatts != nil }
        var start = ResourceSolver.awakePart
        for _ in 0..<ResourceSolver.sleepPasses {
            let before = best.report.objective
            for isExchange in [false, true] {
                let changes = isExchange ? exchanges(able, problem, best) : order(able, best).map { [$0] }
                for change in changes {
                    // Of what is left a tenth each, so that there is always some.
                    let end = start + 0.1 * (1 - start)
                    if deadline.budget(until: end).isExhausted { return best }
                    attempt(change, problem, deadline.within(start, end), &best)
                    if deadline.isTimed { start = end }
                }
            }
            if best.report.objective == before { break }
        }
        return best
    }

    /// Tries to change who sleeps by the cells of `change`, from the best answer's association.
    private func attempt(
        _ change: [Int], _ problem: ResourceProblem, _ deadline: Deadline, _ best: inout Outcome
    ) {
        var asleep = best.allocation.choice.asleepCells
        for cell in change {
            if let place = asleep.firstIndex(of: cell) { asleep.remove(at: place) } else { asleep.append(cell) }
        }
        asleep.sort()
        var sub = problem.asleep(asleep)
        if problem.mayReassociate {
            for (u, cell) in best.allocation.choice.cellOfUE.enumerated() {
                sub.ues[u].cell = cell < 0 || asleep.contains(Int(cell)) ? nil : Int(cell)
            }
        } else if problem.ues.contains(where: { $0.cell.map(asleep.contains) ?? false }) {
            return
        }
        var tried = solveAwake(sub, deadline: deadline)
        best.rounds += tried.rounds
        tried.rounds = best.rounds
        tried.allocation.choice.asleepCells = asleep
        tried.report = AllocationReport(problem, tried.allocation)
        if tried.report.isBetter(than: best.report, for: name.aim, problem) { best = tried }
    }

    /// Cells that carry least first.
    private func order(_ cells: [Int], _ best: Outcome) -> [Int] {
        var carried: [(cell: Int, mbps: Double)] = []
        for cell in cells {
            let rates = zip(best.allocation.choice.cellOfUE, best.report.rateMbps)
            carried.append((cell, rates.reduce(0) { $1.0 == Int32(cell) ? $0 + $1.1 : $0 }))
        }
        return carried.sorted { ($0.mbps, $0.cell) < ($1.mbps, $1.cell) }.map(\.cell)
    }

    /// Pairs of a sleeping cell and one of the awake cells that serve most of the UEs that could hear it.
    private func exchanges(_ able: [Int], _ problem: ResourceProblem, _ best: Outcome) -> [[Int]] {
        let asleep = best.allocation.choice.asleepCells
        return asleep.flatMap { sleeper in
            var served = [Int](repeating: 0, count: problem.cells.count)
            for (u, cell) in best.allocation.choice.cellOfUE.enumerated() where cell >= 0 {
                if problem.ues[u].linkCell.contains(sleeper) { served[Int(cell)] += 1 }
            }
            let awake = able.filter { served[$0] > 0 && !asleep.contains($0) }
            return awake.sorted { (served[$1], $0) < (served[$0], $1) }.prefix(ResourceSolver.exchanges)
                .map { [sleeper, $0] }
        }
    }
}
