package import DTNetMessages
internal import NetworkModel
package import TwinProtocol

/// A running 64-bit hash over what was delivered and decided: bodies, epochs, terms, senders and recipients, no times.
///
/// Equal seeds give equal hashes on every run of one binary on one machine. Four lanes in the manner of xxHash64
/// (Collet), so that hashing costs less than moving the bytes.
package struct HistoryHash: Hashable, Sendable {
    private static let p1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let p2: UInt64 = 0xC2B2_AE3D_27D4_EB4F

    private var lanes = SIMD4<UInt64>(
        0x60EA_27EE_ADC0_B5D6, 0xC2B2_AE3D_27D4_EB4F, 0x0123_4567_89AB_CDEF, 0x61C8_864E_7A14_3579)
    /// Envelopes taken.
    package private(set) var messages: UInt64 = 0
    /// Decisions taken.
    package private(set) var decisions: UInt64 = 0

    package init() {}

    /// Takes an envelope as it was delivered.
    package mutating func add(_ envelope: Envelope) {
        messages += 1
        add(word: UInt64(envelope.sender.rawValue) << 32 | UInt64(envelope.recipient.rawValue))
        add(word: envelope.epoch)
        add(word: envelope.term)
        add(word: UInt64(envelope.body.kind.rawValue))
        add(envelope.body)
    }

    /// Takes a decision as the radio network answered it.
    package mutating func add(_ record: DirectiveRecord) {
        decisions += 1
        add(word: UInt64(record.sender.rawValue))
        add(word: record.epoch)
        add(word: record.term)
        add(body: record.directive)
        add(record.result.cell)
        add(record.result.kind.map(\.rawValue))
        add(record.result.outcome.map(\.rawValue))
    }

    /// The hash so far.
    package var value: UInt64 {
        var hash = messages &* HistoryHash.p1 ^ decisions
        for lane in 0..<4 {
            hash = (hash ^ lanes[lane]) &* HistoryHash.p2
            hash ^= hash >> 29
        }
        hash = (hash ^ (hash >> 32)) &* HistoryHash.p1
        return hash ^ (hash >> 31)
    }

    /// The hash as 16 lower-case hexadecimal digits.
    package var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    // MARK: Words and arrays

    private mutating func add(word: UInt64) { mix(SIMD4(word, ~word, word &* HistoryHash.p1, 0)) }

    @inline(__always)
    private mutating func mix(_ words: SIMD4<UInt64>) {
        let sum = lanes &+ words &* HistoryHash.p2
        lanes = ((sum &<< 31) | (sum &>> 33)) &* HistoryHash.p1
    }

    private mutating func add<Element: BitwiseCopyable>(_ array: [Element]) {
        array.withUnsafeBytes { bytes in
            var offset = 0
            while offset &+ 32 <= bytes.count {
                mix(bytes.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self))
                offset &+= 32
            }
            var rest = SIMD4<UInt64>(0, 0, 0, UInt64(bytes.count))
            withUnsafeMutableBytes(of: &rest) { target in
                let length = min(24, bytes.count - offset)
                target.copyMemory(from: .init(rebasing: bytes[offset..<(offset + length)]))
            }
            mix(rest)
            // At most 31 bytes are left, of which 24 have gone in.
            if bytes.count &- offset > 24 {
                let last = bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
                mix(SIMD4(last, 1, 2, 3))
            }
        }
    }

    // MARK: Bodies

    private mutating func add(_ body: Body) {
        switch body {
        case .telemetry(let value): add(body: value)
        case .channelReport(let value): add(body: value)
        case .regionReport(let value): add(body: value)
        case .policy(let value):
            add(word: value.revision)
            add(word: value.expiresEpoch)
            add(value.cell)
            add(value.powerBudgetWatts)
            add(value.weight)
            add(value.capWatts)
            add(value.sliceShare)
            add(value.platformCell)
            add(value.platformX)
            add(value.platformY)
            add(value.platformHeight)
            add(value.sliceWeight)
            add(value.moveUE)
            add(value.moveCell)
            add(word: UInt64(value.mirrorPeriodEpochs))
            add(value.mirrorLinkPeriodEpochs)
            add(value.mirrorDeviations)
            if !value.highestMCS.isEmpty { add(value.highestMCS) }
        case .offer(let value): add(body: value)
        case .response(let value):
            add(word: UInt64(value.round))
            add(value.cell)
            add(value.powerWatts)
        case .leaderSync(let value):
            add(word: UInt64(value.region))
            add(value.chargedCell)
            add(value.charge)
            add(value.ownCell)
            add(value.ownPowerWatts)
        case .directive(let value): add(body: value)
        case .directiveResult(let value):
            add(value.cell)
            add(value.kind.map(\.rawValue))
            add(value.outcome.map(\.rawValue))
            add(value.effectKbps)
        case .trainOrder(let value):
            add(word: value.order)
            add(word: UInt64(value.engine.rawValue) << 32 | UInt64(value.kind.rawValue))
            add(value.cell)
            add([value.value])
            for byte in value.name.utf8 { add(word: UInt64(byte)) }
        case .twinStatus(let value):
            add(word: value.order)
            add(value.cell)
            add(value.phase.map(\.rawValue))
            add(value.error)
            add(value.samples)
            add(value.mobility)
            add(value.conditionAfter)
            add(value.snapshots)
            add(value.lastOrder)
            add(value.orderAfter)
            if !value.weather.isEmpty { add(value.weather) }
        case .clarify(let value): add(word: value.question << 32 | UInt64(value.cell))
        case .clarification(let value): add(word: value.question << 32 | UInt64(value.cell))
        case .alarm(let value):
            add(word: UInt64(value.code.rawValue) << 32 | UInt64(value.severity.rawValue))
            add(value.cell)
            add(word: value.raisedEpoch << 32 | UInt64(value.count))
            for byte in value.text.utf8 { add(word: UInt64(byte)) }
        case .heartbeat, .hello, .welcome, .reject: break
        }
    }

    private mutating func add(body value: Telemetry) {
        add(value.cell)
        add(value.powerWatts)
        add(value.prbUsedPercent)
        add(value.throughputKbps)
        add(value.ue)
        add(value.ueCell)
        add(value.xMetres)
        add(value.yMetres)
        add(value.positionDeviationMetres)
        add(value.ueThroughputKbps)
        add(value.backlogBytes)
        add(value.cqi)
        add(value.sinrDb)
        add(value.readingAgeMs)
        add(value.linkCell)
        add(value.rsrpDbm)
        add(value.gainDb)
        add(value.backgroundDbm)
        add(value.ueSlice)
        if value.rainMillimetresPerHour > 0 { add([value.rainMillimetresPerHour]) }
        for list in [value.handoverUE, value.handoverFrom, value.handoverTo] where !list.isEmpty { add(list) }
    }

    private mutating func add(body value: ChannelReport) {
        add(word: value.oldestEpoch)
        add(value.cell)
        add(value.load)
        add(value.throughputKbps)
        add(value.errorBeforeDb)
        add(value.errorAfterDb)
        add(value.ue)
        add(value.ueCell)
        add(value.weight)
        add(value.demandKbps)
        add(value.ueThroughputKbps)
        add(value.sinrDb)
        add(value.sinrDeviationDb)
        add(value.mcs)
        add(value.rank)
        add(value.beam)
        add(value.linkCell)
        add(value.deviationDb)
        add(value.gainDb)
        add(value.backgroundDbm)
        add(value.ueSlice)
        add(value.servingBeam)
        add(value.beamGainDb)
        add(value.xMetres)
        add(value.yMetres)
        if !value.highestMCS.isEmpty { add(value.highestMCS) }
        if !value.condition.isEmpty { add(value.condition) }
        if !value.precoderBeam.isEmpty {
            add(value.precoderBeam)
            add(value.precoderCoPhasing)
        }
        for list in [value.handoverUE, value.handoverFrom, value.handoverTo] where !list.isEmpty { add(list) }
    }

    private mutating func add(body value: RegionReport) {
        add(word: UInt64(value.region))
        add(value.cell)
        add(value.load)
        add(value.forecastLoad)
        add(value.forecastError)
        add(value.persistenceError)
        add(value.throughputKbps)
        add(value.twinErrorDb)
        add(value.ueCount)
        add(value.handoverFrom)
        add(value.handoverTo)
        add(value.handoverRateHz)
        add(value.sinrDb)
        add(value.sliceNeed)
        add(value.sliceUECount)
        add(value.hotspotX)
        add(value.hotspotY)
        add(value.hotspotKbps)
        if !value.condition.isEmpty { add(value.condition) }
        add(word: value.firstEpoch)
    }

    private mutating func add(body value: Offer) {
        add(word: value.offerEpoch)
        add(word: value.oldestEpoch)
        add(word: value.expiresEpoch)
        add(word: UInt64(value.round))
        add(value.cell)
        add(value.price)
        add(value.powerBudgetWatts)
        add(value.neighbourCell)
        add(value.neighbourPowerWatts)
        add(value.expectedPowerWatts)
        add(value.associationUE)
        add(value.associationCell)
    }

    private mutating func add(body value: Directive) {
        add(word: value.offerEpoch)
        add(word: value.oldestEpoch)
        add(word: value.expiresEpoch)
        add(word: value.group)
        add(value.cell)
        add(value.powerWatts)
        add(value.shareUE)
        add(value.share)
        add(value.associationUE)
        add(value.associationCell)
        add(value.sliceShare)
        add(value.capWatts)
        add(value.beamUE)
        add(value.beam)
        add(value.platformCell)
        add(value.platformX)
        add(value.platformY)
        add(value.platformHeight)
        if !value.highestMCS.isEmpty { add(value.highestMCS) }
        if !value.mcsUE.isEmpty {
            add(value.mcsUE)
            add(value.mcs)
        }
    }
}
