internal import Glibc
package import NetworkModel
internal import Numerics
internal import RadioPropagation

/// Link adaptation by reports: the scheme of a block follows the last report of its UE, an outer loop and, where
/// directives recommend schemes, these.
///
/// Every UE reports a channel quality indicator per subband (TS 38.214 Table 5.2.2.1-3) in the last slot of an epoch,
/// which serves the whole next one. It is measured on reference signals at equal power (section 5.2.2.5), so that a
/// cell takes the power that it sends on a subband into account by itself; what other cells send in the meantime it
/// does not know. A UE's block in a slot is all that it is given of its cell, with one scheme. The SINR of a block is
/// the one whose rate at the gap is the mean over its subbands (mean mutual information of Gaussian symbols). A lost
/// block carries nothing, and its bits are sent anew as others: there is no combining with what was received of it.
extension EmulatedNetwork {
    /// Recommends schemes to users of a cell, `[ue][subband]`, `UInt32.max` for none; users of the cell that are not
    /// named have none.
    package mutating func applyRecommendedMCS(
        cell: CellID, ues: [UEID], schemes: [UInt32]
    ) throws(ControlRefusal) {
        guard adaptation.isReported else { throw .notObservable("link adaptation is ideal, no scheme is chosen") }
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        guard schemes.count == ues.count * radio.subbands else {
            throw .wrongCount(found: schemes.count, expected: ues.count * radio.subbands)
        }
        for ue in ues {
            guard ue.index < ueCount else { throw .unknownUE(ue) }
            guard servingCell[ue.index] == cell.rawValue else { throw .notServed(ue, by: cell) }
        }
        for scheme in schemes { try ControlCheck.highestMCS(scheme) }
        forgetAdvice(cell)
        for (row, ue) in ues.enumerated() {
            (adaptation.isAdvised[ue.index], adaptation.hasReportedSince[ue.index]) = (true, false)
            for subband in 0..<radio.subbands {
                let scheme = schemes[row * radio.subbands + subband]
                adaptation.advised[ue.index * radio.subbands + subband] =
                    scheme == .max ? LinkAdaptationState.none : UInt8(scheme)
            }
        }
    }

    /// The users of a cell have no recommendations any more.
    package mutating func releaseRecommendedMCS(cell: CellID) throws(ControlRefusal) {
        guard cell.index < cellCount else { throw .unknownCell(cell) }
        if adaptation.isReported { forgetAdvice(cell) }
    }

    private mutating func forgetAdvice(_ cell: CellID) {
        for index in start[cell.index]..<start[cell.index + 1] { adaptation.forgetAdvice(Int(order[index])) }
    }

    /// Schemes recommended to a user, one per subband; nil where none are in force.
    package func recommendedMCS(ue: UEID) -> [UInt32]? {
        guard adaptation.isReported, adaptation.isAdvised[ue.index] else { return nil }
        let first = ue.index * radio.subbands
        return adaptation.advised[first..<(first + radio.subbands)].map {
            $0 == LinkAdaptationState.none ? .max : UInt32($0)
        }
    }

    /// Part of the blocks of a cell that was lost since the start (`TB.ErrTotNbrDl` over `TB.TotNbrDl`, TS 28.552
    /// section 5.1.1.7), 0...1; of all cells without one. nil before the first, and where link adaptation is ideal.
    package func blockErrorRate(cell: CellID? = nil) -> Double? {
        let cells = cell.map { $0.index..<($0.index + 1) } ?? 0..<cellCount
        let sent = adaptation.blocks[cells].reduce(0, +)
        return sent > 0 ? Double(adaptation.lostBlocks[cells].reduce(0, +)) / Double(sent) : nil
    }

    // MARK: - Reports

    /// Every user reports its channel.
    mutating func takeReports() {
        for ue in 0..<ueCount { takeReport(ue) }
    }

