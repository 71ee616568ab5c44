/// Adds rows of a row-major array; one that is absent stays absent.
private func take<Element>(_ target: inout [Element], _ source: [Element], _ rows: Range<Int>, _ width: Int = 1) {
    guard !source.isEmpty else { return }
    target += source[(rows.lowerBound * width)..<(rows.upperBound * width)]
}

private func entries(_ counts: Int...) -> Int { counts.reduce(0, +) }

extension Telemetry: DivisibleBody {
    func checked() throws(MessageError) -> Telemetry { try MessageCheck.checked(self) }

    var head: Telemetry {
        var head = Telemetry()
        (head.subbands, head.links, head.reportSubbands) = (subbands, links, reportSubbands)
        head.rainMillimetresPerHour = rainMillimetresPerHour
        return head
    }

    var userCells: (cell: [UInt32], ueCell: [UInt32])? { (cell, ueCell) }

    var rows: [MessageRows] {
        let perUE = entries(
            ue.count, ueCell.count, xMetres.count, yMetres.count, positionDeviationMetres.count,
            ueThroughputKbps.count, backlogBytes.count, cqi.count, sinrDb.count, readingAgeMs.count, linkCell.count,
            rsrpDbm.count, gainDb.count, backgroundDbm.count, ueSlice.count)
        return [
            MessageRows(
                cell.count,
                entries: entries(cell.count, powerWatts.count, prbUsedPercent.count, throughputKbps.count)),
            MessageRows(ue.count, entries: perUE), MessageRows(handoverUE.count, entries: 3 * handoverUE.count),
        ]
    }

    mutating func append(_ ranges: [Range<Int>], of other: Telemetry) {
        let (cells, ues, handovers) = (ranges[0], ranges[1], ranges[2])
        take(&cell, other.cell, cells)
        take(&powerWatts, other.powerWatts, cells, subbands)
        take(&prbUsedPercent, other.prbUsedPercent, cells)
        take(&throughputKbps, other.throughputKbps, cells)
        take(&ue, other.ue, ues)
        take(&ueCell, other.ueCell, ues)
        take(&xMetres, other.xMetres, ues)
        take(&yMetres, other.yMetres, ues)
        take(&positionDeviationMetres, other.positionDeviationMetres, ues)
        take(&ueThroughputKbps, other.ueThroughputKbps, ues)
        take(&backlogBytes, other.backlogBytes, ues)
        take(&cqi, other.cqi, ues)
        take(&sinrDb, other.sinrDb, ues)
        take(&readingAgeMs, other.readingAgeMs, ues)
        take(&linkCell, other.linkCell, ues, links)
        take(&rsrpDbm, other.rsrpDbm, ues, links)
        take(&gainDb, other.gainDb, ues, links * reportSubbands)
        take(&backgroundDbm, other.backgroundDbm, ues, reportSubbands)
        take(&ueSlice, other.ueSlice, ues)
        take(&handoverUE, other.handoverUE, handovers)
        take(&handoverFrom, other.handoverFrom, handovers)
        take(&handoverTo, other.handoverTo, handovers)
    }
}

extension ChannelReport: DivisibleBody {
    func checked() throws(MessageError) -> ChannelReport { try MessageCheck.checked(self) }

    var head: ChannelReport {
        var head = ChannelReport()
        (head.links, head.reportSubbands, head.oldestEpoch) = (links, reportSubbands, oldestEpoch)
        return head
    }

    var userCells: (cell: [UInt32], ueCell: [UInt32])? { (cell, ueCell) }

