extension EmulatedNetwork {
    /// Gives every subband of every cell to one user for this slot: the one with the largest ratio of what the slot
    /// would carry to its average, or, under imposed shares, the one that is owed most.
    mutating func schedule() {
        for cell in 0..<cellCount where cellActive[cell] {
            if sharesImposed[cell] { expectBits(cell) }
            for vector in 0..<radio.vectors {
                let chosen =
                    sharesImposed[cell]
                    ? owedMost(cell, vector)
                    : services.slicesImposed[cell] ? sliceFair(cell, vector) : proportionalFair(cell, vector).users
                if adaptation.isReported { gatherBlocks(cell, vector, chosen) } else { serve(cell, vector, chosen) }
            }
            if adaptation.isReported { sendBlocks(cell) }
        }
    }

    /// Largest ratio per subband and the user that has it, -1 where nobody waits; of one slice, or of all users.
    /// Mutating though it changes nothing: called from a mutating method, another would get a copy of all fields.
    mutating func proportionalFair(_ cell: Int, _ vector: Int, slice: UInt32? = nil) -> (
        best: Lanes, users: SIMD8<Int32>
    ) {
        var best = Lanes.zero
        var chosen = SIMD8<Int32>(repeating: -1)
        for index in start[cell]..<start[cell + 1] {
            let ue = Int(order[index])
            guard backlogBits[ue] > 0 else { continue }
            if let slice, services.sliceOf[ue] != slice { continue }
            let metric = slotBits[ue * radio.vectors + vector] * inverseAverage[ue]
            let better = metric .> best
            best.replace(with: metric, where: better)
            chosen.replace(with: Int32(truncatingIfNeeded: ue), where: better)
        }
        return (best, chosen)
    }

    /// Renews what a slot carries on average of the users of a cell.
    private mutating func expectBits(_ cell: Int) {
        for index in start[cell]..<start[cell + 1] {
            let ue = Int(order[index])
            var bits: Float = 0
            for vector in ue * radio.vectors..<(ue + 1) * radio.vectors { bits += slotBits[vector].sum() }
            let now = bits / Float(radio.subbands)
            let known = services.expectedBits[ue]
            services.expectedBits[ue] = known > 0 ? known + radio.averageWeight * (now - known) : now
        }
    }

    /// Smooth weighted round robin: every user gains its share, the winner pays what all gained. A user goes before its
    /// turn where its channel is better than usual, and waits where it is worse: the shares hold over some epochs, and
    /// fading is made use of within them.
    private mutating func owedMost(_ cell: Int, _ vector: Int) -> SIMD8<Int32> {
        var best = Lanes(repeating: -.greatestFiniteMagnitude)
        var chosen = SIMD8<Int32>(repeating: -1)
        var paid = Lanes.zero
        // Where its channel is twice as good as usual, a user may be served 100 ms early.
        let patienceSlots = 1 / radio.averageWeight
        for index in start[cell]..<start[cell + 1] {
            let ue = Int(order[index])
            guard backlogBits[ue] > 0 else { continue }
            let part = share[ue * radio.vectors + vector]
            let owed = deficit[ue * radio.vectors + vector] + part
            deficit[ue * radio.vectors + vector] = owed
            paid += part
            let usual = max(services.expectedBits[ue], .leastNormalMagnitude)
            let luck = slotBits[ue * radio.vectors + vector] * (1 / usual) - 1
            let claim = owed + part * pointwiseMin(luck, Lanes(repeating: 1)) * patienceSlots
            let better = (claim .> best) .& (part .> 0)
            best.replace(with: claim, where: better)
            chosen.replace(with: Int32(truncatingIfNeeded: ue), where: better)
        }
        for lane in 0..<8 where chosen[lane] >= 0 {
            deficit[Int(chosen[lane]) * radio.vectors + vector][lane] -= paid[lane]
        }
        return chosen
    }

    private mutating func serve(_ cell: Int, _ vector: Int, _ chosen: SIMD8<Int32>) {
        var used = 0
        let (lanes, vectors) = (min(8, radio.subbands - vector * 8), radio.vectors)
        // Lane by lane from memory: a lane that is not known before would send the whole vector there and back.
        slotBits.withUnsafeBytes { bits in
            withUnsafeBytes(of: chosen) { chosen in
                for lane in 0..<lanes {
                    let ue = Int(chosen.load(fromByteOffset: 4 &* lane, as: Int32.self))
                    guard ue >= 0 else { continue }
                    let place = 32 &* (ue &* vectors &+ vector) &+ 4 &* lane
                    servedBits[ue] += bits.load(fromByteOffset: place, as: Float.self)
                    used &+= 1
                }
            }
        }
        account.use(cell: cell, subbands: Float(used))
    }

    /// Takes what was served from the queues, renews the averages and books the throughput. A queue that holds less
    /// than the slot would have carried of it waits for that part of the slot.
    mutating func deliver() {
        let weight = radio.averageWeight
        for ue in 0..<ueCount {
            let backlog = backlogBits[ue]
            let capacity = servedBits[ue]
            let served = min(capacity, backlog)
            servedBits[ue] = 0
            let average = averageBits[ue] + weight * (served - averageBits[ue])
            averageBits[ue] = average
            inverseAverage[ue] = 1 / max(average, 1)
            guard backlog > 0 else { continue }
            account.book(ue: ue, bits: served, slots: backlog < capacity ? backlog / capacity : 1)
            backlogBits[ue] = backlog - served
            if served == backlog { activityStale = true }
        }
        account.endSlot(slot: slot, servingCell: servingCell)
    }
}