    /// A user reports its channel to the cell that serves it.
    mutating func takeReport(_ ue: Int) {
        (adaptation.isStale, adaptation.hasReportedSince[ue]) = (true, true)
        let (subbands, cell) = (radio.subbands, Int(servingCell[ue]))
        let equal = radio.powerLimitWatts[cell] / Float(subbands)
        for vector in 0..<radio.vectors {
            let ratio = reportedRatio(ue, vector) * (equal / radio.snrGap)
            for lane in 0..<min(8, subbands - vector * 8) {
                let entry = ue * subbands + vector * 8 + lane
                adaptation.reportedDb[entry] = ChannelQuality.reportedDb(sinrOverGap: ratio[lane])
                let power = power[cell * radio.vectors + vector][lane]
                adaptation.reportedPowerDb[entry] = 10 * log10(power / equal)
                adaptation.advisedAtReport[entry] =
                    adaptation.isAdvised[ue] ? adaptation.advised[entry] : LinkAdaptationState.none
            }
        }
    }

    /// Gain of the serving link over what disturbs it, per subband, 1/W. Mutating though it changes nothing: called
    /// from a mutating method, another would get a copy of all fields.
    private mutating func reportedRatio(_ ue: Int, _ vector: Int) -> Lanes {
        let link = ue * linksPerUE + Int(servingLink[ue])
        let gain = linkGain[link * radio.vectors + vector] * services.beamGain[ue]
        return gain / disturbance(ue, vector)
    }

    // MARK: - Blocks

    /// Renews the bits that each subband is expected to carry, by which the scheduler chooses.
    mutating func expectRates() {
        adaptation.isStale = false
        let subbands = radio.subbands
        for ue in 0..<ueCount {
            let cell = Int(servingCell[ue])
            let equal = radio.powerLimitWatts[cell] / Float(subbands)
            let ceiling = services.ceiling[cell]
            for subband in 0..<subbands {
                let (vector, lane) = (subband / 8, subband % 8)
                let watts = power[cell * radio.vectors + vector][lane]
                var efficiency: Float = 0
                if watts > 0 {
                    let powerDb = 10 * log10(watts / equal)
                    let sinrDb = adaptation.expectedDb(ue, ue * subbands + subband, powerDb: powerDb)
                    efficiency = min(ceiling, log2(1 + pow(10, sinrDb / 10)))
                }
                slotBits[ue * radio.vectors + vector][lane] = efficiency * radio.bitsPerEfficiency
            }
        }
    }

    /// Adds subbands to the blocks of those that were chosen for them.
    mutating func gatherBlocks(_ cell: Int, _ vector: Int, _ chosen: SIMD8<Int32>) {
        var used = 0
        for lane in 0..<min(8, radio.subbands - vector * 8) where chosen[lane] >= 0 {
            let ue = Int(chosen[lane])
            adaptation.blockSubbands[ue] += 1
            adaptation.blockBits[ue] += slotBits[ue * radio.vectors + vector][lane]
            adaptation.blockTruth[ue] += adaptation.truth[ue * radio.vectors + vector][lane]
            used += 1
        }
        account.use(cell: cell, subbands: Float(used))
    }

    /// Sends the blocks of a cell: chooses their schemes, and loses those that draw a failure.
    mutating func sendBlocks(_ cell: Int) {
        let ceiling = services.ceiling[cell] * 1.0001
        let highest = MCSTable.indices.last { Float(MCSTable.spectralEfficiency[$0]) <= ceiling } ?? 0
        for index in start[cell]..<start[cell + 1] {
            let ue = Int(order[index])
            let subbands = Float(adaptation.blockSubbands[ue])
            guard subbands > 0 else { continue }
            let expected = adaptation.blockBits[ue] / (subbands * radio.bitsPerEfficiency)
            let truth = adaptation.blockTruth[ue] / subbands
            (adaptation.blockSubbands[ue], adaptation.blockBits[ue], adaptation.blockTruth[ue]) = (0, 0, 0)
            let offset = adaptation.followsAdvice(ue) ? adaptation.advisedOffsetDb[ue] : adaptation.offsetDb[ue]
            let chosen = BlockErrorCurve.scheme(sinrOverGapDb: 10 * log10(exp2(expected) - 1) + offset)
            let mcs = min(chosen, highest)
            let rate = BlockErrorCurve.errorRate(mcs: mcs, sinrOverGapDb: 10 * log10(exp2(truth) - 1))
            let isLost = adaptation.draw.uniform(UInt64(ue), UInt64(slot)) < Double(rate)
            adaptation.note(ue, cell: cell, mcs: mcs, highest: highest, isLost: isLost)
            guard !isLost else { continue }
            servedBits[ue] = Float(MCSTable.spectralEfficiency[mcs]) * radio.bitsPerEfficiency * subbands
        }
    }
}
