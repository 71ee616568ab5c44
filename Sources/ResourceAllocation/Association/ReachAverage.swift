internal import Glibc

/// What UEs reach with the whole of a cell, averaged over decisions in the logarithm: a decision that holds for longer
/// than a channel fades is not to follow its fading, nor what powers do for one epoch. Remembers those who took part in
/// one of the last decisions, and nobody else.
package struct ReachAverage: Sendable {
    /// Time after which a value counts e times less.
    private static let memorySeconds = 0.28
    /// Decisions after which what was known of a UE and a cell counts for nothing.
    private static let forgottenAfter = 10

    /// Part of the newest value in the average.
    private let fresh: Double
    /// Numbers of the UEs that are remembered, ascending, and the decision in which each took part last.
    private var known: [UInt32] = []
    private var seen: [Int] = []
    /// Averages in rows of as many values as there are cells, by the place of the UE in `known`, and the decision that
    /// each is of.
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
    /// - Parameter ids: number of each UE in the network, U values.
    package mutating func average(_ reach: inout [Double], of problem: Problem, ids: [UInt32]) {
        precondition(ids.count == problem.ues && reach.count == problem.ues * problem.links)
        now += 1
        admit(ids, cells: problem.cells)
        for (u, id) in ids.enumerated() {
            guard let index = place(of: id) else { continue }
            seen[index] = now
            let row = index * problem.cells
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

    /// Gives every UE a row, and takes those of UEs away that have been gone for too long.
    private mutating func admit(_ ids: [UInt32], cells: Int) {
        let kept = known.indices.filter { now - seen[$0] <= ReachAverage.forgottenAfter }
        var next: [UInt32] = (kept.map { known[$0] } + ids).sorted()
        next = next.indices.compactMap { $0 == 0 || next[$0] != next[$0 - 1] ? next[$0] : nil }
        guard next != known else { return }
        let none = -ReachAverage.forgottenAfter - 1
        var (logs, decisions, last) = ([Double](), [Int](), [Int]())
        for id in next {
            if let index = place(of: id) {
                logs += logReach[(index * cells)..<((index + 1) * cells)]
                decisions += decision[(index * cells)..<((index + 1) * cells)]
                last.append(seen[index])
            } else {
                logs += repeatElement(0, count: cells)
                decisions += repeatElement(none, count: cells)
                last.append(now)
            }
        }
        (known, logReach, decision, seen) = (next, logs, decisions, last)
    }

    private func place(of id: UInt32) -> Int? {
        var (low, high) = (0, known.count)
        while low < high {
            let middle = (low + high) / 2
            if known[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low < known.count && known[low] == id ? low : nil
    }
}
