package import DTNetMessages

/// Size of a packed envelope in bytes, without packing it: four bytes per entry of a packed array and the tags.
///
/// Exact but for the length of a few tags; a test holds it to the encoder within 2 %.
package enum EnvelopeSize {
    /// Bytes of the envelope on the wire.
    package static func bytes(_ envelope: Envelope) -> Int {
        let hops = envelope.hops.isEmpty ? 0 : envelope.hops.count * 40 + 18
        let inner = body(envelope.body)
        let (index, count) = (UInt64(envelope.part.index), UInt64(envelope.part.count))
        let part = envelope.part == .whole ? 0 : number(index) + number(count)
        return 2 + 10 + 9 + part + number(envelope.sequence) + number(envelope.epoch) + number(envelope.term) + hops + 2
            + varint(UInt64(inner)) + inner
    }

    /// Part of `bytes` that the sequence number takes.
    static func sequenceBytes(_ sequence: UInt64) -> Int { number(sequence) }

    private static func body(_ body: Body) -> Int {
        switch body {
        case .telemetry(let value): telemetry(value)
        case .channelReport(let value): channelReport(value)
        case .regionReport(let value): regionReport(value)
        case .policy(let value):
            policy(value)
        case .offer(let value): offer(value)
        case .response(let value):
            number(UInt64(value.round)) + number(UInt64(value.subbands)) + array(value.cell.count)
                + array(value.powerWatts.count)
        case .leaderSync(let value):
            number(UInt64(value.region)) + number(UInt64(value.subbands)) + array(value.chargedCell.count)
                + array(value.charge.count) + array(value.ownCell.count) + array(value.ownPowerWatts.count)
        case .directive(let value): directive(value)
        case .directiveResult(let value):
            array(value.cell.count) + array(value.kind.count) + array(value.effectKbps.count)
                + (value.outcome.isEmpty ? 0 : 2 + value.outcome.count)
        case .heartbeat(let value): number(value.count) + number(value.progress) + number(value.echoed)
        case .hello(let value):
            text(value.process) + 9 + array(value.nodes.count) + 4 + value.capabilities.reduce(0) { $0 + text($1) }
        case .welcome(let value):
            text(value.process) + array(value.nodes.count) + 2 + number(value.highestTerm)
                + value.capabilities.reduce(0) { $0 + text($1) }
        case .reject(let value): 2 + text(value.reason)
        case .trainOrder(let value):
            1 + number(value.order) + 4 + array(value.cell.count) + text(value.name) + (value.value == 0 ? 0 : 5)
                + (value.radiusMetres == 0 ? 0 : 15)
        case .twinStatus(let value):
            3 + number(value.order) + array(value.cell.count) + array(value.phase.count) + array(value.error.count)
                + array(value.usualError.count) + array(value.samples.count) + array(value.worstX.count)
                + array(value.worstY.count) + array(value.worstError.count) + conditions(value)
        case .clarify(let value): 1 + number(value.question) + 2 + (value.cell == 0 ? 0 : 5)
        case .clarification(let value):
            1 + number(value.question) + 2 + (value.cell == 0 ? 0 : 5) + text(value.text)
        case .alarm(let value):
            4 + array(value.cell.count) + number(value.raisedEpoch) + number(UInt64(value.count)) + text(value.text)
        }
    }

    private static func conditions(_ value: TwinStatus) -> Int {
        array(value.errorBefore.count) + array(value.mobility.count) + array(value.modelMobility.count)
            + array(value.conditionBefore.count) + array(value.conditionAfter.count)
            + wide([value.conditionReadings.count, value.snapshots.count, value.lastOrder.count, value.lastKind.count])
            + wide([value.orderAgeEpochs.count, value.orderBefore.count, value.orderAfter.count])
            + wide([value.weather.count, value.modelWeather.count])
    }

    private static func telemetry(_ value: Telemetry) -> Int {
        6 + array(value.cell.count) + array(value.powerWatts.count) + array(value.prbUsedPercent.count)
            + array(value.throughputKbps.count) + array(value.ue.count) + array(value.ueCell.count)
            + array(value.xMetres.count) + array(value.yMetres.count) + array(value.positionDeviationMetres.count)
            + array(value.ueThroughputKbps.count) + array(value.backlogBytes.count) + array(value.cqi.count)
            + array(value.sinrDb.count) + array(value.readingAgeMs.count) + array(value.linkCell.count)
            + array(value.rsrpDbm.count) + array(value.gainDb.count) + array(value.backgroundDbm.count)
            + wide([value.ueSlice.count]) + (value.rainMillimetresPerHour == 0 ? 0 : 6)
            + wide([value.handoverUE.count, value.handoverFrom.count, value.handoverTo.count])
    }

    private static func channelReport(_ value: ChannelReport) -> Int {
        4 + number(value.oldestEpoch) + array(value.cell.count) + array(value.load.count)
            + array(value.throughputKbps.count) + array(value.errorBeforeDb.count) + array(value.errorAfterDb.count)
            + array(value.ue.count) + array(value.ueCell.count) + array(value.weight.count)
            + array(value.demandKbps.count) + array(value.ueThroughputKbps.count) + prediction(value)
            + array(value.linkCell.count) + array(value.deviationDb.count) + array(value.gainDb.count)
            + array(value.backgroundDbm.count)
    }

    /// Fields above 15 have a key of two bytes.
    private static func prediction(_ value: ChannelReport) -> Int {
        array(value.sinrDb.count)
            + wide([value.sinrDeviationDb.count, value.mcs.count, value.rank.count, value.beam.count])
            + wide([value.ueSlice.count, value.servingBeam.count, value.beamGainDb.count])
            + wide([value.xMetres.count, value.yMetres.count, value.highestMCS.count, value.condition.count])
            + wide([value.precoderBeam.count, value.precoderCoPhasing.count])
            + wide([value.handoverUE.count, value.handoverFrom.count, value.handoverTo.count])
    }

    private static func wide(_ counts: [Int]) -> Int { counts.reduce(0) { $0 + ($1 == 0 ? 0 : 1 + array($1)) } }

    private static func policy(_ value: Policy) -> Int {
        number(value.revision) + number(value.expiresEpoch) + array(value.cell.count)
            + array(value.powerBudgetWatts.count) + array(value.weight.count) + text(value.reason)
            + number(UInt64(value.subbands)) + array(value.capWatts.count) + number(UInt64(value.slices))
            + array(value.sliceShare.count) + array(value.platformCell.count) + array(value.platformX.count)
            + array(value.platformY.count) + array(value.platformHeight.count) + array(value.sliceWeight.count)
            + wide([value.moveUE.count, value.moveCell.count])
            + (value.mirrorPeriodEpochs == 0 ? 0 : 1 + number(UInt64(value.mirrorPeriodEpochs)))
            + wide([value.mirrorLinkPeriodEpochs.count, value.mirrorDeviations.count, value.highestMCS.count])
    }

    private static func regionReport(_ value: RegionReport) -> Int {
        number(UInt64(value.region)) + array(value.cell.count) + array(value.load.count)
            + array(value.forecastLoad.count) + array(value.forecastError.count) + array(value.persistenceError.count)
            + array(value.throughputKbps.count) + array(value.twinErrorDb.count) + array(value.ueCount.count)
            + array(value.handoverFrom.count) + array(value.handoverTo.count) + array(value.handoverRateHz.count)
            + array(value.sinrDb.count) + (value.slices == 0 ? 0 : 1) + number(UInt64(value.slices))
            + wide([value.sliceNeed.count, value.sliceUECount.count])
            + wide([value.hotspotX.count, value.hotspotY.count, value.hotspotKbps.count, value.condition.count])
            + (value.firstEpoch == 0 ? 0 : 1) + number(value.firstEpoch)
    }

    private static func offer(_ value: Offer) -> Int {
        number(value.offerEpoch) + number(value.oldestEpoch) + number(value.expiresEpoch)
            + number(UInt64(value.round)) + number(UInt64(value.subbands)) + array(value.cell.count)
            + array(value.price.count) + array(value.powerBudgetWatts.count) + array(value.neighbourCell.count)
            + array(value.neighbourPowerWatts.count) + array(value.expectedPowerWatts.count)
            + array(value.associationUE.count) + array(value.associationCell.count)
    }

    private static func directive(_ value: Directive) -> Int {
        number(value.offerEpoch) + number(value.oldestEpoch) + number(value.expiresEpoch) + number(value.group)
            + number(UInt64(value.subbands)) + array(value.cell.count) + array(value.powerWatts.count)
            + array(value.shareUE.count) + array(value.share.count) + array(value.associationUE.count)
            + array(value.associationCell.count) + number(UInt64(value.slices)) + array(value.sliceShare.count)
            + array(value.capWatts.count) + array(value.beamUE.count) + wide([value.beam.count])
            + wide([value.platformCell.count, value.platformX.count, value.platformY.count])
            + wide([value.platformHeight.count, value.highestMCS.count, value.mcsUE.count, value.mcs.count])
    }

    /// A packed array of four-byte entries with its tag; nothing where it is empty.
    private static func array(_ count: Int) -> Int { count == 0 ? 0 : 1 + varint(UInt64(4 * count)) + 4 * count }

    /// A number with its tag; nothing where it is 0.
    private static func number(_ value: UInt64) -> Int { value == 0 ? 0 : 1 + varint(value) }

    private static func text(_ value: String) -> Int { value.isEmpty ? 0 : 2 + value.utf8.count }

    private static func varint(_ value: UInt64) -> Int { (70 - value.leadingZeroBitCount) / 7 + (value == 0 ? 1 : 0) }
}
