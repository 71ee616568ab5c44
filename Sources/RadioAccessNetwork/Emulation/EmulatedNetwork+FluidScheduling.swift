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
            serveSlot(cell)
        }
    }

    /// Serves the users of a cell that wait. Of every subband each gets its share over the shares of all that still
    /// wait: who has nothing to receive, or has got it all before the slot is over, leaves its time to the others.
    private mutating func serveSlot(_ cell: Int) {
        var waiting = sharing(cell, slice: nil)
        var rates = [Float](repeating: 0, count: waiting.count)
        var got = rates
        var passed: Float = 0
        while passed < 1, !waiting.isEmpty {
            let used = rate(waiting, sharesImposed[cell] ? share : fluidShare, into: &rates)
            guard used > 0 else { break }
            // Until the first of them has got all.
            var time = 1 - passed
            for (place, first) in waiting.enumerated() where rates[place] > 0 {
                time = min(time, (backlogBits[first / radio.vectors] - got[place]) / rates[place])
            }
            time = max(time, 0)
            account.use(cell: cell, subbands: time * Float(used))
            passed = time < 1 - passed ? passed + time : 1
            var left = 0
            for (place, first) in waiting.enumerated() {
                let ue = first / radio.vectors
                let bits = got[place] + time * rates[place]
                let isServed = rates[place] > 0 && bits >= backlogBits[ue] * (1 - EmulatedNetwork.rounding)
                // What the whole slot would have carried at that pace: the queue is empty after `passed` of it.
                servedBits[ue] = isServed ? backlogBits[ue] / max(passed, .leastNormalMagnitude) : bits
                if isServed { continue }
                (waiting[left], got[left]) = (first, bits)
                left += 1
            }
            waiting.removeLast(waiting.count - left)
        }
    }

    /// A queue with no more than this part of it left is empty.
    private static let rounding: Float = 1e-5

    /// Bits that the whole slot carries of each of some users where they alone divide it; returns the subbands in use.
    /// Mutating though it changes nothing: called from a mutating method, another would get a copy of all fields.
    ///
    /// - Parameters:
    ///   - members: first vectors of the users.
    ///   - shares: of all users, `[U x vectors]`.
    private mutating func rate(_ members: [Int], _ shares: [Lanes], into rates: inout [Float]) -> Int {
        for place in members.indices { rates[place] = 0 }
        var used = 0
        for vector in 0..<radio.vectors {
            var sum = Lanes.zero
            var carried = Lanes.zero
            for first in members {
                sum += shares[first + vector]
                carried += shares[first + vector] * slotBits[first + vector]
            }
            // Shares of all users add up to 1 but for rounding, which is left as it is.
            let isWhole = (sum .> 1 - 1e-3) .& (sum .< 1 + 1e-3) .| (sum .<= 0)
            let part = 1 / sum.replacing(with: 1, where: isWhole)
            for (place, first) in members.enumerated() {
                rates[place] += (shares[first + vector] * part * slotBits[first + vector]).sum()
            }
            for lane in 0..<8 where carried[lane] > 0 { used += 1 }
        }
        return used
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
