import DTNetMessages
import NetworkModel
import Testing

@Suite struct MessageCheckTests {
    private func refusal(_ body: Body) -> MessageError? {
        let bytes = EnvelopeEncoder().encode(SampleMessages.envelope(body))
        do throws(MessageError) {
            _ = try EnvelopeDecoder().decode(bytes)
            return nil
        } catch {
            return error
        }
    }

    private func mutated(_ change: (inout Telemetry) -> Void) -> MessageError? {
        var value = SampleMessages.telemetry()
        change(&value)
        return refusal(.telemetry(value))
    }

    @Test func telemetryLengthsMustAgree() {
        #expect(mutated { $0.powerWatts.removeLast() } == .lengths(field: "power_watts"))
        #expect(mutated { $0.gainDb.append(-90) } == .lengths(field: "gain_db"))
        #expect(mutated { $0.linkCell.removeLast() } == .lengths(field: "link_cell_id"))
        #expect(mutated { $0.cqi = [] } == .lengths(field: "cqi"))
        #expect(mutated { $0.backgroundDbm = [] } == .lengths(field: "background_dbm"))
        #expect(mutated { $0.handoverFrom = [] } == .lengths(field: "handover_from_cell_id"))
        #expect(mutated { $0.handoverTo.append(0) } == .lengths(field: "handover_to_cell_id"))
    }

    @Test func telemetryValuesMustBeFiniteAndInRange() {
        for bad in [Float.nan, .infinity, -.infinity, 1_000] {
            #expect(mutated { $0.gainDb[3] = bad } == .range(field: "gain_db"))
            #expect(mutated { $0.rsrpDbm[1] = bad } == .range(field: "rsrp_dbm"))
        }
        #expect(mutated { $0.gainDb[3] = 11 } == .range(field: "gain_db"))
        #expect(mutated { $0.backgroundDbm[1] = -201 } == .range(field: "background_dbm"))
        #expect(mutated { $0.powerWatts[0] = -1 } == .range(field: "power_watts"))
        #expect(mutated { $0.xMetres[0] = .nan } == .range(field: "x_m"))
        #expect(mutated { $0.prbUsedPercent[0] = 101 } == .range(field: "prb_used_percent"))
        #expect(mutated { $0.cqi[0] = 16 } == .range(field: "cqi"))
        #expect(mutated { $0.links = 0 } == .range(field: "links"))
        #expect(mutated { $0.links = 65 } == .range(field: "links"))
        #expect(mutated { $0.subbands = 0 } == .range(field: "subbands"))
        #expect(mutated { $0.reportSubbands = 4 } == .range(field: "report_subbands"))
    }

