import DTNetMessages
import NetworkModel
import Testing

@Suite struct CodecTests {
    private func decode(_ bytes: [UInt8]) throws(MessageError) -> Envelope {
        try EnvelopeDecoder().decode(bytes)
    }

    @Test func everyBodySurvivesTheWire() throws {
        let encoder = EnvelopeEncoder()
        for body in SampleMessages.bodies {
            let envelope = SampleMessages.envelope(body)
            #expect(try decode(encoder.encode(envelope)) == envelope, "\(body.kind)")
        }
    }

    @Test func everyKindHasASample() {
        #expect(Set(SampleMessages.bodies.map(\.kind)) == Set(BodyKind.allCases))
    }

    @Test func sentStampIsTheEndOfTheBytes() throws {
        var bytes = EnvelopeEncoder().encode(SampleMessages.envelope(.offer(SampleMessages.offer())))
        bytes.withUnsafeMutableBytes { EnvelopeEncoder.patchSent($0, at: Instant(nanoseconds: 123_456)) }
        let decoded = try decode(bytes)
        #expect(decoded.hops.map(\.sent.nanoseconds) == [2_000, 123_456])
        #expect(decoded.body == .offer(SampleMessages.offer()))
    }

    @Test func stampsOfTheOnlyHopCanBeFilledInLater() throws {
        var envelope = SampleMessages.envelope(.offer(SampleMessages.offer()))
        envelope.hops = [Hop(node: NodeID(2), layer: .radioNetwork, arrived: .zero, started: .zero)]
        var bytes = EnvelopeEncoder().encode(envelope)
        let hop = Hop(
            node: NodeID(2), layer: .radioNetwork, arrived: Instant(nanoseconds: 1_001),
            started: Instant(nanoseconds: 2_002), barrier: .microseconds(3), sent: Instant(nanoseconds: 4_004))
        bytes.withUnsafeMutableBytes { EnvelopeEncoder.patchOnlyHop($0, hop, sent: hop.sent) }
        envelope.hops = [hop]
        #expect(try decode(bytes) == envelope)
        #expect(bytes == EnvelopeEncoder().encode(envelope))
    }

    @Test func unknownFieldsAreSkipped() throws {
        let envelope = SampleMessages.envelope(.policy(SampleMessages.policy()))
        var bytes = EnvelopeEncoder().encode(envelope)
        bytes += [0xF8, 0x3F, 0x05]  // field 1023, varint 5
        #expect(try decode(bytes) == envelope)
    }

    @Test func otherVersionIsNamed() {
        var envelope = SampleMessages.envelope(.offer(SampleMessages.offer()))
        envelope.version = 9
        let bytes = EnvelopeEncoder().encode(envelope)
        #expect(throws: MessageError.version(9)) { try decode(bytes) }
    }

    @Test func everyTruncationIsRefusedOrHarmless() {
        // A cut at the boundary of a field is a shorter message; it must then fail a check or decode, never crash.
        for body in SampleMessages.bodies {
            let bytes = EnvelopeEncoder().encode(SampleMessages.envelope(body))
            var refused = 0
            for length in 0..<bytes.count where (try? decode(Array(bytes[..<length]))) == nil { refused += 1 }
            #expect(refused >= bytes.count / 2, "\(body.kind)")
        }
    }

    @Test func flippedBytesNeverCrash() {
        var state: UInt64 = 20_261_122
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        let check = MessageCheck(cells: 2, nodes: 3, regions: 2, subbands: 3, ues: 10)
        for body in SampleMessages.bodies {
            let bytes = EnvelopeEncoder().encode(SampleMessages.envelope(body))
            for _ in 0..<2_000 {
                var mutated = bytes
                for _ in 0...(next() % 4) { mutated[Int(next()) % mutated.count] = UInt8(truncatingIfNeeded: next()) }
                guard let envelope = try? decode(mutated) else { continue }
                try? check.check(envelope)
            }
        }
    }

    @Test func bombsEndAtTheBudget() {
        // Field 4 of a Hello is a string list; here: a million empty capability strings (field 6).
        var hello: [UInt8] = []
        for _ in 0..<400_000 { hello += [0x32, 0x00] }
        var bytes: [UInt8] = [0x08, 0x01, 0x82, 0x01]
        var length = hello.count
        while length >= 0x80 {
            bytes.append(UInt8(length & 0x7F) | 0x80)
            length >>= 7
        }
        bytes.append(UInt8(length))
        bytes += hello
        #expect(throws: MessageError.self) { try decode(bytes) }
    }

    @Test func framesOverTheLimitAreRefused() {
        #expect(throws: MessageError.malformed) { try decode(Array(repeating: 0, count: (1 << 20) + 1)) }
    }

    @Test func emptyFrameIsRefused() {
        #expect(throws: MessageError.self) { try decode([]) }
        #expect(throws: MessageError.noBody) { try decode([0x08, 0x01]) }
    }
}
