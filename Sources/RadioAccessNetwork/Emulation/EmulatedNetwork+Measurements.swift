internal import Glibc
package import NetworkModel
internal import Numerics

extension EmulatedNetwork {
    /// What the given cells report now; changes nothing.
    package func measurements(cells: [CellID]) -> CellMeasurements {
        var report = CellMeasurements()
        report.slot = slot
        report.subbands = radio.subbands
        report.reportedSubbands = configuration.reportedSubbands
        report.linksPerUE = linksPerUE
        var users: [Int] = []
        for cell in cells {
            let index = cell.index
            report.cells.append(cell.rawValue)
            for subband in 0..<radio.subbands {
                report.powersWatts.append(power[index * radio.vectors + subband / 8][subband % 8])
            }
            report.prbUsedPercent.append(account.prbUsedPercent[index])
            report.cellThroughputKbps.append(account.cellThroughputKbps[index])
            report.handoversIn.append(handoversIn[index])
            report.blocks.append(adaptation.blocks[index])
            report.lostBlocks.append(adaptation.lostBlocks[index])
            for place in start[index]..<start[index + 1] { users.append(Int(order[place])) }
        }
        appendUsers(users, to: &report)
        appendPositions(users, to: &report)
        appendLinks(users, to: &report)
        appendGains(users, to: &report)
        return report
    }

    private func appendUsers(_ users: [Int], to report: inout CellMeasurements) {
        report.ues = users.map { UInt32($0) }
        report.servingCell = users.map { servingCell[$0] }
        report.throughputKbps = users.map { account.throughputKbps[$0] }
        report.isFullBuffer = users.map { isFullBuffer[$0] }
        report.backlogBytes = users.map { isFullBuffer[$0] ? 0 : backlogBits[$0] / 8 }
        if !services.sliceOf.isEmpty { report.slice = users.map { services.sliceOf[$0] } }
        report.readingAgeMs = users.map { readingAgeMs($0) }
        report.cqi.reserveCapacity(users.count)
        report.sinrDb.reserveCapacity(users.count)
        for ue in users {
            var bits: Float = 0
            var ratio: Float = 0
            for vector in 0..<radio.vectors {
                bits += presentBits(ue, vector).sum()
                ratio += (sinr(ue, vector) * radio.laneMask[vector]).sum()
            }
            let efficiency = bits / (radio.bitsPerEfficiency * Float(radio.subbands))
            report.cqi.append(ChannelQuality.index(efficiency: efficiency))
            report.sinrDb.append(quantised(10 * log10(max(ratio / Float(radio.subbands), 1e-6))))
        }
    }

    /// Bits that a slot would carry at the SINR of now.
    private func presentBits(_ ue: Int, _ vector: Int) -> Lanes {
        let place = ue * radio.vectors + vector
        guard adaptation.isReported else { return slotBits[place] }
        let ceiling = Lanes(repeating: services.ceiling[Int(servingCell[ue])])
        return pointwiseMin(adaptation.truth[place], ceiling) * radio.laneMask[vector] * radio.bitsPerEfficiency
    }

    /// A channel that is never renewed, as that of a user at rest, is as it was read.
    private func readingAgeMs(_ ue: Int) -> Float {
        let slots = radio.fades && nextFading[ue] < .max ? slot - fadingSlot[ue] : 0
        return Float(Double(slots) * slotSeconds * 1_000 + emulation.measurementDelayMs)
    }

    private func quantised(_ db: Float) -> Float {
        let step = Float(emulation.gainStepDb)
        return step > 0 ? (db / step).rounded() * step : db
    }

    private func appendPositions(_ users: [Int], to report: inout CellMeasurements) {
        report.xMetres.reserveCapacity(users.count)
        report.yMetres.reserveCapacity(users.count)
        report.positionDeviationMetres.reserveCapacity(users.count)
        let deviation = Float(emulation.positionDeviationMetres)
        let missing = UInt64(min(max(emulation.positionMissingFraction, 0), 1) * Double(1 << 24))
        for ue in users {
            let word = positionDraw.bits(UInt64(ue), UInt64(slot))
            let isMissing = (word >> 40) < missing
            let place = mobility.position(ue, at: slot)
            report.xMetres.append(isMissing ? 0 : Float(place.x) + deviation * normalTable[Int(word & 4095)])
            report.yMetres.append(isMissing ? 0 : Float(place.y) + deviation * normalTable[Int((word >> 12) & 4095)])
            report.positionDeviationMetres.append(isMissing ? -1 : deviation)
        }
    }

    private func appendLinks(_ users: [Int], to report: inout CellMeasurements) {
        report.linkCell.reserveCapacity(users.count * linksPerUE)
        report.rsrpDbm.reserveCapacity(users.count * linksPerUE)
        for ue in users {
            for place in 0..<linksPerUE {
                let cell = linkCell[reportedLink(ue, place)]
                report.linkCell.append(cell)
                report.rsrpDbm.append(quantised(filteredReferenceDb(ue * cellCount, cell)))
            }
        }
    }

    /// The link at a place of the report: the serving cell first, then by falling mean gain.
    func reportedLink(_ ue: Int, _ place: Int) -> Int {
        let serving = Int(servingLink[ue])
        if place == 0 { return ue * linksPerUE + serving }
        return ue * linksPerUE + (place <= serving ? place - 1 : place)
    }