    /// What a problem is assembled from: whatever passes must not trap there.
    @Test func shapesAreThoseOfTheCarrierAndOfServingLinks() throws {
        #expect(mutated { $0.linkCell[2] = 1 } == .servingLink(field: "link_cell_id"))
        #expect(mutated { $0.reportSubbands = 2 } == .range(field: "report_subbands"))
        var report = SampleMessages.channelReport()
        report.linkCell[2] = 0
        #expect(refusal(.channelReport(report)) == .servingLink(field: "link_cell_id"))
        report = SampleMessages.channelReport()
        report.reportSubbands = 0
        #expect(refusal(.channelReport(report)) == .range(field: "report_subbands"))
        report = SampleMessages.channelReport()
        report.weight[1] = 0
        #expect(refusal(.channelReport(report)) == .range(field: "weight"))
        let wide = MessageCheck(cells: 2, nodes: 2, regions: 2, ues: 6, subbands: 8, slices: 2)
        #expect(throws: MessageError.range(field: "subbands")) {
            try wide.check(SampleMessages.envelope(.telemetry(SampleMessages.telemetry())))
        }
        report = SampleMessages.channelReport()
        report.reportSubbands = 2
        #expect(throws: MessageError.range(field: "report_subbands")) {
            try wide.check(SampleMessages.envelope(.channelReport(report)))
        }
        let unsliced = MessageCheck(cells: 2, nodes: 2, regions: 2, ues: 6, subbands: 3, slices: 0)
        #expect(throws: MessageError.range(field: "slices")) {
            try unsliced.check(SampleMessages.envelope(.policy(SampleMessages.policy())))
        }
    }

    @Test func orderMatters() {
        #expect(mutated { $0.cell = [1, 0] } == .order(field: "cell_id"))
        #expect(mutated { $0.cell = [1, 1] } == .order(field: "cell_id"))
        #expect(mutated { $0.ueCell = [1, 0, 1, 1] } == .order(field: "ue_cell_id"))
        // Of a cell that the message does not report on: what a region adds up per cell would not begin anew.
        #expect(mutated { $0.ueCell = [0, 0, 1, 2] } == .unknownID(field: "ue_cell_id"))
    }

    private func directive(_ change: (inout Directive) -> Void) -> MessageError? {
        var value = SampleMessages.directive()
        change(&value)
        return refusal(.directive(value))
    }

    @Test func servicesOfADirectiveAreChecked() {
        #expect(directive { _ in } == nil)
        #expect(directive { $0.sliceShare[0] = 0.9 } == .range(field: "slice_share"))
        #expect(directive { $0.sliceShare[0] = .nan } == .range(field: "slice_share"))
        #expect(directive { $0.sliceShare.removeLast() } == .lengths(field: "slice_share"))
        #expect(directive { $0.slices = 17 } == .range(field: "slices"))
        #expect(directive { $0.capWatts[1] = -1 } == .range(field: "cap_watts"))
        #expect(directive { $0.capWatts.append(1) } == .lengths(field: "cap_watts"))
        #expect(directive { $0.beam[0] = 256 } == .range(field: "beam_id"))
        #expect(directive { $0.beam = [1] } == .lengths(field: "beam_id"))
        #expect(directive { $0.platformHeight[0] = 0 } == .range(field: "platform_height_m"))
        #expect(directive { $0.platformX[0] = .infinity } == .range(field: "platform_x_m"))
        #expect(directive { $0.platformY = [] } == .lengths(field: "platform_y_m"))
        #expect(directive { $0.highestMCS[0] = 28 } == .range(field: "highest_mcs"))
        #expect(directive { $0.highestMCS.append(3) } == .lengths(field: "highest_mcs"))
    }

    @Test func recommendedSchemesOfADirectiveAreChecked() {
        #expect(directive { $0.mcs[0] = 28 } == .range(field: "mcs"))
        #expect(directive { $0.mcs[3] = .max - 1 } == .range(field: "mcs"))
        #expect(directive { $0.mcs.removeLast() } == .lengths(field: "mcs"))
        #expect(directive { $0.mcsUE = [2] } == .lengths(field: "mcs"))
        #expect(directive { $0.mcsUE = [3, 2] } == .order(field: "mcs_ue_id"))
        #expect(directive { $0.mcsUE = [2, 2] } == .order(field: "mcs_ue_id"))
        #expect(directive { ($0.mcsUE, $0.mcs) = ([], []) } == nil)
        var value = Directive()
        value.subbands = 2
        value.recommend([1, 2, 3, 4, 5, 6], to: [9, 4, 7])
        #expect(value.mcsUE == [4, 7, 9] && value.mcs == [3, 4, 5, 6, 1, 2])
    }

    @Test func servicesOfOtherBodiesAreChecked() {
        var policy = SampleMessages.policy()
        policy.highestMCS[1] = 28
        #expect(refusal(.policy(policy)) == .range(field: "highest_mcs"))
        policy.highestMCS[1] = 16
        policy.capWatts[0] = .nan
        #expect(refusal(.policy(policy)) == .range(field: "cap_watts"))
        policy = SampleMessages.policy()
        policy.sliceWeight = [1, 2]
        #expect(refusal(.policy(policy)) == .lengths(field: "slice_weight"))
        policy.sliceWeight = [1, 2, 0, 4]
        #expect(refusal(.policy(policy)) == .range(field: "slice_weight"))
        policy = SampleMessages.policy()
        policy.sliceShare = [0.6, 0.6, 0, 0]
        #expect(refusal(.policy(policy)) == .range(field: "slice_share"))
        var region = SampleMessages.regionReport()
        region.sliceNeed[2] = -1
        #expect(refusal(.regionReport(region)) == .range(field: "slice_need"))
        region = SampleMessages.regionReport()
        region.hotspotKbps = []
        #expect(refusal(.regionReport(region)) == .lengths(field: "hotspot_kbps"))
        var offer = SampleMessages.offer()
        offer.associationCell = [0]
        #expect(refusal(.offer(offer)) == .lengths(field: "association_cell_id"))
        #expect(mutated { $0.ueSlice = [0] } == .lengths(field: "ue_slice"))
        #expect(mutated { $0.ueSlice = $0.ue.map { _ in 16 } } == .range(field: "ue_slice"))
    }

    @Test func otherBodiesAreChecked() {
        var offer = SampleMessages.offer()
        offer.price[0] = .nan
        #expect(refusal(.offer(offer)) == .range(field: "price"))
        var directive = SampleMessages.directive()
        directive.powerWatts[1] = -0.5
        #expect(refusal(.directive(directive)) == .range(field: "power_watts"))
        directive = SampleMessages.directive()
        directive.share[0] = 1.5
        #expect(refusal(.directive(directive)) == .range(field: "share"))
        var policy = SampleMessages.policy()
        policy.weight[0] = 0
        #expect(refusal(.policy(policy)) == .range(field: "weight"))
        var sync = SampleMessages.leaderSync()
        sync.charge.removeLast()
        #expect(refusal(.leaderSync(sync)) == .lengths(field: "charge"))
        var report = SampleMessages.channelReport()
        report.deviationDb[0] = -1
        #expect(refusal(.channelReport(report)) == .range(field: "deviation_db"))
        report = SampleMessages.channelReport()
        report.condition[0] = 9
        #expect(refusal(.channelReport(report)) == .range(field: "condition"))
        report.condition = [8]
        #expect(refusal(.channelReport(report)) == .lengths(field: "condition"))
        report = SampleMessages.channelReport()
        report.precoderBeam[0] = 1_024
        #expect(refusal(.channelReport(report)) == .range(field: "precoder_beam_id"))
        report.precoderBeam = [13, 17]
        #expect(refusal(.channelReport(report)) == .lengths(field: "precoder_beam_id"))
        report = SampleMessages.channelReport()
        report.precoderCoPhasing[0] = 4
        #expect(refusal(.channelReport(report)) == .range(field: "precoder_cophasing"))
        report.precoderCoPhasing = []
        #expect(refusal(.channelReport(report)) == .lengths(field: "precoder_cophasing"))
        var region = SampleMessages.regionReport()
        region.handoverRateHz[0] = .infinity
        #expect(refusal(.regionReport(region)) == .range(field: "handover_rate_hz"))
    }

    /// An alarm as anybody may write it, in bytes: fields 1 to 6 of body 33.
    private func alarm(
        code: UInt8 = 4, severity: UInt8 = 2, cells: [UInt8] = [], count: UInt8 = 1, text: String = "x"
    ) -> MessageError? {
        func varint(_ value: Int) -> [UInt8] {
            value < 128 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
        }
        let ids: [UInt8] = cells.flatMap { cell -> [UInt8] in [cell, 0, 0, 0] }
        var body: [UInt8] = [0x08, code, 0x10, severity, 0x1A]
        body += varint(ids.count) + ids
        body += [0x28, count, 0x32]
        body += varint(text.utf8.count) + Array(text.utf8)
        var bytes: [UInt8] = [0x08, 0x01]
        bytes += varint(33 << 3 | 2) + varint(body.count)
        bytes += body
        do throws(MessageError) {
            _ = try EnvelopeDecoder().decode(bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test func alarmsAreOfKnownCausesAndBounded() throws {
        let longest = MessageCheck.maxTextBytes
        #expect(alarm() == nil && alarm(cells: [0, 5]) == nil)
        #expect(alarm(text: String(repeating: "a", count: longest)) == nil)
        #expect(alarm(text: String(repeating: "a", count: longest + 1)) == .tooMany(field: "text"))
        for code in [UInt8(0), UInt8(AlarmCode.allCases.count) + 1, 100] {
            #expect(alarm(code: code) == .range(field: "code"))
        }
        for severity in [UInt8(0), 6] { #expect(alarm(severity: severity) == .range(field: "severity")) }
        #expect(alarm(count: 0) == .range(field: "count"))
        #expect(alarm(cells: [3, 2]) == .order(field: "cell_id"))
        let check = MessageCheck(cells: 2, nodes: 2, regions: 1, ues: 6, subbands: 3, slices: 2)
        #expect(throws: MessageError.unknownID(field: "cell_id")) {
            try check.check(SampleMessages.envelope(.alarm(SampleMessages.alarm(cell: [0, 2]))))
        }
        // What a node has to say is cut to what a message holds, between characters.
        let long = Alarm(
            code: .leaderLost, severity: .major, raisedEpoch: 0, text: String(repeating: "é", count: longest))
        #expect(long.text == String(repeating: "é", count: longest / 2))
        #expect(refusal(.alarm(long)) == nil)
    }

    @Test func stampsAreBounded() {
        var envelope = SampleMessages.envelope(.offer(SampleMessages.offer()))
        envelope.hops[0].arrived = Instant(nanoseconds: -5)
        let bytes = EnvelopeEncoder().encode(envelope)
        #expect(throws: MessageError.range(field: "hop_sent_ns")) {
            _ = try EnvelopeDecoder().decode(bytes)
        }
    }

    /// Whatever roles add to numbers of peers, or take from them, stays within whole numbers.
    @Test func numbersAreBounded() throws {
        let (most, over) = (MessageCheck.maxNumber, MessageCheck.maxNumber + 1)
        func offer(_ change: (inout Offer) -> Void) -> MessageError? {
            var value = SampleMessages.offer()
            change(&value)
            return refusal(.offer(value))
        }
        #expect(offer { $0.expiresEpoch = most } == nil)
        #expect(offer { $0.expiresEpoch = over } == .range(field: "expires_epoch"))
        #expect(offer { $0.offerEpoch = over } == .range(field: "offer_epoch"))
        #expect(offer { $0.oldestEpoch = .max } == .range(field: "oldest_epoch"))
        #expect(directive { $0.expiresEpoch = .max } == .range(field: "expires_epoch"))
        #expect(directive { $0.oldestEpoch = .max } == .range(field: "oldest_epoch"))
        var policy = SampleMessages.policy()
        policy.expiresEpoch = .max
        #expect(refusal(.policy(policy)) == .range(field: "expires_epoch"))
        var region = SampleMessages.regionReport()
        region.firstEpoch = .max
        #expect(refusal(.regionReport(region)) == .range(field: "first_epoch"))
        var hello = Hello()
        (hello.process, hello.highestTerm) = ("edge", most)
        #expect(refusal(.hello(hello)) == nil)
        hello.highestTerm = .max
        #expect(refusal(.hello(hello)) == .range(field: "highest_term"))
        var welcome = Welcome()
        (welcome.process, welcome.highestTerm) = ("edge", over)
        #expect(refusal(.welcome(welcome)) == .range(field: "highest_term"))
        let check = MessageCheck(cells: 2, nodes: 2, regions: 2, ues: 6, subbands: 3, slices: 2)
        var envelope = SampleMessages.envelope(.offer(SampleMessages.offer()))
        envelope.term = most
        try check.check(envelope)
        envelope.term = over
        #expect(throws: MessageError.range(field: "term")) { try check.check(envelope) }
        #expect(Envelope.term(above: 0) == 1 && Envelope.term(above: most - 1) == most)
        #expect(Envelope.term(above: .max) == most)
    }

    @Test func idsMustBeOfTheTopology() throws {
        let check = MessageCheck(cells: 2, nodes: 2, regions: 2, ues: 6, subbands: 3, slices: 2)
        for body in SampleMessages.bodies { try check.check(SampleMessages.envelope(body)) }
        var telemetry = SampleMessages.telemetry()
        telemetry.linkCell[1] = 2
        #expect(throws: MessageError.unknownID(field: "link_cell_id")) {
            try check.check(SampleMessages.envelope(.telemetry(telemetry)))
        }
        telemetry = SampleMessages.telemetry()
        telemetry.handoverFrom = [2]
        #expect(throws: MessageError.unknownID(field: "handover_from_cell_id")) {
            try check.check(SampleMessages.envelope(.telemetry(telemetry)))
        }
        var report = SampleMessages.channelReport()
        report.handoverUE[1] = 6
        #expect(throws: MessageError.unknownID(field: "handover_ue_id")) {
            try check.check(SampleMessages.envelope(.channelReport(report)))
        }
        report = SampleMessages.channelReport()
        report.ueSlice = [1, 2]
        #expect(throws: MessageError.unknownID(field: "ue_slice")) {
            try check.check(SampleMessages.envelope(.channelReport(report)))
        }
        var directive = SampleMessages.directive()
        directive.associationUE = [6]
        #expect(throws: MessageError.unknownID(field: "association_ue_id")) {
            try check.check(SampleMessages.envelope(.directive(directive)))
        }
        let small = MessageCheck(cells: 1, nodes: 2, regions: 1, ues: 6, subbands: 3, slices: 2)
        #expect(throws: MessageError.self) {
            try small.check(SampleMessages.envelope(.offer(SampleMessages.offer())))
        }
    }
}
