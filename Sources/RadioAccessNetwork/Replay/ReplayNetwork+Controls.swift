package import NetworkModel

/// Controls act from the next slot on. A refused control changes nothing.
extension ReplayNetwork {
    /// Sets the power of every subband of a cell, W.
    package mutating func applyPower(cell: CellID, wattsPerSubband: [Float]) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        let limit = radio.equalPower(configuration.cells[cell.index])[0][0] * Float(radio.subbands)
        try ControlCheck.powers(wattsPerSubband, subbands: radio.subbands, limit: limit)
        for (subband, watts) in wattsPerSubband.enumerated() {
            power[cell.index * radio.subbands + subband] = watts
        }
    }

    /// Sets the shares of the users of a cell, `[ue][subband]`; users of the cell that are not named get none.
    package mutating func applyShares(cell: CellID, ues: [UEID], shares: [Float]) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        for ue in ues {
            guard ue.index < ueCount else { throw .unknownUE(ue) }
            guard state[ue.index].cell == cell.rawValue else { throw .notServed(ue, by: cell) }
        }
        try ControlCheck.shares(shares, ues: ues.count, subbands: radio.subbands)
        sharesImposed[cell.index] = true
        for ue in 0..<ueCount where state[ue].cell == cell.rawValue {
            for subband in 0..<radio.subbands { share[ue * radio.subbands + subband] = 0 }
        }
        for (row, ue) in ues.enumerated() {
            for subband in 0..<radio.subbands {
                share[ue.index * radio.subbands + subband] = shares[row * radio.subbands + subband]
            }
        }
    }

    /// Refused unless the cell serves the user anyway: no neighbour of the traces is identified.
    package mutating func applyAssociation(ue: UEID, cell: CellID) throws(ControlRefusal) {
        guard ue.index < ueCount else { throw .unknownUE(ue) }
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        guard state[ue.index].cell == cell.rawValue else {
            throw .notObservable("the trace names no neighbour, so the gain to \(cell) is not known")
        }
    }

    /// Bounds the scheme of a cell's users; `MCSTable.uncapped` bounds nothing.
    package mutating func applyHighestMCS(cell: CellID, index: UInt32) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        try ControlCheck.highestMCS(index)
        ceiling[cell.index] = Float(MCSTable.ceiling(index, most: configuration.carrier.maxSpectralEfficiency))
    }

    /// Highest scheme of a cell's users; `MCSTable.uncapped` where nothing caps it.
    package func highestMCS(cell: CellID) -> UInt32 {
        MCSTable.index(ceiling: ceiling[cell.index], most: configuration.carrier.maxSpectralEfficiency)
    }

    /// Equal power, even shares, nothing capped.
    package mutating func applySafeDefault(cell: CellID) throws(ControlRefusal) {
        try releasePower(cell: cell)
        try applyHighestMCS(cell: cell, index: MCSTable.uncapped)
        sharesImposed[cell.index] = false
    }

    /// Back to equal power, shares left as they are.
    package mutating func releasePower(cell: CellID) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        let watts = radio.equalPower(configuration.cells[cell.index])[0][0]
        for subband in 0..<radio.subbands { power[cell.index * radio.subbands + subband] = watts }
    }

    /// Back to even shares, powers left as they are.
    package mutating func releaseShares(cell: CellID) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        sharesImposed[cell.index] = false
    }

    /// Powers set for a cell, W per subband.
    package func appliedPower(cell: CellID) -> [Float] {
        Array(power[cell.index * radio.subbands..<(cell.index + 1) * radio.subbands])
    }

    /// Serving cell of a user; none before its first row, and for a number that no user has.
    package func servingCell(ue: UEID) -> CellID { ue.index < ueCount ? CellID(state[ue.index].cell) : .none }

    /// The windows completed since the last call.
    package mutating func takeCompletedWindows() -> [ThroughputWindow] {
        defer { account.completedWindows.removeAll() }
        return account.completedWindows
    }
}
