internal import Glibc
internal import NetworkModel
internal import Numerics
internal import RadioPropagation

extension EmulatedNetwork {
    /// Renews the mean gains of a user where it stands now, and the list of its links.
    mutating func refreshLargeScale(_ ue: Int) {
        writeMeanGains(ue)
        listLinks(ue)
        refreshBeam(ue)
    }

    mutating func writeMeanGains(_ ue: Int) {
        let place = mobility.position(ue, at: slot)
        let row = ue * cellCount
        let channel = largeScale
        meanGain.withUnsafeMutableBufferPointer { gains in
            channel.writeMeanGains(
                x: place.x, y: place.y, to: UnsafeMutableBufferPointer(rebasing: gains[row..<row + cellCount]))
        }
    }

    /// Sorts the strongest cells of a user to its links; the serving cell takes the last place where it is not one of
    /// them. The filtered gain of every other cell follows its mean.
    mutating func listLinks(_ ue: Int) {
        bookGains(ue)
        let (row, base) = (ue * cellCount, ue * linksPerUE)
        var listed = 0
        for cell in 0..<cellCount {
            let gain = meanGain[row + cell]
            restGain[row + cell] = gain
            var place = listed
            while place > 0 && linkMean[base + place - 1] < gain { place -= 1 }
            guard place < linksPerUE else { continue }
            listed = min(listed + 1, linksPerUE)
            var index = listed - 1
            while index > place {
                linkMean[base + index] = linkMean[base + index - 1]
                linkCell[base + index] = linkCell[base + index - 1]
                index -= 1
            }
            linkMean[base + place] = gain
            linkCell[base + place] = UInt32(cell)
        }
        let serving = servingCell[ue]
        var found = -1
        for link in 0..<linksPerUE where linkCell[base + link] == serving { found = link }
        if found < 0 {
            found = linksPerUE - 1
            linkCell[base + found] = serving
            linkMean[base + found] = meanGain[row + Int(serving)]
        }
        servingLink[ue] = Int32(found)
        for link in 0..<linksPerUE { restGain[row + Int(linkCell[base + link])] = 0 }
        if radio.fades {
            for link in base..<base + linksPerUE {
                linkPhase[link] = fading.phase(ue: UInt32(ue), cell: linkCell[link], rate: dopplerRate[ue])
            }
        } else {
            for link in base..<base + linksPerUE { linkMeanDb[link] = 10 * log10(linkMean[link]) }
        }
        for cell in 0..<cellCount where restGain[row + cell] > 0 {
            filteredGainDb[row + cell] = 10 * log10(restGain[row + cell])
        }
    }

    /// Gains of the user's links at the slot of its last fading renewal.
    mutating func refreshFading(_ ue: Int) {
        let (base, links, vectors) = (ue * linksPerUE, linksPerUE, radio.vectors)
        guard radio.fades else {
            for link in 0..<links {
                for vector in 0..<vectors {
                    linkGain[(base + link) * vectors + vector] = radio.laneMask[vector] * linkMean[base + link]
                }
            }
            return
        }
        let tick = UInt32(truncatingIfNeeded: fadingSlot[ue])
        let channel = fading
        linkPhase.withUnsafeBufferPointer { phases in
            linkMean.withUnsafeBufferPointer { means in
                linkGain.withUnsafeMutableBufferPointer { gains in
                    let range = base..<base + links
                    channel.writeGains(
                        phases: UnsafeBufferPointer(rebasing: phases[range]), tick: tick,
                        means: UnsafeBufferPointer(rebasing: means[range]),
                        to: UnsafeMutableBufferPointer(
                            rebasing: gains[base * vectors..<(base + links) * vectors]))
                }
            }
        }
    }

    /// Mean gain of a link over the carrier at this moment; changes nothing.
    mutating func widebandGain(_ link: Int) -> Float {
        var sum: Float = 0
        for vector in 0..<radio.vectors { sum += linkGain[link * radio.vectors + vector].sum() }
        return sum / Float(radio.subbands)
    }

    /// Adds the current gains to the average of the epoch.
    mutating func accumulateGains(_ ue: Int) {
        linkCount[ue] += 1
        let lanes = linksPerUE * radio.vectors
        linkGain.withUnsafeBufferPointer { gains in
            linkSum.withUnsafeMutableBufferPointer { sums in
                for index in ue &* lanes..<(ue &+ 1) &* lanes { sums[index] += gains[index] }
            }
        }
    }

    /// Books what the links of a user have summed up on their cells; due before its links change.
    mutating func bookGains(_ ue: Int) {
        guard linkCount[ue] > 0 else { return }
        let vectors = radio.vectors
        for link in ue * linksPerUE..<(ue + 1) * linksPerUE {
            var sum: Float = 0
            for vector in link * vectors..<(link + 1) * vectors {
                sum += linkSum[vector].sum()
                linkSum[vector] = .zero
            }
            let index = ue * cellCount + Int(linkCell[link])
            gainSum[index] += sum / Float(radio.subbands)
            gainCount[index] += linkCount[ue]
        }
        linkCount[ue] = 0
    }

    /// Turns the sums of the epoch into its averages.
    mutating func closeEpoch() {
        for ue in 0..<ueCount { bookGains(ue) }
        gainSum.withUnsafeMutableBufferPointer { sums in
            gainCount.withUnsafeMutableBufferPointer { counts in
                epochGain.withUnsafeMutableBufferPointer { means in
                    // Without a branch around the stores the compiler takes eight at a time.
                    for index in 0..<min(sums.count, counts.count, means.count) {
                        means[index] = counts[index] > 0 ? sums[index] / counts[index] : means[index]
                        sums[index] = 0
                        counts[index] = 0
                    }
                }
            }
        }
    }

    /// Feeds the filter behind RSRP with the current wideband gains.
    mutating func filterGains(_ ue: Int) {
        let weight = radio.filterWeight
        for link in ue * linksPerUE..<(ue + 1) * linksPerUE {
            let index = ue * cellCount + Int(linkCell[link])
            let gain = radio.fades ? 10 * log10(widebandGain(link)) : linkMeanDb[link]
            filteredGainDb[index] += weight * (gain - filteredGainDb[index])
        }
    }
}