    var rows: [MessageRows] {
        let perCell = entries(
            cell.count, load.count, throughputKbps.count, errorBeforeDb.count, errorAfterDb.count, highestMCS.count,
            condition.count)
        let predicted = entries(
            sinrDb.count, sinrDeviationDb.count, mcs.count, rank.count, beam.count, precoderBeam.count,
            precoderCoPhasing.count)
        let perUE = entries(
            ue.count, ueCell.count, weight.count, demandKbps.count, ueThroughputKbps.count, linkCell.count,
            deviationDb.count, gainDb.count, backgroundDbm.count, ueSlice.count, servingBeam.count, beamGainDb.count,
            xMetres.count, yMetres.count)
        return [
            MessageRows(cell.count, entries: perCell), MessageRows(ue.count, entries: perUE + predicted),
            MessageRows(handoverUE.count, entries: 3 * handoverUE.count),
        ]
    }

    mutating func append(_ ranges: [Range<Int>], of other: ChannelReport) {
        let (cells, ues, handovers) = (ranges[0], ranges[1], ranges[2])
        take(&cell, other.cell, cells)
        take(&load, other.load, cells)
        take(&throughputKbps, other.throughputKbps, cells)
        take(&errorBeforeDb, other.errorBeforeDb, cells)
        take(&errorAfterDb, other.errorAfterDb, cells)
        take(&highestMCS, other.highestMCS, cells)
        take(&condition, other.condition, cells)
        take(&ue, other.ue, ues)
        take(&ueCell, other.ueCell, ues)
        take(&weight, other.weight, ues)
        take(&demandKbps, other.demandKbps, ues)
        take(&ueThroughputKbps, other.ueThroughputKbps, ues)
        take(&linkCell, other.linkCell, ues, links)
        take(&deviationDb, other.deviationDb, ues, links)
        take(&gainDb, other.gainDb, ues, links * reportSubbands)
        take(&backgroundDbm, other.backgroundDbm, ues, reportSubbands)
        take(&ueSlice, other.ueSlice, ues)
        take(&servingBeam, other.servingBeam, ues)
        take(&beamGainDb, other.beamGainDb, ues)
        take(&xMetres, other.xMetres, ues)
        take(&yMetres, other.yMetres, ues)
        appendPredictions(ues, of: other)
        take(&handoverUE, other.handoverUE, handovers)
        take(&handoverFrom, other.handoverFrom, handovers)
        take(&handoverTo, other.handoverTo, handovers)
    }

    private mutating func appendPredictions(_ ues: Range<Int>, of other: ChannelReport) {
        take(&sinrDb, other.sinrDb, ues)
        take(&sinrDeviationDb, other.sinrDeviationDb, ues)
        take(&mcs, other.mcs, ues)
        take(&rank, other.rank, ues)
        take(&beam, other.beam, ues, 2)
        take(&precoderBeam, other.precoderBeam, ues, 2)
        take(&precoderCoPhasing, other.precoderCoPhasing, ues)
    }
}

extension RegionReport: DivisibleBody {
    func checked() throws(MessageError) -> RegionReport { try MessageCheck.checked(self) }

    var head: RegionReport {
        var head = RegionReport()
        (head.region, head.slices, head.firstEpoch) = (region, slices, firstEpoch)
        return head
    }

    var rows: [MessageRows] {
        let perCell = entries(
            cell.count, load.count, forecastLoad.count, forecastError.count, persistenceError.count,
            throughputKbps.count, twinErrorDb.count, ueCount.count, sinrDb.count, sliceNeed.count,
            sliceUECount.count, condition.count)
        return [
            MessageRows(cell.count, entries: perCell),
            MessageRows(handoverFrom.count, entries: 3 * handoverFrom.count),
            MessageRows(hotspotX.count, entries: 3 * hotspotX.count),
        ]
    }

