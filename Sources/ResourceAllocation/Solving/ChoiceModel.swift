internal import Glibc

/// What an association and the states of the cells are worth at fixed powers, kept up to date change by change.
///
/// A cell's subbands count as one resource that its UEs divide in time: UE u reaches `v[u,l]` Mbit/s with all of the
/// cell of its link l, and gets the share that is best for `sum w U(x v)`, `x ~ w^(1/alpha) v^(1/alpha - 1)`, once what
/// is promised is served. Powers being fixed, a UE that moves changes two cells and nobody's interference.
struct ChoiceModel {
    let problem: ResourceProblem
    private let powerWatts: [Double]
    private let loadedWatts: [Double]
    private(set) var gains: GainTable
    private(set) var choice: PowerChoice
    /// v[u,l], U x L Mbit/s.
    private var reach: [Double]
    private var members: [[Int]]
    private var worth: [Double]
    /// UEs with a link to each cell.
    private let heardBy: [[Int]]
    private let weight: [Double]
    private let promise: [Double]
    private let law: RateLaw
    /// What a cell loses for each time its resources that promises ask for beyond what there is.
    private let penalty: Double

    init(_ problem: ResourceProblem, _ choice: PowerChoice, powerWatts: [Double]) {
        self.problem = problem
        self.choice = choice
        self.powerWatts = powerWatts
        loadedWatts = problem.loaded(powerWatts)
        gains = GainTable(problem, stateOfCell: choice.stateOfCell)
        reach = Array(repeating: 0, count: problem.ues.count * gains.links)
        members = Array(repeating: [], count: problem.cells.count)
        worth = Array(repeating: 0, count: problem.cells.count)
        var heardBy = [[Int]](repeating: [], count: problem.cells.count)
        for (u, ue) in problem.ues.enumerated() {
            for cell in ue.linkCell { heardBy[cell].append(u) }
        }
        self.heardBy = heardBy
        weight = problem.ues.indices.map { problem.weight(of: $0) }
        promise = problem.ues.indices.map { problem.guaranteedMbps(of: $0) }
        law = RateLaw(problem)
        penalty = 1e3 * max(1, weight.reduce(0, +))
        for u in problem.ues.indices { updateReach(u) }
        for (u, cell) in choice.cellOfUE.enumerated() where cell >= 0 { members[Int(cell)].append(u) }
        for c in worth.indices { worth[c] = value(of: members[c], at: c) }
    }

    /// Sum of the cells' values, with what UEs that nobody serves are worth.
    var total: Double {
        worth.reduce(0, +)
            + choice.cellOfUE.indices.reduce(0) { choice.cellOfUE[$1] < 0 ? $0 + weight[$1] * floorUtility : $0 }
    }

    private var floorUtility: Double { Utility.value(0, alpha: problem.alpha) }

    /// Moves that there are: UE u to its link l, then cell c to its state s.
    enum Move: Hashable {
        case serve(ue: Int, link: Int)
        case set(cell: Int, state: Int)
    }

    /// Every move from anywhere, in a fixed order.
    var moves: [Move] {
        var all: [Move] = []
        if problem.mayReassociate {
            for (u, ue) in problem.ues.enumerated() where ue.linkCell.count > 1 || ue.cell == nil {
                for l in ue.linkCell.indices { all.append(.serve(ue: u, link: l)) }
            }
        }
        for (c, cell) in problem.cells.enumerated() where cell.states.count > 1 {
            for s in cell.states.indices { all.append(.set(cell: c, state: s)) }
        }
        return all
    }

    /// The move that leads back from `move`; nil where the move changes nothing.
    func inverse(_ move: Move) -> Move? {
        switch move {
        case .serve(let u, let link):
            let cell = choice.cellOfUE[u]
            if cell == Int32(problem.ues[u].linkCell[link]) { return nil }
            return .serve(ue: u, link: cell < 0 ? -1 : gains.link(of: u, to: cell) ?? -1)
        case .set(let cell, let state):
            let now = Int(choice.stateOfCell[cell])
            return now == state ? nil : .set(cell: cell, state: now)
        }
    }

