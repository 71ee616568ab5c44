/// Hill climbing on single powers: slow and plain, for the best-known value and as a reference in tests.
///
/// Visits every cell and subband in turn, tries to close it, to halve it, to double it and to set it to a quarter of
/// the budget, solves the shares again, and keeps what raises the network value.
package struct LocalSearch: PowerSolver {
    /// Steps of the share dynamics after each change.
    package var shareSteps = 6

    private var workspace = Workspace()

    package init() {}

    /// One round of `budget` is one cell and subband; ends early after a pass over all that improved nothing.
    package mutating func solve(_ problem: Problem, startWatts: [Double], budget: inout Budget) -> [Double] {
        precondition(startWatts.count == problem.cells * problem.subbands)
        _ = workspace.fit(problem)
        let shareSteps = shareSteps
        return workspace.withFrame(problem) { frame in
            frame.load(startWatts, into: frame.power)
            frame.shareEqually()
            for i in 0..<((problem.cells + 1) * problem.vectors) { frame.charge[i] = Lanes() }
            var best = -Double.infinity
            frame.keep(&best, shareSteps: 200)
            let places = problem.cells * problem.subbands
            var idle = 0
            var place = 0
            while places > 0 && idle < places && budget.spend() {
                let before = best
                frame.tryLevels(place / problem.subbands, place % problem.subbands, &best, shareSteps: shareSteps)
                idle = best > before + 1e-7 * abs(before) ? 0 : idle + 1
                place = (place + 1) % places
            }
            return frame.unload(frame.power, rows: problem.cells)
        }
    }
}

extension Frame {
    /// Tries four levels of one power; ends at the best point.
    fileprivate func tryLevels(_ c: Int, _ k: Int, _ best: inout Double, shareSteps: Int) {
        let i = c * vectors + k / 8
        let lane = k % 8
        for level in 0..<4 {
            let now = power[i][lane]
            let next = [0, 0.5 * now, 2 * now, 0.25 * view.budget[c]][level]
            if Swift.min(next, view.cap[i][lane]) == now { continue }
            power[i][lane] = Swift.min(next, view.cap[i][lane])
            fitBudget(c, power + c * vectors)
            mixShares(0.01)
            keep(&best, shareSteps: shareSteps)
            restoreBest()
        }
    }
}