    mutating func append(_ ranges: [Range<Int>], of other: RegionReport) {
        let (cells, handovers, hotspots) = (ranges[0], ranges[1], ranges[2])
        take(&cell, other.cell, cells)
        take(&load, other.load, cells)
        take(&forecastLoad, other.forecastLoad, cells)
        take(&forecastError, other.forecastError, cells)
        take(&persistenceError, other.persistenceError, cells)
        take(&throughputKbps, other.throughputKbps, cells)
        take(&twinErrorDb, other.twinErrorDb, cells)
        take(&ueCount, other.ueCount, cells)
        take(&sinrDb, other.sinrDb, cells)
        take(&sliceNeed, other.sliceNeed, cells, slices)
        take(&sliceUECount, other.sliceUECount, cells, slices)
        take(&condition, other.condition, cells)
        take(&handoverFrom, other.handoverFrom, handovers)
        take(&handoverTo, other.handoverTo, handovers)
        take(&handoverRateHz, other.handoverRateHz, handovers)
        take(&hotspotX, other.hotspotX, hotspots)
        take(&hotspotY, other.hotspotY, hotspots)
        take(&hotspotKbps, other.hotspotKbps, hotspots)
    }
}

extension Policy: DivisibleBody {
    func checked() throws(MessageError) -> Policy { try MessageCheck.checked(self) }

    var head: Policy {
        var head = Policy()
        (head.revision, head.expiresEpoch, head.reason) = (revision, expiresEpoch, reason)
        (head.subbands, head.slices, head.mirrorPeriodEpochs) = (subbands, slices, mirrorPeriodEpochs)
        return head
    }

    var rows: [MessageRows] {
        let perCell = entries(
            cell.count, powerBudgetWatts.count, weight.count, capWatts.count, sliceShare.count, sliceWeight.count,
            mirrorLinkPeriodEpochs.count, mirrorDeviations.count, highestMCS.count)
        return [
            MessageRows(cell.count, entries: perCell),
            MessageRows(platformCell.count, entries: 4 * platformCell.count),
            MessageRows(moveUE.count, entries: 2 * moveUE.count),
        ]
    }

    mutating func append(_ ranges: [Range<Int>], of other: Policy) {
        let (cells, platforms, moves) = (ranges[0], ranges[1], ranges[2])
        take(&cell, other.cell, cells)
        take(&powerBudgetWatts, other.powerBudgetWatts, cells)
        take(&weight, other.weight, cells)
        take(&capWatts, other.capWatts, cells, subbands)
        take(&sliceShare, other.sliceShare, cells, slices)
        take(&sliceWeight, other.sliceWeight, cells, slices)
        take(&mirrorLinkPeriodEpochs, other.mirrorLinkPeriodEpochs, cells)
        take(&mirrorDeviations, other.mirrorDeviations, cells)
        take(&highestMCS, other.highestMCS, cells)
        take(&platformCell, other.platformCell, platforms)
        take(&platformX, other.platformX, platforms)
        take(&platformY, other.platformY, platforms)
        take(&platformHeight, other.platformHeight, platforms)
        take(&moveUE, other.moveUE, moves)
        take(&moveCell, other.moveCell, moves)
    }
}

extension Offer: DivisibleBody {
    func checked() throws(MessageError) -> Offer { try MessageCheck.checked(self) }

    var head: Offer {
        var head = Offer()
        (head.offerEpoch, head.oldestEpoch, head.expiresEpoch) = (offerEpoch, oldestEpoch, expiresEpoch)
        (head.round, head.subbands) = (round, subbands)
        return head
    }

    var rows: [MessageRows] {
        [
            MessageRows(
                cell.count,
                entries: entries(cell.count, price.count, powerBudgetWatts.count, expectedPowerWatts.count)),
            MessageRows(neighbourCell.count, entries: entries(neighbourCell.count, neighbourPowerWatts.count)),
            MessageRows(associationUE.count, entries: 2 * associationUE.count),
        ]
    }

    mutating func append(_ ranges: [Range<Int>], of other: Offer) {
        let (cells, neighbours, associations) = (ranges[0], ranges[1], ranges[2])
        take(&cell, other.cell, cells)
        take(&price, other.price, cells, subbands)
        take(&powerBudgetWatts, other.powerBudgetWatts, cells)
        take(&expectedPowerWatts, other.expectedPowerWatts, cells, subbands)
        take(&neighbourCell, other.neighbourCell, neighbours)
        take(&neighbourPowerWatts, other.neighbourPowerWatts, neighbours, subbands)
        take(&associationUE, other.associationUE, associations)
        take(&associationCell, other.associationCell, associations)
    }
}

