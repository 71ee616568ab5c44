package import NetworkModel

/// Slices: a cell's PRBs divided between them, and within each by the scheduler. A slice without anything to send
/// leaves its part to the others.
extension EmulatedNetwork {
    /// Sets the share of each slice of a cell, S values with a sum of at most 1.
    package mutating func applySlices(cell: CellID, shares: [Float]) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        guard shares.count == services.sliceCount, services.sliceCount > 0 else {
            throw .wrongCount(found: shares.count, expected: services.sliceCount)
        }
        try ControlCheck.shares(shares, ues: services.sliceCount, subbands: 1)
        services.slicesImposed[cell.index] = true
        for (slice, share) in shares.enumerated() {
            services.sliceShare[cell.index * services.sliceCount + slice] = share
        }
    }

    /// One pool for all users of the cell.
    package mutating func releaseSlices(cell: CellID) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        services.slicesImposed[cell.index] = false
        let first = cell.index * services.sliceCount * radio.vectors
        for index in first..<first + services.sliceCount * radio.vectors { services.sliceCredit[index] = .zero }
    }

    /// Gives the subbands to slices by smooth weighted round robin, and within a slice to the user that proportional
    /// fairness prefers. As with imposed shares, a slice goes before its turn where its best user's channel is better
    /// than usual.
    mutating func sliceFair(_ cell: Int, _ vector: Int) -> SIMD8<Int32> {
        var chosen = SIMD8<Int32>(repeating: -1)
        var most = Lanes(repeating: -.greatestFiniteMagnitude)
        var winner = SIMD8<Int32>(repeating: -1)
        var paid: Float = 0
        let patienceSlots = 1 / radio.averageWeight
        for slice in 0..<services.sliceCount {
            let (best, users) = proportionalFair(cell, vector, slice: UInt32(slice))
            let waits = best .> 0
            guard any(waits) else { continue }
            // A slice without a share of its own takes what all others leave.
            let part = max(services.sliceShare[cell * services.sliceCount + slice], EmulatedNetwork.leastSliceShare)
            let place = (cell * services.sliceCount + slice) * radio.vectors + vector
            services.sliceCredit[place] += part
            paid += part
            let known = services.sliceUsual[place]
            let usual = known.replacing(with: best, where: known .<= 0)
            services.sliceUsual[place] = usual + radio.averageWeight * (best - usual)
            let luck = pointwiseMin(best / usual - 1, Lanes(repeating: 1))
            let claim = services.sliceCredit[place] + part * patienceSlots * luck
            let better = (claim .> most) .& waits
            most.replace(with: claim, where: better)
            chosen.replace(with: users, where: better)
            winner.replace(with: Int32(slice), where: better)
        }
        for lane in 0..<8 where winner[lane] >= 0 {
            services.sliceCredit[(cell * services.sliceCount + Int(winner[lane])) * radio.vectors + vector][lane] -=
                paid
        }
        return chosen
    }

    static let leastSliceShare: Float = 1e-3

    /// Parts of a cell's slot that its slices get under averaged gains, S values with a sum of 1 over those that wait.
    func fluidSliceParts(_ cell: Int) -> [Float] {
        var parts = [Float](repeating: 0, count: services.sliceCount)
        for index in start[cell]..<start[cell + 1] where backlogBits[Int(order[index])] > 0 {
            let slice = Int(services.sliceOf[Int(order[index])])
            parts[slice] = max(services.sliceShare[cell * services.sliceCount + slice], EmulatedNetwork.leastSliceShare)
        }
        let sum = parts.reduce(0, +)
        return sum > 0 ? parts.map { $0 / sum } : parts
    }
}