    private func appendGains(_ users: [Int], to report: inout CellMeasurements) {
        let reported = report.reportedSubbands
        report.gainDb = [Float](unsafeUninitializedCapacity: users.count * linksPerUE * reported) { buffer, count in
            for ue in users {
                for place in 0..<linksPerUE {
                    let link = reportedLink(ue, place)
                    if reported == 1 {
                        buffer.initializeElement(at: count, to: averagedGain(ue, link))
                    } else {
                        writeGainsDb(link, to: buffer, at: count)
                    }
                    count += reported
                }
            }
            if reported == 1 { quantiseDb(UnsafeMutableBufferPointer(rebasing: buffer[..<count])) }
        }
        report.backgroundDbm = [Float](unsafeUninitializedCapacity: users.count * reported) { buffer, count in
            for ue in users {
                writeBackgroundDbm(ue, reported, to: buffer, at: count)
                count += reported
            }
        }
    }

    /// Quantised instantaneous gains of a link, one per subband.
    private func writeGainsDb(_ link: Int, to buffer: UnsafeMutableBufferPointer<Float>, at first: Int) {
        for vector in 0..<radio.vectors {
            let db = quantisedDb(linkGain[link * radio.vectors + vector])
            LaneStore.write(db, min(8, radio.subbands - vector * 8), to: buffer, at: first + vector * 8)
        }
    }

    /// Turns linear gains into quantised dB where they lie.
    private func quantiseDb(_ gains: UnsafeMutableBufferPointer<Float>) {
        for first in stride(from: 0, to: gains.count, by: 8) {
            let count = min(8, gains.count - first)
            var lanes = Lanes(repeating: 1)
            for lane in 0..<count { lanes[lane] = gains[first + lane] }
            LaneStore.write(quantisedDb(lanes), count, to: gains, at: first)
        }
    }

    @inline(__always)
    private func quantisedDb(_ gains: Lanes) -> Lanes {
        let step = max(Float(emulation.gainStepDb), 1e-3)
        // 10 log10(x) = 3.0103 log2(x); adding and taking 1.5 x 2^23 rounds to whole steps.
        let levels = VectorFunctions.log2(gains) * (Float(3.010_299_957) / step)
        return ((levels + 12_582_912) - 12_582_912) * step
    }

    private func writeBackgroundDbm(
        _ ue: Int, _ reported: Int, to buffer: UnsafeMutableBufferPointer<Float>, at first: Int
    ) {
        var mean: Float = 0
        for vector in 0..<radio.vectors {
            let watts = backgroundWatts(ue, vector)
            mean += (watts * radio.laneMask[vector]).sum()
            let dbm = VectorFunctions.log2(watts) * 3.010_299_957 + 30
            guard reported > 1 || radio.subbands == 1 else { continue }
            LaneStore.write(dbm, min(8, reported - vector * 8), to: buffer, at: first + vector * 8)
        }
        if reported == 1 { buffer[first] = 10 * log10(mean / Float(radio.subbands)) + 30 }
    }

    /// Gain of a link averaged over the last epoch, or its mean where it was not measured in it.
    private func averagedGain(_ ue: Int, _ link: Int) -> Float {
        guard radio.fades else { return linkMean[link] }
        let measured = epochGain[ue * cellCount + Int(linkCell[link])]
        return measured > 0 ? measured : linkMean[link]
    }
}

/// CQI of a spectral efficiency (TS 38.214 Table 5.2.2.1-3, 256QAM).
enum ChannelQuality {
    private static let efficiencies: [Float] = [
        0.1523, 0.3770, 0.8770, 1.4766, 1.9141, 2.4063, 2.7305, 3.3223, 3.9023, 4.5234, 5.1152, 5.5547, 6.2266, 6.9141,
        7.4063,
    ]

    /// Largest index whose efficiency is reached, 0 where none is.
    static func index(efficiency: Float) -> UInt8 {
        var index: UInt8 = 0
        while index < 15 && efficiency >= efficiencies[Int(index)] * 0.9999 { index += 1 }
        return index
    }

    /// SINR over the gap, dB, that the index of a SINR stands for; index 0, out of range, for half of index 1's rate.
    static func reportedDb(sinrOverGap: Float) -> Float { levelsDb[Int(index(efficiency: log2(1 + sinrOverGap)))] }

    private static let levelsDb: [Float] = ([efficiencies[0] / 2] + efficiencies).map { 10 * log10(exp2($0) - 1) }
}

/// Writes lanes to packed arrays.
enum LaneStore {
    /// Writes the first `count` lanes. Whole vectors are stored at once: lane by lane, the compiler would undo the
    /// vector arithmetic before it.
    @inline(__always)
    static func write(
        _ lanes: SIMD8<Float>, _ count: Int, to buffer: UnsafeMutableBufferPointer<Float>, at first: Int
    ) {
        precondition(first + count <= buffer.count)
        let place = UnsafeMutableRawPointer(buffer.baseAddress! + first)
        if count == 8 {
            place.storeBytes(of: lanes, as: SIMD8<Float>.self)
        } else {
            withUnsafeBytes(of: lanes) { place.copyMemory(from: $0.baseAddress!, byteCount: 4 * count) }
        }
    }
}
