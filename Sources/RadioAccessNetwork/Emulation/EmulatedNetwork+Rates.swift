internal import Numerics

extension EmulatedNetwork {
    /// Renews what a slot would carry per user and subband: all users after a change of powers or activity, else those
    /// whose gains changed.
    mutating func refreshRates() {
        // Held here, the arrays are known not to change with what is written: their addresses stay in registers.
        if adaptation.isReported, adaptation.isStale || allRatesStale { expectRates() }
        let links = LinkInputs(cell: linkCell, gain: linkGain, sent: sentPower, power: power)
        if allRatesStale {
            for ue in 0..<ueCount { refreshRates(ue, links) }
            allRatesStale = false
        } else {
            for ue in staleRates { refreshRates(Int(ue), links) }
        }
    }

    /// What rates are computed from, as the network keeps it.
    private struct LinkInputs {
        let cell: [UInt32]
        let gain: [Lanes]
        let sent: [Lanes]
        let power: [Lanes]
    }

    /// `B T min(log2(1 + S / (Gamma T)), eta_max)` per subband, in bits per slot (DESIGN 11); with link adaptation by
    /// reports, what the channel bears: nobody knows it before.
    @inline(__always)
    private mutating func refreshRates(_ ue: Int, _ links: LinkInputs) {
        let (vectors, count) = (radio.vectors, linksPerUE)
        let serving = Int(servingLink[ue])
        let base = ue * count
        let (noise, snrGap, beamGain) = (radio.noiseWatts, radio.snrGap, services.beamGain[ue])
        let ceiling = Lanes(repeating: services.ceiling[Int(servingCell[ue])])
        let isReported = adaptation.isReported
        for vector in 0..<vectors {
            var disturbance = Lanes(repeating: noise)
            if count < cellCount {
                disturbance += EmulatedNetwork.unlistedWatts(sentPower, restGain, ue * cellCount, cellCount, vector)
            }
            for link in 0..<count where link != serving {
                let sent = links.sent[Int(links.cell[base &+ link]) &* vectors &+ vector]
                disturbance += sent * links.gain[(base &+ link) &* vectors &+ vector]
            }
            let gain = links.gain[(base + serving) * vectors + vector] * beamGain
            let own = links.power[Int(servingCell[ue]) * vectors + vector] * gain
            var efficiency = VectorFunctions.log2(1 + own / (snrGap * disturbance))
            if isReported {
                adaptation.truth[ue * vectors + vector] = efficiency
                continue
            }
            efficiency.replace(with: ceiling, where: efficiency .> ceiling)
            slotBits[ue * vectors + vector] = efficiency * radio.bitsPerEfficiency
        }
    }

    /// Noise and the cells without a link, W per subband.
    func backgroundWatts(_ ue: Int, _ vector: Int) -> Lanes {
        let noise = Lanes(repeating: radio.noiseWatts)
        guard linksPerUE < cellCount else { return noise }
        return noise + EmulatedNetwork.unlistedWatts(sentPower, restGain, ue * cellCount, cellCount, vector)
    }

    /// Power that arrives from the cells without a link. Static: a method called from a mutating one would copy the
    /// whole network's fields first.
    private static func unlistedWatts(
        _ sentPower: [Lanes], _ restGain: [Float], _ row: Int, _ cells: Int, _ vector: Int
    ) -> Lanes {
        let vectors = sentPower.count / cells
        return restGain.withUnsafeBufferPointer { gains in
            sentPower.withUnsafeBufferPointer { sent in
                var sum = Lanes.zero
                for cell in 0..<cells { sum += sent[cell &* vectors &+ vector] * gains[row &+ cell] }
                return sum
            }
        }
    }

    /// Ratio of signal to interference and noise per subband, linear.
    func sinr(_ ue: Int, _ vector: Int) -> Lanes {
        let gain = linkGain[(ue * linksPerUE + Int(servingLink[ue])) * radio.vectors + vector]
        let own = power[Int(servingCell[ue]) * radio.vectors + vector] * gain * services.beamGain[ue]
        return own / disturbance(ue, vector)
    }

    /// Noise and interference, W per subband.
    func disturbance(_ ue: Int, _ vector: Int) -> Lanes {
        let vectors = radio.vectors
        let base = ue * linksPerUE
        var disturbance = backgroundWatts(ue, vector)
        for link in 0..<linksPerUE where link != Int(servingLink[ue]) {
            let sent = sentPower[Int(linkCell[base + link]) * vectors + vector]
            disturbance += sent * linkGain[(base + link) * vectors + vector]
        }
        return disturbance
    }
}