    /// Makes a move; returns by how much the total changes.
    mutating func make(_ move: Move) -> Double {
        switch move {
        case .serve(let u, let link): return serve(u, link < 0 ? -1 : Int32(problem.ues[u].linkCell[link]))
        case .set(let cell, let state):
            let before = total
            choice.stateOfCell[cell] = Int32(state)
            var touched = [Bool](repeating: false, count: worth.count)
            for u in heardBy[cell] {
                gains.fill(u, problem, choice.stateOfCell)
                updateReach(u)
                if choice.cellOfUE[u] >= 0 { touched[Int(choice.cellOfUE[u])] = true }
            }
            for c in worth.indices where touched[c] { worth[c] = value(of: members[c], at: c) }
            return total - before
        }
    }

    private mutating func serve(_ u: Int, _ cell: Int32) -> Double {
        let old = choice.cellOfUE[u]
        var change = 0.0
        if old >= 0 {
            let c = Int(old)
            members[c].removeAll { $0 == u }
            let value = value(of: members[c], at: c)
            change += value - worth[c]
            worth[c] = value
        } else {
            change -= weight[u] * floorUtility
        }
        choice.cellOfUE[u] = cell
        if cell >= 0 {
            let c = Int(cell)
            // In order of index, so that sums do not depend on the way that led here.
            members[c].insert(u, at: members[c].firstIndex { $0 > u } ?? members[c].count)
            let value = value(of: members[c], at: c)
            change += value - worth[c]
            worth[c] = value
        } else {
            change += weight[u] * floorUtility
        }
        return change
    }

    private mutating func updateReach(_ u: Int) {
        for l in 0..<gains.links where gains.cell[u * gains.links + l] >= 0 {
            reach[u * gains.links + l] = (0..<gains.subbands).reduce(0) {
                $0
                    + law.mbps(
                        gains, ue: u, link: l, subband: $1, powerWatts: powerWatts, loadedWatts: loadedWatts)
            }
        }
    }

    /// What a cell gets out of its UEs.
    private func value(of members: [Int], at cell: Int) -> Double {
        guard !members.isEmpty else { return 0 }
        var rates = rates(of: members, at: cell)
        if let limit = problem.cells[cell].backhaulMbps {
            let sum = rates.mbps.reduce(0, +)
            if sum > limit { for i in rates.mbps.indices { rates.mbps[i] *= limit / sum } }
        }
        var sum = -penalty * rates.excess
        for (i, u) in members.enumerated() { sum += weight[u] * Utility.value(rates.mbps[i], alpha: problem.alpha) }
        return sum
    }

    /// Best rates of a cell's UEs, and the resources that promises ask for beyond the whole.
    private func rates(of members: [Int], at cell: Int) -> (mbps: [Double], excess: Double) {
        let reach = members.map { u in
            max(1e-12, self.reach[u * gains.links + (gains.link(of: u, to: Int32(cell)) ?? 0)])
        }
        var pull = members.indices.map { part(weight[members[$0]], reach[$0]) }
        if problem.alpha < 0.1, let best = pull.indices.max(by: { pull[$0] < pull[$1] }) {
            pull = pull.indices.map { $0 == best ? 1 : 0 }
        }
        let needs = members.indices.map { promise[members[$0]] / reach[$0] }
        let needed = needs.reduce(0, +)
        var shares = needs
        if needed >= 1 {
            for i in shares.indices { shares[i] /= needed }
        } else {
            // Whoever would get less than promised gets just that; the others divide the rest.
            var isFixed = [Bool](repeating: false, count: shares.count)
            for _ in 0...shares.count {
                var (left, pulls) = (1.0, 0.0)
                for i in shares.indices { if isFixed[i] { left -= needs[i] } else { pulls += pull[i] } }
                var isDone = true
                for i in shares.indices where !isFixed[i] {
                    shares[i] = pulls > 0 ? left * pull[i] / pulls : 0
                    if shares[i] < needs[i] * (1 - 1e-12) { (isFixed[i], isDone) = (true, false) }
                }
                if isDone { break }
                for i in shares.indices where isFixed[i] { shares[i] = needs[i] }
            }
        }
        let mbps = members.indices.map { i in
            min(shares[i] * reach[i], problem.ues[members[i]].demandMbps ?? .infinity)
        }
        return (mbps, max(0, needed - 1))
    }

    private func part(_ weight: Double, _ reach: Double) -> Double {
        if problem.alpha == 1 { return weight }
        if problem.alpha < 0.1 { return weight * reach }
        return pow(weight, 1 / problem.alpha) * pow(reach, 1 / problem.alpha - 1)
    }
}