extension Response: DivisibleBody {
    func checked() throws(MessageError) -> Response { try MessageCheck.checked(self) }

    var head: Response {
        var head = Response()
        (head.round, head.subbands) = (round, subbands)
        return head
    }

    var rows: [MessageRows] { [MessageRows(cell.count, entries: entries(cell.count, powerWatts.count))] }

    mutating func append(_ ranges: [Range<Int>], of other: Response) {
        take(&cell, other.cell, ranges[0])
        take(&powerWatts, other.powerWatts, ranges[0], subbands)
    }
}

extension LeaderSync: DivisibleBody {
    func checked() throws(MessageError) -> LeaderSync { try MessageCheck.checked(self) }

    var head: LeaderSync {
        var head = LeaderSync()
        (head.region, head.subbands) = (region, subbands)
        return head
    }

    var rows: [MessageRows] {
        [
            MessageRows(chargedCell.count, entries: entries(chargedCell.count, charge.count)),
            MessageRows(ownCell.count, entries: entries(ownCell.count, ownPowerWatts.count)),
        ]
    }

    mutating func append(_ ranges: [Range<Int>], of other: LeaderSync) {
        take(&chargedCell, other.chargedCell, ranges[0])
        take(&charge, other.charge, ranges[0], subbands)
        take(&ownCell, other.ownCell, ranges[1])
        take(&ownPowerWatts, other.ownPowerWatts, ranges[1], subbands)
    }
}

extension Directive: DivisibleBody {
    func checked() throws(MessageError) -> Directive { try MessageCheck.checked(self) }

    var head: Directive {
        var head = Directive()
        (head.offerEpoch, head.oldestEpoch, head.expiresEpoch) = (offerEpoch, oldestEpoch, expiresEpoch)
        (head.group, head.subbands, head.slices) = (group, subbands, slices)
        return head
    }

    var rows: [MessageRows] {
        let perCell = entries(cell.count, powerWatts.count, sliceShare.count, capWatts.count, highestMCS.count)
        return [
            MessageRows(cell.count, entries: perCell),
            MessageRows(shareUE.count, entries: entries(shareUE.count, share.count)),
            MessageRows(associationUE.count, entries: 2 * associationUE.count),
            MessageRows(beamUE.count, entries: 2 * beamUE.count),
            MessageRows(platformCell.count, entries: 4 * platformCell.count),
            MessageRows(mcsUE.count, entries: entries(mcsUE.count, mcs.count)),
        ]
    }

    mutating func append(_ ranges: [Range<Int>], of other: Directive) {
        let (cells, shares, associations) = (ranges[0], ranges[1], ranges[2])
        let (beams, platforms, schemes) = (ranges[3], ranges[4], ranges[5])
        take(&cell, other.cell, cells)
        take(&powerWatts, other.powerWatts, cells, subbands)
        take(&sliceShare, other.sliceShare, cells, slices)
        take(&capWatts, other.capWatts, cells, subbands)
        take(&highestMCS, other.highestMCS, cells)
        take(&shareUE, other.shareUE, shares)
        take(&share, other.share, shares, subbands)
        take(&associationUE, other.associationUE, associations)
        take(&associationCell, other.associationCell, associations)
        take(&beamUE, other.beamUE, beams)
        take(&beam, other.beam, beams)
        take(&platformCell, other.platformCell, platforms)
        take(&platformX, other.platformX, platforms)
        take(&platformY, other.platformY, platforms)
        take(&platformHeight, other.platformHeight, platforms)
        take(&mcsUE, other.mcsUE, schemes)
        take(&mcs, other.mcs, schemes, subbands)
    }
}
