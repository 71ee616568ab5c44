internal import Glibc

/// What UEs reach with the whole of a cell, averaged over decisions in the logarithm: a decision that holds for longer
/// than a channel fades is not to follow its fading, nor what powers do for one epoch.
package struct ReachAverage: Sendable {
    /// Time after which a value counts e times less.
    private static let memorySeconds = 0.28
    /// Decisions after which what was known of a UE and a cell counts for nothing.
    private static let forgottenAfter = 10

    /// Part of the newest value in the average.
    private let fresh: Double
    /// Averages in rows of as many values as there are cells, by UE number, and the decision that each is of.
    private var logReach: [Double] = []
    private var decision: [Int] = []
    private var now = 0

    /// - Parameter seconds: time between two decisions, above 0.
    package init(secondsPerDecision seconds: Double) {
        precondition(seconds > 0)
        fresh = 1 - exp(-seconds / ReachAverage.memorySeconds)
    }

    /// Takes what UEs reach at this decision, U x L in the problem's order, and makes the averages of it.
    ///
    /// - Parameter ids: number of each UE in the network, U values, all different.
    package mutating func average(_ reach: inout [Double], of problem: Problem, ids: [UInt32]) {
        now += 1
        for (u, id) in ids.enumerated() {
            let row = Int(id) * problem.cells
            let missing = row + problem.cells - logReach.count
            if missing > 0 {
                logReach.append(contentsOf: repeatElement(0, count: missing))
                decision.append(contentsOf: repeatElement(-ReachAverage.forgottenAfter - 1, count: missing))
            }
            for l in 0..<problem.links {
                guard let cell = problem.cell(ue: u, link: l) else { continue }
                let place = u * problem.links + l
                let newest = log(max(reach[place], 1e-9))
                let isKnown = now - decision[row + cell] <= ReachAverage.forgottenAfter
                let before = isKnown ? logReach[row + cell] : newest
                logReach[row + cell] = before + fresh * (newest - before)
                decision[row + cell] = now
                reach[place] = exp(logReach[row + cell])
            }
        }
    }
}
