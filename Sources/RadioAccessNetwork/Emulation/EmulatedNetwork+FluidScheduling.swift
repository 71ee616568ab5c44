/// Scheduling under averaged gains: time and subbands of a slot are divided, not given to one user each.
extension EmulatedNetwork {
    /// Steps of the share dynamics per slot.
    private static let shareSteps = 2
    /// Least bid of a user for a subband, so that a subband that it has left can be taken up again.
    private static let leastBid: Float = 1e-4

    /// Divides the slot of every cell among its users with backlog: by the imposed shares, else proportionally fair.
    mutating func shareSlot() {
        for cell in 0..<cellCount where cellActive[cell] {
            if !sharesImposed[cell] {
                let parts = services.slicesImposed[cell] ? fluidSliceParts(cell) : [1]
                for (slice, part) in parts.enumerated() where part > 0 {
                    let members = sharing(cell, slice: services.slicesImposed[cell] ? UInt32(slice) : nil)
                    for _ in 0..<EmulatedNetwork.shareSteps { respondProportionally(members, part: part) }
                }
            }
            let isImposed = sharesImposed[cell]
            for index in start[cell]..<start[cell + 1] {
                let ue = Int(order[index])
                guard backlogBits[ue] > 0 else { continue }
                var bits: Float = 0
                for vector in ue * radio.vectors..<(ue + 1) * radio.vectors {
                    bits += ((isImposed ? share[vector] : fluidShare[vector]) * slotBits[vector]).sum()
                }
                servedBits[ue] = bits
            }
            account.use(cell: cell, subbands: radio.subbands)
        }
    }

    /// One step of proportional response: every user spreads a budget of 1 over the subbands in proportion to what each
    /// gives it, and gets of each its part of all bids. The fixed point is the proportional-fair division, the maximum
    /// of the sum of log rates (Zhang 2011, Proportional response dynamics in the Fisher market).
    ///
    /// - Parameters:
    ///   - members: first vectors of those that share.
    ///   - part: part of the slot that they share.
    private mutating func respondProportionally(_ members: [Int], part: Float) {
        let (vectors, slotBits) = (radio.vectors, slotBits)
        let mask = radio.laneMask.map { $0 * part }
        fluidShare.withUnsafeMutableBufferPointer { shares in
            slotBits.withUnsafeBufferPointer { bits in
                for first in members {
                    var rate: Float = 0
                    for vector in first..<first + vectors { rate += (shares[vector] * bits[vector]).sum() }
                    let scale = 1 / max(rate, .leastNormalMagnitude)
                    for vector in first..<first + vectors {
                        let bid = shares[vector] * bits[vector] * scale
                        let least = mask[vector - first] * EmulatedNetwork.leastBid
                        shares[vector] = bid.replacing(with: least, where: bid .< least)
                    }
                }
                for vector in 0..<vectors {
                    var price = Lanes.zero
                    for first in members { price += shares[first + vector] }
                    // Lanes past the last subband hold 0.
                    let part = mask[vector] / price.replacing(with: 1, where: price .<= 0)
                    for first in members { shares[first + vector] *= part }
                }
            }
        }
    }

    /// First vectors of the users of a cell, or of one slice of it, that have something to receive.
    private func sharing(_ cell: Int, slice: UInt32?) -> [Int] {
        var members: [Int] = []
        members.reserveCapacity(start[cell + 1] - start[cell])
        for index in start[cell]..<start[cell + 1] where backlogBits[Int(order[index])] > 0 {
            let ue = Int(order[index])
            if let slice, services.sliceOf[ue] != slice { continue }
            members.append(ue * radio.vectors)
        }
        return members
    }
}
