/// How a cell's PRBs are divided between slices.
///
/// Every slice gets a part in proportion to its weight and number of UEs, but no less than what its guarantees take.
/// Where the guarantees of all slices do not fit a cell, they are lowered as `SliceAdmission` finds it cheapest: over
/// all cells, by the least loss of weight.
package struct SliceShares: Sendable {
    /// Parts of the cell's PRBs, C x S, at least 0 and at most 1 in sum.
    package let share: [Double]
    /// Part of its guarantees that each slice keeps, 1 where they fit.
    package let kept: [Double]

    /// - Parameters:
    ///   - need: part of the cell's PRBs that the slice's guarantees take, at least 0 and finite, C x S.
    ///   - ues: UEs of the slice, C x S.
    ///   - weight: of each slice, above 0.
    package init(need: [Double], ues: [Int], weight: [Double]) {
        let slices = weight.count
        let cells = slices == 0 ? 0 : need.count / slices
        precondition(need.count == cells * slices && ues.count == need.count)
        var kept = Array(repeating: 1.0, count: slices)
        let requests = weight.indices.map { s in
            SliceAdmission.Request(
                name: "\(s)", guaranteedPRBs: (0..<cells).map { need[$0 * slices + s] },
                value: weight[s] * Double((0..<cells).reduce(1) { $0 + ues[$1 * slices + s] }), isInForce: true)
        }
        let admission = try? SliceAdmission(
            capacityPRBs: Array(repeating: SliceShares.guaranteedPart, count: cells), requests: requests)
        if case .infeasible(_, let relaxations) = admission?.decide() {
            for relaxation in relaxations { kept[relaxation.slice] = relaxation.keptPart }
        }
        var share = need
        for cell in 0..<cells {
            let row = cell * slices
            for s in 0..<slices { share[row + s] *= kept[s] }
            let claims = (0..<slices).map { weight[$0] * Double(ues[row + $0]) }
            let divided = SliceShares.divided(need: Array(share[row..<(row + slices)]), claims: claims)
            for s in 0..<slices { share[row + s] = divided[s] }
            // Rounding, and the relaxation's tolerance.
            let sum = share[row..<(row + slices)].reduce(0, +)
            if sum > 1 { for s in 0..<slices { share[row + s] /= sum } }
        }
        self.share = share
        self.kept = kept
    }

    /// Parts in proportion to the claims, but none below its need: `max(need, level * claim)`, at the level at which
    /// they add up to 1. Of all parts that keep the needs these have the largest sum of claims times logarithms.
    /// Without claims, or where the needs take all, the needs.
    private static func divided(need: [Double], claims: [Double]) -> [Double] {
        var isFixed = claims.map { $0 <= 0 }
        while true {
            let taken = zip(need, isFixed).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
            let claimed = zip(claims, isFixed).reduce(0) { $0 + ($1.1 ? 0 : $1.0) }
            guard claimed > 0 else { return need }
            let level = max(0, 1 - taken) / claimed
            let short = need.indices.filter { !isFixed[$0] && need[$0] > level * claims[$0] }
            guard !short.isEmpty else { return need.indices.map { isFixed[$0] ? need[$0] : level * claims[$0] } }
            for s in short { isFixed[s] = true }
        }
    }

    /// Of a cell's PRBs, guarantees may take this part: the rest keeps slices without any alive.
    static let guaranteedPart = 0.95

    /// Scales shares of UEs so that each slice gets its part of every subband; a slice without UEs leaves its part to
    /// the others.
    ///
    /// - Parameters:
    ///   - shares: U x K of one cell's UEs.
    ///   - slice: of each UE.
    ///   - part: of each slice.
    package static func fit(_ shares: [Float], slice: [UInt32], part: [Float], subbands: Int) -> [Float] {
        var result = shares
        for k in 0..<subbands {
            var sums = [Float](repeating: 0, count: part.count)
            for (u, s) in slice.enumerated() { sums[Int(s)] += shares[u * subbands + k] }
            let present = part.indices.reduce(Float(0)) { $0 + (sums[$1] > 0 ? part[$1] : 0) }
            guard present > 0 else { continue }
            let total = sums.reduce(0, +)
            for (u, s) in slice.enumerated() where sums[Int(s)] > 0 {
                result[u * subbands + k] *= min(total, 1) * part[Int(s)] / (present * sums[Int(s)])
            }
        }
        return result
    }

    /// The same for all cells of a problem whose slices have parts.
    ///
    /// - Parameters:
    ///   - shares: U x K in the problem's order.
    ///   - part: parts of the slices of a cell; nil leaves its shares as they are.
    package static func fit(
        _ shares: [Float], of problem: Problem, slice: [UInt32], part: (UInt32) -> ArraySlice<Float>?
    ) -> [Float] {
        precondition(shares.count == problem.ues * problem.subbands && slice.count == problem.ues)
        let subbands = problem.subbands
        let start = problem.cellStart.map(Int.init)
        var result = shares
        for cell in 0..<problem.cells where start[cell] < start[cell + 1] {
            guard let part = part(UInt32(cell)) else { continue }
            let members = start[cell]..<start[cell + 1]
            let rows = members.lowerBound * subbands..<members.upperBound * subbands
            let fitted = fit(
                Array(result[rows]), slice: Array(slice[members]), part: Array(part), subbands: subbands)
            result.replaceSubrange(rows, with: fitted)
        }
        return result
    }
}
