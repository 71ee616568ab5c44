package import NetworkModel

/// Controls act from the next slot on. A refused control changes nothing.
extension EmulatedNetwork {
    /// Sets the power of every subband of a cell, W.
    package mutating func applyPower(cell: CellID, wattsPerSubband: [Float]) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        try ControlCheck.powers(wattsPerSubband, subbands: radio.subbands, limit: radio.powerLimitWatts[cell.index])
        for (subband, watts) in wattsPerSubband.enumerated() {
            services.requestedPower[cell.index * radio.vectors + subband / 8][subband % 8] = watts
        }
        limitPower(cell)
    }

    /// Sets the shares of the users of a cell, `[ue][subband]`; users of the cell that are not named get none.
    package mutating func applyShares(cell: CellID, ues: [UEID], shares: [Float]) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        for ue in ues {
            guard ue.index < ueCount else { throw .unknownUE(ue) }
            guard servingCell[ue.index] == cell.rawValue else { throw .notServed(ue, by: cell) }
        }
        try ControlCheck.shares(shares, ues: ues.count, subbands: radio.subbands)
        sharesImposed[cell.index] = true
        for index in start[cell.index]..<start[cell.index + 1] {
            let first = Int(order[index]) * radio.vectors
            for vector in first..<first + radio.vectors { share[vector] = .zero }
        }
        for (row, ue) in ues.enumerated() {
            for subband in 0..<radio.subbands {
                let value = shares[row * radio.subbands + subband]
                share[ue.index * radio.vectors + subband / 8][subband % 8] = value
            }
        }
        activityStale = true
    }

    /// Sets the highest power of every subband of a cell, W; 0 vacates it.
    package mutating func applyMask(cell: CellID, capWatts: [Float]) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        guard capWatts.count == radio.subbands else {
            throw .wrongCount(found: capWatts.count, expected: radio.subbands)
        }
        if let bad = capWatts.firstIndex(where: { !($0 >= 0) }) { throw .outOfRange(index: bad) }
        for (subband, watts) in capWatts.enumerated() {
            services.cap[cell.index * radio.vectors + subband / 8][subband % 8] = watts
        }
        limitPower(cell)
    }

    /// No subband of the cell is capped any more.
    package mutating func releaseMask(cell: CellID) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        for vector in 0..<radio.vectors {
            services.cap[cell.index * radio.vectors + vector] = Lanes(repeating: .infinity)
        }
        limitPower(cell)
    }

    /// Bounds the scheme of a cell's users, and so what a block carries (TS 38.214 Table 5.1.3.1-2);
    /// `MCSTable.uncapped` bounds nothing.
    package mutating func applyHighestMCS(cell: CellID, index: UInt32) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        try ControlCheck.highestMCS(index)
        let ceiling = Float(MCSTable.ceiling(index, most: configuration.carrier.maxSpectralEfficiency))
        guard services.ceiling[cell.index] != ceiling else { return }
        services.ceiling[cell.index] = ceiling
        allRatesStale = true
    }

    /// Highest scheme of a cell's users; `MCSTable.uncapped` where nothing caps it.
    package func highestMCS(cell: CellID) -> UInt32 {
        MCSTable.index(ceiling: services.ceiling[cell.index], most: configuration.carrier.maxSpectralEfficiency)
    }

    private mutating func limitPower(_ cell: CellID) {
        for vector in cell.index * radio.vectors..<(cell.index + 1) * radio.vectors {
            let limited = pointwiseMin(services.requestedPower[vector], services.cap[vector])
            if limited != power[vector] {
                power[vector] = limited
                allRatesStale = true
            }
        }
    }

    /// Serves a user by a cell until further notice, whatever A3 says.
    package mutating func applyAssociation(ue: UEID, cell: CellID) throws(ControlRefusal) {
        guard ue.index < ueCount else { throw .unknownUE(ue) }
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        imposedCell[ue.index] = cell.rawValue
        attach(ue.index, to: cell.rawValue, in: slot + 1)
    }

    /// Equal power, nothing capped (powers, schemes), proportional fair over one pool, A3 for the users of the cell, no
    /// beams, no recommended schemes. A platform stays where it is.
    package mutating func applySafeDefault(cell: CellID) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        releasePower(cell)
        releaseShares(cell)
        releaseAssociations(cell)
        try releaseMask(cell: cell)
        try releaseSlices(cell: cell)
        try releaseBeams(cell: cell)
        try applyHighestMCS(cell: cell, index: MCSTable.uncapped)
        try releaseRecommendedMCS(cell: cell)
    }

    /// Back to equal power, shares and association left as they are.
    package mutating func releasePower(cell: CellID) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        releasePower(cell)
    }

    private mutating func releasePower(_ cell: CellID) {
        let equal = radio.equalPower(configuration.cells[cell.index])
        for vector in 0..<radio.vectors { services.requestedPower[cell.index * radio.vectors + vector] = equal[vector] }
        limitPower(cell)
    }

    /// Back to A3 handover for the users that the cell serves, powers and shares left as they are.
    package mutating func releaseAssociations(cell: CellID) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        releaseAssociations(cell)
    }

    private mutating func releaseAssociations(_ cell: CellID) {
        for index in start[cell.index]..<start[cell.index + 1] {
            imposedCell[Int(order[index])] = CellID.none.rawValue
        }
    }

    /// Back to proportional fair scheduling, powers and association left as they are.
    package mutating func releaseShares(cell: CellID) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        releaseShares(cell)
    }

    private mutating func releaseShares(_ cell: CellID) {
        sharesImposed[cell.index] = false
        for index in start[cell.index]..<start[cell.index + 1] {
            let first = Int(order[index]) * radio.vectors
            for vector in first..<first + radio.vectors { deficit[vector] = .zero }
        }
        activityStale = true
    }

    /// Powers set for a cell, W per subband.
    package func appliedPower(cell: CellID) -> [Float] {
        (0..<radio.subbands).map { power[cell.index * radio.vectors + $0 / 8][$0 % 8] }
    }

    /// The windows completed since the last call.
    package mutating func takeCompletedWindows() -> [ThroughputWindow] {
        defer { account.completedWindows.removeAll() }
        return account.completedWindows
    }
}
