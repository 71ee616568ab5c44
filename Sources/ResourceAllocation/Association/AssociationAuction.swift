/// The memory of `PricedAssociation`: the problem's pairs in single precision, prices, sides, and the tables of the
/// packings. It lives within one call and owns what it points to.
final class AssociationAuction {
    let problem: AssociationProblem
    let cells: Int
    let ues: Int
    let start: UnsafeMutablePointer<Int32>
    let cell: UnsafeMutablePointer<Int32>
    let need: UnsafeMutablePointer<Int32>
    /// Value of each pair, in units of the largest.
    let worth: UnsafeMutablePointer<Float>
    let unit: Double
    /// Prices now, at the best bound, the direction of descent, and capacity less demand.
    let price: UnsafeMutablePointer<Float>
    let bestPrice: UnsafeMutablePointer<Float>
    let direction: UnsafeMutablePointer<Float>
    let slope: UnsafeMutablePointer<Float>
    /// Pair on whose side each UE is, -1 for none; now and at the best.
    let side: UnsafeMutablePointer<Int32>
    let bestSide: UnsafeMutablePointer<Int32>
    /// UEs with a choice, and how many.
    let contested: UnsafeMutablePointer<Int32>
    var contestedCount = 0
    /// What the UE's own cell would lose without it.
    let loss: UnsafeMutablePointer<Float>
    /// Change of side before which a UE may not change again.
    let tabuUntil: UnsafeMutablePointer<Int32>
    /// UEs on each cell's side: `memberStart[c]` ..., `memberCount[c]` of them.
    let memberStart: UnsafeMutablePointer<Int32>
    let memberCount: UnsafeMutablePointer<Int32>
    let member: UnsafeMutablePointer<Int32>
    /// Place of each UE among its cell's members.
    let place: UnsafeMutablePointer<Int32>
    /// What each cell's packing is worth, and per capacity: C rows of `2 span`, of which the lower half is -infinity.
    let total: UnsafeMutablePointer<Float>
    let top: UnsafeMutablePointer<Float>
    /// Rows of one packing under construction: prefix, and suffix by capacity left.
    let prefix: UnsafeMutablePointer<Float>
    let suffix: UnsafeMutablePointer<Float>
    /// Capacities of a row, a whole number of vectors.
    let span: Int
    var pace: Float = 1
    var bestValue = 0.0
    var bestBound = Double.infinity

    init(_ problem: AssociationProblem) {
        self.problem = problem
        (cells, ues) = (problem.cells, problem.ues)
        span = (Int(problem.capacity.max() ?? 0) + 8) / 8 * 8
        start = AssociationAuction.copy(problem.start) { $0 }
        cell = AssociationAuction.copy(problem.cell) { $0 }
        need = AssociationAuction.copy(problem.need) { $0 }
        let largest = problem.value.max() ?? 0
        let scale = largest > 0 ? largest : 1
        unit = scale
        worth = AssociationAuction.copy(problem.value) { Float($0 / scale) }
        price = AssociationAuction.filled(cells, 0)
        bestPrice = AssociationAuction.filled(cells, 0)
        direction = AssociationAuction.filled(cells, 0)
        slope = AssociationAuction.filled(cells, 0)
        side = AssociationAuction.filled(ues, -1)
        bestSide = AssociationAuction.filled(ues, -1)
        contested = AssociationAuction.filled(ues, 0)
        loss = AssociationAuction.filled(ues, 0)
        tabuUntil = AssociationAuction.filled(ues, 0)
        memberStart = AssociationAuction.filled(cells + 1, 0)
        memberCount = AssociationAuction.filled(cells, 0)
        member = AssociationAuction.filled(problem.cell.count, 0)
        place = AssociationAuction.filled(ues, 0)
        total = AssociationAuction.filled(cells, 0)
        top = AssociationAuction.filled(2 * span * cells, -.infinity)
        for e in problem.cell { memberStart[Int(e) + 1] += 1 }
        var most = 0
        for c in 0..<cells {
            most = max(most, Int(memberStart[c + 1]))
            memberStart[c + 1] += memberStart[c]
        }
        prefix = AssociationAuction.filled(2 * span * (most + 1), -.infinity)
        suffix = AssociationAuction.filled(2 * span * (most + 1), -.infinity)
        for u in 0..<ues where start[u + 1] - start[u] > 1 {
            contested[contestedCount] = Int32(u)
            contestedCount += 1
        }
    }

    deinit {
        for pointer in [start, cell, need, side, bestSide, contested, tabuUntil, memberStart, memberCount] {
            pointer.deallocate()
        }
        for pointer in [member, place] { pointer.deallocate() }
        for pointer in [worth, price, bestPrice, direction, slope, loss, total, top, prefix, suffix] {
            pointer.deallocate()
        }
    }

    private static func copy<T, S>(_ source: [S], _ convert: (S) -> T) -> UnsafeMutablePointer<T> {
        let target = UnsafeMutablePointer<T>.allocate(capacity: max(1, source.count))
        for i in source.indices { (target + i).initialize(to: convert(source[i])) }
        return target
    }

    private static func filled<T>(_ count: Int, _ value: T) -> UnsafeMutablePointer<T> {
        let target = UnsafeMutablePointer<T>.allocate(capacity: max(1, count))
        target.initialize(repeating: value, count: max(1, count))
        return target
    }

    /// Pairs of a UE.
    @inline(__always)
    func pairs(_ u: Int) -> Range<Int> { Int(start[u])..<Int(start[u + 1]) }

    /// The association at the best sides seen, and the bound at the best prices, both in double precision.
    func outcome() -> AssociationOutcome {
        side.update(from: bestSide, count: ues)
        listMembers()
        var cellOfUE = [Int32](repeating: -1, count: ues)
        for c in 0..<cells {
            pack(c)
            for u in served(c) { cellOfUE[u] = Int32(c) }
        }
        let prices = (0..<cells).map { Double(bestPrice[$0]) * unit }
        return AssociationOutcome(
            cellOfUE: cellOfUE, value: problem.value(of: cellOfUE) ?? 0,
            bound: problem.dualBound(pricePerPRB: prices), pricePerPRB: prices)
    }
}
