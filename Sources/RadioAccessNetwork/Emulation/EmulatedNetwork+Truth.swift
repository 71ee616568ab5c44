package import NetworkModel
internal import RadioPropagation

extension EmulatedNetwork {
    /// The gains as they are, of all users; `averaged` gives the means that fading turns about.
    package func trueGains(averaged: Bool = false) -> TrueChannel {
        var truth = TrueChannel()
        truth.subbands = radio.subbands
        truth.linksPerUE = linksPerUE
        truth.ues = (0..<UInt32(ueCount)).map { $0 }
        truth.isBacklogged = backlogBits.map { $0 > 0 }
        truth.servingCell = servingCell
        truth.slice = services.sliceOf
        truth.linkCell.reserveCapacity(ueCount * linksPerUE)
        for ue in 0..<ueCount {
            for place in 0..<linksPerUE { truth.linkCell.append(linkCell[reportedLink(ue, place)]) }
        }
        let links = ueCount * linksPerUE
        truth.gains = packed(rows: links) { row, vector in
            let link = reportedLink(row / linksPerUE, row % linksPerUE)
            let gain = averaged ? Lanes(repeating: linkMean[link]) : linkGain[link * radio.vectors + vector]
            return row % linksPerUE == 0 ? gain * services.beamGain[row / linksPerUE] : gain
        }
        truth.backgroundWatts = packed(rows: ueCount) { ue, vector in backgroundWatts(ue, vector) }
        if services.ceiling.contains(where: { $0 < radio.maxSpectralEfficiency }) { truth.ceiling = services.ceiling }
        return truth
    }

    /// Slice of each user; empty where the network is not sliced.
    package var sliceOfUE: [UInt32] { services.sliceOf }

    /// Coherence time `0.423 / f_d` of the fastest user class present, seconds; infinite where nobody moves.
    package var coherenceSeconds: Double {
        let fastest = isCar.contains(true) ? emulation.carSpeedKmh : 0
        let slowest = isCar.contains(false) ? emulation.pedestrianSpeedKmh : 0
        let speed = max(fastest, slowest) / 3.6
        return speed > 0 ? 0.423 / EmulatedNetwork.dopplerHz(speed: speed, carrier: configuration.carrier) : .infinity
    }

    /// Interference that an incumbent hears on each of its subbands at the powers sent, in watts: free space from every
    /// cell and the pattern of its antenna, the worst that it can be.
    package func heardWatts(by incumbent: IncumbentConfiguration) -> [Double] {
        incumbent.subbands.map { subband in
            (0..<cellCount).reduce(0) { sum, cell in
                let sent = Double(sentPower[cell * radio.vectors + subband / 8][subband % 8])
                return sum + sent * largeScale.freeSpaceGain(cell: CellID(UInt32(cell)), to: incumbent)
            }
        }
    }

    /// Where a platform's cell is, in metres; nil for a cell on the ground.
    package func platformPosition(cell: CellID) -> (x: Double, y: Double, height: Double)? {
        services.platforms.first { $0.cell == cell }?.position
    }

    /// Slice of a user; nil where there are none.
    package func slice(ue: UEID) -> Int? { ue.index < services.sliceOf.count ? Int(services.sliceOf[ue.index]) : nil }

    /// Where a user is, in metres.
    package func position(ue: UEID) -> (x: Double, y: Double) { mobility.position(ue.index, at: slot) }

    /// Mean gain from a cell to a user, linear.
    package func meanGain(ue: UEID, cell: CellID) -> Float { meanGain[ue.index * cellCount + cell.index] }

    /// Serving cell of a user; none for a number that no user has.
    package func servingCell(ue: UEID) -> CellID { ue.index < ueCount ? CellID(servingCell[ue.index]) : .none }

    /// Files that have arrived for a user since the start.
    package func arrivedFiles(ue: UEID) -> UInt64 { arrivalNumber[ue.index] }

    /// A matrix of one row of subbands per link or user.
    private func packed(rows: Int, _ lanes: (Int, Int) -> Lanes) -> [Float] {
        let subbands = radio.subbands
        return [Float](unsafeUninitializedCapacity: rows * subbands) { buffer, count in
            for row in 0..<rows {
                for vector in 0..<radio.vectors {
                    let width = min(8, subbands - vector * 8)
                    LaneStore.write(lanes(row, vector), width, to: buffer, at: row * subbands + vector * 8)
                }
            }
            count = rows * subbands
        }
    }
}
