internal import Glibc

/// Which cell serves which UE where cells divide their PRBs fairly: association by load (Ye, Rong, Chen, Al-Shalash,
/// Caramanis, Andrews, IEEE Transactions on Wireless Communications 12, 2013), for any alpha.
///
/// At fixed powers a UE of cell c reaches `v[u,c]` with all of the cell and gets the part x of it that is best for
/// `sum w U(x v)`; the cell's value then is `A^alpha / (1 - alpha)` with `A = sum w^(1/alpha) v^(1/alpha - 1)`, and
/// `sum w log(w v / W)` at alpha = 1. A UE that moves changes two such sums, so that a move is weighed in constant
/// time. Moves are made one by one while one gains, from the association in force: the result is never worth less.
package struct FairAssociation: Sendable {
    /// A UE moves only where the value rises by this part of its weight: 0.02 is 2 % of its rate at alpha = 1. Keeps
    /// UEs from going to and fro with the noise of reports.
    package var leastGain = 0.02
    /// Passes over all UEs, at most.
    package var passes = 8

    package init() {}

    /// The association found, a cell per UE in the problem's order; a UE without another link stays. -1 for a UE that a
    /// cell outside `candidates` would serve better than any of them: it is for others to decide.
    ///
    /// - Parameters:
    ///   - powerWatts: C x K.
    ///   - steering: gain that a cell's beam has over the gains of the links that do not serve, linear, per UE; empty
    ///     is 1. The serving link has it in its gain already.
    ///   - candidates: whether a cell may be moved to, C values; nil is all.
    package func solve(
        _ problem: Problem, powerWatts: [Double], steering: [Double] = [], candidates: [Bool]? = nil
    ) -> [Int32] {
        solve(
            problem, reach: FairAssociation.reach(problem, powerWatts: powerWatts, steering: steering),
            candidates: candidates)
    }

    /// The association found where UEs reach so much with the whole of each cell, as `solve` with powers gives it.
    ///
    /// - Parameters:
    ///   - reach: Mbit/s of each link, U x L in the problem's order.
    ///   - candidates: whether a cell may be moved to, C values; nil is all.
    ///   - fixed: cell that serves a UE whatever it is worth, -1 for none, per UE; empty is none. The others settle
    ///     around those who have a link to theirs.
    package func solve(
        _ problem: Problem, reach: [Double], candidates: [Bool]? = nil, fixed: [Int32] = []
    ) -> [Int32] {
        precondition(reach.count == problem.ues * problem.links && (fixed.isEmpty || fixed.count == problem.ues))
        var cellOfUE = problem.servingCell
        var sums = Sums(problem, reach: reach, cellOfUE: cellOfUE)
        for (u, cell) in fixed.enumerated() where cell >= 0 && cell != cellOfUE[u] {
            guard let link = (0..<problem.links).first(where: { problem.cell(ue: u, link: $0) == Int(cell) }) else {
                continue
            }
            sums.move(ue: u, from: Int(cellOfUE[u]), to: Int(cell), link: link)
            cellOfUE[u] = cell
        }
        let isFree = { (u: Int) in fixed.isEmpty || fixed[u] < 0 }
        for _ in 0..<passes {
            var moved = false
            for u in 0..<problem.ues where isFree(u) {
                var best: (link: Int, gain: Double)?
                for l in 0..<problem.links {
                    guard let cell = problem.cell(ue: u, link: l), Int32(cell) != cellOfUE[u],
                        candidates?[cell] ?? true
                    else { continue }
                    let gain = sums.gain(ue: u, from: Int(cellOfUE[u]), to: cell, link: l)
                    if gain > leastGain * sums.scale(u), gain > best?.gain ?? 0 { best = (l, gain) }
                }
                guard let best, let cell = problem.cell(ue: u, link: best.link) else { continue }
                sums.move(ue: u, from: Int(cellOfUE[u]), to: cell, link: best.link)
                cellOfUE[u] = Int32(cell)
                moved = true
            }
            if !moved { break }
        }
        for (u, cell) in fixed.enumerated() where cell >= 0 { cellOfUE[u] = cell }
        guard let candidates else { return cellOfUE }
        return cellOfUE.enumerated().map { u, cell in
            isFree(u)
                && sums.isBetter(ue: u, outside: { problem.cell(ue: u, link: $0).map { !candidates[$0] } ?? false })
                ? -1 : cell
        }
    }

    /// Value of an association, the sum over cells.
    package func value(
        _ problem: Problem, powerWatts: [Double], steering: [Double] = [], cellOfUE: [Int32]
    ) -> Double {
        let reach = FairAssociation.reach(problem, powerWatts: powerWatts, steering: steering)
        return Sums(problem, reach: reach, cellOfUE: cellOfUE).total
    }

    /// v[u,l] in Mbit/s, U x L: what a UE gets with all of the cell of its link l, 0 where there is no link.
    ///
    /// - Parameters:
    ///   - powerWatts: C x K.
    ///   - steering: as `solve` takes it.
    ///   - cellCeiling: ceiling of the spectral efficiency that each cell gives its UEs, bit/s/Hz, C values; empty is
    ///     each UE's own, whoever serves it.
    package static func reach(
        _ problem: Problem, powerWatts: [Double], steering: [Double], cellCeiling: [Double] = []
    ) -> [Double] {
        precondition(powerWatts.count == problem.cells * problem.subbands)
        precondition(cellCeiling.isEmpty || cellCeiling.count == problem.cells)
        let (links, subbands) = (problem.links, problem.subbands)
        let gap = Float(problem.snrGap)
        let watts = powerWatts.map(Float.init)
        return problem.withView { view in
            var reach = [Double](repeating: 0, count: problem.ues * links)
            // Per link: what arrives of it as an interferer, and what as the server.
            var (heard, served) = ([Float](repeating: 0, count: links), [Float](repeating: 0, count: links))
            for u in 0..<problem.ues {
                let boost = steering.isEmpty ? 1 : Float(steering[u])
                for k in 0..<subbands {
                    let (v, lane) = (k / Lanes.scalarCount, k % Lanes.scalarCount)
                    let background = view.background[u * view.vectors + v][lane]
                    var total = background
                    for l in 0..<links {
                        let cell = Int(view.linkCell[u * links + l])
                        guard cell < view.cells else {
                            (heard[l], served[l]) = (0, 0)
                            continue
                        }
                        let arriving = watts[cell * subbands + k] * view.gain[(u * links + l) * view.vectors + v][lane]
                        // A cell that does not serve is heard by one element on average.
                        heard[l] = view.load[cell] * arriving / (l == 0 ? boost : 1)
                        served[l] = arriving * (l == 0 ? 1 : boost)
                        total += heard[l]
                    }
                    for l in 0..<links where served[l] > 0 {
                        let ratio = served[l] / (gap * max(total - heard[l], background))
                        let ceiling =
                            cellCeiling.isEmpty
                            ? view.ceiling[u] : Float(cellCeiling[Int(view.linkCell[u * links + l])])
                        reach[u * links + l] += Double(view.bandwidth[v][lane] * min(log2(1 + ratio), ceiling))
                    }
                }
            }
            return reach
        }
    }

    /// The sums that the cells' values are made of.
    private struct Sums {
        private let links: Int
        private let alpha: Double
        private let reach: [Double]
        private let weight: [Double]
        /// A of each cell, or at alpha = 1 its weights W and `sum w log(w v)`.
        private var pull: [Double]
        private var logs: [Double]
        /// Link by which each UE is served.
        private var linkOf: [Int]

        init(_ problem: Problem, reach: [Double], cellOfUE: [Int32]) {
            links = problem.links
            // Below 0.1 the best UE takes all, and the sum is its own.
            alpha = max(problem.alpha, 0.1)
            self.reach = reach.map { max($0, 1e-9) }
            weight = problem.weight
            pull = Array(repeating: 0, count: problem.cells)
            logs = pull
            linkOf = Array(repeating: 0, count: problem.ues)
            for (u, cell) in cellOfUE.enumerated() {
                let link = (0..<links).first { problem.cell(ue: u, link: $0) == Int(cell) } ?? 0
                add(u, to: Int(cell), link: link, sign: 1)
            }
        }

        var total: Double { pull.indices.reduce(0) { $0 + value(pull[$1], logs[$1]) } }

        /// What 1 % more rate of a UE is worth, times 100, where it is now.
        func scale(_ u: Int) -> Double { weight[u] * (alpha == 1 ? 1 : pow(reach[u * links], 1 - alpha)) }

        /// Whether a UE would reach more with the whole of a cell outside than with that of the one that serves it.
        func isBetter(ue u: Int, outside: (Int) -> Bool) -> Bool {
            (0..<links).contains { outside($0) && reach[u * links + $0] > reach[u * links + linkOf[u]] }
        }

        private func value(_ pull: Double, _ logs: Double) -> Double {
            if pull <= 0 { return 0 }
            return alpha == 1 ? logs - pull * log(pull) : pow(pull, alpha) / (1 - alpha)
        }

        private func part(_ u: Int, _ link: Int) -> (pull: Double, logs: Double) {
            let (w, v) = (weight[u], reach[u * links + link])
            if alpha == 1 { return (w, w * log(w * v)) }
            return (pow(w, 1 / alpha) * pow(v, 1 / alpha - 1), 0)
        }

        private mutating func add(_ u: Int, to cell: Int, link: Int, sign: Double) {
            let part = part(u, link)
            pull[cell] += sign * part.pull
            logs[cell] += sign * part.logs
            linkOf[u] = sign > 0 ? link : linkOf[u]
        }

        func gain(ue u: Int, from: Int, to: Int, link: Int) -> Double {
            let (old, new) = (part(u, linkOf[u]), part(u, link))
            return value(max(0, pull[from] - old.pull), logs[from] - old.logs) - value(pull[from], logs[from])
                + value(pull[to] + new.pull, logs[to] + new.logs) - value(pull[to], logs[to])
        }

        mutating func move(ue u: Int, from: Int, to: Int, link: Int) {
            add(u, to: from, link: linkOf[u], sign: -1)
            add(u, to: to, link: link, sign: 1)
        }
    }
}
