import DTNetMessages
import NetworkModel
import Simulator
import Testing

struct EnvelopeSizeTests {
    @Test(arguments: [1, 7, 57])
    func sizesAreThoseOfTheEncoder(cells: Int) {
        let encoder = EnvelopeEncoder()
        for hops in 0...3 {
            for body in Self.bodies(cells: cells) {
                var envelope = Envelope(
                    sender: NodeID(1), recipient: NodeID(2), epoch: 1_000, term: 3,
                    hops: (0..<hops).map {
                        Hop(
                            node: NodeID(UInt32($0)), layer: .l1, arrived: .zero + .seconds(1_000),
                            started: .zero + .seconds(1_000))
                    }, body: body)
                envelope.sequence = 77
                envelope.incarnation = 1 << 60
                let exact = encoder.encode(envelope).count
                let estimate = EnvelopeSize.bytes(envelope)
                #expect(
                    Double((estimate - exact).magnitude) <= max(4, 0.02 * Double(exact)),
                    "\(body.kind), \(cells) cells, \(hops) hops: \(estimate) for \(exact)")
            }
        }
    }

    private static func bodies(cells: Int) -> [Body] {
        let ues = cells * 10
        let (links, subbands) = (9, 8)
        let ids = (0..<UInt32(cells)).map { $0 }
        let users = (0..<UInt32(ues)).map { $0 }
        let perUser = [Float](repeating: -3.25, count: ues)
        let perCell = [Float](repeating: 1.5, count: cells)
        let perSubband = [Float](repeating: 2.5, count: cells * subbands)
        var telemetry = Telemetry()
        (telemetry.subbands, telemetry.links, telemetry.reportSubbands) = (subbands, links, subbands)
        (telemetry.cell, telemetry.ue, telemetry.ueCell, telemetry.cqi) = (ids, users, users, users)
        telemetry.powerWatts = perSubband
        (telemetry.prbUsedPercent, telemetry.throughputKbps) = (perCell, perCell)
        (telemetry.xMetres, telemetry.yMetres, telemetry.positionDeviationMetres) = (perUser, perUser, perUser)
        (telemetry.ueThroughputKbps, telemetry.backlogBytes) = (perUser, perUser)
        (telemetry.sinrDb, telemetry.readingAgeMs) = (perUser, perUser)
        telemetry.linkCell = Array(repeating: 3, count: ues * links)
        telemetry.rsrpDbm = Array(repeating: -90, count: ues * links)
        telemetry.gainDb = Array(repeating: -100, count: ues * links * subbands)
        telemetry.backgroundDbm = Array(repeating: -110, count: ues * subbands)
        telemetry.rainMillimetresPerHour = 12.5
        (telemetry.handoverUE, telemetry.handoverFrom, telemetry.handoverTo) = (users, users, users)
        var report = ChannelReport()
        (report.links, report.reportSubbands, report.oldestEpoch) = (links, subbands, 998)
        (report.cell, report.ue, report.ueCell) = (ids, users, users)
        (report.load, report.throughputKbps) = (perCell, perCell)
        (report.errorBeforeDb, report.errorAfterDb) = (perCell, perCell)
        (report.weight, report.demandKbps, report.ueThroughputKbps) = (perUser, perUser, perUser)
        (report.linkCell, report.gainDb) = (telemetry.linkCell, telemetry.gainDb)
        (report.deviationDb, report.backgroundDbm) = (telemetry.rsrpDbm, telemetry.backgroundDbm)
        (telemetry.ueSlice, report.ueSlice, report.servingBeam) = (users, users, users)
        (report.beamGainDb, report.xMetres, report.yMetres) = (perUser, perUser, perUser)
        (report.highestMCS, report.condition) = (ids, ids)
        (report.precoderBeam, report.precoderCoPhasing) = (users + users, users)
        (report.handoverUE, report.handoverFrom, report.handoverTo) = (users, users, users)
        var offer = Offer()
        (offer.offerEpoch, offer.oldestEpoch, offer.expiresEpoch) = (1_000, 999, 1_008)
        (offer.round, offer.subbands, offer.cell, offer.price) = (12, subbands, ids, perSubband)
        (offer.powerBudgetWatts, offer.neighbourCell) = (perCell, ids)
        (offer.neighbourPowerWatts, offer.expectedPowerWatts) = (perSubband, perSubband)
        var directive = Directive()
        (directive.offerEpoch, directive.oldestEpoch, directive.expiresEpoch) = (1_000, 999, 1_008)
        (directive.subbands, directive.cell, directive.powerWatts) = (subbands, ids, perSubband)
        (directive.slices, directive.sliceShare, directive.capWatts) = (1, perCell, perSubband)
        (directive.beamUE, directive.beam) = (users, users)
        (directive.platformCell, directive.platformX) = (ids, perCell)
        (directive.platformY, directive.platformHeight) = (perCell, perCell)
        (directive.associationUE, directive.associationCell, directive.highestMCS) = (users, users, ids)
        directive.recommend(Array(repeating: 12, count: ues * subbands), to: users)
        var result = DirectiveResult()
        result.cell = ids
        result.kind = ids.map { _ in .power }
        result.outcome = ids.map { _ in .applied }
        result.effectKbps = perCell
        var region = RegionReport()
        (region.region, region.cell, region.ueCount) = (1, ids, ids)
        (region.load, region.forecastLoad, region.forecastError) = (perCell, perCell, perCell)
        (region.persistenceError, region.throughputKbps, region.twinErrorDb) = (perCell, perCell, perCell)
        (region.sinrDb, region.slices, region.sliceNeed, region.sliceUECount) = (perCell, 1, perCell, ids)
        (region.hotspotX, region.hotspotY, region.hotspotKbps) = (perCell, perCell, perCell)
        (region.firstEpoch, region.condition) = (900, ids)
        return game(ids, perSubband) + [
            .telemetry(telemetry), .channelReport(report), .channelReport(report.withoutLinks), .offer(offer),
            .directive(directive), .directiveResult(result), .regionReport(region),
            .policy(policy(ids, perCell, perSubband)),
        ]
    }

    private static func policy(_ ids: [UInt32], _ perCell: [Float], _ perSubband: [Float]) -> Policy {
        var policy = Policy()
        (policy.revision, policy.expiresEpoch, policy.cell) = (4, 2_000, ids)
        (policy.powerBudgetWatts, policy.weight, policy.reason) = (perCell, perCell, "two idle cells at half power")
        (policy.subbands, policy.capWatts) = (perSubband.count / ids.count, perSubband)
        (policy.slices, policy.sliceShare) = (1, perCell)
        (policy.platformCell, policy.platformX) = (ids, perCell)
        (policy.platformY, policy.platformHeight) = (perCell, perCell)
        policy.highestMCS = ids
        return policy
    }

    private static func game(_ ids: [UInt32], _ perSubband: [Float]) -> [Body] {
        let subbands = perSubband.count / ids.count
        var sync = LeaderSync()
        (sync.region, sync.subbands, sync.chargedCell, sync.charge) = (1, subbands, ids, perSubband)
        (sync.ownCell, sync.ownPowerWatts) = (ids, perSubband)
        var response = Response()
        (response.round, response.subbands, response.cell, response.powerWatts) = (12, subbands, ids, perSubband)
        let alarm = Alarm(
            code: .directivesRefused, severity: .major, cell: ids, raisedEpoch: 900, count: 3,
            text: String(repeating: "refused ", count: 12))
        return [.leaderSync(sync), .response(response), .alarm(alarm)]
    }
}
