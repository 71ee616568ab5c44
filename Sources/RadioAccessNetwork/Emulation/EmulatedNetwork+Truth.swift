package import NetworkModel

extension EmulatedNetwork {
    /// The gains as they are, of all users; `averaged` gives the means that fading turns about.
    package func trueGains(averaged: Bool = false) -> TrueChannel {
        var truth = TrueChannel()
        truth.subbands = radio.subbands
        truth.linksPerUE = linksPerUE
        truth.ues = (0..<UInt32(ueCount)).map { $0 }
        truth.isBacklogged = backlogBits.map { $0 > 0 }
        truth.servingCell = servingCell
        truth.linkCell.reserveCapacity(ueCount * linksPerUE)
        truth.gains.reserveCapacity(ueCount * linksPerUE * radio.subbands)
        truth.backgroundWatts.reserveCapacity(ueCount * radio.subbands)
        for ue in 0..<ueCount {
            for place in 0..<linksPerUE {
                let link = reportedLink(ue, place)
                truth.linkCell.append(linkCell[link])
                for vector in 0..<radio.vectors {
                    let gains = averaged ? Lanes(repeating: linkMean[link]) : linkGain[link * radio.vectors + vector]
                    for lane in 0..<lanes(vector) { truth.gains.append(gains[lane]) }
                }
            }
            for vector in 0..<radio.vectors {
                let watts = backgroundWatts(ue, vector)
                for lane in 0..<lanes(vector) { truth.backgroundWatts.append(watts[lane]) }
            }
        }
        return truth
    }

    /// Coherence time `0.423 / f_d` of the fastest user class present, seconds; infinite where nobody moves.
    package var coherenceSeconds: Double {
        let fastest = isCar.contains(true) ? emulation.carSpeedKmh : 0
        let slowest = isCar.contains(false) ? emulation.pedestrianSpeedKmh : 0
        let speed = max(fastest, slowest) / 3.6
        return speed > 0 ? 0.423 / EmulatedNetwork.dopplerHz(speed: speed, carrier: configuration.carrier) : .infinity
    }

    /// Where a user is, in metres.
    package func position(ue: UEID) -> (x: Double, y: Double) { mobility.position(ue.index, at: slot) }

    /// Mean gain from a cell to a user, linear.
    package func meanGain(ue: UEID, cell: CellID) -> Float { meanGain[ue.index * cellCount + cell.index] }

    /// Serving cell of a user; none for a number that no user has.
    package func servingCell(ue: UEID) -> CellID { ue.index < ueCount ? CellID(servingCell[ue.index]) : .none }

    /// Files that have arrived for a user since the start.
    package func arrivedFiles(ue: UEID) -> UInt64 { arrivalNumber[ue.index] }

    private func lanes(_ vector: Int) -> Int { min(8, radio.subbands - vector * 8) }
}
