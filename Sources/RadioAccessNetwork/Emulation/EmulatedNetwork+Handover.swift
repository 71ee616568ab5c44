internal import NetworkModel

extension EmulatedNetwork {
    /// Event A3 (TS 38.331 5.5.4.4): hands over once the strongest neighbour has been better by the offset for the
    /// time to trigger, unless a directive has chosen the cell.
    mutating func considerHandover(_ ue: Int) {
        guard imposedCell[ue] == CellID.none.rawValue else { return }
        let row = ue * cellCount
        let serving = servingCell[ue]
        var best = serving
        var bestDb = filteredReferenceDb(row, serving) + Float(emulation.handoverOffsetDb)
        for link in ue * linksPerUE..<(ue + 1) * linksPerUE where linkCell[link] != serving {
            let db = filteredReferenceDb(row, linkCell[link])
            if db > bestDb { (best, bestDb) = (linkCell[link], db) }
        }
        guard best != serving else {
            candidateCell[ue] = CellID.none.rawValue
            return
        }
        if candidateCell[ue] != best { (candidateCell[ue], candidateSince[ue]) = (best, slot) }
        if slot - candidateSince[ue] >= radio.timeToTriggerSlots { attach(ue, to: best, in: slot) }
    }

    /// RSRP in dBm of a cell at a user whose row of gains starts at `row`.
    @inline(__always)
    func filteredReferenceDb(_ row: Int, _ cell: UInt32) -> Float {
        filteredGainDb[row + Int(cell)] + radio.transmitPowerDbm[Int(cell)] - radio.referenceOffsetDb
    }

    /// Moves a user to a cell, which serves it from a slot on, and counts the handover.
    mutating func attach(_ ue: Int, to cell: UInt32, in slot: Int64) {
        candidateCell[ue] = CellID.none.rawValue
        guard servingCell[ue] != cell else { return }
        servingCell[ue] = cell
        services.attachedSlot[ue] = slot
        handoversIn[Int(cell)] += 1
        listLinks(ue)
        // The new cell serves by the whole sector until it has chosen a beam.
        (services.beam[ue], services.beamGain[ue]) = (.max, 1)
        refreshFading(ue)
        sortByCell()
        // A cell with imposed shares does not know the newcomer: it gets an equal part until the next directive.
        let users = Float(start[Int(cell) + 1] - start[Int(cell)])
        for vector in 0..<radio.vectors {
            share[ue * radio.vectors + vector] = radio.laneMask[vector] / users
            deficit[ue * radio.vectors + vector] = .zero
            fluidShare[ue * radio.vectors + vector] = radio.laneMask[vector] / users
        }
        activityStale = true
        allRatesStale = true
        guard adaptation.isReported else { return }
        adaptation.forgetAdvice(ue)
        takeReport(ue)
    }

    /// Rebuilds the list of users by serving cell.
    mutating func sortByCell() {
        start = [Int](repeating: 0, count: cellCount + 1)
        for cell in servingCell { start[Int(cell) + 1] += 1 }
        for cell in 0..<cellCount { start[cell + 1] += start[cell] }
        var next = start
        order = [Int32](repeating: 0, count: ueCount)
        for ue in 0..<ueCount {
            let cell = Int(servingCell[ue])
            order[next[cell]] = Int32(ue)
            next[cell] += 1
        }
    }
}
