internal import Numerics

extension EmulatedNetwork {
    /// Renews what a slot would carry per user and subband: all users after a change of powers or activity, else those
    /// whose gains changed.
    mutating func refreshRates() {
        if allRatesStale {
            for ue in 0..<ueCount { refreshRates(ue) }
            allRatesStale = false
        } else {
            for ue in staleRates { refreshRates(Int(ue)) }
        }
    }

    /// `B T min(log2(1 + S / (Gamma T)), eta_max)` per subband, in bits per slot (DESIGN 11).
    private mutating func refreshRates(_ ue: Int) {
        let vectors = radio.vectors
        let serving = Int(servingLink[ue])
        let base = ue * linksPerUE
        for vector in 0..<vectors {
            var disturbance = backgroundWatts(ue, vector)
            for link in 0..<linksPerUE where link != serving {
                let sent = sentPower[Int(linkCell[base + link]) * vectors + vector]
                disturbance += sent * linkGain[(base + link) * vectors + vector]
            }
            let own = power[Int(servingCell[ue]) * vectors + vector] * linkGain[(base + serving) * vectors + vector]
            let efficiency = VectorFunctions.log2(1 + own / (radio.snrGap * disturbance))
            let capped = efficiency.clamped(
                lowerBound: .zero, upperBound: Lanes(repeating: radio.maxSpectralEfficiency))
            slotBits[ue * vectors + vector] = capped * radio.bitsPerEfficiency
        }
    }

    /// Noise and the cells without a link, W per subband.
    func backgroundWatts(_ ue: Int, _ vector: Int) -> Lanes {
        var background = Lanes(repeating: radio.noiseWatts)
        guard linksPerUE < cellCount else { return background }
        let (row, vectors) = (ue * cellCount, radio.vectors)
        for cell in 0..<cellCount {
            background += sentPower[cell * vectors + vector] * restGain[row + cell]
        }
        return background
    }

    /// Ratio of signal to interference and noise per subband, linear.
    func sinr(_ ue: Int, _ vector: Int) -> Lanes {
        let vectors = radio.vectors
        let base = ue * linksPerUE
        var disturbance = backgroundWatts(ue, vector)
        var own = Lanes.zero
        for link in 0..<linksPerUE {
            let cell = Int(linkCell[base + link])
            let gain = linkGain[(base + link) * vectors + vector]
            if link == Int(servingLink[ue]) {
                own = power[cell * vectors + vector] * gain
            } else {
                disturbance += sentPower[cell * vectors + vector] * gain
            }
        }
        return own / disturbance
    }
}
